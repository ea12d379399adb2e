"""Attention and Transformers under masks (values without: test_layers.py); wrong calls."""

import math

import pytest

import edutorch as torch
from edutorch import nn


def close(a, b):
    return torch.allclose(a, b, rtol=1e-5, atol=1e-6)


def attention(device, **options):
    torch.manual_seed(0)
    return nn.MultiheadAttention(4, 2, **options).to(device)


def test_masks_of_bools_are_masks_of_minus_infinity(device):
    net, x = attention(device), torch.randn(5, 2, 4, device=device)
    hidden = torch.rand(5, 5, device=device) > 0.7
    hidden.fill_(False)
    hidden[0, 3] = hidden[2, 4] = True
    numbers = torch.zeros(5, 5, device=device).masked_fill(hidden, -math.inf)
    for first, second in zip(net(x, x, x, attn_mask=hidden), net(x, x, x, attn_mask=numbers), strict=True):
        assert close(first, second)
    weights = net(x, x, x, attn_mask=hidden)[1]
    assert (
        weights.shape == (2, 5, 5)
        and (weights[:, 0, 3] == 0).all()
        and close(weights.sum(-1), torch.ones(2, 5, device=device))
    )
    each = torch.zeros(4, 5, 5, device=device)  # one mask for each of 2 heads of 2 samples
    assert close(net(x, x, x, attn_mask=each)[0], net(x, x, x)[0])


def test_padded_keys_are_as_if_they_were_not_there(device):
    net, x = attention(device, batch_first=True), torch.randn(2, 5, 4, device=device)
    padding = torch.tensor([[False] * 5, [False] * 3 + [True] * 2], device=device)
    output, weights = net(x, x, x, key_padding_mask=padding, average_attn_weights=False)
    alone = net(x[1:, :3], x[1:, :3], x[1:, :3])[0]
    assert weights.shape == (2, 2, 5, 5) and close(output[1:, :3], alone)
    quick = net(x, x, x, key_padding_mask=padding, need_weights=False)
    assert quick[1] is None and close(quick[0], output)
    single = net(x[1], x[1], x[1], key_padding_mask=padding[1])
    assert close(single[0], output[1]) and single[1].shape == (5, 5)


def test_a_causal_encoder_does_not_look_ahead(device):
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
    net = nn.TransformerEncoder(layer, 2).to(device)
    mask = nn.Transformer.generate_square_subsequent_mask(5, device=device)
    x = torch.randn(1, 5, 4, device=device)
    changed = x.clone()
    changed[:, 3:] = 7.0
    assert close(net(x, mask=mask)[:, :3], net(changed, mask=mask)[:, :3])
    assert not close(net(x)[:, :3], net(changed)[:, :3])


def test_padded_places_of_an_encoder_are_computed_too():
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
    net = nn.TransformerEncoder(layer, 2).eval()
    x, padding = torch.randn(1, 4, 4), torch.tensor([[False, False, False, True]])
    with torch.no_grad():
        y = net(x, src_key_padding_mask=padding)
        assert close(y[:, :3], net(x[:, :3])) and (y[:, 3] != 0).all()


def test_a_decoder_sees_its_memory_under_masks(device):
    torch.manual_seed(0)
    net = nn.Transformer(4, 2, 1, 1, 8, dropout=0.0, batch_first=True).to(device)
    source, target = torch.randn(2, 5, 4, device=device), torch.randn(2, 3, 4, device=device)
    padding = torch.tensor([[False] * 5, [False] * 4 + [True]], device=device)
    masks = {"src_key_padding_mask": padding, "memory_key_padding_mask": padding}
    masks["tgt_mask"] = nn.Transformer.generate_square_subsequent_mask(3, device=device)
    y = net(source, target, **masks)
    alone = net(source[1:, :4], target[1:], tgt_mask=masks["tgt_mask"])
    assert close(y[1:], alone)


def test_dropout_only_while_training():
    torch.manual_seed(0)
    net, x = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.5), torch.randn(3, 1, 4)
    assert not close(net(x), net(x))
    net.eval()
    assert close(net(x), net(x))
    memory_layer = nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8, norm_first=True), 2, nn.LayerNorm(4))
    assert memory_layer(x, x).shape == (3, 1, 4) and len(memory_layer.layers) == 2


X = torch.zeros(3, 2, 4)
WRONG = {
    "heads": (lambda: nn.MultiheadAttention(5, 2), AssertionError, "embed_dim must be divisible by num_heads"),
    "sizes": (lambda: nn.MultiheadAttention(0, 2), ValueError, "must be greater than 0"),
    "features": (
        lambda: nn.MultiheadAttention(6, 2)(X, X, X),
        AssertionError,
        "was expecting embedding dimension of 6, but got 4",
    ),
    "axes": (lambda: nn.MultiheadAttention(4, 2)(X[0, 0], X, X), AssertionError, "received 1-D query tensor"),
    "axes of the key": (lambda: nn.MultiheadAttention(4, 2)(X, X[0], X), AssertionError, "found 2-D key"),
    "key and value": (lambda: nn.MultiheadAttention(4, 2)(X, X, X[:2]), AssertionError, "does not match value shape"),
    "mask": (
        lambda: nn.MultiheadAttention(4, 2)(X, X, X, attn_mask=torch.zeros(2, 3)),
        RuntimeError,
        "The shape of the 2D attn_mask is",
    ),
    "mask of integers": (
        lambda: nn.MultiheadAttention(4, 2)(X, X, X, attn_mask=torch.zeros(3, 3).long()),
        AssertionError,
        "only bool and floating types of attn_mask are supported",
    ),
    "padding mask": (
        lambda: nn.MultiheadAttention(4, 2)(X, X, X, key_padding_mask=torch.zeros(3, 2).bool()),
        AssertionError,
        "Expected key_padding_mask of shape",
    ),
    "causal without mask": (
        lambda: nn.MultiheadAttention(4, 2)(X, X, X, is_causal=True),
        RuntimeError,
        "Need attn_mask if specifying the is_causal hint",
    ),
    "causal and mask": (
        lambda: nn.functional.scaled_dot_product_attention(X, X, X, torch.zeros(2, 2), is_causal=True),
        RuntimeError,
        "Explicit attn_mask should not be set when is_causal=True",
    ),
    "activation": (lambda: nn.TransformerEncoderLayer(4, 2, activation="sin"), RuntimeError, "should be relu/gelu"),
    "batches": (lambda: nn.Transformer(4, 2, 1, 1, 8)(X, X[:, :1]), RuntimeError, "batch number of src and tgt"),
    "d_model": (lambda: nn.Transformer(8, 2, 1, 1, 8)(X, X), RuntimeError, "must be equal to d_model"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_says_what_is_wrong(name):
    call, error, message = WRONG[name]
    with pytest.raises(error, match=message):
        call()
