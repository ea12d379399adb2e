"""The Kullback-Leibler divergence. Source: torch.distributions.kl.

kl_pairs.py and kl_more.py have the formulas."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from .distribution import Distribution

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["kl_divergence", "register_kl"]

Formula = TypeVar("Formula", bound=Callable[..., "Tensor"])
Kinds = tuple[type[Distribution], type[Distribution]]

_formulas: dict[Kinds, Callable[..., Tensor]] = {}
_found: dict[Kinds, Callable[..., Tensor] | None] = {}  # of classes that were asked for


def register_kl(type_p: type[Distribution], type_q: type[Distribution]) -> Callable[[Formula], Formula]:
    """A decorator of the function that gives kl_divergence(p, q) for these classes and those derived from them.

    @register_kl(Normal, Normal)
    def normals(p, q): ...

    Raises TypeError for anything but classes of distributions. Source: torch.distributions.kl.register_kl."""
    for name, each in (("type_p", type_p), ("type_q", type_q)):
        if not (isinstance(each, type) and issubclass(each, Distribution)):
            raise TypeError(f"Expected {name} to be a Distribution subclass but got {each}")

    def decorator(formula: Formula) -> Formula:
        _formulas[type_p, type_q] = formula
        _found.clear()
        return formula

    return decorator


def _closest(kinds: Kinds) -> Callable[..., Tensor] | None:
    """The formula of the most specific classes; where p and q disagree on it, p's, with a warning."""
    fits = [each for each in _formulas if issubclass(kinds[0], each[0]) and issubclass(kinds[1], each[1])]
    if not fits:
        return None

    def steps(number: int) -> Callable[[Kinds], int]:
        return lambda each: kinds[number].__mro__.index(each[number])

    by_p = min(fits, key=lambda each: (steps(0)(each), steps(1)(each)))
    by_q = min(fits, key=lambda each: (steps(1)(each), steps(0)(each)))
    if _formulas[by_p] is not _formulas[by_q]:
        p, q = kinds[0].__name__, kinds[1].__name__
        warnings.warn(
            f"Ambiguous kl_divergence({p}, {q}). Please register_kl({by_p[0].__name__}, {by_q[1].__name__})",
            RuntimeWarning,
            stacklevel=4,
        )
    return _formulas[by_p]


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """KL(p || q), the mean under p of ln p - ln q. Shape: of the batches, broadcast.

    Raises NotImplementedError for a pair of classes without a formula. Source: torch.distributions.kl_divergence."""
    kinds = type(p), type(q)
    if kinds not in _found:
        _found[kinds] = _closest(kinds)
    formula = _found[kinds]
    if formula is None:
        raise NotImplementedError(
            f"No KL(p || q) is implemented for p type {kinds[0].__name__} and q type {kinds[1].__name__}: give one with"
            " register_kl, or average p.log_prob(x) - q.log_prob(x) over samples x of p"
        )
    return formula(p, q)
