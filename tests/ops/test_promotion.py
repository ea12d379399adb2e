"""The dtype of every operation on every two dtypes is PyTorch's, and so is whether it is refused."""

import json

import pytest

import edutorch as torch
from tests.golden.promotion_cases import (
    BINARY,
    DTYPES,
    KINDS,
    REDUCTIONS,
    TENSORS_ONLY,
    UNARY,
    operands,
)


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
