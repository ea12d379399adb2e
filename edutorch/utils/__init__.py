"""edutorch.utils: helpers around tensors. `edutorch.utils.data` holds data sets and DataLoader."""

from . import data

__all__ = ["data"]
