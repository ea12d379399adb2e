"""Layers that several models are built of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ... import nn
from ...ops.creation import ones, zeros
from ...tensor import Tensor

Layer = Callable[..., nn.Module]


class _ConvNormActivation(nn.Sequential):
    """A convolution that keeps the size (with stride 1), a normalization, an activation."""

    def __init__(
        self,
        conv: Layer,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...],
        padding: int | tuple[int, ...] | str | None,
        groups: int,
        norm_layer: Layer | None,
        activation_layer: Layer | None,
        dilation: int | tuple[int, ...],
        inplace: bool | None,
        bias: bool | None,
    ) -> None:
        if padding is None:
            padding = _same_size(kernel_size, dilation)
        if bias is None:
            bias = norm_layer is None
        layers = [conv(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias)]
        if norm_layer is not None:
            layers.append(norm_layer(out_channels))
        if activation_layer is not None:
            layers.append(_activation(activation_layer, inplace))
        super().__init__(*layers)
        self.out_channels = out_channels


class Conv2dNormActivation(_ConvNormActivation):
    """nn.Conv2d, norm_layer and activation_layer in a row; None leaves one of the latter out.

    (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride): the padding is by default what keeps the size.
    bias: by default only without norm_layer. Source: torchvision.ops.Conv2dNormActivation."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...] = 3,
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] | str | None = None,
        groups: int = 1,
        norm_layer: Layer | None = nn.BatchNorm2d,
        activation_layer: Layer | None = nn.ReLU,
        dilation: int | tuple[int, ...] = 1,
        inplace: bool | None = True,
        bias: bool | None = None,
    ) -> None:
        super().__init__(
            nn.Conv2d,
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            groups,
            norm_layer,
            activation_layer,
            dilation,
            inplace,
            bias,
        )


class Conv3dNormActivation(_ConvNormActivation):
    """As Conv2dNormActivation, with nn.Conv3d. Source: torchvision.ops.Conv3dNormActivation."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...] = 3,
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] | str | None = None,
        groups: int = 1,
        norm_layer: Layer | None = nn.BatchNorm3d,
        activation_layer: Layer | None = nn.ReLU,
        dilation: int | tuple[int, ...] = 1,
        inplace: bool | None = True,
        bias: bool | None = None,
    ) -> None:
        super().__init__(
            nn.Conv3d,
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            groups,
            norm_layer,
            activation_layer,
            dilation,
            inplace,
            bias,
        )


class SqueezeExcitation(nn.Module):
    """Every channel times a factor that a small network computes from the means of all channels.

    (N, input_channels, H, W) to the same shape. Source: torchvision.ops.SqueezeExcitation; Hu, Shen, Sun 2017."""

    def __init__(
        self,
        input_channels: int,
        squeeze_channels: int,
        activation: Layer = nn.ReLU,
        scale_activation: Layer = nn.Sigmoid,
    ) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, input: Tensor) -> Tensor:
        squeezed = self.activation(self.fc1(self.avgpool(input)))  # (N, squeeze_channels, 1, 1)
        return self.scale_activation(self.fc2(squeezed)) * input


class MLP(nn.Sequential):
    """Fully connected layers of these widths, with norm_layer, activation_layer and dropout between them.

    (..., in_channels) to (..., hidden_channels[-1]). Source: torchvision.ops.MLP."""

    def __init__(
        self,
        in_channels: int,
        hidden_channels: Sequence[int],
        norm_layer: Layer | None = None,
        activation_layer: Layer | None = nn.ReLU,
        inplace: bool | None = None,
        bias: bool = True,
        dropout: float = 0.0,
    ) -> None:
        layers: list[nn.Module] = []
        *inner, last = hidden_channels
        for width in inner:
            layers.append(nn.Linear(in_channels, width, bias))
            if norm_layer is not None:
                layers.append(norm_layer(width))
            if activation_layer is not None:
                layers.append(_activation(activation_layer, inplace))
            layers.append(_dropout(dropout, inplace))
            in_channels = width
        layers += [nn.Linear(in_channels, last, bias), _dropout(dropout, inplace)]
        super().__init__(*layers)


class Permute(nn.Module):
    """x.permute(dims) as a layer. Source: torchvision.ops.Permute."""

    def __init__(self, dims: Sequence[int]) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(self.dims)


class FrozenBatchNorm2d(nn.Module):
    """Batch normalization whose statistics, weight and bias stay as they are, in training, too.

    (N, num_features, H, W) to the same shape. Source: torchvision.ops.FrozenBatchNorm2d."""

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, num_features: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.register_buffer("weight", ones(num_features))
        self.register_buffer("bias", zeros(num_features))
        self.register_buffer("running_mean", zeros(num_features))
        self.register_buffer("running_var", ones(num_features))

    def forward(self, x: Tensor) -> Tensor:
        scale = self.weight * (self.running_var + self.eps).rsqrt()
        shift = self.bias - self.running_mean * scale
        return x * scale.reshape(1, -1, 1, 1) + shift.reshape(1, -1, 1, 1)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.weight.shape[0]}, eps={self.eps})"


def _same_size(kernel_size: int | tuple[int, ...], dilation: int | tuple[int, ...]) -> int | tuple[int, ...]:
    """The padding that keeps the size of an image."""
    if isinstance(kernel_size, int) and isinstance(dilation, int):
        return (kernel_size - 1) // 2 * dilation
    axes = len(kernel_size if isinstance(kernel_size, tuple) else dilation)  # type: ignore[arg-type]
    kernels = (kernel_size,) * axes if isinstance(kernel_size, int) else kernel_size
    dilations = (dilation,) * axes if isinstance(dilation, int) else dilation
    return tuple((k - 1) // 2 * d for k, d in zip(kernels, dilations, strict=True))


def _activation(layer: Layer, inplace: bool | None) -> nn.Module:
    return layer() if inplace is None else layer(inplace=inplace)


def _dropout(p: float, inplace: bool | None) -> nn.Module:
    return nn.Dropout(p) if inplace is None else nn.Dropout(p, inplace=inplace)
