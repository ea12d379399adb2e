"""Initial values: PyTorch's numbers for the same seed; wrong calls."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.nn import init
from tests.golden.init_cases import INITS, gains, values

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "init.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", INITS)
@pytest.mark.filterwarnings("ignore:mean is more than 2 std")
def test_same_seed_same_numbers(name):
    np.testing.assert_allclose(values(torch, name), GOLDEN["inits"][name], rtol=1e-5, atol=1e-6)


def test_gains():
    assert gains(torch) == GOLDEN["gains"]


def test_on_each_device_and_through_a_generator(device):
    generator = torch.Generator(device=device).manual_seed(3)
    weight = torch.nn.Parameter(torch.zeros(4, 4, device=device))
    init.orthogonal_(weight, generator=generator)
    assert torch.allclose(weight @ weight.T, torch.eye(4, device=device), atol=1e-5)
    assert weight.requires_grad and weight.is_leaf
    for function in (init.xavier_normal_, init.kaiming_uniform_, init.trunc_normal_, init.eye_):
        function(weight)
    init.sparse_(weight, 0.5)
    assert ((weight == 0).sum(0) == 2).all()


def test_an_empty_weight_is_left_alone():
    assert init.kaiming_uniform_(torch.empty(0, 3)).shape == (0, 3)
    assert torch.nn.Linear(0, 3).weight.shape == (3, 0)


WRONG = {
    "nonlinearity": (lambda: init.calculate_gain("sin"), "Unsupported nonlinearity sin"),
    "slope": (lambda: init.calculate_gain("leaky_relu", "a"), "negative_slope a not a valid number"),
    "fan": (lambda: init.xavier_uniform_(torch.zeros(3)), "fewer than 2 dimensions"),
    "mode": (lambda: init.kaiming_normal_(torch.zeros(3, 3), mode="fan"), "Mode fan not supported"),
    "eye": (lambda: init.eye_(torch.zeros(3)), "Only tensors with 2 dimensions are supported"),
    "dirac": (lambda: init.dirac_(torch.zeros(3, 3)), "Only tensors with 3, 4, or 5 dimensions are supported"),
    "dirac groups": (lambda: init.dirac_(torch.zeros(3, 3, 3), 2), "dim 0 must be divisible by groups"),
    "orthogonal": (lambda: init.orthogonal_(torch.zeros(3)), "Only tensors with 2 or more dimensions are supported"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_says_what_is_wrong(name):
    call, message = WRONG[name]
    with pytest.raises(ValueError, match=message):
        call()


def test_a_distribution_that_is_far_out_warns():
    with pytest.warns(UserWarning, match="mean is more than 2 std from"):
        init.trunc_normal_(torch.zeros(2, 2), mean=9.0)
    assert math.isclose(init.calculate_gain("relu"), 2**0.5)
