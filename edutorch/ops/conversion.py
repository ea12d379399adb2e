"""The same numbers as another dtype or on another device."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from .. import backend, dtypes
from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function
from ..backend import DeviceLike, device, device_of, to_device
from ..dtypes import as_dtype, dtype

if TYPE_CHECKING:
    from ..tensor import Tensor


class memory_format:
    """The order of a tensor's elements in memory. The only one here is C order. Source: torch.memory_format."""

    __module__ = "edutorch"  # where users find it

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"torch.{self.name}"


contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")


class layout:
    """How a tensor lies in memory. The only layout here is strided. Source: torch.layout."""

    __module__ = "edutorch"  # where users find it

    def __repr__(self) -> str:
        return "torch.strided"


strided = layout()


def check_format(format: memory_format | None) -> None:
    """Raises NotImplementedError for channels_last."""
    if format is channels_last:
        raise NotImplementedError("memory_format=torch.channels_last: elements lie in C order here; leave it out")


class To(Function):
    """y = x as another dtype or on another device;  dL/dx = dL/dy as x's"""

    pytorch_name = "ToCopyBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, dtype: dtype, where: device, non_blocking: builtins.bool) -> Tensor:
        ctx.source = x.dtype, device_of(x.array)
        return wrap(to_device(x.array.astype(dtype.numpy, copy=False), where, non_blocking))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None, None]:
        return To.apply(gy, *ctx.source, False), None, None, None


def to(input: Tensor, *args: object, **kwargs: Any) -> Tensor:
    """x.to(dtype), x.to(device), x.to(device, dtype), x.to(other): the tensor itself if nothing changes, else a copy.
    copy=True always copies; non_blocking=True waits for no copy from pinned memory; memory_format must mean C order.
    Source: torch.Tensor.to."""
    check_format(kwargs.pop("memory_format", None))
    wanted_dtype, where, non_blocking, copy = parse_to(*args, **kwargs)
    source, home = input.dtype, device_of(input.array)
    new_dtype = wanted_dtype or source
    same_place = where is None or where == home or (where.index is None and where.type == home.type)
    if new_dtype is source and same_place:
        return input.clone() if copy else input
    return To.apply(input, new_dtype, home if same_place else where, non_blocking)


def parse_to(
    *args: object,
    dtype: dtype | None = None,
    device: DeviceLike = None,
    non_blocking: builtins.bool = False,
    copy: builtins.bool = False,
) -> tuple[dtype | None, device | None, builtins.bool, builtins.bool]:
    """dtype, device, non_blocking and copy from the arguments of `to`. Raises TypeError for others."""
    place = device
    flags = [arg for arg in args if isinstance(arg, builtins.bool)]  # non_blocking, then copy, by position
    non_blocking = flags[0] if flags else non_blocking
    copy = flags[1] if len(flags) > 1 else copy
    for arg in args:
        if isinstance(arg, (_dtype, builtins.type)):
            dtype = as_dtype("to", arg)
        elif isinstance(arg, TensorBase):
            dtype, place = arg.dtype, device_of(arg.array)  # type: ignore[attr-defined]
        elif isinstance(arg, builtins.bool):
            continue
        elif isinstance(arg, (str, builtins.int, _device)):
            place = arg
        elif arg is not None:
            raise TypeError(
                f"to() takes a dtype, a device or a tensor, not {arg.__class__.__name__}: x.to(torch.float64),"
                " x.to('cuda')"
            )
    return dtype, None if place is None else _device(place), non_blocking, copy


_dtype, _device = dtype, device  # the parameters of parse_to hide the classes


def type_as(input: Tensor, other: Tensor) -> Tensor:
    """input in other's dtype and on its device. Source: torch.Tensor.type_as."""
    return to(input, other)


def cpu(input: Tensor) -> Tensor:
    """input in the CPU's memory. Source: torch.Tensor.cpu."""
    return to(input, "cpu")


def cuda(input: Tensor, device: DeviceLike = None, non_blocking: builtins.bool = False) -> Tensor:
    """input on a GPU, the current one by default. Source: torch.Tensor.cuda."""
    return to(input, "cuda" if device is None else _device(device), non_blocking=non_blocking)


def is_pinned(input: Tensor) -> builtins.bool:
    """Whether input lies in pinned memory of the host, which a GPU reads directly. Source: torch.Tensor.is_pinned."""
    return backend.is_pinned(input.array)


def pin_memory(input: Tensor) -> Tensor:
    """A copy in pinned memory, which `to("cuda", non_blocking=True)` need not wait for; input itself if it lies there.

    Raises RuntimeError for a tensor on a GPU, and without one. Source: torch.Tensor.pin_memory."""
    if device_of(input.array).type != "cpu":
        raise RuntimeError("cannot pin a tensor on 'cuda': only dense CPU tensors can be pinned")
    return input if is_pinned(input) else wrap(backend.pinned(input.array))


def double(input: Tensor) -> Tensor:
    """input as float64. Source: torch.Tensor.double."""
    return to(input, dtypes.float64)


def float(input: Tensor) -> Tensor:
    """input as float32. Source: torch.Tensor.float."""
    return to(input, dtypes.float32)


def half(input: Tensor) -> Tensor:
    """input as float16. Source: torch.Tensor.half."""
    return to(input, dtypes.float16)


def long(input: Tensor) -> Tensor:
    """input as int64, truncated towards zero. Source: torch.Tensor.long."""
    return to(input, dtypes.int64)


def int(input: Tensor) -> Tensor:
    """input as int32, truncated towards zero. Source: torch.Tensor.int."""
    return to(input, dtypes.int32)


def short(input: Tensor) -> Tensor:
    """input as int16. Source: torch.Tensor.short."""
    return to(input, dtypes.int16)


def char(input: Tensor) -> Tensor:
    """input as int8. Source: torch.Tensor.char."""
    return to(input, dtypes.int8)


def byte(input: Tensor) -> Tensor:
    """input as uint8. Source: torch.Tensor.byte."""
    return to(input, dtypes.uint8)


def type(input: Tensor, dtype: dtype | str | None = None, non_blocking: builtins.bool = False) -> Tensor | str:
    """The name of the type, such as "torch.FloatTensor"; or, given a dtype or such a name, input converted to it.

    Source: torch.Tensor.type."""
    if dtype is None:
        place = "cuda." if device_of(input.array).type == "cuda" else ""
        return f"torch.{place}{_TYPE_NAMES[input.dtype]}"
    if isinstance(dtype, str):
        where, _, name = dtype.removeprefix("torch.").rpartition(".")
        if name not in _TYPE_NAMES.values() or where not in ("", "cuda"):
            raise ValueError(f"invalid type: {dtype!r}")
        found = next(each for each, known in _TYPE_NAMES.items() if known == name)
        return to(input, where or "cpu", found)
    if isinstance(dtype, dtypes.dtype):
        return to(input, dtype)
    return to(input, dtype.device, dtype.dtype)  # LongTensor stands for both


def result_type(tensor1: Tensor | builtins.float, tensor2: Tensor | builtins.float) -> dtype:
    """The dtype in which an operation on the two, tensors or numbers, computes. Source: torch.result_type."""
    return dtypes.result_type((tensor1, tensor2))


_TYPE_NAMES = {
    dtypes.float16: "HalfTensor",
    dtypes.float32: "FloatTensor",
    dtypes.float64: "DoubleTensor",
    dtypes.uint8: "ByteTensor",
    dtypes.int8: "CharTensor",
    dtypes.int16: "ShortTensor",
    dtypes.int32: "IntTensor",
    dtypes.int64: "LongTensor",
    dtypes.bool: "BoolTensor",
}


def bool(input: Tensor) -> Tensor:
    """input as bool: True where it is not 0. Source: torch.Tensor.bool."""
    return to(input, dtypes.bool)
