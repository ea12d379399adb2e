"""The picture of a tensor's memory: which positions of the storage it reads, and what the picture says."""

import re

import numpy as np
import pytest

import edutorch as torch
from edutorch.viz import draw_memory
from edutorch.viz.drawing import COLORS, UNUSED
from edutorch.viz.memory import is_view_of, places

x = torch.arange(10.0, 22.0).reshape(3, 4)
VIEWS = {
    "x": x,
    "x.T": x.T,
    "a column": x[:, 1],
    "every second row": x[::2, 1:3],
    "one element": x[1, 2],
    "expanded": x[0].expand(3, 4),
    "windows": x.reshape(12).unfold(0, 3, 1),
    "diagonal": x.diagonal(),
    "three axes": x.reshape(2, 3, 2).transpose(0, 2),
    "nothing": x[3:],
}


@pytest.mark.parametrize("name", VIEWS)
def test_the_storage_at_the_places_holds_the_elements(name):
    view = VIEWS[name]
    where = places(view)
    assert where.shape == tuple(view.shape)
    assert np.array_equal(np.array(view.storage().tolist())[where], np.array(view.tolist()).reshape(where.shape))


def test_what_was_copied_is_told_from_a_view():
    assert is_view_of(x.T, x) and is_view_of(x[1:], x.T)
    assert not is_view_of(x.T.reshape(12), x)
    assert "A view: nothing was copied. It reads 3 of the 12 numbers" in draw_memory(x[:, 1], x).sentence
    copy = draw_memory(x[[0, 2]], x)
    assert "A copy: it has a storage of its own, with 8 numbers." in copy.sentence
    assert "new: this is a copy" in copy.svg and "new" not in draw_memory(x.T, x).svg


def test_the_sentence_has_shape_strides_and_offset():
    sentence = draw_memory(x[1:, ::2], name="y").sentence
    assert sentence.startswith("y has shape (2, 2), strides (4, 2), offset 4. It reads 4 of the 12")


def boxes(picture) -> list[tuple[str, str]]:
    """(color of the first band, text) of each box"""
    pattern = r'<rect x=[^>]*fill="(#\w+)"[^>]*/>(?:<rect x=[^>]*/>)*<rect x=[^>]*fill="none"[^>]*/><text[^>]*>([^<]*)<'
    return re.findall(pattern, picture.svg)


def test_elements_and_their_places_have_one_color_by_the_first_axis():
    found = boxes(draw_memory(x[:, 1:2]))
    assert found[:3] == [(COLORS[0], "11"), (COLORS[1], "15"), (COLORS[2], "19")]
    storage = found[3:]
    assert [text for _, text in storage] == [str(n) for n in range(10, 22)]
    colored = {i: color for i, (color, _) in enumerate(storage) if color != UNUSED}
    assert colored == {1: COLORS[0], 5: COLORS[1], 9: COLORS[2]}


def test_what_is_read_more_than_once_says_how_often():
    assert draw_memory(x[0].expand(3, 4)).svg.count("×3") == 4
    assert "×" not in draw_memory(x.T).svg


def test_arcs_span_the_stride_of_the_last_axis():
    assert draw_memory(x).svg.count("<path d=") == 3 + 1  # and the tip of the arrows
    assert draw_memory(x.T).svg.count("<path d=") == 2 + 1
    assert draw_memory(x[1, 2]).svg.count("<path d=") == 1
    assert draw_memory(x[:, :1].expand(3, 4)).svg.count("<path d=") == 1, "a stride of 0 leads nowhere"


def test_other_dtypes_and_long_storages():
    assert [text for _, text in boxes(draw_memory(torch.tensor([True, False])))][:2] == ["1", "0"]
    assert draw_memory(torch.arange(64)).height > draw_memory(torch.arange(16)).height


@pytest.mark.parametrize("tensor", [torch.zeros(65), torch.zeros(100)[:3], torch.zeros(1, 1, 1, 1)])
def test_what_does_not_fit_is_refused(tensor):
    with pytest.raises(ValueError, match="viz.draw_memory: a picture has room for 3 axes and 64 elements"):
        draw_memory(tensor)
