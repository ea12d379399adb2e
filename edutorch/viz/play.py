"""Controls and a picture that follows them: what a learner plays with in a chapter."""

from __future__ import annotations

import html
import importlib
from collections.abc import Callable
from typing import Any

from .drawing import Drawing
from .picture import image_tag


class Playground:
    """Controls above their picture. Without a kernel, the picture as it was drawn first, and its sentence.

    Attributes: `controls`, of which `control` is the first, `picture` (ipywidgets), `box` (all of them)."""

    def __init__(self, controls: tuple[Any, ...], picture: Any, box: Any, sentence: str) -> None:
        self.controls, self.control, self.picture, self.box = controls, controls[0], picture, box
        self._first, self._sentence = picture.value, sentence

    def __repr__(self) -> str:
        return self._sentence

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget for JupyterLab, and beside it what a reader without a kernel gets."""
        shown = self.box._repr_mimebundle_(**options) or {}
        return {**shown, "text/html": self._first, "text/plain": self._sentence}


def play(draw: Callable[..., Any], *controls: Any) -> Playground:
    """A widget: the controls, and below them what `draw` gives for their values, drawn anew at each change.

    draw: takes a value for each control; gives a matplotlib figure, a figure and a sentence that says what is to be
    seen in it, or a `Drawing`, which has both. The sentence stands below and is the picture's text for a screen reader.
    controls: ipywidgets controls with a value and a description, which is their name for a screen reader. A
    slider follows the mouse, and once it has the focus (Tab) the arrow keys, Page Up and Page Down, Home and
    End. Raises TypeError where draw gives anything else, or where there is no control."""
    if not controls:
        raise TypeError("viz.play needs a control: play(draw, widgets.IntSlider(3, 0, 9))")
    widgets = importlib.import_module("ipywidgets")
    drawn = draw(*(control.value for control in controls))
    picture = widgets.HTML(_as_html(drawn))

    def redraw(change: Any) -> None:
        picture.value = _as_html(draw(*(control.value for control in controls)))

    for control in controls:
        control.observe(redraw, names="value")
    return Playground(controls, picture, widgets.VBox([*controls, picture]), _sentence(drawn))


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
