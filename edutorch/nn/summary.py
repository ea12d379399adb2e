"""The parts of a module as a table: layers, shapes, parameters, operations.

The module runs once, unrecorded and in eval mode, with a hook at each layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..autograd.base import TensorBase
from ..autograd.grad_mode import no_grad
from ..ops.creation import zeros
from .flops import count_flops
from .modes import in_mode

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .module import Module

HEADINGS = ("layer", "type", "input", "output", "parameters", "FLOPs")


class Row(NamedTuple):
    """One layer: its full name, depth, class, shapes, and its own parameters and operations."""

    name: str
    depth: int
    kind: str
    inputs: object
    outputs: object
    parameters: int
    flops: int


class Summary:
    """The table, for printing or a notebook. rows: one for each module; total_parameters, trainable_parameters;
    total_flops of one run, where a multiplication and an addition count as two."""

    def __init__(self, title: str, rows: list[Row], total: int, trainable: int) -> None:
        self.title = title
        self.rows = rows
        self.total_parameters = total
        self.trainable_parameters = trainable
        self.total_flops = sum(row.flops for row in rows)

    def _cells(self) -> list[tuple[str, ...]]:
        return [
            (
                "  " * row.depth + (row.name or self.title),
                row.kind,
                _shapes(row.inputs),
                _shapes(row.outputs),
                f"{row.parameters:,}" if row.parameters else "",
                f"{row.flops:,}" if row.flops else "",
            )
            for row in self.rows
        ]

    def _totals(self) -> str:
        frozen = self.total_parameters - self.trainable_parameters
        return (
            f"{self.total_parameters:,} parameters, {self.trainable_parameters:,} trainable"
            + (f", {frozen:,} frozen" if frozen else "")
            + f"; {self.total_flops:,} FLOPs in products"
        )

    def __str__(self) -> str:
        table = [HEADINGS, *self._cells()]
        widths = [max(len(row[i]) for row in table) for i in range(len(HEADINGS))]
        lines = ["  ".join(_aligned(cell, i, widths[i]) for i, cell in enumerate(row)).rstrip() for row in table]
        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        return "\n".join([lines[0], rule, *lines[1:], rule, self._totals()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        import html  # here, since only notebooks ask for it

        head = "".join(f"<th style='text-align:{_side(i)}'>{name}</th>" for i, name in enumerate(HEADINGS))
        body = "".join(
            "<tr>"
            + "".join(
                f"<td style='text-align:{_side(i)};white-space:pre'>{html.escape(cell)}</td>"
                for i, cell in enumerate(row)
            )
            + "</tr>"
            for row in self._cells()
        )
        return (
            f"<table><caption style='caption-side:bottom;text-align:left'>{html.escape(self._totals())}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def summarize(module: Module, *inputs: Tensor | tuple[int, ...]) -> Summary:
    """A table of the layers with shapes, parameters and operations, for one run on these inputs: tensors, or
    shapes such as (1, 3, 32, 32). Without inputs, the table only has parameters."""
    parameters = {id(p): p for p in module.parameters()}
    like = next(iter(parameters.values()), None)
    places: dict[str, Any] = {} if like is None else {"dtype": like.dtype, "device": like.device}
    given = [each if isinstance(each, TensorBase) else zeros(*each, **places) for each in inputs]
    passed: dict[Module, tuple[object, object]] = {}
    names = list(module.named_modules())
    handles = [each.register_forward_hook(_recorder(passed)) for _, each in names] if given else []
    try:
        if given:
            with in_mode(module, training=False), no_grad():
                module(*given)
    finally:
        for handle in handles:
            handle.remove()
    rows = [_row(name, each, passed) for name, each in names]
    sizes = [p.numel() for p in parameters.values()]
    trainable = [p.numel() for p in parameters.values() if p.requires_grad]
    return Summary(type(module).__name__, rows, sum(sizes), sum(trainable))


def _recorder(passed: dict[Module, tuple[object, object]]) -> Callable[[Module, object, object], None]:
    """A forward hook that notes the arguments and the output of each layer."""

    def hook(module: Module, args: object, output: object) -> None:
        passed[module] = args, output

    return hook


def _row(name: str, module: Module, passed: dict[Module, tuple[object, object]]) -> Row:
    args, output = passed.get(module, (None, None))
    own = sum(p.numel() for p in module.parameters(recurse=False))
    flops = count_flops(module, args, output) if module in passed else 0
    depth = name.count(".") + 1 if name else 0
    shape_in, shape_out = (None if each is None else _shape(each) for each in (args, output))
    return Row(name.rpartition(".")[2], depth, type(module).__name__, shape_in, shape_out, own, flops)


def _shape(value: object) -> tuple[int, ...] | list[object]:
    """The shapes of all tensors in a value, nested like the value."""
    if isinstance(value, TensorBase):
        return tuple(value.array.shape)
    if isinstance(value, (tuple, list)):
        return [_shape(each) for each in value if isinstance(each, (TensorBase, tuple, list))]
    return []


def _shapes(shape: Any) -> str:
    if shape is None:
        return ""
    return str(shape) if isinstance(shape, tuple) else ", ".join(map(_shapes, shape))


def _side(column: int) -> str:
    return "left" if column < 4 else "right"


def _aligned(cell: str, column: int, width: int) -> str:
    return cell.ljust(width) if column < 4 else cell.rjust(width)
