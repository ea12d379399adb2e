"""A control with a picture that follows it."""

import base64
import re

import pytest

from edutorch.viz import buttons, play
from edutorch.viz.drawing import Drawing

widgets = pytest.importorskip("ipywidgets", reason="ipywidgets is not installed (extra lab)")
figure_module = pytest.importorskip("matplotlib.figure", reason="matplotlib is not installed (extra lab)")
SIGNATURE = b"\x89PNG\r\n"


def line_to(height: int):
    figure = figure_module.Figure(figsize=(2, 1))
    figure.subplots().plot([0, height])
    return figure, f'a line to <{height}> & "on"'


def image_of(html: str) -> bytes:
    return base64.b64decode(re.search(r'base64,([^"]+)"', html)[1])


def test_the_picture_follows_the_control():
    slider = widgets.IntSlider(value=2, min=0, max=9)
    box = play(line_to, slider)
    control, picture = box.box.children
    first = picture.value
    assert control is slider
    assert image_of(first).startswith(SIGNATURE)
    slider.value = 7
    assert image_of(picture.value).startswith(SIGNATURE)
    assert image_of(picture.value) != image_of(first)


def test_each_of_several_controls_draws_anew_with_all_values():
    first, second = widgets.IntSlider(value=2), widgets.IntSlider(value=3)
    playground = play(lambda a, b: line_to(10 * a + b), first, second)
    assert playground.controls == (first, second) and playground.box.children[:2] == (first, second)
    seen = [playground.picture.value]
    for slider, value in ((first, 4), (second, 5)):
        slider.value = value
        seen.append(playground.picture.value)
    assert [re.search(r"a line to &lt;(\d+)&gt;", html)[1] for html in seen] == ["23", "43", "45"]


def test_no_control_is_refused():
    with pytest.raises(TypeError, match=r"needs a control: play\(draw, widgets.IntSlider"):
        play(line_to)


def test_the_sentence_is_there_twice_and_is_text_only():
    html = play(line_to, widgets.IntSlider(value=3)).picture.value
    assert html.count("a line to &lt;3&gt; &amp; &quot;on&quot;") == 2  # alt text, and below
    assert "<3>" not in html


def test_a_figure_alone_will_do():
    box = play(lambda height: line_to(height)[0], widgets.IntSlider(value=3))
    assert image_of(box.picture.value).startswith(SIGNATURE)


def test_no_figure_stays_open():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    before = pyplot.get_fignums()
    slider = widgets.IntSlider(value=1)
    play(lambda height: pyplot.subplots()[0], slider)
    slider.value = 2
    assert pyplot.get_fignums() == before


def test_what_is_no_figure_is_refused():
    with pytest.raises(TypeError, match="it gave NoneType. Does it end with"):
        play(lambda value: None, widgets.IntSlider())


def test_a_reader_without_a_kernel_sees_the_first_picture():
    playground = play(line_to, widgets.IntSlider(value=3))
    shown = playground._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert image_of(shown["text/html"]) == image_of(playground.picture.value)
    assert "onload" not in shown["text/html"] and shown["text/plain"] == 'a line to <3> & "on"'
    playground.control.value = 4
    assert playground._repr_mimebundle_()["text/html"] == shown["text/html"]


def test_the_axes_stay_where_the_first_figure_has_them():
    figures = []

    def draw(height):
        figures.append(figure_module.Figure(figsize=(4, 2), layout="constrained"))
        figures[-1].subplots().plot([0, height])
        return figures[-1]

    slider = widgets.IntSlider(value=1, min=1, max=10**6)
    play(draw, slider)
    slider.value = 10**6  # with longer labels on the axis
    assert [figure.axes[0].get_position(original=True).bounds for figure in figures[1:]] == [
        figures[0].axes[0].get_position(original=True).bounds
    ]
    assert figures[0].axes[0].get_position().x0 < 0.12, "laid out: an empty figure has its axes at 0.125"


def test_another_number_of_axes_is_laid_out_anew():
    def draw(count):
        figure = figure_module.Figure(figsize=(4, 2))
        figure.subplots(1, count)
        return figure

    slider = widgets.IntSlider(value=1, min=1, max=3)
    playground = play(draw, slider)
    slider.value = 2
    assert image_of(playground.picture.value).startswith(SIGNATURE)


def test_the_picture_gives_the_slider_its_name():
    slider = widgets.IntSlider(value=3, description="least (<%)")
    assert 'data-names="[&quot;least (&lt;%)&quot;]" onload="' in play(line_to, slider).picture.value


def test_a_drawing_brings_its_own_sentence():
    playground = play(lambda value: Drawing(value, 1, f"<{value}> boxes wide"), widgets.IntSlider(value=2))
    playground.control.value = 3
    html = playground.picture.value
    assert html.count("&lt;3&gt; boxes wide") == 2
    assert base64.b64decode(re.search(r'svg\+xml;base64,([^"]+)"', html)[1]).startswith(b"<svg")


def test_a_button_leads_from_one_state_to_the_next():
    playground = buttons(line_to, 2, {"one more": lambda height: height + 1, "twice": lambda height: 2 * height})
    more, twice = playground.controls
    assert (more.description, twice.description) == ("one more", "twice")
    seen = [str(playground)]
    for button in (more, twice, more):
        button.click()
        seen.append(re.search(r"a line to &lt;(\d+)&gt;", playground.picture.value)[1])
    assert seen == ['a line to <2> & "on"', "3", "6", "7"]
    still = playground._repr_mimebundle_()
    assert "a line to &lt;2&gt;" in still["text/html"] and "application/vnd.jupyter.widget-view+json" in still


def test_no_move_is_refused():
    with pytest.raises(TypeError, match="needs a move"):
        buttons(line_to, 2, {})
