"""A model from within, layer by layer."""

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn
from edutorch.viz import explore
from edutorch.viz.explore import draw_layer
from edutorch.viz.layers import Layer, layers_of
from tests.viz.small import image, small_cnn

pyplot = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed (extra lab)")
pyplot.switch_backend("agg")


def test_the_numbers_stand_in_the_cells_and_the_sentence_has_shape_and_extremes():
    layer = layers_of(small_cnn(), image())[3]
    figure, sentence = draw_layer(layer, channel=2)
    texts = [text.get_text() for text in figure.axes[1].texts]
    assert texts == [f"{number:.1f}" for number in layer.maps[2].ravel()]
    assert sentence.startswith("0.2 MaxPool2d: 3 × 3 × 3 numbers from ") and sentence.endswith("channel 2 of 3.")
    pyplot.close(figure)


def test_the_small_maps_stand_in_rows_and_the_large_one_is_framed():
    layer = layers_of(small_cnn(), image())[3]
    figure, _ = draw_layer(layer, channel=2)
    (left, _), (frame,) = figure.axes, figure.axes[0].patches
    pictured = np.asarray(left.images[0].get_array().filled(np.nan))
    assert pictured.shape == (7, 7) and np.isnan(pictured[3]).all() and np.isnan(pictured[4:, 4:]).all()
    np.testing.assert_array_equal(pictured[4:, :3], layer.maps[2])
    assert frame.get_xy() == (-0.5, 3.5) and (frame.get_width(), frame.get_height()) == (3, 3)
    pyplot.close(figure)


def test_a_channel_that_a_layer_does_not_have_is_its_last_one():
    figure, sentence = draw_layer(layers_of(small_cnn(), image())[0], channel=2)
    assert sentence.endswith("channel 0 of 1.")
    pyplot.close(figure)


def test_large_maps_have_no_numbers_in_their_cells():
    figure, _ = draw_layer(layers_of(nn.Sequential(nn.ReLU()), torch.randn(1, 1, 17, 3))[0])
    assert not figure.axes[1].texts
    pyplot.close(figure)


def test_scores_are_bars_with_their_numbers():
    layer = layers_of(small_cnn(), image())[-1]
    figure, sentence = draw_layer(layer)
    assert [text.get_text() for text in figure.axes[0].texts] == [f"{number:.2f}" for number in layer.maps]
    assert sentence.endswith(f"The largest is number {layer.maps.argmax()}.")
    pyplot.close(figure)


def test_attention_has_a_picture_for_each_head_with_two_digits():
    maps = np.array([[[1, 0], [0.25, 0.75]], [[0.5, 0.5], [0, 1]]])
    figure, sentence = draw_layer(Layer("attention", "MultiheadAttention", maps, "head"), channel=1)
    left, right = figure.axes
    assert [text.get_text() for text in right.texts] == ["0.50", "0.50", "0.00", "1.00"]
    assert "2 heads" in left.get_title() and "a row looks at a column" in right.get_title()
    assert sentence.endswith("Large: head 1 of 2.")
    pyplot.close(figure)


@pytest.mark.parametrize(("low", "words"), [(-1, "purple: above 0, orange: below"), (0, "the darker, the larger")])
def test_the_picture_says_what_its_colors_mean(low, words):
    figure, _ = draw_layer(Layer("0", "Conv2d", np.array([[[low, 1.0]]])))
    assert words in figure.axes[1].get_title() and figure.axes[0].get_title() == "0 Conv2d\n1 channel"
    pyplot.close(figure)


def test_a_long_map_fills_its_place():
    shapes = {(1, 3, 100): "auto", (1, 3, 12): "equal"}
    for shape, aspect in shapes.items():
        figure, _ = draw_layer(Layer("0", "Conv1d", np.ones(shape)))
        assert {axes.get_aspect() for axes in figure.axes} == {1.0 if aspect == "equal" else aspect}
        pyplot.close(figure)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_maps_and_bars_without_a_finite_number_are_drawn_without_a_warning(value, recwarn):
    for shape in ((1, 2, 2), (3,)):
        figure, sentence = draw_layer(Layer("0", "ReLU", np.full(shape, value)))
        figure.canvas.draw()
        assert f"from {value:.2f} to {value:.2f}" in sentence
        pyplot.close(figure)
    assert not recwarn.list


def test_two_sliders_lead_through_layers_and_channels():
    pytest.importorskip("ipywidgets", reason="ipywidgets is not installed (extra lab)")
    playground = explore(small_cnn(), image())
    layer, channel = playground.controls
    assert (layer.value, layer.max, channel.max) == (1, 5, 2)
    before = playground.picture.value
    channel.value = 2
    assert "channel 2 of 3" in playground.picture.value != before
    layer.value = 4
    assert "1 Flatten: 27 numbers from" in playground.picture.value
    assert channel.disabled, "numbers without a place have no channels"
    layer.value = 0
    assert "Large: channel 0 of 1." in playground.picture.value and channel.disabled
    layer.value = 3
    assert channel.max == 2 and not channel.disabled


def test_a_model_that_gives_no_tensor_has_its_input_alone():
    pytest.importorskip("ipywidgets", reason="ipywidgets is not installed (extra lab)")

    class Counts(nn.Module):
        def forward(self, x: torch.Tensor) -> int:
            return x.numel()

    playground = explore(Counts(), torch.ones(1, 3))
    playground.control.value = 1
    assert "input: 3 numbers" in playground.picture.value
