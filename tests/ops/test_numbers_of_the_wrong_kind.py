"""What is no number where a number should be: a TypeError, as in PyTorch, and never a nan or a 3.0 out of "3"."""

import pytest

import edutorch as torch

F = torch.nn.functional
X, MASK, AT = torch.arange(4.0) + 1, torch.tensor([True, False, True, False]), torch.tensor([0])
CALLS = {
    "where": lambda v: torch.where(MASK, X, v),
    "where, first": lambda v: torch.where(MASK, v, X),
    "masked_fill": lambda v: X.masked_fill(MASK, v),
    "masked_fill_": lambda v: X.clone().masked_fill_(MASK, v),
    "full": lambda v: torch.full((2,), v),
    "full_like": lambda v: torch.full_like(X, v),
    "new_full": lambda v: X.new_full((2,), v),
    "scalar_tensor": lambda v: torch.scalar_tensor(v),
    "fill": lambda v: torch.fill(X, v),
    "fill_": lambda v: X.clone().fill_(v),
    "constant_": lambda v: torch.nn.init.constant_(X.clone(), v),
    "index_fill": lambda v: X.index_fill(0, AT, v),
    "index_put": lambda v: X.index_put((AT,), v),
    "scatter": lambda v: X.scatter(0, AT, v),
    "scatter_": lambda v: X.clone().scatter_(0, AT, v),
    "xlogy": lambda v: torch.xlogy(X, v),
    "heaviside": lambda v: torch.heaviside(X, v),
    "add": lambda v: X + v,
    "clamp": lambda v: torch.clamp(X, v, v),
    "pad": lambda v: F.pad(X, (1, 1), value=v),
    "leaky_relu": lambda v: F.leaky_relu(X, v),
    "elu": lambda v: F.elu(X, v),
    "celu": lambda v: F.celu(X, v),
    "softplus": lambda v: F.softplus(X, v),
    "threshold": lambda v: F.threshold(X, 0.0, v),
    "nan_to_num": lambda v: torch.nan_to_num(X, v),
    "std": lambda v: X.std(correction=v),
}
NONE_IS_A_DEFAULT = ("pad", "nan_to_num", "std", "clamp")


NO_NUMBERS = [None, "3", b"3", [1.0], (1.0,), {}, object()]
PAIRS = [(name, v) for name in CALLS for v in NO_NUMBERS if not (v is None and name in NONE_IS_A_DEFAULT)]


@pytest.mark.parametrize(
    ("name", "value"), PAIRS, ids=lambda each: each if isinstance(each, str) else type(each).__name__
)
def test_what_is_no_number_is_refused(name, value):
    with pytest.raises(TypeError):
        CALLS[name](value)


@pytest.mark.parametrize("name", ["masked_fill", "full_like", "fill_", "scatter", "where"])
def test_an_int_of_more_than_64_bits_is_refused(name):
    with pytest.raises(OverflowError):
        CALLS[name](10**30)


def test_a_threshold_that_is_nan_is_below_nothing():
    assert F.threshold(X, float("nan"), 0.0).tolist() == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    "name", ["MSELoss", "L1Loss", "SmoothL1Loss", "CrossEntropyLoss", "BCELoss", "NLLLoss", "KLDivLoss"]
)
def test_a_loss_made_of_output_and_target_says_what_to_write(name):
    with pytest.raises(RuntimeError, match=rf"nn.{name}\(\)\(input, target\)"):
        getattr(torch.nn, name)(X, X)


def test_a_third_tensor_for_a_functional_loss_is_refused():
    with pytest.raises(RuntimeError, match="mse_loss"):
        F.mse_loss(X, X, X)
