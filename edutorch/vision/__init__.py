"""edutorch.vision: data sets, transforms, pictures and models, in the place of torchvision."""

from . import datasets, io, models, ops, transforms, utils
from .left_out import missing as _missing

__all__ = ["datasets", "io", "models", "ops", "transforms", "utils"]


def disable_beta_transforms_warning() -> None:
    """Nothing: there is no such warning. Source: torchvision.disable_beta_transforms_warning."""


def __getattr__(name: str) -> object:
    """For what torchvision has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
