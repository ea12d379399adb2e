"""The dtype of every operation on every two dtypes is PyTorch's, and so is whether it is refused."""

import json
import subprocess
import sys

import numpy as np
import pytest

import edutorch as torch
from tests.golden.promotion_cases import BINARY, DTYPES, KINDS, REDUCTIONS, TENSORS_ONLY, UNARY, operands


@pytest.fixture(scope="module")
def golden(root):
    return json.loads((root / "tests/golden/promotion.json").read_text())


def dtype_of(call):
    try:
        return str(call().dtype).removeprefix("torch.")
    except RuntimeError:
        return "error"


@pytest.mark.parametrize("first", DTYPES)
@pytest.mark.parametrize("name", BINARY)
def test_two_operands_meet_in_the_dtype_of_pytorch(name, first, golden):
    kinds = KINDS[:2] if name in TENSORS_ONLY else KINDS
    for second in DTYPES:
        for kind in kinds:
            if (name, first, second, kind) == ("pow", "bool", "bool", "number"):
                continue  # PyTorch has an answer for a mask ** True alone
            x, y = operands(torch, first, second, kind)
            got = dtype_of(lambda: BINARY[name](torch, x, y))  # noqa: B023 (called at once)
            assert got == golden[f"{name} {first} {second} {kind}"], (second, kind)


@pytest.mark.parametrize("name", {**UNARY, **REDUCTIONS})
def test_one_operand_gives_the_dtype_of_pytorch(name, golden):
    for first in DTYPES:
        x = torch.ones(2, 2, dtype=getattr(torch, first))
        got = dtype_of(lambda: {**UNARY, **REDUCTIONS}[name](torch, x))  # noqa: B023 (called at once)
        assert got == golden[f"{name} {first}"], first


def test_a_number_that_the_dtype_cannot_hold_is_refused(device):
    x = torch.ones(2, dtype=torch.uint8, device=device)
    for call in (lambda: x + 300, lambda: 300 * x, lambda: x - 1000):
        with pytest.raises(RuntimeError, match="without overflow.*300|without overflow.*1000"):
            call()
    assert (x < 300).tolist() == [True, True]


def test_powers_of_bools_are_refused(device):
    mask = torch.ones(2, dtype=torch.bool, device=device)
    for power in (True, mask):
        with pytest.raises(RuntimeError, match="pow.*Bool"):
            mask**power


def test_complex_numbers_are_refused(device):
    x = torch.ones(2, device=device)
    with pytest.raises(TypeError, match="complex numbers are not supported"):
        x * 1j
    with pytest.raises(TypeError, match="complex numbers are not supported"):
        torch.full((2,), 1j, device=device)
    with pytest.raises(TypeError, match="complex64.*the real and the imaginary parts"):
        torch.zeros(2, dtype=torch.complex64)


def test_inf_and_nan_come_without_warnings():
    program = (
        "import warnings, edutorch as torch\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    x = torch.tensor([float('inf'), -float('inf'), 0.0])\n"
        "    x.sum(), x.mean(), x / 0, x.log(), x - x, x.softmax(0)\n"
        "print([str(each.message) for each in caught])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "call",
    [
        lambda x, n: x * n,
        lambda x, n: n * x,
        lambda x, n: x + n,
        lambda x, n: n - x,
        lambda x, n: (x * x) ** n,
        lambda x, n: x / n,
        lambda x, n: x % n,
        lambda x, n: x.clamp(-n, n),
        lambda x, n: torch.where(x > n, x, n),
        lambda x, n: x.masked_fill(x > n, n),
        lambda x, n: torch.nn.functional.leaky_relu(x, n),
        lambda x, n: torch.nn.functional.elu(x, n),
        lambda x, n: torch.nn.functional.celu(x, n),
        lambda x, n: torch.nn.functional.hardtanh(x, -n, n),
        lambda x, n: torch.nn.functional.softplus(x, n),
        lambda x, n: torch.nn.functional.threshold(x, n, n),
        lambda x, n: torch.add(x, x, alpha=n),
        lambda x, n: torch.lerp(x, x, n),
        lambda x, n: x.norm(n),
        lambda x, n: x.var(correction=n),
        lambda x, n: x.addcmul(x, x, value=n),
        lambda x, n: torch.nn.functional.smooth_l1_loss(x, x + 3, beta=n),
        lambda x, n: torch.nn.functional.huber_loss(x, x + 3, delta=n),
        lambda x, n: torch.nn.functional.gelu(x) * n,
        lambda x, n: x.nan_to_num(n),
        lambda x, n: x.clone().mul_(n).add_(n),
    ],
)
def test_numbers_of_numpy_are_numbers(call, device):
    x = torch.tensor([1.0, -2.0, 0.5], device=device, requires_grad=False)
    for number in (np.float64(1.5), np.float32(1.5)):
        got, expected = call(x, number), call(x, 1.5)
        assert (got.dtype, got.tolist()) == (torch.float32, expected.tolist())


def test_an_array_beside_a_tensor_is_a_tensor():
    x, array = torch.ones(2), np.array([2.0, 3.0])
    for got in (x * array, array * x, x + array - 1, array / x):
        assert isinstance(got, torch.Tensor) and (got.dtype, got.tolist()) == (torch.float64, [2, 3])
    assert (x == np.array([1, 2])).tolist() == [True, False]
    assert isinstance(np.exp(x), torch.Tensor) and np.sum(x) == 2
