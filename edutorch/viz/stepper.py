"""The walk back, one node at a time: which gradient arrives where, and what is passed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from ..autograd.engine import backward
from ..autograd.function import Function
from ..tensor import Tensor
from .graph import Names, by_identity, nodes_of, shape_text, short
from .play import Playground

if TYPE_CHECKING:
    from ..autograd.edges import Edge, LeafEdge
    from ..autograd.gradients import Gradients


class Turn(NamedTuple):
    """One node's turn in the walk back: the gradients that arrived, and those that it passed on, one for each input."""

    node: Function
    sent: tuple[Tensor | None, ...]
    arrived: tuple[Tensor | None, ...]


@dataclass
class Step:
    """One node's turn in words: its name and rule, the gradient that arrived, the gradients it passed on."""

    name: str
    rule: str
    arrived: str
    sent: list[str]


def backward_steps(result: Tensor, names: Names = ()) -> list[Step]:
    """Runs backward (keeping the graph) and notes each node's turn, in the order of the walk.

    names: the names of leaves, as in viz.graph. The leaves' `.grad` does not change."""
    known = by_identity(names)
    return [_step(turn, known) for turn in turns(result)]


def turns(result: Tensor) -> list[Turn]:
    """Runs backward, keeping the graph and the leaves' `.grad`; each node's turn, in the order of the walk."""
    taken: list[Turn] = []
    nodes = nodes_of(result)
    leaves = {e[0] for node in nodes for e in node._edges if e is not None and isinstance(e[0], Tensor)}
    before = {leaf: leaf.grad for leaf in leaves}
    handles = [node.register_hook(_noting(taken, node)) for node in nodes]
    try:
        for leaf in leaves:
            leaf.grad = None
        backward((result,), retain_graph=True)
    finally:
        for handle in handles:
            handle.remove()
        for leaf, gradient in before.items():
            leaf.grad = gradient
    return taken


def _noting(taken: list[Turn], node: Function) -> Callable[[Gradients, Gradients], None]:
    """A hook that adds the node's turn to those taken."""

    def note(sent: Gradients, arrived: Gradients) -> None:
        taken.append(Turn(node, sent, arrived))

    return note


def step_backward(result: Tensor, names: Names = ()) -> Playground:
    """A widget with a slider (and arrow keys) over the steps of the walk back from `result`; without a kernel, the
    final table.

    Needs ipywidgets; `backward_steps` returns the same as a list."""
    import ipywidgets as widgets

    steps = backward_steps(result, names)
    slider = widgets.IntSlider(min=1, max=len(steps), description="step", continuous_update=True)
    text = widgets.HTML(_as_html(steps, 0))
    slider.observe(lambda change: setattr(text, "value", _as_html(steps, change["new"] - 1)), names="value")
    still = _as_html(steps, len(steps) - 1)
    return Playground((slider,), text, widgets.VBox([slider, text]), still, f"{len(steps)} steps back")


def _step(turn: Turn, known: dict[int, str]) -> Step:
    rule = (type(turn.node).__doc__ or "").strip().splitlines()
    targets = [_target(edge, known) for edge in turn.node._edges]
    return Step(
        turn.node.node_name(),
        rule[0] if rule else "",
        "; ".join(_gradient(g) for g in turn.arrived),
        [f"to {t}: {_gradient(g)}" for t, g in zip(targets, turn.sent, strict=True) if t],
    )


def _target(edge: Edge | LeafEdge | None, known: dict[int, str]) -> str:
    if edge is None:
        return ""
    return edge[0].node_name() if isinstance(edge[0], Function) else known.get(id(edge[0]), "a leaf")


def _gradient(gradient: Tensor | None) -> str:
    return "none" if gradient is None else f"{shape_text(gradient.shape)} [{short(gradient)}]"


def _as_html(steps: list[Step], current: int) -> str:
    rows = []
    for i, step in enumerate(steps):
        style = "background:#ffe9cc" if i == current else "color:#999" if i > current else ""
        sent = "<br>".join(escape(each) for each in step.sent) if i <= current else ""
        rows.append(
            f'<tr style="{style}"><td>{i + 1}</td><td><b>{escape(step.name)}</b></td>'
            f"<td>{escape(step.rule)}</td><td>{escape(step.arrived) if i <= current else ''}</td><td>{sent}</td></tr>"
        )
    head = "<tr><th></th><th>node</th><th>rule</th><th>arrives</th><th>is sent on</th></tr>"
    return f'<table style="line-height:1.3;text-align:left">{head}{"".join(rows)}</table>'
