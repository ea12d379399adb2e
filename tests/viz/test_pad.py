"""A pad on which a learner draws, and a model reads."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.viz import drawing_pad
from edutorch.viz.pad import CELL, ink_of
from tests.lab_server import BROWSER_OPTIONS

pytest.importorskip("ipywidgets", reason="ipywidgets is not installed (extra lab)")
figure_module = pytest.importorskip("matplotlib.figure", reason="matplotlib is not installed (extra lab)")


def amount_of_ink(pixels: torch.Tensor):
    assert pixels.shape == (28, 28) and pixels.dtype == torch.float32
    return figure_module.Figure(figsize=(1, 1)), f"ink {pixels.sum().item():.0f}"


def a_dot() -> torch.Tensor:
    image = torch.zeros(28, 28)
    image[3, 4] = 200
    return image


def canvas_of(pad) -> str:
    return pad.box.children[0].value


def sent(**cells: int) -> str:
    """What the pad sends for a blank one with some ink: place 5 with 255 is p5=255."""
    ink = bytearray(28 * 28)
    for place, value in cells.items():
        ink[int(place[1:])] = value
    return ink.hex()


def test_what_is_sent_becomes_an_image():
    image = ink_of(sent(p0=255, p29=16))
    assert image.shape == (28, 28) and image.dtype == np.float32
    assert (image[0, 0], image[1, 1], image.sum()) == (255, 16, 271)


@pytest.mark.parametrize("wrong", ["00", "zz" * 784])
def test_anything_else_that_is_sent_is_refused(wrong):
    with pytest.raises(ValueError):
        ink_of(wrong)


def test_the_start_is_drawn_and_read_and_each_stroke_is_read():
    pad = drawing_pad(amount_of_ink, a_dot())
    field, _ = pad.controls
    assert str(pad) == "ink 200" and "ink 200" in pad.picture.value
    assert "x='4' y='3' width='1' height='1' fill-opacity='0.78'" in canvas_of(pad)
    field.value = sent(p7=100)
    assert "ink 100" in pad.picture.value
    without_kernel = pad._repr_mimebundle_()  # as it was first, and the pad itself, too
    assert without_kernel["text/plain"] == "ink 200" and "ink 200" in without_kernel["text/html"]
    assert (
        without_kernel["text/html"].count("<img ") == 2 and "The pad as it is at first" in without_kernel["text/html"]
    )


def test_clear_gives_a_new_blank_canvas_each_time():
    pad = drawing_pad(amount_of_ink, a_dot())
    field, button = pad.controls
    seen = [canvas_of(pad)]
    for _ in range(2):
        field.value = sent(p7=100)
        button.click()
        assert "ink 0" in pad.picture.value and field.value == ""
        assert "fill-opacity" not in canvas_of(pad) and canvas_of(pad) not in seen
        seen.append(canvas_of(pad))


def test_a_start_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"28 x 28 cells, start has shape \(14, 14\)"):
        drawing_pad(amount_of_ink, torch.zeros(14, 14))


def test_the_mouse_and_the_keyboard_draw(chromium: str, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    page_file = tmp_path / "pad.html"
    page_file.write_text(f"<div class='edutorch-pad'>{canvas_of(drawing_pad(amount_of_ink))}<input></div>")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        page = browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(page_file.as_uri())
        box = page.locator("canvas").bounding_box()
        x, y = box["x"] + 1 + 4.5 * CELL, box["y"] + 1 + 4.5 * CELL  # the cell in row 4, column 4
        page.mouse.move(x, y)
        assert page.locator("input").input_value() == ""
        page.mouse.down()
        page.mouse.move(x, y + 10 * CELL)  # in one leap: the stroke has no gap all the same
        page.mouse.up()
        stroke = ink_of(page.locator("input").input_value())
        assert (stroke[4:15, 4] == 255).all() and stroke[:, 8:].sum() == 0
        for key in ["ArrowRight", " ", *["ArrowRight"] * 5]:
            page.keyboard.press(key)
        longer = ink_of(page.locator("input").input_value())
        browser.close()
    assert (longer[14, 4:11] == 255).all() and longer[14, 14] == 0 and (longer >= stroke).all()
    assert errors == []
