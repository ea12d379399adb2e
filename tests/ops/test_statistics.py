"""Variance, deviation, median, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("histc", "histogram", "histogram weights", "histogram edges")  # no gradient


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["statistics"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("statistics", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["statistics"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("statistics", case)


def test_squares_of_float16_do_not_overflow(device):
    x = torch.tensor([300.0, 301.0, -300.0, -301.0], dtype=torch.float16, device=device)
    assert x.std().item() == 347.0 and (x / 2).var().dtype == torch.float16 and (x / 2).var().item() == 30096.0


def test_covariances_of_integers(device):
    x = torch.tensor([[1, 2, 3], [3, 2, 1]], device=device)
    assert torch.cov(x).tolist() == [[1, -1], [-1, 1]] and torch.corrcoef(x).dtype == torch.float32


def test_histogram_of_few_numbers(device):
    hist, edges = torch.histogram(torch.tensor([1.0, 2.0, 1.0, 5.0, 2.0], device=device), bins=4)
    assert hist.tolist() == [2, 2, 0, 1] and edges.tolist() == [1, 2, 3, 4, 5]
    assert torch.histogram(torch.ones(2, device=device), 2).bin_edges.tolist() == [0.5, 1, 1.5]
    empty = torch.empty(0, device=device).histogram(2)
    assert empty.hist.tolist() == [0, 0] and empty.bin_edges.tolist() == [0, 0.5, 1]


def test_histogram_says_what_it_needs(device):
    x = torch.tensor([1.0, 2.0], device=device)
    for arguments, message in (
        ({"bins": 0}, "bins must be > 0, but got 0"),
        ({"bins": 2, "range": (2.0, 1.0)}, "min should not exceed max"),
        ({"bins": 2, "weight": torch.ones(3, device=device)}, r"weight must have the shape of input, \[2\]"),
        ({"bins": torch.tensor([1, 2], device=device)}, "must have the same dtype"),
        ({"bins": 2, "range": (0.0, float("nan"))}, "is not finite"),
    ):
        with pytest.raises(RuntimeError, match=message):
            torch.histogram(x, **arguments)
    with pytest.raises(NotImplementedError, match="float"):
        torch.histogram(x.long(), 2)


@pytest.mark.parametrize("correction", [3, 4])
@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
def test_a_correction_of_all_there_is_divides_by_zero(correction, device):
    x = torch.tensor([1.0, 3.0, 2.0], device=device, requires_grad=True)
    y = x.var(correction=correction)
    y.backward()
    assert y.item() == float("inf") and x.grad[:2].tolist() == [float("inf")] * 2 and x.grad[2].isnan()
    assert x.std(correction=correction).item() == float("inf")
    assert torch.ones(3, device=device).std(correction=correction).isnan()


def test_cov_warns_and_divides_by_zero_where_no_degree_of_freedom_is_left(device):
    x, inf = torch.tensor([[1.0, 2.0, 4.0], [3.0, 5.0, 1.0]], device=device), float("inf")
    weights = torch.tensor([1.0, 2.0, 1.0], device=device)
    for keywords in ({"correction": 4}, {"correction": 6, "fweights": weights.long()}):
        with pytest.warns(UserWarning, match=r"cov\(\): degrees of freedom is <= 0"):
            assert torch.cov(x, **keywords).tolist() == [[inf, -inf], [-inf, inf]]
    with pytest.warns(UserWarning, match="degrees of freedom"):
        assert torch.cov(x[0], correction=3, aweights=weights).item() == inf


def test_the_deviation_of_nothing_warns():
    with pytest.warns(UserWarning, match="degrees of freedom is <= 0"):
        assert torch.std(torch.ones(0)).isnan()
