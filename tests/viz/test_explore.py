"""A model from within, layer by layer."""

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn
from edutorch.viz import explore
from edutorch.viz.explore import draw_layer, layers_of

pyplot = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed (extra lab)")
pyplot.switch_backend("agg")


def small_cnn() -> nn.Sequential:
    torch.manual_seed(0)
    features = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(2))
    return nn.Sequential(features, nn.Flatten(), nn.Linear(27, 4))


def image() -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(2, 1, 8, 8)


class Attends(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.attention(x, x, x)[0].mean(1)


def test_each_innermost_layer_is_there_in_its_order_with_the_first_example():
    model, x = small_cnn(), image()
    layers = layers_of(model, x)
    assert [(layer.name, layer.kind, layer.maps.shape) for layer in layers] == [
        ("input", "", (1, 8, 8)),
        ("0.0", "Conv2d", (3, 6, 6)),
        ("0.1", "ReLU", (3, 6, 6)),
        ("0.2", "MaxPool2d", (3, 3, 3)),
        ("1", "Flatten", (27,)),
        ("2", "Linear", (4,)),
    ]
    np.testing.assert_allclose(layers[-1].maps, model(x)[0].detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(layers[0].maps, x[0].numpy(), rtol=1e-6)


def test_the_model_is_afterwards_as_it_was():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
    before = model(torch.ones(1, 2)).requires_grad
    layers_of(model.train(), torch.ones(1, 2))
    assert model.training and before and model(torch.ones(1, 2)).requires_grad
    assert not any(module._hooks and module._hooks.forward for module in model.modules())


def test_a_model_that_fails_leaves_no_hooks_behind():
    model = small_cnn()
    with pytest.raises(RuntimeError):
        layers_of(model, torch.ones(1, 2, 8, 8))
    assert not any(module._hooks and module._hooks.forward for module in model.modules())


def test_a_layer_called_twice_is_there_twice():
    layer = nn.Linear(2, 2)
    assert [each.name for each in layers_of(nn.Sequential(layer, nn.ReLU(), layer), torch.ones(1, 2))][1::2] == [
        "0",
        "0",
    ]


def test_attention_has_a_map_for_each_example():
    torch.manual_seed(0)
    layers = {layer.name: layer.maps for layer in layers_of(Attends(), torch.randn(2, 5, 4))}
    weights = layers["attention, attention"]
    assert weights.shape == (1, 5, 5)
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-5)


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
    assert sentence.endswith(f"The largest has the number {layer.maps.argmax()}.")
    pyplot.close(figure)


def test_two_sliders_lead_through_layers_and_channels():
    pytest.importorskip("ipywidgets", reason="ipywidgets is not installed (extra lab)")
    playground = explore(small_cnn(), image())
    layer, channel = playground.controls
    assert layer.label == "1: 0.0 Conv2d" and channel.max == 2
    before = playground.picture.value
    channel.value = 1
    assert "channel 1 of 3" in playground.picture.value != before
    layer.value = 5
    assert "5: 2 Linear" == layer.label and "4 numbers from" in playground.picture.value
