"""edutorch.utils: helpers around tensors. `edutorch.utils.data` holds data sets and DataLoader."""

from ..aliases.table import answer_for as _answer_for
from . import data

__all__ = ["data"]

_answer_for("utils")
