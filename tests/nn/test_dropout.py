"""Dropout: what is dropped, by how much the rest grows, when nothing happens."""

import pytest

import edutorch as torch
from edutorch import nn


def test_dropout_while_training(device):
    torch.manual_seed(0)
    x = torch.ones(100, 100, device=device, requires_grad=True)
    y = nn.Dropout(0.3)(x)
    y.sum().backward()
    assert sorted(set(y.detach().flatten().tolist())) == pytest.approx([0.0, 1 / 0.7])
    assert abs((y == 0).float().mean().item() - 0.3) < 0.02
    assert torch.equal(x.grad, y.detach())


@pytest.mark.parametrize(
    "name, shape",
    [
        ("Dropout1d", (6, 8, 5)),
        ("Dropout2d", (6, 8, 5, 2)),
        ("Dropout3d", (6, 8, 3, 2, 2)),
        ("FeatureAlphaDropout", (6, 8, 5)),
    ],
)
def test_whole_channels(name, shape, device):
    torch.manual_seed(0)
    y = getattr(nn, name)(0.5)(torch.ones(shape, device=device)).flatten(2)
    assert (y == y[:, :, :1]).all() and len(set(y[:, :, 0].flatten().tolist())) == 2


def test_alpha_dropout_keeps_mean_and_variance():
    torch.manual_seed(0)
    y = nn.AlphaDropout(0.4)(torch.randn(200, 200))
    assert abs(y.mean().item()) < 0.02 and abs(y.var().item() - 1) < 0.02


def test_eval_p_0_p_1_in_place():
    x = torch.ones(3, 4)
    layer = nn.Dropout(0.5).eval()
    assert layer(x) is x and nn.Dropout(0.0)(x) is x
    assert (nn.Dropout(1.0)(x) == 0).all()
    y = torch.ones(50, 4)
    assert nn.Dropout(0.5, inplace=True)(y) is y and (y == 0).any()


def test_one_channel_axis_without_a_batch():
    with pytest.warns(UserWarning, match="dropout2d: Received a 2-D input"):
        nn.functional.dropout2d(torch.ones(3, 4))
    with pytest.raises(ValueError, match="dropout probability has to be between 0 and 1, but got -0.1"):
        nn.Dropout(-0.1)


def test_dropout_at_the_top_level():
    torch.manual_seed(0)
    x = torch.dropout(torch.ones(9), 0.5, train=True)
    torch.manual_seed(0)
    assert x.tolist() == torch.nn.functional.dropout(torch.ones(9), 0.5).tolist()
    assert torch.dropout(x, 0.5, False) is x
