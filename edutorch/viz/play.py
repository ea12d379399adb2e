"""A control and a picture that follows it: what a learner plays with in a chapter."""

from __future__ import annotations

import html
import importlib
from collections.abc import Callable
from typing import Any

from .drawing import Drawing
from .picture import image_tag


class Playground:
    """A control above its picture. Without a kernel, the picture as it was drawn first, and its sentence.

    Attributes: `control`, `picture` (ipywidgets), `box` (both)."""

    def __init__(self, control: Any, picture: Any, box: Any, sentence: str) -> None:
        self.control, self.picture, self.box = control, picture, box
        self._first, self._sentence = picture.value, sentence

    def __repr__(self) -> str:
        return self._sentence

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget for JupyterLab, and beside it what a reader without a kernel gets."""
        shown = self.box._repr_mimebundle_(**options) or {}
        return {**shown, "text/html": self._first, "text/plain": self._sentence}


def play(draw: Callable[[Any], Any], control: Any) -> Playground:
    """A widget: the control, and below it what `draw(control.value)` gives, drawn anew at each change.

    draw: gives a matplotlib figure, a figure and a sentence that says what is to be seen in it, or a
    `Drawing`, which has both. The sentence stands below and is the picture's text for a screen reader.
    control: an ipywidgets control with a value and a description, which is its name for a screen reader. A
    slider follows the mouse, and once it has the focus (Tab) the arrow keys, Page Up and Page Down, Home and
    End. Raises TypeError where draw gives anything else."""
    widgets = importlib.import_module("ipywidgets")
    drawn = draw(control.value)
    picture = widgets.HTML(_as_html(drawn))
    control.observe(lambda change: setattr(picture, "value", _as_html(draw(change["new"]))), names="value")
    return Playground(control, picture, widgets.VBox([control, picture]), _sentence(drawn))


def _sentence(drawn: Any) -> str:
    if isinstance(drawn, Drawing):
        return drawn.sentence
    return str(drawn[1]) if isinstance(drawn, tuple) else ""


def _as_html(drawn: Any) -> str:
    sentence = _sentence(drawn)
    text = f'<div role="status" style="line-height:1.4">{html.escape(sentence, quote=True)}</div>'
    if isinstance(drawn, Drawing):
        return drawn.html + text
    figure = drawn[0] if isinstance(drawn, tuple) else drawn
    if not hasattr(figure, "savefig"):
        raise TypeError(
            "viz.play: draw must give a matplotlib figure, or a figure and a sentence; it gave"
            f" {type(figure).__name__}. Does it end with `return figure`?"
        )
    return image_tag(figure, sentence) + text
