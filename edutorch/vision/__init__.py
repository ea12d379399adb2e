"""edutorch.vision: data sets, transforms, pictures and models, where torchvision is expected."""

from . import datasets, io, transforms, utils

__all__ = ["datasets", "io", "transforms", "utils"]
