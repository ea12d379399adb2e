"""The methods of pruning: each computes the mask of a parameter. See prune.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ...ops.creation import ones_like, zeros_like
from ...ops.norms import norm
from ...ops.sorting import kthvalue, topk
from ...random.tensors import rand, rand_like
from ..module import Module
from .prune_amount import check_amount, check_several_axes, how_many

if TYPE_CHECKING:
    from ...tensor import Tensor


class BasePruningMethod:
    """What all methods share. A method of your own has a `PRUNING_TYPE` ("unstructured", "structured" with a `dim`,
    or "global") and a `compute_mask(t, default_mask)`; `apply` prunes a module's parameter by it."""

    PRUNING_TYPE = ""
    _tensor_name = ""

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask of a tensor whose elements matter as much as those of t, 0 at least where default_mask is."""
        raise NotImplementedError(f"{type(self).__name__} needs a method compute_mask(self, t, default_mask)")

    def __call__(self, module: Module, inputs: object) -> None:
        """The hook before forward."""
        setattr(module, self._tensor_name, self.apply_mask(module))

    def apply_mask(self, module: Module) -> Tensor:
        """The parameter's values times its mask."""
        original = getattr(module, f"{self._tensor_name}_orig")
        return getattr(module, f"{self._tensor_name}_mask").to(dtype=original.dtype) * original

    @classmethod
    def apply(
        cls, module: Module, name: str, *args: object, importance_scores: Tensor | None = None, **kwargs: object
    ) -> BasePruningMethod:
        """Prunes a module's parameter by cls(*args, **kwargs), after the methods that prune it already. Elements with
        the smallest importance_scores go first, without them those with the smallest values."""
        make: Callable[..., BasePruningMethod] = cls
        method, before = make(*args, **kwargs), pop_method(module, name)
        method._tensor_name = name
        parameter = getattr(module, name)
        scores = _scores(parameter, importance_scores, f"parameter {name} of {module}")
        if before is None:
            mask = method.compute_mask(scores, ones_like(parameter))
            del module._parameters[name]
            module.register_parameter(f"{name}_orig", parameter)
        else:
            method = _after(before, method)
            mask = method.compute_mask(scores, getattr(module, f"{name}_mask").detach().clone())
        module.register_buffer(f"{name}_mask", mask)
        setattr(module, name, method.apply_mask(module))
        module.register_forward_pre_hook(method)
        return method

    def prune(self, t: Tensor, default_mask: Tensor | None = None, importance_scores: Tensor | None = None) -> Tensor:
        """t with the elements at 0 that this method prunes: for a tensor that is no parameter."""
        scores = _scores(t, importance_scores, "tensor t")
        return t * self.compute_mask(scores, default_mask=ones_like(t) if default_mask is None else default_mask)

    def remove(self, module: Module) -> None:
        """Makes the masked values the parameter, for good."""
        name, masked = self._tensor_name, self.apply_mask(module)
        if hasattr(module, name):
            delattr(module, name)
        original = module._parameters.pop(f"{name}_orig")
        assert original is not None
        original.data = masked.data
        del module._buffers[f"{name}_mask"]
        setattr(module, name, original)


class PruningContainer(BasePruningMethod):
    """Several methods that prune one parameter, one after the other: each only what the earlier ones have left."""

    def __init__(self, *args: BasePruningMethod) -> None:
        self._pruning_methods: tuple[BasePruningMethod, ...] = ()
        if len(args) == 1:
            self._tensor_name = args[0]._tensor_name
        for method in args:
            self.add_pruning_method(method)

    def add_pruning_method(self, method: BasePruningMethod) -> None:
        """Adds a method for the same parameter. Raises TypeError for anything else, ValueError for another one."""
        if not isinstance(method, BasePruningMethod):
            raise TypeError(f"{type(method)} is not a BasePruningMethod subclass")
        if method._tensor_name != self._tensor_name:
            raise ValueError(
                f"Can only add pruning methods acting on the parameter named '{self._tensor_name}' to PruningContainer"
                f" {self}. Found '{method._tensor_name}'"
            )
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Iterator[BasePruningMethod]:
        return iter(self._pruning_methods)

    def __getitem__(self, idx: int) -> BasePruningMethod:
        return self._pruning_methods[idx]

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask after the last method, which sees what default_mask has left."""
        method, mask = self._pruning_methods[-1], default_mask.to(dtype=t.dtype)
        left = _left_to(method, default_mask)
        mask = mask.clone()
        mask[left] = method.compute_mask(t[left], default_mask=default_mask[left]).to(dtype=mask.dtype)
        return mask


class Identity(BasePruningMethod):
    """Prunes nothing: a parameter gets its mask of ones."""

    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """default_mask"""
        return default_mask


class RandomUnstructured(BasePruningMethod):
    """Prunes elements at random; amount: how many, or which part of them, 0.0 to 1.0."""

    PRUNING_TYPE = "unstructured"

    def __init__(self, amount: float) -> None:
        self.amount = check_amount(amount)

    def scores(self, t: Tensor) -> Tensor:
        """How much each element matters, by chance."""
        return -rand_like(t)

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """default_mask, with 0 at the elements that matter least."""
        n, mask = how_many(self.amount, t.numel()), default_mask.clone()
        if n:
            mask.view(-1)[topk(self.scores(t).reshape(-1), n, largest=False).indices] = 0
        return mask


class L1Unstructured(RandomUnstructured):
    """Prunes the elements with the smallest absolute value; amount: how many, or which part of them, 0.0 to 1.0."""

    def scores(self, t: Tensor) -> Tensor:
        """How much each element matters."""
        return t.abs()


class RandomStructured(BasePruningMethod):
    """Prunes whole slices across an axis (rows, channels) at random."""

    PRUNING_TYPE = "structured"

    def __init__(self, amount: float, dim: int = -1) -> None:
        self.amount, self.dim = check_amount(amount), dim

    def keeps(self, t: Tensor, n: int) -> Tensor:
        """Which slices stay, if n of them go: an index."""
        draws = rand(t.shape[self.dim])
        return draws > kthvalue(draws, n).values

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """default_mask, with 0 in the slices that go."""
        check_several_axes(t, self.dim)
        n = how_many(self.amount, t.shape[self.dim])
        if n == 0:
            return default_mask
        mask = zeros_like(t)
        mask.movedim(self.dim, 0)[self.keeps(t, n)] = 1
        return mask * default_mask.to(dtype=mask.dtype)


class LnStructured(RandomStructured):
    """Prunes the slices across an axis that have the smallest n-norm."""

    def __init__(self, amount: float, n: float | str, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def keeps(self, t: Tensor, n: int) -> Tensor:
        """Which slices stay, if n of them go: an index."""
        others = [axis for axis in range(t.ndim) if axis != self.dim % t.ndim]
        return topk(norm(t, self.n, others), t.shape[self.dim] - n).indices


class CustomFromMask(BasePruningMethod):
    """Prunes by a mask that is given."""

    PRUNING_TYPE = "global"

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """Their product. Raises AssertionError for a mask of another shape."""
        if default_mask.shape != self.mask.shape:
            raise AssertionError(f"the mask has shape {self.mask.shape}, the parameter {default_mask.shape}")
        return default_mask * self.mask.to(dtype=default_mask.dtype)


def pop_method(module: Module, name: str) -> BasePruningMethod | None:
    """What prunes a parameter, taken away from the module's hooks."""
    hooks = module._forward_pre_hooks
    for key, hook in list(hooks.items()):
        if isinstance(hook, BasePruningMethod) and hook._tensor_name == name:
            found: BasePruningMethod = hooks.pop(key)
            return found
    return None


def _after(before: BasePruningMethod, method: BasePruningMethod) -> PruningContainer:
    container = before if isinstance(before, PruningContainer) else PruningContainer(before)
    container.add_pruning_method(method)
    return container


def _left_to(method: BasePruningMethod, mask: Tensor) -> Tensor | tuple[slice | Tensor, ...]:
    """The index of the part of a tensor that a method sees: what the mask has left, by elements or by slices."""
    if method.PRUNING_TYPE == "unstructured":
        return mask == 1
    if method.PRUNING_TYPE == "global":
        return ()
    if method.PRUNING_TYPE != "structured":
        raise ValueError(f"Unrecognized PRUNING_TYPE {method.PRUNING_TYPE}: unstructured, structured or global")
    dim: int = vars(method)["dim"] % mask.ndim
    kept = mask.sum([axis for axis in range(mask.ndim) if axis != dim]) != 0
    return (*[slice(None)] * dim, kept)


def _scores(tensor: Tensor, given: Tensor | None, what: str) -> Tensor:
    if given is not None and given.shape != tensor.shape:
        raise AssertionError(
            f"importance_scores should have the same shape as {what}, got {given.shape} vs {tensor.shape}"
        )
    return tensor if given is None else given
