"""The recorded graph as a picture: Mermaid, which JupyterLab can draw, and SVG, which everything can. Leaves are at the
top, the result at the bottom; arrows point the way the numbers went.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..autograd.accumulate_grad import AccumulateGrad
from ..autograd.function import Function
from ..backend import to_numpy
from ..nn.module import Module
from ..tensor import Tensor

# What leaves are called: a dictionary, (name, tensor) pairs, or a module, whose parameters' names are taken
Names = Mapping[str, Tensor] | Iterable[tuple[str, Tensor]] | Module


@dataclass
class Box:
    """One box of the picture. kind: 'leaf' (wants a gradient), 'constant', 'node' (an operation), 'current' (the node
    being visited) or 'result'."""

    key: int
    lines: list[str]
    kind: str
    sources: list[tuple[int, str]] = field(default_factory=list)  # key of the box above, label


class Graph:
    """A picture of the graph behind a tensor. JupyterLab draws it; `str()` is its Mermaid source.

    Attributes: `mermaid`, `svg` (texts), `width` (of the SVG, in pixels), `boxes`."""

    def __init__(self, boxes: list[Box]) -> None:
        self.boxes = boxes
        self.mermaid = _mermaid(boxes)
        self.svg, self.width = _svg(boxes)

    def __str__(self) -> str:
        return self.mermaid

    def __repr__(self) -> str:
        return f"Graph({len(self.boxes)} boxes)\n{self.mermaid}"

    def _repr_mimebundle_(self, **options: object) -> dict[str, str]:
        return {"text/vnd.mermaid": self.mermaid, "image/svg+xml": self.svg, "text/plain": self.mermaid}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the picture as an SVG file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)


def graph(
    result: Tensor,
    names: Names = (),
    values: bool = False,
    gradients: bool = False,
) -> Graph:
    """Draws what was recorded on the way to `result`. names: the names of leaves: a dict, (name, tensor) pairs, or a
    module, for the names of its parameters. values: whether to show the numbers of leaves and result (of small ones).
    gradients: whether to show the leaves' `.grad`. Raises RuntimeError when nothing was recorded."""
    if result.grad_fn is None:
        raise RuntimeError(
            "viz.graph: nothing was recorded for this tensor. It is a leaf, was computed under no_grad, or"
            " from tensors without requires_grad=True."
        )
    known = by_identity(names)
    boxes = [_node_box(node, known, values, gradients) for node in nodes_of(result)]
    leaves: dict[int, Box] = {}
    for node in nodes_of(result):
        for target, _ in node.next_functions:
            if isinstance(target, AccumulateGrad):
                leaf = target.variable
                leaves.setdefault(id(leaf), _leaf_box(leaf, known, values, gradients))
    end = Box(-1, ["result", *_facts(result, values, False)], "result", [(id(result.grad_fn), "")])
    return Graph([*leaves.values(), *boxes, end])


def by_identity(names: Names) -> dict[int, str]:
    """What the named tensors are called, by their id."""
    pairs: Any = names.named_parameters() if hasattr(names, "named_parameters") else names
    return {id(tensor): name for name, tensor in (pairs.items() if isinstance(pairs, Mapping) else pairs)}


def nodes_of(result: Tensor) -> list[Function]:
    """The nodes behind a tensor, in the order in which they were made."""
    seen: dict[int, Function] = {}
    stack: list[object] = [result.grad_fn]
    while stack:
        node = stack.pop()
        if isinstance(node, Function) and id(node) not in seen:
            seen[id(node)] = node
            stack += [target for target, _ in node.next_functions]
    return sorted(seen.values(), key=lambda node: node._number)


def _node_box(node: Function, known: dict[int, str], values: bool, gradients: bool) -> Box:
    sources = [(id(edge[0]), shape_text(edge[2])) for edge in node._edges if edge is not None]
    return Box(id(node), [type(node).__name__], "node", sources)


def _leaf_box(leaf: Tensor, known: dict[int, str], values: bool, gradients: bool) -> Box:
    return Box(id(leaf), [known.get(id(leaf), "leaf"), *_facts(leaf, values, gradients)], "leaf")


def _facts(tensor: Tensor, values: bool, gradients: bool) -> list[str]:
    lines = [shape_text(tensor.shape)]
    if values:
        lines.append(short(tensor))
    if gradients:
        lines.append("grad " + ("None" if tensor.grad is None else short(tensor.grad)))
    return lines


def shape_text(shape: tuple[int, ...]) -> str:
    """(2, 3) as '(2, 3)', () as 'scalar'."""
    return f"({', '.join(map(str, shape))})" if len(shape) else "scalar"


def short(tensor: Tensor) -> str:
    """The first few numbers, with four digits."""
    flat = to_numpy(tensor.array).ravel()
    shown = ", ".join(f"{number:.4g}" for number in flat[:4])
    return shown + (", ..." if flat.size > 4 else "")


def _mermaid(boxes: list[Box]) -> str:
    number = {box.key: i for i, box in enumerate(boxes)}
    shapes = {"node": '["{}"]', "current": '["{}"]'}
    lines = ["flowchart TD"]
    for box in boxes:
        text = "<br/>".join(line.replace('"', "'") for line in box.lines)
        shape = shapes.get(box.kind, '(["{}"])')
        lines.append(f"  b{number[box.key]}{shape.format(text)}:::{box.kind}")
    for box in boxes:
        for key, label in box.sources:
            arrow = f'-- "{label}" -->' if label else "-->"
            lines.append(f"  b{number[key]} {arrow} b{number[box.key]}")
    lines += [f"  classDef {kind} fill:{fill},stroke:{line},color:#222" for kind, (fill, line) in COLORS.items()]
    return "\n".join(lines)


COLORS = {
    "leaf": ("#dcebff", "#3b78c4"),
    "constant": ("#ffffff", "#888888"),
    "node": ("#f4f4f4", "#888888"),
    "current": ("#ffe9cc", "#cc7a00"),
    "result": ("#ffe9cc", "#cc7a00"),
}
WIDTH, LINE, GAP_X, GAP_Y = 160, 17, 26, 46


def _svg(boxes: list[Box]) -> tuple[str, int]:
    """The boxes in rows, each one row below the lowest of its sources; and the width of the picture."""
    row: dict[int, int] = {}
    for box in boxes:  # sources come before
        row[box.key] = 1 + max((row[key] for key, _ in box.sources), default=-1)
    for box in boxes:  # a leaf is directly above its first use
        users = [row[b.key] for b in boxes if any(key == box.key for key, _ in b.sources)]
        if box.kind in ("leaf", "constant") and users:
            row[box.key] = min(users) - 1
    rows = [[b for b in boxes if row[b.key] == r] for r in range(max(row.values()) + 1)]
    widest = max(len(each) for each in rows) * (WIDTH + GAP_X) + GAP_X
    place: dict[int, tuple[float, float, float]] = {}
    top = float(GAP_Y / 2)
    for each in rows:
        height = max((len(b.lines) for b in each), default=1) * LINE + 12
        left = (widest - len(each) * (WIDTH + GAP_X) + GAP_X) / 2
        for i, box in enumerate(each):
            place[box.key] = (left + i * (WIDTH + GAP_X), top, len(box.lines) * LINE + 12)
        top += height + GAP_Y
    parts = [_svg_arrow(place[key], place[b.key], label) for b in boxes for key, label in b.sources]
    parts += [_svg_box(box, *place[box.key]) for box in boxes]
    label = f"A graph of {len(boxes)} boxes: {', '.join(box.lines[0] for box in boxes[:20])}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{widest:.0f}" height="{top:.0f}" role="img"'
        f' aria-label="{html.escape(label, quote=True)}" style="max-width:100%;height:auto"'
        f' viewBox="0 0 {widest:.0f} {top:.0f}" font-family="sans-serif" font-size="12">'
        '<rect width="100%" height="100%" rx="6" fill="#ffffff"/>'
        '<defs><marker id="tip" markerWidth="9" markerHeight="7" refX="8" refY="3.5" orient="auto">'
        '<path d="M0,0 L9,3.5 L0,7 z" fill="#666"/></marker></defs>' + "".join(parts) + "</svg>"
    )
    return svg, round(widest)


def _svg_box(box: Box, x: float, y: float, height: float) -> str:
    fill, line = COLORS[box.kind]
    corner = 4 if box.kind in ("node", "current") else 14
    texts = "".join(
        f'<text x="{x + WIDTH / 2:.1f}" y="{y + 18 + i * LINE:.1f}" text-anchor="middle"'
        f' font-weight="{"normal" if i else "bold"}">{html.escape(_fit(text))}</text>'
        for i, text in enumerate(box.lines)
    )
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{WIDTH}" height="{height:.1f}" rx="{corner}"'
        f' fill="{fill}" stroke="{line}"/>{texts}'
    )


def _svg_arrow(start: tuple[float, float, float], end: tuple[float, float, float], label: str) -> str:
    x1, y1 = start[0] + WIDTH / 2, start[1] + start[2]
    x2, y2 = end[0] + WIDTH / 2, end[1]
    bend = (y1 + y2) / 2
    x, y = x1 + 0.216 * (x2 - x1), y1 + 0.342 * (y2 - y1)  # 0.3 of the way: arrows cross in the middle
    text = (
        f'<text x="{x + 5:.1f}" y="{y + 4:.1f}" font-size="10" fill="#555">{html.escape(label)}</text>' if label else ""
    )
    return (
        f'<path d="M{x1:.1f},{y1:.1f} C{x1:.1f},{bend:.1f} {x2:.1f},{bend:.1f} {x2:.1f},{y2:.1f}"'
        f' fill="none" stroke="#666" marker-end="url(#tip)"/>{text}'
    )


def _fit(text: str) -> str:
    return text if len(text) <= 22 else text[:21] + "…"
