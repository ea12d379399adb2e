"""A drawing pad: a model reads what a learner draws, stroke by stroke."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..ops.from_data import from_numpy
from ..tensor import Tensor
from .picture import image_tag
from .play import Playground, _as_html, _sentence

if TYPE_CHECKING:
    from .play import Drawn

SIDE, CELL = 28, 9  # cells along a side, pixels along a cell
# What the pad does in the browser, on the canvas `c`: c.g holds the ink of each cell, from 0 to 255. After each stroke
# the ink is sent to the text field next to the pad, as two hexadecimal digits per cell, where the kernel gets it.
SCRIPT = """
var c = this, S = 28, K = 9, x = c.getContext('2d');
if (!c.g) { c.g = []; c.p = [14, 14];
  for (var i = 0; i < S * S; i++) c.g.push(parseInt(c.dataset.ink.substr(2 * i, 2), 16)); }
function paint() { for (var i = 0; i < S * S; i++) { var v = 255 - c.g[i];
  x.fillStyle = 'rgb(' + v + ',' + v + ',' + v + ')'; x.fillRect(i % S * K, Math.floor(i / S) * K, K, K); }
  x.strokeStyle = c.down ? '#D55E00' : '#0072B2'; x.lineWidth = 2; x.strokeRect(c.p[0] * K, c.p[1] * K, K, K); }
function ink(a, b) { for (var i = 0; i < S * S; i++) { var d = Math.hypot(i % S - a, Math.floor(i / S) - b);
  c.g[i] = Math.max(c.g[i], Math.round(255 * Math.min(1, Math.max(0, 1.9 - d)))); } }
function send() { var t = c.closest('.edutorch-pad').querySelector('input');
  t.value = c.g.map(function (v) { return (v < 16 ? '0' : '') + v.toString(16); }).join('');
  ['input', 'change'].forEach(function (n) { t.dispatchEvent(new Event(n, {bubbles: true})); }); }
"""
POINTER = """
var r = c.getBoundingClientRect(), o = c.p;
c.p = [event.clientX - r.left, event.clientY - r.top].map(function (v) {
  return Math.max(0, Math.min(S - 1, Math.floor(v / r.width * S))); });
if (event.type == 'pointerdown') o = c.p;
if (event.buttons & 1) for (var t = 0; t < 1.01; t += 0.05) ink(o[0] + t * (c.p[0] - o[0]), o[1] + t * (c.p[1] - o[1]));
paint();
if (event.type == 'pointerup') send();
"""
KEY = """
var step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
if (step) c.p = [0, 1].map(function (i) { return Math.max(0, Math.min(S - 1, c.p[i] + step[i])); });
if (event.key == ' ') c.down = !c.down;
if (step || event.key == ' ') { event.preventDefault(); event.stopPropagation();
  if (c.down) { ink(c.p[0], c.p[1]); send(); } paint(); }
"""


def drawing_pad(read: Callable[[Tensor], Drawn], start: Tensor | None = None) -> Playground:
    """A pad of 28 x 28 cells, a button that clears it, and below it the result of `read` after each stroke. read: takes
    the pad, (28, 28), float32 from 0 (paper) to 255 (ink), like MNIST's images, and returns a figure and a sentence,
    like the `draw` of `play`. start: the first drawing. Learners draw with the mouse or a finger, or by keyboard: Tab
    to the pad, move the pen with the arrow keys, put it down and lift it with the space bar. Needs ipywidgets; without
    a kernel one sees the first drawing and its result. Raises ValueError for a start of another shape."""
    blank = np.zeros((SIDE, SIDE), np.float32)
    first = blank if start is None else start.detach().cpu().numpy().astype(np.float32)
    if first.shape != blank.shape:
        raise ValueError(f"viz.drawing_pad: a pad has {SIDE} x {SIDE} cells, start has shape {first.shape}")
    import ipywidgets as widgets

    drawn = read(from_numpy(first))
    canvas, result = widgets.HTML(_canvas(first)), widgets.HTML(_as_html(drawn))
    sent, clear = widgets.Text(), widgets.Button(description="Clear")
    sent.layout.display = "none"
    number = itertools.count(1)  # one for each new canvas: else the browser would keep the old one with its ink

    def show(image: np.ndarray) -> None:
        result.value = _as_html(read(from_numpy(image)))

    def wipe(button: object) -> None:
        canvas.value = _canvas(blank, next(number))
        sent.value = ""
        show(blank)

    sent.observe(lambda change: show(ink_of(change["new"])) if change["new"] else None, names="value")
    clear.on_click(wipe)
    box = widgets.VBox([canvas, sent, clear, result])
    box.add_class("edutorch-pad")
    return Playground((sent, clear), result, box, _still(first) + result.value, _sentence(drawn))


def ink_of(sent: str) -> np.ndarray:
    """The pad as an image (28, 28), from the text it sent: two hexadecimal digits for each cell.

    Raises ValueError for anything else."""
    cells = np.frombuffer(bytes.fromhex(sent), np.uint8)
    return cells.reshape(SIDE, SIDE).astype(np.float32)


def _still(image: np.ndarray) -> str:
    """The pad as it is at first, for a reader without a kernel: a picture as large as the canvas."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIDE * CELL / 100, SIDE * CELL / 100))
    axes = figure.add_subplot(xticks=[], yticks=[])
    axes.imshow(255 - image, cmap="gray", vmin=0, vmax=255)
    return image_tag(figure, "The pad as it is at first.")


def _canvas(image: np.ndarray, number: int = 0) -> str:
    """The pad's element. It paints itself when the pointer or the focus reaches it, and before that it shows a
    picture."""
    ink = image.astype(np.uint8).tobytes().hex()
    size = SIDE * CELL
    handlers = {
        "onfocus": SCRIPT + "paint();",
        "onpointerenter": SCRIPT + "paint();",
        "onpointerdown": SCRIPT + "c.focus(); c.setPointerCapture(event.pointerId);" + POINTER,
        "onpointermove": SCRIPT + POINTER,
        "onpointerup": SCRIPT + POINTER,
        "onkeydown": SCRIPT + KEY,
    }
    words = "A pad to draw on: the arrow keys move the pen, the space bar puts it down and lifts it."
    events = " ".join(f'{name}="{" ".join(code.split())}"' for name, code in handlers.items())
    paper = f"background:url({_as_url(image)}) 0 0/100% 100%;image-rendering:pixelated"
    return (
        f'<canvas width="{size}" height="{size}" tabindex="0" role="application" aria-label="{words}" data-ink="{ink}"'
        f' data-number="{number}"'
        ' data-lm-suppress-shortcuts="true"'
        f' style="border:1px solid #767676;touch-action:none;{paper}" {events}></canvas>'
    )


def _as_url(image: np.ndarray) -> str:
    """The image as the address of a small SVG: a rectangle for each cell with ink."""
    cells = "".join(
        f"%3Crect x='{j}' y='{i}' width='1' height='1' fill-opacity='{ink / 255:.2f}'/%3E"
        for (i, j), ink in np.ndenumerate(image)
        if ink > 0
    )
    head = f"%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {SIDE} {SIDE}'%3E"
    paper = f"%3Crect width='{SIDE}' height='{SIDE}' fill='white'/%3E"
    return f"&quot;data:image/svg+xml,{head}{paper}{cells}%3C/svg%3E&quot;"
