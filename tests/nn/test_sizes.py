"""Sizes that are no ints: the message names the layer, the argument and what it got."""

import pytest

import edutorch as torch

nn, F = torch.nn, torch.nn.functional
X = torch.ones(1, 4, 6, 6)

CALLS = {
    "Linear(2., 1)": (lambda: nn.Linear(2.0, 1), r"Linear\(\): argument 'in_features' must be int, not float: 2.0"),
    "Linear of a string": (lambda: nn.Linear(2, "1"), r"Linear\(\): argument 'out_features' must be int, not str"),
    "Linear of a quotient": (lambda: nn.Linear(4 / 2, 1), "'in_features' must be int, not float"),
    "Bilinear": (lambda: nn.Bilinear(2, 3.0, 1), r"Bilinear\(\): argument 'in2_features' must be int, not float"),
    "Conv2d channels": (lambda: nn.Conv2d(1, 2.0, 3), r"Conv2d\(\): argument 'out_channels' must be int, not float"),
    "Conv2d kernel": (lambda: nn.Conv2d(1, 1, 3.0), r"Conv2d\(\): argument 'kernel_size' must be int, not float: 3.0"),
    "Conv2d kernel of two": (
        lambda: nn.Conv2d(1, 1, (3, 3.0)),
        "'kernel_size' must be a tuple of ints, but holds a float",
    ),
    "Conv2d stride": (lambda: nn.Conv2d(1, 1, 3, stride=None), "'stride' must be int, not NoneType"),
    "Conv2d padding": (lambda: nn.Conv2d(1, 1, 3, padding=1.5), "'padding' must be int, not float: 1.5"),
    "Conv2d groups": (lambda: nn.Conv2d(2, 2, 3, groups=1.0), "'groups' must be int, not float"),
    "ConvTranspose1d": (lambda: nn.ConvTranspose1d(1.0, 1, 3), r"ConvTranspose1d\(\): argument 'in_channels'"),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(4.0), "must be .*ints?, .* float"),
    "LayerNorm": (lambda: nn.LayerNorm((4, 2.0)), "found element of type float at pos 1"),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4.0), r"GroupNorm\(\): argument 'num_channels' must be int"),
    "Embedding": (lambda: nn.Embedding(10, 4.0), r"Embedding\(\): argument 'embedding_dim' must be int, not float"),
    "LSTM": (lambda: nn.LSTM(4.0, 2), "input_size should be of type int, got: float"),
    "GRUCell": (lambda: nn.GRUCell(4.0, 2), r"GRUCell\(\): argument 'input_size' must be int, not float"),
    "MultiheadAttention": (lambda: nn.MultiheadAttention(4, 2.0), "'num_heads' must be int, not float"),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d(2.5)(X), "adaptive_avg_pool2d.*'output_size'.* float: 2.5"),
    "ZeroPad2d": (lambda: nn.ZeroPad2d(1.5)(X), r"pad\(\): argument 'pad' .* float: 1.5"),
    "Upsample": (lambda: nn.Upsample(4.5)(X), "'size' .* float: 4.5"),
    "PixelShuffle": (lambda: F.pixel_shuffle(X, 2.0), "'upscale_factor' must be int, not float"),
    "ChannelShuffle": (lambda: F.channel_shuffle(X, 2.0), "'groups' must be int, not float"),
    "zeros": (lambda: torch.zeros(2, 3.0), r"zeros\(\): argument 'size' .*found element of type float at pos 1: 3.0"),
    "randn": (lambda: torch.randn(2, "3"), r"randn\(\): argument 'size' .*found element of type str at pos 1"),
    "ones of None": (lambda: torch.ones(None), r"ones\(\)"),
    "view": (lambda: X.view(2.0, 72), r"view\(\): argument 'size' .*float at pos 0: 2.0"),
    "reshape": (lambda: X.reshape(X.numel() / 4, 4), r"reshape\(\): argument 'shape' .*float at pos 0"),
    "expand": (lambda: X.expand(2.0, 4, 6, 6), r"expand\(\): argument 'size' .*float at pos 0"),
    "permute": (lambda: X.permute(0, 1, 2, 3.0), r"permute\(\): argument 'dims' .*float at pos 3"),
    "repeat": (lambda: X.repeat(1, 1, 1, 2.0), r"repeat\(\): argument 'repeats' .*float at pos 3"),
    "new_zeros": (lambda: X.new_zeros(2, 2.0), r"new_zeros\(\): argument 'size' .*float at pos 1"),
}


@pytest.mark.parametrize("call", CALLS)
def test_the_argument_is_named(call):
    function, message = CALLS[call]
    with pytest.raises(TypeError, match=message):
        function()


def test_numpy_and_zero_dimensional_ints_are_ints():
    import numpy as np

    assert nn.Linear(np.int64(2), torch.tensor(3)).weight.shape == (3, 2)
    assert nn.Conv2d(1, np.int32(2), (np.int64(3), 3)).weight.shape == (2, 1, 3, 3)
