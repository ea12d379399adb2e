"""Parameter: a tensor that a Module notices when it becomes an attribute. Source: torch.nn.parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..autograd.base import TensorBase
from ..autograd.versions import version_counter
from ..ops.creation import empty
from ..tensor import Tensor

if TYPE_CHECKING:
    from ..backend import DeviceLike


class Parameter(Tensor):
    """A leaf on the memory of `data` that requires a gradient and belongs to the Module it is assigned to.

    data: a tensor, floating unless requires_grad is False; an empty one by default.
    Raises TypeError for what is no tensor. Source: torch.nn.Parameter."""

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        if data is None:
            data = empty(0)
        if not isinstance(data, TensorBase):
            raise TypeError(f"Parameter's data must be a Tensor, not {type(data).__name__}: use torch.tensor(...)")
        self._become(data.array)
        self._version = version_counter(data)
        self.requires_grad = requires_grad

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        copy: Any = super().__deepcopy__(memo)
        copy._grad = None  # as in PyTorch: a copied model starts with no gradients
        return copy

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class UninitializedParameter(Parameter):
    """A parameter whose shape is not known yet: see lazy.py. Source: torch.nn.UninitializedParameter."""

    def __init__(self, requires_grad: bool = True, device: DeviceLike = None, dtype: Any = None) -> None:
        super().__init__(empty(0, device=device, dtype=dtype), requires_grad)

    def materialize(self, shape: tuple[int, ...]) -> None:
        """Gives it a shape, with whatever values the memory has; from now on it is a Parameter."""
        self.data = empty(shape, device=self.device, dtype=self.dtype)
        object.__setattr__(self, "__class__", Parameter)

    @property
    def shape(self) -> Any:
        """Raises RuntimeError: there is none yet."""
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens before a lazy"
            " layer has seen its first input: call the module once."
        )

    def __repr__(self) -> str:
        return "<UninitializedParameter>"


class Buffer(Tensor):
    """A tensor that a Module takes as a buffer when it becomes an attribute: saved with it, moved with it,
    not trained. Source: torch.nn.Buffer."""

    persistent: bool

    def __init__(self, data: Tensor | None = None, *, persistent: bool = True) -> None:
        data = empty(0) if data is None else data
        self._become(data.array)
        self.persistent = persistent


def typename(value: Tensor | int) -> str:
    """What messages call the type of a value: PyTorch's name for tensors."""
    kind = type(value)
    if isinstance(value, TensorBase):
        return f"torch.{'FloatTensor' if value.array.dtype.name == 'float32' else kind.__name__}"
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
