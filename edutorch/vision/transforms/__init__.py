"""edutorch.vision.transforms: what is done to each image of a data set, by torchvision's names.

All but ToTensor, Normalize, Compose and Lambda need Pillow for PIL images: pip install pillow."""

from . import functional, v2
from .chance import (
    ColorJitter,
    RandomAffine,
    RandomCrop,
    RandomGrayscale,
    RandomHorizontalFlip,
    RandomResizedCrop,
    RandomRotation,
    RandomVerticalFlip,
)
from .containers import Compose, Lambda, RandomApply, RandomChoice, RandomOrder
from .deterministic import (
    CenterCrop,
    ConvertImageDtype,
    Grayscale,
    Normalize,
    Pad,
    PILToTensor,
    Resize,
    ToPILImage,
    ToTensor,
)
from .functional import InterpolationMode

__all__ = [
    "CenterCrop",
    "ColorJitter",
    "Compose",
    "ConvertImageDtype",
    "Grayscale",
    "InterpolationMode",
    "Lambda",
    "Normalize",
    "PILToTensor",
    "Pad",
    "RandomAffine",
    "RandomApply",
    "RandomChoice",
    "RandomCrop",
    "RandomGrayscale",
    "RandomHorizontalFlip",
    "RandomOrder",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomVerticalFlip",
    "Resize",
    "ToPILImage",
    "ToTensor",
    "functional",
    "v2",
]
