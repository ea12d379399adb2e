"""What the losses share: reductions, historical arguments, warnings.

The golden signatures are PyTorch's: `python tests/golden/make_loss_signatures.py`."""

import inspect
import json
import warnings
from pathlib import Path

import pytest

import edutorch as torch
from edutorch.ops.plumbing.reduce_loss import former_reduction

F = torch.nn.functional
X = torch.ones(2, 3)


def test_sizes_that_differ_warn_before_they_broadcast():
    with pytest.warns(UserWarning, match=r"target size \(torch.Size\(\[3\]\)\).*input size \(torch.Size\(\[2, 3\]\)\)"):
        assert F.mse_loss(X, torch.zeros(3)) == 1


def test_historical_arguments_warn():
    with pytest.warns(UserWarning, match="reduction='sum'"):
        assert F.mse_loss(X, X * 2, size_average=False) == 6
    with pytest.warns(UserWarning, match="Implicit dimension choice for softmax"):
        assert F.softmax(X).sum() == pytest.approx(2)


# ---- the decorator that gives a loss its historical arguments

SIGNATURES = json.loads((Path(__file__).parents[2] / "golden" / "loss_signatures.json").read_text())


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments_stand_where_those_of_pytorch_do(name):
    parameters = inspect.signature(getattr(F if name.islower() else torch.nn, name)).parameters.values()
    assert [[each.name, each.kind.name, repr(each.default)] for each in parameters if each.name != "self"] == (
        SIGNATURES[name]
    )


@former_reduction
def sample(input, weight=None, *, scale=1.0, reduction="mean", last=0):
    """A loss."""
    return input, weight, scale, reduction, last


def test_help_shows_the_signature_of_pytorch():
    expected = "(input, weight=None, size_average: 'bool | None' = None, scale=1.0, reduce: 'bool | None' = None, reduction='mean', last=0)"
    assert str(inspect.signature(sample)) == expected
    assert sample.__name__ == "sample" and sample.__doc__ == "A loss."


def test_without_former_names_nothing_is_changed():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sample(1) == (1, None, 1.0, "mean", 0)
        assert sample(1, 2, scale=3.0, reduction="sum") == (1, 2, 3.0, "sum", 0)
        assert sample(1, 2, None, 3.0, None, "none", 4) == (1, 2, 3.0, "none", 4)  # by position


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"size_average": True}, "mean"),
        ({"size_average": False}, "sum"),
        ({"reduce": True}, "mean"),
        ({"reduce": False}, "none"),
        ({"size_average": False, "reduce": False}, "none"),
        ({"size_average": False, "reduce": True}, "sum"),
        ({"size_average": True, "reduction": "sum"}, "mean"),
    ],
)
def test_former_names_are_translated_and_the_caller_is_warned(given, meant):
    with pytest.warns(UserWarning, match=f"please use reduction='{meant}' instead") as caught:
        assert sample(1, last=5, **given) == (1, None, 1.0, meant, 5)
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match=f"reduction='{meant}'") as caught:
        assert torch.nn.NLLLoss(**given).reduction == meant
    assert caught[0].filename == __file__ and len(caught) == 1


def test_wrong_arguments_name_the_loss():
    with pytest.raises(TypeError, match=r"mse_loss\(\).*'target'"):
        F.mse_loss(X)
    with pytest.raises(TypeError, match="nothing"):
        F.mse_loss(X, X, nothing=1)


@pytest.mark.parametrize("loss", [F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss])
def test_a_warning_of_sizes_points_to_the_line_that_called(loss):
    with pytest.warns(UserWarning, match="target size") as caught:
        loss(X, torch.zeros(3))
    assert caught[0].filename == __file__
