"""Each operation in the words of ONNX: what a Function's call becomes in the file.

Source: github.com/onnx/onnx/blob/main/docs/Operators.md, operator set 18.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..ops.plumbing.conv_arguments import Layout
from ..ops.plumbing.index_steps import Step
from ..ops.plumbing.windows import Windows
from .trace import Value

if TYPE_CHECKING:
    from ..dtypes import dtype as Dtype

INT_MAX = 2**63 - 1
Operand = Value | float
Names = str | list[str]


class Graph(Protocol):
    """What a converter writes to."""

    def name(self, value: Operand | np.ndarray, like: Value | None = None) -> str:
        """The name of a tensor, or of a constant; a number gets the dtype of `like`."""
        ...

    def node(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """Adds a node. The name of its output, or the names."""
        ...

    def ints(self, values: Sequence[int]) -> str:
        """The name of a constant of int64."""
        ...


Converter = Callable[..., Names]

# y = f(x), and y = f(x, z): the same in both
SAME = {
    **{name: name for name in "Exp Log Sqrt Abs Neg Tanh Sigmoid Erf Reciprocal Sign".split()},
    **{name: name for name in "Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh".split()},
    **{name: name for name in "Add Sub Mul Div Pow MatMul".split()},
    "Clone": "Identity",
    "Maximum": "Max",
    "Minimum": "Min",
    "ReLU": "Relu",
}


def convert(graph: Graph, name: str, inputs: Sequence[Any], like: Value) -> list[str]:
    """Adds the nodes of a Function called by that name; the names of its outputs. like: its first output."""
    if name in SAME:
        return [graph.node(SAME[name], *(graph.name(each, like) for each in inputs))]
    converter: Converter = globals()[f"_{name}"]
    found = converter(graph, *inputs, like=like)
    return [found] if isinstance(found, str) else found


def check_known(name: str) -> None:
    """Raises RuntimeError for a Function that has no form in ONNX here."""
    if name not in known():
        raise RuntimeError(
            f"onnx.export: {name} has no form in ONNX here. Those that have one: {', '.join(sorted(known()))}"
        )


def known() -> list[str]:
    """The names of the Functions that can be written."""
    converters = [name[1:] for name, each in globals().items() if name[:1] == "_" and name[1:2].isupper()]
    return [*SAME, *converters]


# ---- elementwise


def _Square(graph: Graph, x: Value, like: Value) -> Names:
    return graph.node("Mul", graph.name(x), graph.name(x))


def _Rsqrt(graph: Graph, x: Value, like: Value) -> Names:
    return graph.node("Reciprocal", graph.node("Sqrt", graph.name(x)))


def _Clamp(graph: Graph, x: Value, low: float | None, high: float | None, like: Value) -> Names:
    bounds = ["" if each is None else graph.name(each, like) for each in (low, high)]
    return graph.node("Clip", graph.name(x), *bounds)


_Hardtanh = _Clamp


def _LeakyReLU(graph: Graph, x: Value, a: float, like: Value) -> Names:
    return graph.node("LeakyRelu", graph.name(x), alpha=float(a))


def _ELU(graph: Graph, x: Value, a: float, s: float, b: float, like: Value) -> Names:
    """s (max(x, 0) + a (e^(b min(x, 0)) - 1))"""
    zero, one = graph.name(0, like), graph.name(1, like)
    below = graph.node("Exp", graph.node("Mul", graph.node("Min", graph.name(x), zero), graph.name(b, like)))
    bend = graph.node("Mul", graph.node("Sub", below, one), graph.name(a, like))
    return graph.node("Mul", graph.node("Add", graph.node("Relu", graph.name(x)), bend), graph.name(s, like))


def _SiLU(graph: Graph, x: Value, like: Value) -> Names:
    return graph.node("Mul", graph.name(x), graph.node("Sigmoid", graph.name(x)))


def _GELU(graph: Graph, x: Value, like: Value) -> Names:
    """x (1 + erf(x / sqrt 2)) / 2"""
    erf = graph.node("Erf", graph.node("Mul", graph.name(x), graph.name(math.sqrt(0.5), like)))
    half = graph.node("Mul", graph.name(x), graph.name(0.5, like))
    return graph.node("Mul", half, graph.node("Add", erf, graph.name(1, like)))


def _Softplus(graph: Graph, x: Value, b: float, limit: float, like: Value) -> Names:
    soft = graph.node("Softplus", graph.node("Mul", graph.name(x), graph.name(b, like)))
    return graph.node("Div", soft, graph.name(b, like))


def _Softmax(graph: Graph, x: Value, dim: int, like: Value) -> Names:
    return graph.node("Softmax", graph.name(x), axis=dim)


def _LogSoftmax(graph: Graph, x: Value, dim: int, like: Value) -> Names:
    return graph.node("LogSoftmax", graph.name(x), axis=dim)


def _Where(graph: Graph, condition: Value, x: Operand, y: Operand, like: Value) -> Names:
    return graph.node("Where", graph.name(condition), graph.name(x, like), graph.name(y, like))


def _To(graph: Graph, x: Value, dtype: Dtype, where: object, non_blocking: bool, like: Value) -> Names:
    return graph.node("Cast", graph.name(x), to=like.array.dtype)


# ---- products


def _Linear(graph: Graph, x: Value, weight: Value, bias: Value | None, like: Value) -> Names:
    if x.array.ndim == 2:
        rest = [] if bias is None else [graph.name(bias)]
        return graph.node("Gemm", graph.name(x), graph.name(weight), *rest, transB=1)
    product = graph.node("MatMul", graph.name(x), graph.node("Transpose", graph.name(weight), perm=[1, 0]))
    return product if bias is None else graph.node("Add", product, graph.name(bias))


def _Convolution(graph: Graph, x: Value, w: Value, b: Value | None, layout: Layout, like: Value) -> Names:
    rest = [] if b is None else [graph.name(b)]
    return graph.node("Conv", graph.name(x), graph.name(w), *rest, group=layout.groups, **_moves(layout.windows))


def _ConvolutionInput(graph: Graph, y: Value, w: Value, shape: tuple[int, ...], layout: Layout, like: Value) -> Names:
    windows = layout.windows
    reached = [
        (n - 1) * s + extent for n, s, extent in zip(y.array.shape[2:], windows.stride, windows.extent(), strict=True)
    ]
    missing = [n - r for n, r in zip(windows.padded(like.array.shape[2:]), reached, strict=True)]
    moves: dict[str, Any] = {**_moves(windows), "output_padding": missing}
    return graph.node("ConvTranspose", graph.name(y), graph.name(w), group=layout.groups, **moves)


def _moves(windows: Windows) -> dict[str, Any]:
    """The windows as attributes of Conv and the poolings."""
    before, after = zip(*windows.padding, strict=True)
    return {
        "kernel_shape": list(windows.kernel),
        "strides": list(windows.stride),
        "pads": [*before, *after],
        "dilations": list(windows.dilation),
    }


def _MaxPool(graph: Graph, x: Value, windows: Windows, like: Value) -> Names:
    return graph.node("MaxPool", graph.name(x), **_moves(windows))


def _WindowSum(graph: Graph, x: Value, windows: Windows, like: Value) -> Names:
    """The mean of each window, its padding counted, times the number of its elements."""
    if any(each != 1 for each in windows.dilation):
        raise RuntimeError("onnx.export: the mean of windows with gaps has no form in ONNX here")
    moves = {name: each for name, each in _moves(windows).items() if name != "dilations"}
    mean = graph.node("AveragePool", graph.name(x), count_include_pad=1, **moves)
    return graph.node("Mul", mean, graph.name(math.prod(windows.kernel), like))


def _Embedding(
    graph: Graph, weight: Value, index: Value, padding_idx: object, by_frequency: object, like: Value
) -> Names:
    return graph.node("Gather", graph.name(weight), graph.name(index))


# ---- reductions


def _reduction(kind: str) -> Converter:
    def converter(
        graph: Graph, x: Value, dims: tuple[int, ...], keepdim: bool = True, *rest: object, like: Value
    ) -> Names:
        return graph.node(kind, graph.name(x), graph.ints(dims), keepdims=int(keepdim))

    return converter


_Sum, _Mean, _LogSumExp = _reduction("ReduceSum"), _reduction("ReduceMean"), _reduction("ReduceLogSumExp")


def _Extremum(
    graph: Graph, x: Value, dims: tuple[int, ...], keepdim: bool, largest: bool, nan: bool, like: Value
) -> Names:
    kind = "ReduceMax" if largest else "ReduceMin"
    return graph.node(kind, graph.name(x), graph.ints(dims), keepdims=int(keepdim))


def _Var(graph: Graph, x: Value, dims: tuple[int, ...], n: float, like: Value) -> Names:
    mean = graph.node("ReduceMean", graph.name(x), graph.ints(dims))
    centered = graph.node("Sub", graph.name(x), mean)
    squares = graph.node("ReduceSum", graph.node("Mul", centered, centered), graph.ints(dims))
    return graph.node("Div", squares, graph.name(n, like))


def _Standardize(graph: Graph, x: Value, eps: float, like: Value) -> Names:
    rows = graph.ints((0, 2))
    mean = graph.node("ReduceMean", graph.name(x), rows)
    centered = graph.node("Sub", graph.name(x), mean)
    variance = graph.node("ReduceMean", graph.node("Mul", centered, centered), rows)
    s = graph.node("Reciprocal", graph.node("Sqrt", graph.node("Add", variance, graph.name(eps, like))))
    return [graph.node("Mul", centered, s), s, mean, variance]


def _LayerNorm(graph: Graph, x: Value, weight: Value, bias: Value, eps: float, like: Value) -> Names:
    inputs = map(graph.name, (x, weight, bias))
    return graph.node("LayerNormalization", *inputs, axis=-weight.array.ndim, epsilon=eps)


def _CumSum(graph: Graph, x: Value, dim: int, reverse: bool, like: Value) -> Names:
    return graph.node("CumSum", graph.name(x), graph.ints([dim]), reverse=int(reverse))


# ---- shapes


def _Reshape(graph: Graph, x: Value, shape: tuple[int, ...], like: Value) -> Names:
    return graph.node("Reshape", graph.name(x), graph.ints(shape))


def _Permute(graph: Graph, x: Value, dims: tuple[int, ...], like: Value) -> Names:
    return graph.node("Transpose", graph.name(x), perm=list(dims))


def _Expand(graph: Graph, x: Value, shape: tuple[int, ...], like: Value) -> Names:
    old = (1,) * (len(shape) - x.array.ndim) + x.array.shape
    if any(n == -1 and was == 1 for n, was in zip(shape, old, strict=True)):
        raise RuntimeError("onnx.export: a tensor is repeated along a dynamic axis, for which there is no form here")
    return graph.node("Expand", graph.name(x), graph.ints([1 if n == -1 else n for n in shape]))  # 1: as it is


def _Spread(graph: Graph, x: Value, shape: tuple[int, ...], dims: tuple[int, ...], like: Value) -> Names:
    kept = [1 if axis in dims else n for axis, n in enumerate(shape)]
    whole = graph.node("Reshape", graph.name(x), graph.ints(kept))
    return graph.node("Expand", whole, graph.ints([1 if n == -1 else n for n in shape]))


def _Cat(graph: Graph, dim: int, *tensors: Value, like: Value) -> Names:
    return graph.node("Concat", *map(graph.name, tensors), axis=dim)


def _Stack(graph: Graph, dim: int, *tensors: Value, like: Value) -> Names:
    each = [graph.node("Unsqueeze", graph.name(tensor), graph.ints([dim])) for tensor in tensors]
    return graph.node("Concat", *each, axis=dim)


def _Parts(graph: Graph, x: Value, sizes: Sequence[int], dim: int, like: Value) -> Names:
    found: Names = graph.node("Split", graph.name(x), graph.ints(sizes), outputs=len(sizes), axis=dim)
    return found


def _SplitHeads(graph: Graph, x: Value, heads: int, like: Value) -> Names:
    """(L, N, 3 E) as (L, N, 3, heads, E / heads), then as (3, N, heads, L, E / heads), whose parts are q, k and v."""
    split = graph.node("Reshape", graph.name(x), graph.ints([0, 0, 3, heads, like.array.shape[-1]]))  # 0: as it is
    thirds = graph.node("Transpose", split, perm=[2, 1, 3, 0, 4])
    parts = graph.node("Split", thirds, graph.ints([1, 1, 1]), outputs=3, axis=0)
    return [graph.node("Squeeze", part, graph.ints([0])) for part in parts]


def _ConstantPad(graph: Graph, x: Value, padding: tuple[tuple[int, int], ...], value: float, like: Value) -> Names:
    before, after = zip(*padding, strict=True)
    return graph.node("Pad", graph.name(x), graph.ints([*before, *after]), graph.name(value, like))


def _Slice(graph: Graph, x: Value, index: int | tuple[Step, ...], like: Value) -> Names:
    steps = index if isinstance(index, tuple) else (index,)
    used = sum(step is not None and step is not Ellipsis for step in steps)
    full = [slice(None)] * (x.array.ndim - used)
    at = next((i for i, step in enumerate(steps) if step is Ellipsis), len(steps))
    found = _sliced(graph, graph.name(x), [*steps[:at], *full, *steps[at + 1 :]])
    return graph.node("Identity", found) if found == graph.name(x) else found


def _sliced(graph: Graph, x: str, steps: Sequence[Step | EllipsisType]) -> str:
    """The slices by one node, then the axes of single positions taken away, then new axes."""
    old = [step for step in steps if step is not None]
    parts = {axis: step if isinstance(step, slice) else _one(step) for axis, step in enumerate(old)}
    parts = {axis: part for axis, part in parts.items() if part != slice(None)}
    if parts:
        forward = [(part.step or 1) > 0 for part in parts.values()]
        starts = [
            p.start if p.start is not None else 0 if up else INT_MAX
            for p, up in zip(parts.values(), forward, strict=True)
        ]
        stops = [
            p.stop if p.stop is not None else INT_MAX if up else -INT_MAX
            for p, up in zip(parts.values(), forward, strict=True)
        ]
        by = [part.step or 1 for part in parts.values()]
        x = graph.node("Slice", x, *map(graph.ints, (starts, stops, list(parts), by)))
    if single := [axis for axis, step in enumerate(old) if not isinstance(step, slice)]:
        x = graph.node("Squeeze", x, graph.ints(single))
    left = [step for step in steps if step is None or isinstance(step, slice)]
    if new := [axis for axis, step in enumerate(left) if step is None]:
        x = graph.node("Unsqueeze", x, graph.ints(new))
    return x


def _one(position: Any) -> slice:
    return slice(position, position + 1 if position != -1 else None)
