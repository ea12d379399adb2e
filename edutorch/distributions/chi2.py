"""The chi-squared distribution. Source: torch.distributions.chi2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import constraints
from .gamma import Gamma

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Chi2"]


class Chi2(Gamma):
    """Sums of `df` squares of normal numbers: Gamma(df / 2, 1/2). Source: torch.distributions.Chi2."""

    arg_constraints = {"df": constraints.positive}

    def __init__(self, df: Tensor | float, validate_args: bool | None = None) -> None:
        super().__init__(0.5 * df, 0.5, validate_args=validate_args)

    @property
    def df(self) -> Tensor:
        """Degrees of freedom."""
        return self.concentration * 2
