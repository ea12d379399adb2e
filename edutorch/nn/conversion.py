"""A Module's tensors in another dtype or on another device. Source: torch.nn.Module.to, float, cuda, ..."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

from ..autograd.grad_mode import no_grad
from ..dtypes import dtype, float16, float32, float64
from ..ops.conversion import parse_to
from ..ops.creation import empty_like

if TYPE_CHECKING:
    from ..backend import DeviceLike
    from ..tensor import Tensor
    from .parameter import Parameter


class Convertible:
    """Moving and converting a Module's parameters and buffers, all by `_apply`."""

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    children: Callable[[], Iterator[Any]]

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Gives every parameter and its gradient the memory of fn(it), in the same object; a buffer becomes fn(it)."""
        for child in self.children() if recurse else ():
            child._apply(fn)
        with no_grad():
            for parameter in self._parameters.values():
                if parameter is not None:
                    _convert(parameter, fn)
            for name, buffer in self._buffers.items():
                if buffer is not None:
                    self._buffers[name] = fn(buffer)
        return self

    def to(self, *args: object, **kwargs: Any) -> Self:
        """to(device), to(dtype), to(device, dtype), to(tensor): moves and converts all parameters and
        buffers, in place; a dtype applies to floating ones only. Returns the module.

        Raises TypeError for a dtype that is not floating."""
        wanted, where, *_ = parse_to(*args, **kwargs)
        if wanted is not None and not wanted.is_floating_point:
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={wanted}"
            )
        return self._apply(lambda t: t.to(where, wanted if t.is_floating_point() else None))

    def cpu(self) -> Self:
        """to('cpu')."""
        return self._apply(lambda t: t.to("cpu"))

    def cuda(self, device: DeviceLike = None) -> Self:
        """to('cuda'), or to one GPU of several."""
        return self._apply(lambda t: t.to("cuda" if device is None else device))

    def to_empty(self, *, device: DeviceLike, recurse: bool = True) -> Self:
        """Moves to a device without copying the values; with recurse=False only the module's own tensors."""
        return self._apply(lambda t: empty_like(t, device=device), recurse)

    def type(self, dst_type: dtype) -> Self:
        """Converts all parameters and buffers to a dtype."""
        return self._apply(lambda t: t.to(dst_type))

    def float(self) -> Self:
        """to(float32)."""
        return self._apply(lambda t: t.to(float32) if t.is_floating_point() else t)

    def double(self) -> Self:
        """to(float64)."""
        return self._apply(lambda t: t.to(float64) if t.is_floating_point() else t)

    def half(self) -> Self:
        """to(float16)."""
        return self._apply(lambda t: t.to(float16) if t.is_floating_point() else t)


def _convert(parameter: Tensor, fn: Callable[[Tensor], Tensor]) -> None:
    gradient = parameter.grad
    parameter.data = fn(parameter)
    if gradient is not None:
        gradient.data = fn(gradient)
        parameter._grad = gradient
