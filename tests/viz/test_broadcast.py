"""Broadcasting step by step: the steps are those of broadcast_shapes, the pictures show what is in memory."""

from itertools import product

import pytest

import edutorch as torch
from edutorch.viz import draw_broadcast
from edutorch.viz.broadcast import broadcast_steps

SHAPES = [(), (1,), (3,), (4,), (1, 4), (3, 1), (3, 4), (0,), (2, 3, 1)]


@pytest.mark.parametrize("first, second", list(product(SHAPES, SHAPES)))
def test_the_last_step_has_the_shape_of_broadcast_shapes(first, second):
    last = broadcast_steps(first, second)[-1]
    try:
        shape = tuple(torch.broadcast_shapes(first, second))
    except RuntimeError:
        assert last.stage == "refused" and last.column is not None
    else:
        assert last.stage == "add"
        assert tuple(last.sizes[2]) == shape


def test_the_steps_line_up_fill_and_compare_from_the_right():
    steps = broadcast_steps((3, 1), (4,))
    assert [step.stage for step in steps] == ["align", "fill", "compare", "compare", "stretch", "add"]
    assert steps[0].sizes[1] == [None, 4] and steps[1].sizes[1] == [1, 4]
    assert [step.column for step in steps[2:4]] == [1, 0]
    assert steps[2].sizes[2] == [None, 4] and steps[3].sizes[2] == [3, 4]
    assert "the 1 is stretched to 4" in steps[2].sentence


def test_refused_shapes_end_at_the_sizes_that_differ():
    steps = broadcast_steps((2, 3), (2, 4))
    assert steps[-1].column == 1
    assert steps[-1].sentence == "3 and 4 differ, and neither is 1: refused. edutorch raises a RuntimeError."


COLUMN, ROW = torch.tensor([[0.0], [10.0], [20.0]]), torch.tensor([1.0, 2.0, 3.0, 4.0])


def test_real_boxes_are_solid_and_stretched_ones_dashed():
    def dashed(step):
        return draw_broadcast(COLUMN, ROW, step).svg.count("stroke-dasharray")

    assert dashed(0) == 1  # the size that is missing
    assert dashed(1) == dashed(3) == 0
    assert dashed(4) == dashed(5) == (3 * 4 - 3) + (3 * 4 - 4)


def test_the_last_picture_has_the_sum_and_later_steps_are_the_last():
    picture = draw_broadcast(COLUMN, ROW, 5)
    assert ">24<" in picture.svg and ">24<" not in draw_broadcast(COLUMN, ROW, 4).svg
    assert picture.sentence.startswith("Step 6 of 6. ") and "(3, 4)" in picture.sentence
    assert draw_broadcast(COLUMN, ROW, 99).svg == picture.svg


def test_refused_tensors_are_drawn_too():
    assert "refused" in draw_broadcast(ROW, ROW[:3], 9).sentence


@pytest.mark.parametrize("shape", [(7,), (1, 1, 1)])
def test_what_does_not_fit_is_refused(shape):
    with pytest.raises(ValueError, match="viz.draw_broadcast: a picture has room for 2 axes of at most 6"):
        draw_broadcast(torch.zeros(shape), torch.zeros(1), 0)
