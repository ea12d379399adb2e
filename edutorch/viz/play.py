"""A control and a picture that follows it: what a learner plays with in a chapter."""

from __future__ import annotations

import base64
import html
import importlib
import io
from collections.abc import Callable
from typing import Any

from .drawing import Drawing


def play(draw: Callable[[Any], Any], control: Any) -> Any:
    """A widget: the control, and below it what `draw(control.value)` gives, drawn anew at each change.

    draw: gives a matplotlib figure, a figure and a sentence that says what is to be seen in it, or a
    `Drawing`, which has both. The sentence stands below and is the picture's text for a screen reader.
    control: an ipywidgets control with a value. A slider follows the mouse, and once it has the focus (Tab) the
    arrow keys, Page Up and Page Down, Home and End. Raises TypeError where draw gives anything else."""
    widgets = importlib.import_module("ipywidgets")
    picture = widgets.HTML(_as_html(draw(control.value)))
    control.observe(lambda change: setattr(picture, "value", _as_html(draw(change["new"]))), names="value")
    return widgets.VBox([control, picture])


def _as_html(drawn: Any) -> str:
    if isinstance(drawn, Drawing):
        return _image("svg+xml", drawn.svg.encode(), drawn.width, drawn.sentence)
    figure, sentence = drawn if isinstance(drawn, tuple) else (drawn, "")
    if not hasattr(figure, "savefig"):
        raise TypeError(
            "viz.play: draw must give a matplotlib figure, or a figure and a sentence; it gave"
            f" {type(figure).__name__}. Does it end with `return figure`?"
        )
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DOTS_PER_INCH)
    importlib.import_module("matplotlib.pyplot").close(figure)  # else the notebook shows it once more
    width = round(figure.get_figwidth() * 100)  # as wide as the notebook's own pictures
    return _image("png", file.getvalue(), width, sentence)


def _image(kind: str, content: bytes, width: int, sentence: str) -> str:
    image, text = base64.b64encode(content).decode("ascii"), html.escape(sentence, quote=True)
    return (
        f'<img alt="{text}" style="width:{width}px;max-width:100%" src="data:image/{kind};base64,{image}">'
        f'<div role="status" style="line-height:1.4">{text}</div>'
    )


DOTS_PER_INCH = 110  # sharp enough on dense screens, and small in the notebook
