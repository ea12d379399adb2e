"""Initial values of parameters. Each function changes a tensor in place, unrecorded, and returns it.

With the same seed they give PyTorch's numbers. Source: torch.nn.init.
"""

from __future__ import annotations

import math
import warnings

from ..autograd.grad_mode import no_grad
from ..ops.creation import empty, empty_like, eye
from ..ops.masking import where
from ..ops.more.decompositions import qr
from ..random import Generator
from ..random.tensors import randperm
from ..tensor import Tensor

FIXED_GAINS = {
    **dict.fromkeys(
        ("linear", "sigmoid", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
        1.0,
    ),
    "tanh": 5.0 / 3,
    "relu": math.sqrt(2.0),
    "selu": 3.0 / 4,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which a layer's weights should be larger because of the nonlinearity that follows.

    param: leaky_relu's slope, 0.01 by default. Raises ValueError for an unknown name."""
    if nonlinearity in FIXED_GAINS:
        return FIXED_GAINS[nonlinearity]
    if nonlinearity != "leaky_relu":
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    if param is not None and (isinstance(param, bool) or not isinstance(param, (int, float))):
        raise ValueError(f"negative_slope {param} not a valid number")
    slope = 0.01 if param is None else param
    return math.sqrt(2.0 / (1 + slope**2))


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """For a weight (out, in, *kernel): how many inputs each output adds up, and how many outputs each input goes to.
    Raises ValueError for fewer than two axes."""
    if tensor.dim() < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    field = math.prod(tensor.array.shape[2:])
    return tensor.array.shape[1] * field, tensor.array.shape[0] * field


def _fan(tensor: Tensor, mode: str) -> int:
    mode = mode.lower()
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return fan_in if mode == "fan_in" else fan_out


@no_grad()
def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Uniform numbers in [a, b)."""
    return tensor.uniform_(a, b, generator=generator)


@no_grad()
def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal numbers."""
    return tensor.normal_(mean, std, generator=generator)


@no_grad()
def constant_(tensor: Tensor, val: float) -> Tensor:
    """One value."""
    return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Uniform with variance gain^2 2 / (fan_in + fan_out): signals keep their size in both directions.

    Glorot and Bengio: Understanding the difficulty of training deep feedforward neural networks, 2010."""
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    std = gain * math.sqrt(2.0 / float(fan_in + fan_out))
    bound = math.sqrt(3.0) * std
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal with the variance of xavier_uniform_."""
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / float(fan_in + fan_out)), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Uniform with variance gain^2 / fan: signals keep their size through the nonlinearity.

    a: leaky_relu's slope. mode: 'fan_in' for the way forward, 'fan_out' for the way back.
    He et al.: Delving Deep into Rectifiers, 2015."""
    if 0 in tensor.array.shape:
        return tensor
    std = calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))
    bound = math.sqrt(3.0) * std
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Normal with the variance of kaiming_uniform_."""
    if 0 in tensor.array.shape:
        return tensor
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


def uniform_like_pytorch(weight: Tensor, bias: Tensor | None) -> None:
    """The initial values of Linear and the convolutions: both uniform within 1 / sqrt(fan_in)."""
    kaiming_uniform_(weight, a=math.sqrt(5))
    if bias is not None:
        fan_in, _ = _calculate_fan_in_and_fan_out(weight)
        if fan_in != 0:
            bound = 1 / math.sqrt(fan_in)
            uniform_(bias, -bound, bound)


@no_grad()
def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix, (n, m). Raises ValueError for other axes."""
    _check_axes(tensor, 2)
    return tensor.copy_(eye(*tensor.array.shape, dtype=tensor.dtype, device=tensor.device))


@no_grad()
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """The convolution that changes nothing: a one in the middle of the kernels from channel i to channel i, for as many
    channels as there are, in each group. (out, in, *kernel). Raises ValueError if groups do not fit."""
    if tensor.dim() not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    outputs, channels, *kernel = tensor.array.shape
    if outputs % groups:
        raise ValueError("dim 0 must be divisible by groups")
    tensor.zero_()
    middle = tuple(n // 2 for n in kernel)
    each = outputs // groups
    for group in range(groups):
        for channel in range(min(each, channels)):
            tensor[(group * each + channel, channel, *middle)] = 1
    return tensor


@no_grad()
def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Rows (or columns, if there are fewer) that are orthogonal and have length `gain`; the axes after the first count
    as one. Raises ValueError for fewer than two axes.

    Saxe, McClelland, Ganguli 2014; Mezzadri 2006 for the signs."""
    if tensor.dim() < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.size(0)
    drawn = empty(rows, tensor.numel() // rows, dtype=tensor.dtype, device=tensor.device)
    normal_(drawn, 0, 1, generator)
    wide = rows < drawn.size(1)
    q, r = qr(drawn.t() if wide else drawn)
    q = q * r.diagonal().sign()
    return tensor.copy_((q.t() if wide else q).reshape(tensor.shape) * gain)


@no_grad()
def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """Normal numbers, and in each column a fraction `sparsity` of zeros at random places. (n, m).

    Martens 2010. Raises ValueError for other axes."""
    _check_axes(tensor, 2)
    rows, columns = tensor.array.shape
    zeros = math.ceil(sparsity * rows)
    normal_(tensor, 0, std, generator)
    for column in range(columns):
        tensor[randperm(rows)[:zeros].to(tensor.device), column] = 0
    return tensor


@no_grad()
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Normal numbers; those outside [a, b] are drawn again until all are inside."""
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be"
            " incorrect.",
            stacklevel=2,
        )
    inside = _normal_below(b, mean, std) - _normal_below(a, mean, std)
    if inside <= 0.3:
        return _from_uniform(tensor, mean, std, a, b, generator)
    low, high = (tensor.array.dtype.type(limit) for limit in (a, b))
    normal_(tensor, mean, std, generator)
    while bool(((tensor < float(low)) | (tensor > float(high))).any()):
        again = normal_(empty_like(tensor), mean, std, generator)
        tensor.copy_(where((tensor < float(low)) | (tensor > float(high)), again, tensor))
    return tensor


def _normal_below(x: float, mean: float, std: float) -> float:
    """The probability that a normal number is below x."""
    return (1 + math.erf((x - mean) / std / math.sqrt(2))) / 2


def _from_uniform(tensor: Tensor, mean: float, std: float, a: float, b: float, generator: Generator | None) -> Tensor:
    """For an [a, b] into which few normal numbers fall: uniform numbers, each kept with a probability proportional to
    the normal density (rejection sampling)."""
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2

    def rejected() -> Tensor:
        log_density = ((candidates - mean) / std) ** 2 * -0.5 - peak
        return uniform_(empty_like(tensor), generator=generator).log() > log_density

    candidates = uniform_(empty_like(tensor), a, b, generator)
    tensor.copy_(candidates)
    pending = rejected()
    while bool(pending.any()):
        candidates = uniform_(empty_like(tensor), a, b, generator)
        tensor.copy_(where(pending, candidates, tensor))
        pending = pending & rejected()
    return tensor


def _check_axes(tensor: Tensor, axes: int) -> None:
    if tensor.dim() != axes:
        raise ValueError(f"Only tensors with {axes} dimensions are supported, got {tensor.dim()}")
