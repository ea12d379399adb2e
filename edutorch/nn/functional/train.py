"""Dropout as functions of torch itself, with and without an underscore: torch.dropout(x, p, train)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import dropout as of_layers
from .dropout import alpha_dropout as alpha
from .dropout import feature
from .dropout import feature_alpha_dropout as feature_alpha

if TYPE_CHECKING:
    from ...tensor import Tensor


def _named(name: str, function: Callable[[Tensor, float, bool, bool], Tensor]) -> Callable[..., Tensor]:
    """The function under a name of torch's, in place where that ends in an underscore.

    It raises RuntimeError for what is no probability."""

    def of_torch(input: Tensor, p: float, train: bool) -> Tensor:
        if not 0 <= p <= 1:
            raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p}")
        return function(input, p, train, name.endswith("_"))

    of_torch.__name__ = of_torch.__qualname__ = name
    of_torch.__doc__ = f"{name.rstrip('_')} with the arguments of torch.{name}.\n\n{function.__doc__}"
    return of_torch


dropout, dropout_ = _named("dropout", of_layers), _named("dropout_", of_layers)
alpha_dropout, alpha_dropout_ = _named("alpha_dropout", alpha), _named("alpha_dropout_", alpha)
feature_dropout, feature_dropout_ = _named("feature_dropout", feature), _named("feature_dropout_", feature)
feature_alpha_dropout = _named("feature_alpha_dropout", feature_alpha)
feature_alpha_dropout_ = _named("feature_alpha_dropout_", feature_alpha)
