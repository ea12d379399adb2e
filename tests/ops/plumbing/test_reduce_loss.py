"""What the losses share: reductions, historical arguments, warnings."""

import pytest

import edutorch as torch

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
