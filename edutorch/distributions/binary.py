"""What distributions with a probability or its log odds share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tensor import Size
from .categorical import one_of
from .distribution import Distribution
from .utils import broadcast_all, lazy_property, logits_to_probs, probs_to_logits

if TYPE_CHECKING:
    from ..tensor import Tensor


class BinaryParameter(Distribution):
    """A distribution whose parameter is a probability, `probs`, or its log odds, `logits`."""

    def _take(self, probs: Tensor | float | None, logits: Tensor | float | None) -> None:
        """Keeps the one that is given. Raises ValueError for both or none."""
        self._given = one_of(probs, logits)
        if probs is not None:
            (self.probs,) = broadcast_all(probs)
        elif logits is not None:
            (self.logits,) = broadcast_all(logits)

    @property
    def _param(self) -> Tensor:
        return getattr(self, self._given)

    @lazy_property
    def logits(self) -> Tensor:
        """The log odds."""
        return probs_to_logits(self.probs, is_binary=True)

    @lazy_property
    def probs(self) -> Tensor:
        """The probability."""
        return logits_to_probs(self.logits, is_binary=True)

    @property
    def param_shape(self) -> Size:
        """The shape of the parameter."""
        return self._param.shape
