"""The SVG of a drawing: well-formed, as large as it says, with a text for a screen reader."""

import base64
import re
import xml.etree.ElementTree as ElementTree

import pytest

from edutorch.viz.drawing import UNIT, Drawing

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawing() -> Drawing:
    drawing = Drawing(4, 2, 'says <1> & "2"')
    drawing.box(0, 0, "<a>", ["#111111", "#222222"])
    drawing.box(1, 0, "", faint=True)
    drawing.arc(0.5, 1.5, 1)
    drawing.words(0, 2, "a & b")
    return drawing


def test_it_is_well_formed_and_says_what_is_to_be_seen(drawing):
    root = ElementTree.fromstring(drawing._repr_svg_())
    assert root.attrib["viewBox"] == f"0 0 {4 * UNIT} {2 * UNIT}"
    assert root.attrib["role"] == "img" and root.attrib["aria-label"] == 'says <1> & "2"' == repr(drawing)
    assert [text.text for text in root.iter(f"{SVG}text")] == ["<a>", None, "a & b"]


def test_a_box_has_a_band_for_each_color_and_a_frame(drawing):
    rects = list(ElementTree.fromstring(drawing.svg).iter(f"{SVG}rect"))[1:]  # the first one is the card
    first, faint = rects[:3], rects[3:]
    assert [rect.attrib["fill"] for rect in first] == ["#111111", "#222222", "none"]
    assert [float(rect.attrib["height"]) for rect in first] == [UNIT / 2, UNIT / 2, UNIT]
    assert "stroke-dasharray" in faint[-1].attrib


def test_a_notebook_gets_an_image_that_shrinks_with_the_page(drawing):
    html = drawing._repr_html_()
    assert 'alt="says &lt;1&gt; &amp; &quot;2&quot;"' in html and "max-width:100%" in html
    assert base64.b64decode(re.search(r'svg\+xml;base64,([^"]+)"', html)[1]).decode() == drawing.svg
