"""The graph of a calculation with its numbers, and a button that goes back through it one step at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ..autograd.engine import backward
from ..autograd.function import Function
from ..tensor import Tensor
from .graph import Box, Graph, Names, by_identity, nodes_of, short
from .picture import embedded
from .play import Playground, naming

if TYPE_CHECKING:
    from ..autograd.gradients import Gradients

Recording = dict[int, tuple[tuple[object, ...], object]]  # for each node, by id: its inputs and its output


class Turn(NamedTuple):
    """One node's turn in the walk back: the gradients that it sent on, one for each input."""

    node: Function
    sent: tuple[Tensor | None, ...]


@dataclass
class Walk:
    """A calculation and the way back through it: a picture of the graph and a sentence for each step."""

    pictures: list[Graph] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def step_graph(calculate: Callable[[], Tensor], names: Names = ()) -> Playground:
    """A widget: the graph of the result of `calculate`, with values and constants, and a button for one step back.

    Each step sends gradients along the edges of one operation; at the end every gradient is there, which is also the
    picture that a reader without a kernel sees. calculate: called once, returns a tensor of one element. names: the
    names of leaves, as a dict, (name, tensor) pairs, or a module. Their `.grad` does not change. Raises RuntimeError if
    nothing was recorded."""
    import ipywidgets as widgets

    walk = walk_back(calculate, names)
    step = widgets.IntSlider(0, 0, len(walk.pictures) - 1, description="steps back", layout={"max_width": "100%"})
    button = widgets.Button(description="one step back", tooltip="send the gradients of one more operation")
    picture = widgets.HTML(naming([step], _as_html(walk, 0)))

    def show(change: Mapping[str, int]) -> None:
        picture.value = naming([step], _as_html(walk, change["new"]))

    button.on_click(lambda _: setattr(step, "value", (step.value + 1) % len(walk.pictures)))
    step.observe(show, names="value")
    line = widgets.HBox([button, step], layout={"flex_flow": "row wrap"})  # two lines on a narrow page
    box = widgets.VBox([line, picture])
    return Playground((step,), picture, box, _as_html(walk, len(walk.pictures) - 1), walk.sentences[-1])


def walk_back(calculate: Callable[[], Tensor], names: Names = ()) -> Walk:
    """Runs the calculation and its backward, and draws the graph before and after each node's turn."""
    known = by_identity(names)
    with recorded() as made:
        result = calculate()
    if result.grad_fn is None:
        raise RuntimeError("viz.step_graph: nothing was recorded. Does a tensor have requires_grad=True?")
    taken = turns(result)
    gradients: dict[int, Tensor] = {id(result.grad_fn): result.new_ones(result.shape)}
    labels: dict[tuple[int, int], str] = {}
    walk = Walk([_picture(result, made, known, gradients, labels, None)], [f"The result is {short(result)}."])
    for node, sent in taken:
        told = []
        for place, (edge, gradient) in enumerate(zip(node._edges, sent, strict=True)):
            if edge is None or gradient is None:
                continue
            target = edge[0]
            before = gradients.get(id(target))
            gradients[id(target)] = gradient if before is None else before + gradient
            labels[id(node), place] = short(gradient)
            told.append(f"{short(gradient)} to {known.get(id(target)) or _name(target)}")
        walk.pictures.append(_picture(result, made, known, gradients, labels, node))
        walk.sentences.append(f"Step {len(walk.sentences)}: {_name(node)} sends back {', '.join(told)}.")
    return walk


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
        taken.append(Turn(node, sent))

    return note


@contextlib.contextmanager
def recorded() -> Iterator[Recording]:
    """Within the block, notes the inputs and the output of each recorded operation."""
    original, made = Function._record, Recording()

    def note(node: Function, inputs: tuple[object, ...], output: object) -> object:
        output = original(node, inputs, output)
        made[id(node)] = (inputs, output)
        return output

    Function._record = note  # type: ignore[method-assign, assignment]
    try:
        yield made
    finally:
        Function._record = original  # type: ignore[method-assign]


def _picture(
    result: Tensor,
    made: Recording,
    known: dict[int, str],
    gradients: dict[int, Tensor],
    labels: dict[tuple[int, int], str],
    current: Function | None,
) -> Graph:
    """The graph with every value, and the gradients that are known so far."""
    ends: dict[int, Box] = {}
    boxes = []
    for node in nodes_of(result):
        inputs, output = made[id(node)]
        sources = []
        for place, (given, edge) in enumerate(zip(inputs, node._edges, strict=True)):
            if edge is None and not isinstance(given, (int, float, Tensor)):
                continue  # a dimension or the like, not a number of the calculation
            is_node = edge is not None and isinstance(edge[0], Function)
            key = id(edge[0]) if edge is not None else 1 + place + 10 * id(node)
            if not is_node and key not in ends:
                ends[key] = _end(key, given, known, gradients.get(key), constant=edge is None)
            sources.append((key, labels.get((id(node), place), "")))
        lines = [_name(node), *_facts(output, gradients.get(id(node)))]
        boxes.append(Box(id(node), lines, "current" if node is current else "node", sources))
    if current is None:
        boxes[-1].kind = "result"
    return Graph([*ends.values(), *boxes])


def _end(key: int, given: Any, known: dict[int, str], gradient: Tensor | None, constant: bool) -> Box:
    if constant:
        name = known.get(id(given), "constant")
        return Box(key, [name, short(given) if isinstance(given, Tensor) else f"{given:g}"], "constant")
    return Box(key, [known.get(key, "leaf"), *_facts(given, gradient)], "leaf")


def _facts(value: Any, gradient: Tensor | None) -> list[str]:
    value = value[0] if isinstance(value, tuple) else value
    return [f"value {short(value)}", "grad ?" if gradient is None else f"grad {short(gradient)}"]


def _name(target: object) -> str:
    return type(target).__name__ if isinstance(target, Function) else "a leaf"


def _as_html(walk: Walk, step: int) -> str:
    picture, sentence = walk.pictures[step], walk.sentences[step]
    image = embedded("svg+xml", picture.svg.encode(), picture.width, sentence)
    return f'{image}<div role="status" style="line-height:1.4">{sentence}</div>'
