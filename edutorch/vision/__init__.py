"""edutorch.vision: data sets, transforms, pictures and models, where torchvision is expected."""

from . import datasets, io, models, transforms, utils

__all__ = ["datasets", "io", "models", "transforms", "utils"]
