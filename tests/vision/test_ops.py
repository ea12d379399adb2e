"""vision.ops against torchvision's numbers for the same boxes and seeds."""

import sys
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn
from edutorch.vision import ops

sys.path.append(str(Path(__file__).parents[1] / "golden"))
from vision_ops_cases import BOXES, CASES, LAYERS, values

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "vision_ops.npz")


@pytest.mark.parametrize("source", CASES)
def test_numbers_are_torchvisions(source):
    found = eval(source, {"torch": torch, "ops": ops, **values(torch)}).numpy()
    expected = GOLDEN[source]
    assert found.shape == expected.shape and found.dtype == expected.dtype
    assert np.allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("source", LAYERS)
def test_layers_are_torchvisions(source):
    torch.manual_seed(0)
    layer = eval(source, {"ops": ops, "nn": nn})
    assert repr(layer) == str(GOLDEN[f"{source} repr"])
    assert list(layer.state_dict()) == GOLDEN[f"{source} keys"].tolist()
    x = values(torch)["x"]
    found = layer(x[:, :, None] if "3d" in source else x).detach().numpy()
    assert np.allclose(found, GOLDEN[source], rtol=1e-4, atol=1e-6)


def test_suppression_by_hand():
    """One pair after the other, as the definition says."""
    boxes, scores = (torch.from_numpy(each) for each in BOXES[:2])
    left, kept = scores.argsort(descending=True).tolist(), []
    while left:
        best, *left = left
        kept.append(best)
        left = [i for i in left if ops.box_iou(boxes[[best]], boxes[[i]]).item() <= 0.3]
    assert ops.nms(boxes, scores, 0.3).tolist() == kept
    assert 1 < len(kept) < len(boxes)


def test_each_class_is_suppressed_by_itself():
    boxes, scores, classes = (torch.from_numpy(each) for each in BOXES)
    kept = set()
    for each in range(3):
        (members,) = torch.where(classes == each)
        kept |= set(members[ops.nms(boxes[members], scores[members], 0.3)].tolist())
    found = ops.batched_nms(boxes, scores, classes, 0.3)
    assert set(found.tolist()) == kept
    assert (scores[found].diff() <= 0).all()
    assert ops.batched_nms(boxes[:0], scores[:0], classes[:0], 0.3).tolist() == []


def test_stochastic_depth_drops_rows_or_all():
    x = torch.ones(1000, 2, 3)
    torch.manual_seed(0)
    rows = ops.stochastic_depth(x, 0.25, "row")
    assert set(rows.unique().tolist()) == {0.0, torch.tensor(1 / 0.75).item()}
    assert (rows == rows[:, :1, :1]).all() and 200 < (rows[:, 0, 0] == 0).sum().item() < 300
    whole = {ops.stochastic_depth(x[:2], 0.5, "batch").sum().item() for _ in range(20)}
    assert whole == {0.0, 24.0}
    assert ops.stochastic_depth(x, 1.0, "row").sum().item() == 0
    assert ops.StochasticDepth(0.5, "row").eval()(x) is x


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ops.stochastic_depth(torch.ones(2), 1.5, "row"), ValueError, "between 0 and 1"),
        (lambda: ops.stochastic_depth(torch.ones(2), 0.5, "column"), ValueError, "'batch' or 'row'"),
        (lambda: ops.box_convert(torch.ones(1, 4), "xyxy", "yxyx"), ValueError, "out_fmt yxyx"),
        (lambda: ops.nms(torch.ones(2, 4), torch.ones(3), 0.5), RuntimeError, r"boxes \(N, 4\) and scores"),
        (lambda: ops.sigmoid_focal_loss(torch.ones(1), torch.ones(1), alpha=2), ValueError, "alpha must be"),
        (lambda: ops.sigmoid_focal_loss(torch.ones(1), torch.ones(1), reduction="all"), ValueError, "'mean' or"),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()
