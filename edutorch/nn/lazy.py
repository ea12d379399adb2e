"""Layers that learn the size of their input from the first one they see. Source: torch.nn.modules.lazy.

Until then their parameters are uninitialized; afterwards they are plain layers: LazyLinear becomes Linear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..dtypes import dtype as dtype_
from ..dtypes import int64
from ..ops.from_data import tensor
from .conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from .linear import Linear
from .module import Module
from .normalization import BatchNorm1d, BatchNorm2d, BatchNorm3d
from .parameter import UninitializedBuffer, UninitializedParameter

if TYPE_CHECKING:
    from ..backend import DeviceLike
    from ..tensor import Tensor


class LazyModule(Module):
    """What lazy layers share. cls_to_become: the class that the layer gets with its first input."""

    cls_to_become: type[Module] = Module

    def _wait(self, *names: str, device: DeviceLike, dtype: dtype_ | None) -> None:
        """Makes these parameters uninitialized, and watches for the first input."""
        for name in names:
            setattr(self, name, UninitializedParameter(device=device, dtype=dtype))
        self.register_forward_pre_hook(_infer)

    def initialize_parameters(self, input: Tensor) -> None:
        """Gives the parameters their shapes, from an input, and their initial values."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its parameters' shapes are")

    def _materialize(self, **shapes: tuple[int, ...]) -> None:
        """Gives parameters their shapes; draws initial values, unless a state_dict was loaded before."""
        waiting = [name for name in shapes if isinstance(getattr(self, name), UninitializedParameter)]
        for name in waiting:
            getattr(self, name).materialize(shapes[name])
        if waiting:
            self.reset_parameters()


def _infer(module: Any, args: tuple[Tensor]) -> None:
    """The hook before the first forward."""
    module.initialize_parameters(args[0])
    hooks = module._hooks.forward_pre
    for key in [key for key, hook in hooks.items() if hook is _infer]:
        del hooks[key]
    object.__setattr__(module, "__class__", module.cls_to_become)


class LazyLinear(LazyModule, Linear):
    """Linear that takes in_features from its first input. Source: torch.nn.LazyLinear."""

    cls_to_become = Linear

    def __init__(
        self, out_features: int, bias: bool = True, device: DeviceLike = None, dtype: dtype_ | None = None
    ) -> None:
        super().__init__(0, 0, False)  # draws nothing
        self.out_features = out_features
        self._wait("weight", *["bias"] * bias, device=device, dtype=dtype)

    def initialize_parameters(self, input: Tensor) -> None:
        """input (*, in_features)"""
        self.in_features = input.size(-1)
        shapes = {"weight": (self.out_features, self.in_features), "bias": (self.out_features,)}
        self._materialize(**{name: shape for name, shape in shapes.items() if getattr(self, name) is not None})


class _LazyConv(LazyModule):
    """A convolution that takes in_channels from its first input. Arguments as for the convolution, without
    in_channels."""

    def __init__(
        self,
        out_channels: int,
        kernel_size: int,
        *args: Any,
        bias: bool = True,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
        **options: Any,
    ) -> None:
        super().__init__(0, 0, kernel_size, *args, bias=False, **options)  # type: ignore[call-arg]
        self.out_channels = out_channels
        self._wait("weight", *["bias"] * bias, device=device, dtype=dtype)

    def initialize_parameters(self, input: Tensor) -> None:
        """input (N, C, *size) or (C, *size)"""
        axes = len(self.kernel_size)
        if input.dim() not in (axes + 1, axes + 2):
            raise RuntimeError(
                f"Expected {axes + 1}D (unbatched) or {axes + 2}D (batched) input to"
                f" {type(self).__name__}, but got input of size: {list(input.shape)}"
            )
        self.in_channels = input.size(-axes - 1)
        if self.in_channels % self.groups:
            raise ValueError(f"in_channels must be divisible by groups: {self.in_channels} and {self.groups} are not")
        channels = (self.out_channels, self.in_channels)
        outer, inner = reversed(channels) if self.transposed else channels
        shapes = {"weight": (outer, inner // self.groups, *self.kernel_size), "bias": (self.out_channels,)}
        self._materialize(**{name: shape for name, shape in shapes.items() if getattr(self, name) is not None})


class LazyConv1d(_LazyConv, Conv1d):
    """Conv1d that takes in_channels from its first input. Source: torch.nn.LazyConv1d."""

    cls_to_become = Conv1d


class LazyConv2d(_LazyConv, Conv2d):
    """Conv2d that takes in_channels from its first input. Source: torch.nn.LazyConv2d."""

    cls_to_become = Conv2d


class LazyConv3d(_LazyConv, Conv3d):
    """Conv3d that takes in_channels from its first input. Source: torch.nn.LazyConv3d."""

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyConv, ConvTranspose1d):
    """ConvTranspose1d that takes in_channels from its first input. Source: torch.nn.LazyConvTranspose1d."""

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyConv, ConvTranspose2d):
    """ConvTranspose2d that takes in_channels from its first input. Source: torch.nn.LazyConvTranspose2d."""

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyConv, ConvTranspose3d):
    """ConvTranspose3d that takes in_channels from its first input. Source: torch.nn.LazyConvTranspose3d."""

    cls_to_become = ConvTranspose3d


class _LazyBatchNorm(LazyModule):
    """A batch norm that takes num_features from its first input."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(0, eps, momentum, False, False)  # type: ignore[call-arg]
        self.affine, self.track_running_stats = affine, track_running_stats
        if track_running_stats:
            self.running_mean = UninitializedBuffer(device, dtype)
            self.running_var = UninitializedBuffer(device, dtype)
            self.num_batches_tracked = tensor(0, dtype=int64, device=device)
        self._wait(*["weight"] * affine, *["bias"] * (affine and bias), device=device, dtype=dtype)

    def initialize_parameters(self, input: Tensor) -> None:
        """input (N, num_features, *)"""
        self.num_features = n = input.size(1)
        if self.track_running_stats and isinstance(self.running_mean, UninitializedBuffer):
            self.running_mean.materialize((n,))
            self.running_var.materialize((n,))
            self.reset_running_stats()
        self._materialize(**{name: (n,) for name in ("weight", "bias") if getattr(self, name) is not None})


class LazyBatchNorm1d(_LazyBatchNorm, BatchNorm1d):
    """BatchNorm1d that takes num_features from its first input. Source: torch.nn.LazyBatchNorm1d."""

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyBatchNorm, BatchNorm2d):
    """BatchNorm2d that takes num_features from its first input. Source: torch.nn.LazyBatchNorm2d."""

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyBatchNorm, BatchNorm3d):
    """BatchNorm3d that takes num_features from its first input. Source: torch.nn.LazyBatchNorm3d."""

    cls_to_become = BatchNorm3d
