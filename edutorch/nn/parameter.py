"""Parameter: a tensor that a Module notices when it becomes an attribute. Source: torch.nn.parameter."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, SupportsIndex

from ..autograd.base import TensorBase, wrap
from ..autograd.versions import version_counter
from ..ops.creation import empty
from ..tensor import Tensor

if TYPE_CHECKING:
    from .. import dtypes
    from ..backend import Array, DeviceLike
    from ..backend import device as Device
    from ..ops.plumbing.size import Size


class Parameter(Tensor):
    """A leaf on the memory of `data` that requires a gradient, and belongs to the Module that it is assigned to.

    data: a tensor, floating unless requires_grad is False; an empty one by default.
    Raises TypeError for anything but a tensor. Source: torch.nn.Parameter."""

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        if data is None:
            data = empty(0)
        if not isinstance(data, TensorBase):
            raise TypeError(f"Parameter's data must be a Tensor, not {type(data).__name__}: use torch.tensor(...)")
        self._become(data.array)
        self._counter = version_counter(data)
        self.requires_grad = requires_grad

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        """A copy with its own memory, shared with no other copy, and without a gradient, as in PyTorch."""
        copy = type(self).__new__(type(self))
        copy._become(self.array.copy())
        copy._requires_grad = self._requires_grad
        memo[id(self)] = copy
        copy.__dict__.update(deepcopy(self._attributes(), memo))
        return copy

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class Buffer(Tensor):
    """A tensor that becomes a buffer of the Module it is assigned to: it is saved and moved with the Module, but not
    trained. Source: torch.nn.Buffer."""

    persistent: bool

    def __init__(self, data: Tensor | None = None, *, persistent: bool = True) -> None:
        data = empty(0) if data is None else data
        self._become(data.array)
        self.persistent = persistent


def typename(value: object) -> str:
    """The name of a value's type in messages: for tensors PyTorch's name."""
    kind = type(value)
    if isinstance(value, TensorBase):
        return f"torch.{'FloatTensor' if value.array.dtype.name == 'float32' else kind.__name__}"
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


# ---- tensors that have no shape yet: for lazy.py, and to be skipped at first

MEMORY: MemberDescriptorType = vars(TensorBase)["array"]  # the slot itself


class Uninitialized(Tensor):
    """A tensor whose shape is not known yet: see lazy.py. It has a dtype and a device, and can be moved; everything
    else needs its `array`, which raises ValueError."""

    becomes: type[Tensor]

    @property
    def array(self) -> Array:
        raise ValueError(
            f"Attempted to use {self!r}, whose shape is not known before a lazy module has seen its first input:"
            " call the module on a batch first."
        )

    @array.setter
    def array(self, array: Array) -> None:
        MEMORY.__set__(self, array)

    @property
    def data(self) -> Tensor:
        """A tensor without elements, of its dtype and on its device."""
        return wrap(MEMORY.__get__(self))

    @data.setter
    def data(self, value: Tensor) -> None:
        self.array = value.data.array

    def materialize(self, shape: tuple[int, ...], device: DeviceLike = None, dtype: dtypes.dtype | None = None) -> None:
        """Gives it a shape, with whatever values the memory has; from now on it is a Parameter or a Buffer."""
        self.data = empty(shape, device=device or self.device, dtype=dtype or self.dtype)
        object.__setattr__(self, "__class__", self.becomes)

    def to(self, *args: object, **kwargs: Any) -> Tensor:
        """A new one, for another device or dtype."""
        there = self.data.to(*args, **kwargs)
        return type(self)(device=there.device, dtype=there.dtype)  # type: ignore[call-arg]

    @property
    def dtype(self) -> dtypes.dtype:
        """The type that the elements will have."""
        return self.data.dtype

    @property
    def device(self) -> Device:
        """Where they will be."""
        return self.data.device

    def is_floating_point(self) -> bool:
        """Whether the dtype is a floating one."""
        return self.data.is_floating_point()

    @property
    def shape(self) -> Size:
        """Raises RuntimeError: there is none yet."""
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens before a lazy"
            " layer has seen its first input: call the module once."
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return memo.setdefault(id(self), self.to(self.device))

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Callable[..., Tensor], tuple[object, ...]]:
        return _uninitialized, (type(self), self.device.type, self.dtype)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def _uninitialized(cls: Callable[..., Tensor], device: str, dtype: dtypes.dtype) -> Tensor:
    return cls(device=device, dtype=dtype)


class UninitializedParameter(Uninitialized, Parameter):
    """A parameter whose shape is not known yet. Source: torch.nn.UninitializedParameter."""

    becomes = Parameter

    def __init__(
        self, requires_grad: bool = True, device: DeviceLike = None, dtype: dtypes.dtype | None = None
    ) -> None:
        self._become(empty(0, device=device, dtype=dtype).array)
        self._requires_grad = requires_grad


class UninitializedBuffer(Uninitialized, Buffer):
    """A buffer whose shape is not known yet. Source: torch.nn.UninitializedBuffer."""

    becomes = Buffer

    def __init__(self, device: DeviceLike = None, dtype: dtypes.dtype | None = None) -> None:
        self._become(empty(0, device=device, dtype=dtype).array)
        self.persistent = True
