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
    "linspace": lambda v: torch.linspace(v, 1, 3),
    "linspace, end": lambda v: torch.linspace(0, v, 3),
    "logspace": lambda v: torch.logspace(v, 1, 3),
    "logspace, base": lambda v: torch.logspace(0, 1, 3, base=v),
    "quantile": lambda v: torch.quantile(X, v),
    "nanquantile": lambda v: torch.nanquantile(X, v),
    "normal_": lambda v: X.clone().normal_(v),
    "normal_, std": lambda v: X.clone().normal_(0.0, v),
    "normal": lambda v: torch.normal(v, 1.0, (2,)),
    "log_normal_": lambda v: X.clone().log_normal_(v),
    "cauchy_": lambda v: X.clone().cauchy_(v),
    "lr of SGD": lambda v: torch.optim.SGD([torch.nn.Parameter(X)], lr=v),
    "lr of Adam": lambda v: torch.optim.Adam([torch.nn.Parameter(X)], lr=v),
    "lr of LBFGS": lambda v: torch.optim.LBFGS([torch.nn.Parameter(X)], lr=v),
    "lt": lambda v: X < v,
    "pow": lambda v: torch.pow(X, v),
    "remainder": lambda v: torch.remainder(X, v),
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


@pytest.mark.parametrize(
    "name",
    ["masked_fill", "full_like", "fill_", "scatter", "where", "add", "lt", "pow", "remainder", "linspace", "clamp"],
)
@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, 10**400], ids=["2**64", "-2**63 - 1", "10**400"])
def test_an_int_of_more_than_64_bits_is_refused(name, value):
    with pytest.raises(OverflowError):
        CALLS[name](value)


@pytest.mark.parametrize("operation", [torch.add, torch.eq, torch.mul, torch.floor_divide])
def test_beside_integers_it_is_refused_on_either_side(operation):
    for x in (torch.tensor([1]), torch.tensor([1], dtype=torch.uint8), torch.tensor([True])):
        with pytest.raises(OverflowError):
            operation(x, 2**70)
    with pytest.raises(OverflowError):
        2**70 + torch.tensor([1])


@pytest.mark.parametrize("name", ["maximum", "minimum", "atan2", "logaddexp", "dist", "fmax", "hypot"])
@pytest.mark.parametrize("number", [2, 2.0, True])
def test_an_operation_of_two_tensors_takes_no_number(name, number):
    operation = getattr(torch, name)
    for operands in ((X, number), (number, X)):
        with pytest.raises(TypeError, match=f"{name}.*must be Tensor"):
            operation(*operands)


def test_the_parts_of_a_quantile_have_the_dtype_of_its_input():
    with pytest.raises(RuntimeError, match="q tensor must be same dtype"):
        X.quantile(torch.tensor(0.5, dtype=torch.float64))


def test_an_eps_of_logit_that_is_nan_holds_nothing():
    assert torch.logit(torch.tensor([0.5, 1.0]), eps=float("nan")).tolist() == [0, float("inf")]


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


NO_INTS = {
    "narrow": lambda b: X.narrow(0, b, 1),
    "narrow, length": lambda b: X.narrow(0, 0, b),
    "select": lambda b: X.select(0, b),
    "linspace": lambda b: torch.linspace(0, 1, b),
    "logspace": lambda b: torch.logspace(0, 1, b),
    "chunk": lambda b: X.chunk(b),
    "tensor_split": lambda b: X.tensor_split(b),
    "kthvalue": lambda b: X.kthvalue(b),
    "roll": lambda b: X.roll(b),
    "repeat_interleave": lambda b: X.repeat_interleave(b),
    "tril": lambda b: torch.ones(2, 2).tril(b),
    "tril_indices": lambda b: torch.tril_indices(b, b),
    "diff": lambda b: X.diff(b),
    "rot90": lambda b: torch.rot90(torch.ones(2, 2), b),
    "randint": lambda b: torch.randint(b, (2,)),
    "one_hot": lambda b: F.one_hot(AT, b),
    "vander": lambda b: torch.vander(X, b),
    "linalg.vander": lambda b: torch.linalg.vander(X, N=b),
}


@pytest.mark.parametrize("name", NO_INTS)
def test_a_bool_is_no_int(name):
    with pytest.raises(TypeError, match="bool"):
        NO_INTS[name](True)


@pytest.mark.parametrize("name", ["narrow, length", "linspace", "chunk", "roll", "randint"])
def test_a_floating_tensor_is_no_int(name):
    with pytest.raises(TypeError, match="int"):
        NO_INTS[name](torch.tensor(2.0))
