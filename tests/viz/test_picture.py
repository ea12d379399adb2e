"""Figures with alternative text, and the style of the course's figures."""

import pytest

from edutorch.viz import picture

pyplot = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed (extra lab)")


@pytest.fixture(autouse=True)
def no_window():
    pyplot.switch_backend("agg")


def contrast(one, other) -> float:
    """Of two colors, as WCAG 2 defines it."""
    colors = pytest.importorskip("matplotlib.colors")

    def luminance(color):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colors.to_rgb(color)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_a_picture_has_its_text_and_is_closed():
    figure, axes = pyplot.subplots()
    axes.plot([1, 2])
    shown = picture(figure, 'a line <up> & "on"')
    assert repr(shown) == 'a line <up> & "on"'
    assert shown._repr_html_().startswith(
        '<div style="overflow-x:auto;contain:inline-size"><img alt="a line &lt;up&gt; &amp; &quot;on&quot;" style="width:'
    )
    assert not pyplot.fignum_exists(figure.number)


def test_a_picture_fits_the_page_and_stays_legible_on_a_narrow_one():
    figure, _ = pyplot.subplots(figsize=(7, 3))
    assert 'style="width:700px;max-width:100%;min-width:490px"' in picture(figure, "an empty plot").html


def test_what_is_no_figure_and_a_missing_text_are_refused():
    with pytest.raises(TypeError, match="takes a matplotlib figure, got list"):
        picture([1], "a list")
    with pytest.raises(ValueError, match="what is to be seen"):
        picture(pyplot.figure(), " ")
    pyplot.close("all")


@pytest.mark.parametrize("page", ["white", "#111111"])
def test_the_courses_style_is_legible_on_a_page(page):
    with pyplot.style.context("edutorch.viz.course"):
        settings = pyplot.rcParams
        assert settings["figure.facecolor"] == settings["axes.facecolor"] == settings["savefig.facecolor"] == "none"
        for name in ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"):
            assert contrast(settings[name], page) > 4
        for color in settings["axes.prop_cycle"].by_key()["color"]:
            assert contrast(color, page) > 2  # of lines, which are large
