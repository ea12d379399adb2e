"""edutorch.vision: data sets, transforms, pictures and models, where torchvision is expected."""

from . import datasets, transforms, utils

__all__ = ["datasets", "transforms", "utils"]
