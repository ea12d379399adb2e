"""Losses of classification, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["cross_entropy"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("cross_entropy", case, device, name)


@pytest.mark.parametrize("case", CASES["cross_entropy"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("cross_entropy", case)


def test_a_reduction_that_is_none_is_refused(device):
    with pytest.raises(ValueError, match="not a valid value for reduction"):
        torch.nn.functional.cross_entropy(
            torch.zeros(2, 3, device=device), torch.tensor([0, 1], device=device), reduction="average"
        )


def test_probabilities_have_no_class_to_ignore():
    with pytest.raises(RuntimeError, match="ignore_index is not supported for floating point target"):
        torch.nn.functional.cross_entropy(torch.zeros(1, 2), torch.ones(1, 2), ignore_index=1)


def test_ignored_rows_count_nothing_on_either_device(device):
    """On a GPU nobody looks whether there are any; the second derivative knows of them, too."""
    torch.manual_seed(0)
    x, ignored = torch.randn(5, 4, dtype=torch.float64), torch.tensor([3, -100, 0, 2, -100])
    kept = [0, 2, 3]
    for reduction in ("mean", "sum"):
        expected = torch.nn.functional.cross_entropy(x[kept], ignored[kept], reduction=reduction)
        t = ignored.to(device)

        def loss(x, t=t, reduction=reduction):
            return torch.nn.functional.cross_entropy(x, t, reduction=reduction)

        assert loss(x.to(device)).item() == pytest.approx(expected.item(), rel=1e-12)
        there = x.to(device).requires_grad_()
        assert torch.autograd.gradcheck(loss, there) and torch.autograd.gradgradcheck(loss, there)
        loss(there).backward()
        assert not there.grad[[1, 4]].any() and there.grad[kept].all()


def test_a_class_that_is_not_there_is_told_when_the_device_is_waited_for(device):
    for wrong in (3, -1):
        with pytest.raises(IndexError, match=f"Target {wrong} is out of bounds: there are 3 classes"):
            torch.nn.functional.cross_entropy(
                torch.zeros(2, 3, device=device), torch.tensor([0, wrong], device=device)
            ).item()
