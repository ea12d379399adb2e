"""edutorch.vision: data sets, transforms, pictures and models, in the place of torchvision."""

from . import datasets, io, models, ops, transforms, utils

__all__ = ["datasets", "io", "models", "ops", "transforms", "utils"]
