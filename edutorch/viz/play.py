"""Controls, and a picture that follows them, for a learner to play with."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .drawing import Drawing
from .picture import image_tag

if TYPE_CHECKING:
    from ipywidgets import Widget
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    Drawn = Drawing | Figure | tuple[Figure, str]  # what a `draw` gives


S = TypeVar("S")  # a state that buttons change


class Playground:
    """Controls above their picture. Without a kernel, a still picture and its sentence.

    Attributes: `controls`, of which `control` is the first, `picture` (ipywidgets), `box` (all of them)."""

    def __init__(self, controls: tuple[Widget, ...], picture: Widget, box: Widget, still: str, sentence: str) -> None:
        self.controls, self.control, self.picture, self.box = controls, controls[0], picture, box
        self._still, self._sentence = still, sentence

    def __repr__(self) -> str:
        return self._sentence

    def _repr_mimebundle_(self, **options: object) -> dict[str, object]:
        """The widget for JupyterLab, and what a reader without a kernel gets."""
        shown = self.box._repr_mimebundle_(**options) or {}
        return {**shown, "text/html": self._still, "text/plain": self._sentence}


def play(draw: Callable[..., Drawn], *controls: Widget) -> Playground:
    """A widget: the controls, and below them the result of `draw` for their values, redrawn at each change.

    draw: takes a value for each control; returns a matplotlib figure, a figure and a sentence that says what it shows,
    or a `Drawing`, which has both. The sentence is below the picture and is its text for screen readers. The axes of
    each figure are placed like those of the first one, because laying them out again takes a third of the time.
    controls: ipywidgets controls with a value and a description, which is their name for a screen reader. A
    slider follows the mouse, and once it has the focus (Tab) the arrow keys, Page Up and Page Down, Home and
    End. Raises TypeError if draw returns anything else, or if there is no control."""
    if not controls:
        raise TypeError("viz.play needs a control: play(draw, widgets.IntSlider(3, 0, 9))")
    import ipywidgets as widgets

    drawn = draw(*(control.value for control in controls))
    still = _as_html(drawn)
    picture, places = widgets.HTML(naming(controls, still)), _places(drawn)

    def redraw(change: object) -> None:
        drawn = draw(*(control.value for control in controls))
        picture.value = naming(controls, _as_html(_placed(drawn, places)))

    for control in controls:
        control.layout.max_width = "100%"  # of a narrow page
        control.observe(redraw, names="value")
    return Playground(controls, picture, widgets.VBox([*controls, picture]), still, _sentence(drawn))


def buttons(draw: Callable[[S], Drawn], start: S, moves: Mapping[str, Callable[[S], S]]) -> Playground:
    """A widget: a button for each of the moves, and below them the result of `draw` for the state that they lead to.

    draw: takes the state, and returns what the `draw` of `play` does. start: the first state, anything. moves: for the
    words on each button, a function that takes the state and returns the next one. By keyboard: Tab to a button, and
    Enter. Raises TypeError if there is no move, or draw returns anything else."""
    if not moves:
        raise TypeError('viz.buttons needs a move: buttons(draw, 0, {"one more": lambda state: state + 1})')
    import ipywidgets as widgets

    state, drawn = start, draw(start)
    still, sentence = _as_html(drawn), _sentence(drawn)
    picture, row = widgets.HTML(still), [widgets.Button(description=words) for words in moves]

    def press(button: Widget) -> None:
        nonlocal state
        state = moves[button.description](state)
        picture.value = _as_html(draw(state))

    for button in row:
        button.on_click(press)
    line = widgets.HBox(row, layout={"flex_flow": "row wrap"})  # two lines on a narrow page
    return Playground(tuple(row), picture, widgets.VBox([line, picture]), still, sentence)


NAME_SLIDERS = """const names = JSON.parse(this.dataset.names);
this.closest('.widget-vbox')?.querySelectorAll('[role=slider]').forEach((slider, place) =>
slider.setAttribute('aria-label', names[place]))"""


def naming(controls: Iterable[Widget], picture: str) -> str:
    """The HTML of a picture that, once loaded, names the sliders above it for a screen reader by their descriptions:
    ipywidgets writes those beside the sliders, and leaves the sliders themselves without a name."""
    names = json.dumps([control.description for control in controls if "Slider" in type(control).__name__])
    code = html.escape(NAME_SLIDERS.replace("\n", " "), quote=True)
    return picture.replace("<img ", f'<img data-names="{html.escape(names, quote=True)}" onload="{code}" ', 1)


def _places(drawn: Drawn) -> list[Bbox]:
    figure = _figure(drawn)
    return [axes.get_position(original=True) for axes in figure.axes] if figure else []


def _placed(drawn: Drawn, places: list[Bbox]) -> Drawn:
    """The result, with the axes of its figure at these places, if there are as many."""
    figure = _figure(drawn)
    if figure and len(figure.axes) == len(places):
        figure.set_layout_engine("none")
        for axes, place in zip(figure.axes, places, strict=True):
            axes.set_position(place)
    return drawn


def _figure(drawn: Any) -> Figure | None:
    """The matplotlib figure in what `draw` returned, or None."""
    figure = drawn[0] if isinstance(drawn, tuple) else drawn
    return figure if hasattr(figure, "savefig") else None


def _sentence(drawn: Drawn) -> str:
    if isinstance(drawn, Drawing):
        return drawn.sentence
    return str(drawn[1]) if isinstance(drawn, tuple) else ""


def _as_html(drawn: Drawn) -> str:
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
