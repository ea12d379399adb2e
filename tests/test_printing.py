"""A tensor prints as PyTorch prints it; golden/make_printing.py wrote what that is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import edutorch as torch

GOLDEN = json.loads((Path(__file__).parent / "golden" / "printing.json").read_text())


@pytest.fixture(autouse=True)
def default_options() -> Iterator[None]:
    torch.set_printoptions(profile="default")
    yield
    torch.set_printoptions(profile="default")


@pytest.mark.parametrize("block", GOLDEN["printed"], ids=lambda block: str(block["options"]))
def test_as_pytorch_prints(block: dict) -> None:
    torch.set_printoptions(**block["options"])
    for code, expected in block["texts"]:
        assert repr(eval(code)) == expected, code


def test_print_and_str_show_the_repr() -> None:
    assert str(torch.ones(2)) == repr(torch.ones(2)) == "tensor([1., 1.])"


@pytest.mark.parametrize(("code", "spec", "expected"), GOLDEN["formats"])
def test_format(code: str, spec: str, expected: str) -> None:
    assert format(eval(code), spec) == expected


def test_a_format_for_many_numbers_is_refused() -> None:
    with pytest.raises(TypeError, match=r"unsupported format string '.2f' .* shape \[2\]; .*item"):
        format(torch.ones(2), ".2f")


def test_the_default_dtype_needs_no_mention() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        assert repr(torch.ones(1)) == "tensor([1.], dtype=torch.float64)".replace(", dtype=torch.float64", "")
        assert repr(torch.ones(1).float()) == "tensor([1.], dtype=torch.float32)"
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_subclass_prints_its_name() -> None:
    class Note(torch.Tensor):
        pass

    note = Note([1.0, 1.0])
    assert repr(note) == "Note([1., 1.])"


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="profile must be one of .*'short'.* not 'tiny'"):
        torch.set_printoptions(profile="tiny")


def test_a_tensor_on_the_gpu_says_so(device: str) -> None:
    expected = "tensor([1., 2.])" if device == "cpu" else "tensor([1., 2.], device='cuda:0')"
    assert repr(torch.tensor([1.0, 2.0], device=device)) == expected


def test_grad_fn_is_named_as_in_pytorch_and_its_class_is_in_ops() -> None:
    x = torch.ones(2, 2, requires_grad=True)
    assert "grad_fn=<MmBackward0>" in repr(x @ x)
    assert type((x @ x).grad_fn) is torch.ops.matmul.MatMul


def test_a_learners_own_function_is_named_without_a_number() -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, gradient):
            return gradient * 2

    assert repr(Double.apply(torch.ones(1, requires_grad=True))) == ("tensor([2.], grad_fn=<DoubleBackward>)")


def test_a_summary_takes_little_from_the_gpu(count_transfers) -> None:
    x = torch.zeros(300, 400, device="cuda")
    with count_transfers() as transfers:
        text = repr(x)
    assert text == repr(torch.zeros(300, 400))[:-1] + ", device='cuda:0')"
    assert transfers.bytes_to_host == 7 * 7 * 4
