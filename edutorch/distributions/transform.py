"""What a transform of random numbers is, and transforms made of others. Source: torch.distributions.transforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..ops.creation import zeros_like
from ..tensor import Size
from . import constraints
from .constraints import Constraint
from .utils import lazy_property, sum_rightmost

if TYPE_CHECKING:
    from ..tensor import Tensor


class Transform:
    """A differentiable function y = f(x), with its inverse and the logarithm of |dy/dx|.

    A subclass has `domain` and `codomain`, `bijective` (whether there is one x for each y), `sign` (1 where it rises,
    -1 where it falls), and the methods `_call`, `_inverse` and `log_abs_det_jacobian`.

    cache_size: with 1 the last pair (x, y) is kept, so that `inv(y)` of the last y is x itself. Raises ValueError for
    another size. Source: torch.distributions.transforms.Transform."""

    bijective: bool = False
    domain: Constraint
    codomain: Constraint

    def __init__(self, cache_size: int = 0) -> None:
        if cache_size not in (0, 1):
            raise ValueError("cache_size must be 0 or 1")
        self._cache_size = cache_size
        self._inv: Transform | None = None
        self._cached: tuple[Tensor, Tensor] | None = None
        super().__init__()

    @property
    def event_dim(self) -> int:
        """How many dimensions make one value. Raises ValueError where that is not the same for x and y."""
        if self.domain.event_dim == self.codomain.event_dim:
            return self.domain.event_dim
        raise ValueError("Please use either .domain.event_dim or .codomain.event_dim")

    @property
    def inv(self) -> Transform:
        """The inverse, a transform too."""
        if self._inv is None:
            self._inv = InverseTransform(self)
        return self._inv

    @property
    def sign(self) -> int | Tensor:
        """1 where it rises, -1 where it falls."""
        raise NotImplementedError

    def _like(self, cache_size: int) -> Transform:
        """The same with another cache."""
        if type(self).__init__ is Transform.__init__:
            return type(self)(cache_size=cache_size)
        raise NotImplementedError(f"{type(self)}.with_cache is not implemented")

    def with_cache(self, cache_size: int = 1) -> Transform:
        """The same with that cache."""
        return self if self._cache_size == cache_size else self._like(cache_size)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(type(self))

    def __getstate__(self) -> dict[str, object]:
        return {**vars(self), "_inv": None, "_cached": None}

    def __call__(self, x: Tensor) -> Tensor:
        """f(x)"""
        if self._cached is not None and x is self._cached[0]:
            return self._cached[1]
        y = self._call(x)
        self._keep(x, y)
        return y

    def _inv_call(self, y: Tensor) -> Tensor:
        if self._cached is not None and y is self._cached[1]:
            return self._cached[0]
        x = self._inverse(y)
        self._keep(x, y)
        return x

    def _keep(self, x: Tensor, y: Tensor) -> None:
        if self._cache_size:
            self._cached = x, y

    def _call(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def _inverse(self, y: Tensor) -> Tensor:
        raise NotImplementedError

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """ln |dy/dx| for y = f(x), of the shape of x without its event dimensions."""
        raise NotImplementedError

    def forward_shape(self, shape: Size) -> Size:
        """The shape of y, given that of x."""
        return shape

    def inverse_shape(self, shape: Size) -> Size:
        """The shape of x, given that of y."""
        return shape

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class InverseTransform(Transform):
    """The inverse of a transform: `transform.inv`."""

    def __init__(self, transform: Transform) -> None:
        super().__init__(transform._cache_size)
        self.forward = transform

    @constraints.dependent_property(is_discrete=False)
    def domain(self) -> Constraint:
        """The codomain of what it inverts"""
        return self.forward.codomain

    @constraints.dependent_property(is_discrete=False)
    def codomain(self) -> Constraint:
        """The domain of what it inverts"""
        return self.forward.domain

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        """That of what it inverts."""
        return self.forward.bijective

    @property
    def sign(self) -> int | Tensor:
        """That of what it inverts."""
        return self.forward.sign

    @property
    def inv(self) -> Transform:
        """What it inverts."""
        return self.forward

    def _like(self, cache_size: int) -> Transform:
        return self.forward.with_cache(cache_size).inv

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InverseTransform) and self.forward == other.forward

    __hash__ = Transform.__hash__

    def __call__(self, x: Tensor) -> Tensor:
        """The x that the transform takes to this one."""
        return self.forward._inv_call(x)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """That of the transform, with the opposite sign"""
        return -self.forward.log_abs_det_jacobian(y, x)

    def forward_shape(self, shape: Size) -> Size:
        """The inverse of the transform's"""
        return self.forward.inverse_shape(shape)

    def inverse_shape(self, shape: Size) -> Size:
        """The transform's"""
        return self.forward.forward_shape(shape)

    def __repr__(self) -> str:
        return f"_{type(self).__name__}({self.forward!r})"


class ComposeTransform(Transform):
    """One transform after the other, the first one first. Source: torch.distributions.transforms.ComposeTransform."""

    def __init__(self, parts: Sequence[Transform], cache_size: int = 0) -> None:
        self.parts = [part.with_cache(cache_size) for part in parts] if cache_size else list(parts)
        super().__init__(cache_size)

    def _end(self, parts: Sequence[Transform], of: Callable[[Transform], tuple[Constraint, Constraint]]) -> Constraint:
        """The constraint at one end, of as many dimensions as the part needs that needs most. `of` a part gives its
        constraints on the way, starting at the other end."""
        if not parts:
            return constraints.real
        event_dim = of(parts[0])[0].event_dim
        for part in parts:
            before, after = of(part)
            event_dim = max(event_dim + after.event_dim - before.event_dim, after.event_dim)
        end = of(parts[-1])[1]
        extra = event_dim - end.event_dim
        return constraints.independent(end, extra) if extra else end

    @constraints.dependent_property(is_discrete=False)
    def domain(self) -> Constraint:
        """That of the first part"""
        return self._end(self.parts[::-1], lambda part: (part.codomain, part.domain))

    @constraints.dependent_property(is_discrete=False)
    def codomain(self) -> Constraint:
        """That of the last part"""
        return self._end(self.parts, lambda part: (part.domain, part.codomain))

    @lazy_property
    def bijective(self) -> bool:
        """Whether all parts are."""
        return all(part.bijective for part in self.parts)

    @lazy_property
    def sign(self) -> int | Tensor:
        """The product of the parts' signs."""
        sign: int | Tensor = 1
        for part in self.parts:
            sign = sign * part.sign
        return sign

    @property
    def inv(self) -> Transform:
        """The inverses, the last one first."""
        if self._inv is None:
            self._inv = ComposeTransform([part.inv for part in reversed(self.parts)])
            self._inv._inv = self
        return self._inv

    def _like(self, cache_size: int) -> Transform:
        return ComposeTransform(self.parts, cache_size)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ComposeTransform) and self.parts == other.parts

    __hash__ = Transform.__hash__

    def __call__(self, x: Tensor) -> Tensor:
        """All parts, one after the other."""
        for part in self.parts:
            x = part(x)
        return x

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """The sum of the parts'"""
        if not self.parts:
            return zeros_like(x)
        between = [x]
        for part in self.parts[:-1]:
            between.append(part(between[-1]))
        event_dim = self.domain.event_dim
        terms = []
        for part, before, after in zip(self.parts, between, [*between[1:], y], strict=True):
            terms.append(sum_rightmost(part.log_abs_det_jacobian(before, after), event_dim - part.domain.event_dim))
            event_dim += part.codomain.event_dim - part.domain.event_dim
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    def forward_shape(self, shape: Size) -> Size:
        """One part after the other"""
        for part in self.parts:
            shape = part.forward_shape(shape)
        return shape

    def inverse_shape(self, shape: Size) -> Size:
        """One part after the other, backward"""
        for part in reversed(self.parts):
            shape = part.inverse_shape(shape)
        return shape

    def __repr__(self) -> str:
        parts = ",\n    ".join(map(repr, self.parts))
        return f"{type(self).__name__}(\n    {parts}\n)"


class IndependentTransform(Transform):
    """base_transform with `reinterpreted_batch_ndims` more dimensions as part of one value: the jacobian is summed over
    them. Source: torch.distributions.transforms.IndependentTransform."""

    def __init__(self, base_transform: Transform, reinterpreted_batch_ndims: int, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.base_transform = base_transform.with_cache(cache_size)
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims

    def _like(self, cache_size: int) -> Transform:
        return IndependentTransform(self.base_transform, self.reinterpreted_batch_ndims, cache_size)

    @constraints.dependent_property(is_discrete=False)
    def domain(self) -> Constraint:
        """The base's, of more dimensions"""
        return constraints.independent(self.base_transform.domain, self.reinterpreted_batch_ndims)

    @constraints.dependent_property(is_discrete=False)
    def codomain(self) -> Constraint:
        """The base's, of more dimensions"""
        return constraints.independent(self.base_transform.codomain, self.reinterpreted_batch_ndims)

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        """The base's."""
        return self.base_transform.bijective

    @property
    def sign(self) -> int | Tensor:
        """The base's."""
        return self.base_transform.sign

    def _call(self, x: Tensor) -> Tensor:
        check_dims(len(x.shape), self.domain.event_dim)
        return self.base_transform(x)

    def _inverse(self, y: Tensor) -> Tensor:
        check_dims(len(y.shape), self.codomain.event_dim)
        return self.base_transform.inv(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """The base's, summed over the dimensions that were added"""
        return sum_rightmost(self.base_transform.log_abs_det_jacobian(x, y), self.reinterpreted_batch_ndims)

    def forward_shape(self, shape: Size) -> Size:
        """The base's"""
        return self.base_transform.forward_shape(shape)

    def inverse_shape(self, shape: Size) -> Size:
        """The base's"""
        return self.base_transform.inverse_shape(shape)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_transform!r}, {self.reinterpreted_batch_ndims})"


def check_dims(dims: int, least: int) -> None:
    """Raises ValueError for too few dimensions."""
    if dims < least:
        raise ValueError(f"Too few dimensions on input: {dims}, expected at least {least}")
