"""Maps of a classifier's answers in the plane, and confusion matrices."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.viz import draw_boundary, draw_confusion
from edutorch.viz.classes import CELLS, REGIONS

pyplot = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed (extra lab)")
to_rgb = pytest.importorskip("matplotlib.colors").to_rgb
POINTS = torch.tensor([[1.0, 0.5], [-1.0, 0.5], [0.0, -1.0]])
LABELS = torch.tensor([0, 1, 1])


@pytest.fixture(autouse=True)
def closed_figures():
    pyplot.switch_backend("agg")
    yield
    pyplot.close("all")


def right_or_left(x):
    """Class 0 where the first coordinate is positive, else class 1; sure where it is large."""
    return torch.stack([9 * x[:, 0], -9 * x[:, 0]], 1)


def test_the_map_has_the_class_with_the_highest_score():
    axes = draw_boundary(right_or_left, POINTS, LABELS).axes[0]
    (image,) = axes.images
    colors = image.get_array()
    assert colors.shape == (CELLS, CELLS, 4)
    left, right = colors[:, : CELLS // 2, :3], colors[:, CELLS // 2 :, :3]
    assert (left == left[0, 0]).all() and (right == right[0, 0]).all() and (left[0, 0] != right[0, 0]).any()
    assert colors[0, 0, 3] > colors[0, CELLS // 2, 3]  # paler where the scores are close


def test_up_is_up():
    axes = draw_boundary(lambda x: torch.stack([x[:, 1], -x[:, 1]], 1), POINTS, LABELS).axes[0]
    colors, (image,) = axes.images[0].get_array(), axes.images
    assert image.origin == "lower"  # the first row is drawn at the bottom, where y is negative: class 1
    assert np.allclose(colors[0, 0, :3], to_rgb(REGIONS[1])) and np.allclose(colors[-1, 0, :3], to_rgb(REGIONS[0]))


def test_every_example_is_on_the_map_in_a_mark_of_its_class():
    axes = draw_boundary(right_or_left, POINTS, LABELS).axes[0]
    drawn = [np.asarray(each.get_offsets()).tolist() for each in axes.collections]
    assert drawn == [[[1.0, 0.5]], [[-1.0, 0.5], [0.0, -1.0]]]
    assert axes.get_xlim()[0] < -1 and axes.get_xlim()[1] > 1


def test_a_map_among_others_records_no_graph():
    asked = []
    figure, both = pyplot.subplots(1, 2)
    drawn = draw_boundary(lambda x: asked.append(torch.is_grad_enabled()) or x, POINTS, LABELS, axes=both[1], title="t")
    assert drawn is figure and not both[0].images and both[1].get_title() == "t"
    assert asked == [False]


def test_other_shapes_and_too_many_classes_are_refused():
    with pytest.raises(ValueError, match=r"points have shape \(N, 2\).*got \(3, 2\) and \(2,\)"):
        draw_boundary(right_or_left, POINTS, LABELS[:2])
    with pytest.raises(ValueError, match="colors for 6 classes, got 7"):
        draw_boundary(lambda x: torch.zeros(len(x), 7), POINTS, LABELS)


def test_a_confusion_matrix_shows_its_numbers_but_the_zeros():
    axes = draw_confusion(torch.tensor([[5, 2], [0, 7]]), names=["cat", "dog"], title="pets").axes[0]
    texts = {text.get_position(): text.get_text() for text in axes.texts}
    assert texts == {(0, 0): "5", (1, 0): "2", (1, 1): "7"}  # (column, row)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["cat", "dog"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("what the model says", "label")


def test_only_mistakes_are_colored():
    axes = draw_confusion(torch.tensor([[90, 2], [1, 80]])).axes[0]
    assert axes.images[0].get_array().tolist() == [[None, 2], [1, None]]  # nothing, on any page, where None stands


def test_a_matrix_without_a_mistake_can_be_drawn_and_one_that_is_not_square_is_refused():
    assert draw_confusion(torch.tensor([[3, 0], [0, 4]])).axes[0].images[0].get_clim() == (0, 1)
    with pytest.raises(ValueError, match=r"square, \(C, C\), got \(2, 3\)"):
        draw_confusion(torch.zeros(2, 3))
