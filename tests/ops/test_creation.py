"""New tensors, filled and counted off."""

import pytest

import edutorch as torch


def test_sizes_in_three_forms(device):
    for make in (torch.zeros, torch.ones, torch.empty):
        for x in (
            make(2, 3, device=device),
            make((2, 3), device=device),
            make(size=(2, 3), device=device),
            make(torch.zeros(2, 3).shape, device=device),
        ):
            assert (tuple(x.shape), x.dtype, x.device.type) == ((2, 3), torch.float32, device)
        assert make(()).dim() == 0


def test_values_and_dtypes(device):
    assert torch.zeros(2, device=device).tolist() == [0, 0]
    assert torch.ones(2, dtype=torch.int8, device=device).tolist() == [1, 1]
    assert torch.full((2,), 3, device=device).dtype is torch.int64
    assert torch.full((2,), True, device=device).dtype is torch.bool
    assert torch.full((2,), 2.5, device=device).tolist() == [2.5, 2.5]
    assert torch.full((1,), torch.tensor(3.0), device=device).dtype is torch.float32
    assert torch.eye(2, 3, device=device).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert torch.scalar_tensor(3, device=device).dtype is torch.float32
    assert torch.ones(2, requires_grad=True, device=device).requires_grad


def test_the_default_dtype_is_used():
    torch.set_default_dtype(torch.float64)
    try:
        made = [torch.zeros(1), torch.tensor(1.0), torch.full((1,), 2.0), torch.linspace(0, 1, 3), torch.arange(1.0)]
        assert {x.dtype for x in made} == {torch.float64}
    finally:
        torch.set_default_dtype(torch.float32)


def test_like_another(device):
    x = torch.ones(2, 3, dtype=torch.int8, device=device).t()
    for y, value in (
        (torch.zeros_like(x), 0),
        (torch.ones_like(x), 1),
        (torch.full_like(x, 7), 7),
        (x.new_zeros(3, 2), 0),
        (x.new_ones((3, 2)), 1),
        (x.new_full((3, 2), 7), 7),
        (x.new_tensor([[7, 7]] * 3), 7),
    ):
        assert (tuple(y.shape), y.dtype, y.device) == ((3, 2), torch.int8, x.device)
        assert y.tolist() == [[value, value]] * 3
    assert torch.empty_like(x).stride() == torch.zeros_like(x).stride() == x.stride() == (1, 3)
    assert torch.zeros_like(x, dtype=torch.float32, requires_grad=True).requires_grad


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: torch.zeros(-1), RuntimeError, "negative dimension -1"),
        (lambda: torch.zeros(2.5), TypeError, r"zeros\(\): argument 'size' .* tuple of ints, not float"),
        (lambda: torch.ones("a"), TypeError, "must be tuple of ints, not str"),
        (lambda: torch.full(2, 3), TypeError, "must be tuple of ints, not int"),
        (lambda: torch.full((2,), 300, dtype=torch.uint8), RuntimeError, "uint8 without overflow"),
        (lambda: torch.full((2,), 1j), TypeError, "complex"),
        (lambda: torch.zeros(2, dtype="int"), TypeError, "must be torch.dtype, not str"),
        (lambda: torch.zeros_like([1]), TypeError, "must be Tensor, not list"),
        (lambda: torch.ones(2, dtype=torch.int64, requires_grad=True), RuntimeError, "floating point"),
        (lambda: torch.arange(0, 5, 0), RuntimeError, "step must be nonzero"),
        (lambda: torch.arange(5, 0), RuntimeError, "inconsistent with step sign"),
        (lambda: torch.linspace(0, 1, -1), RuntimeError, "steps must be non-negative"),
        (lambda: torch.eye(-1), RuntimeError, "n must be greater or equal to 0"),
        (lambda: torch.zeros(2, device="mars"), RuntimeError, "mars"),
        (lambda: torch.finfo(torch.int8), TypeError, "floating point input type"),
        (lambda: torch.iinfo(torch.float32), TypeError, "integer input type"),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_limits_of_dtypes():
    info = torch.finfo(torch.float32)
    assert (info.bits, info.dtype, info.eps, info.max) == (32, "float32", 2**-23, (2 - 2**-23) * 2.0**127)
    assert repr(info).startswith("finfo(resolution=1e-06, min=-3.40282e+38")
    assert (torch.iinfo(torch.int8).min, torch.iinfo(torch.int8).max) == (-128, 127)
    assert torch.finfo().eps == torch.finfo(torch.get_default_dtype()).eps


def test_out_takes_the_result(device):
    x, out = torch.ones(2, device=device), torch.zeros(2, device=device)
    for call, expected in (
        (lambda: torch.add(x, x, out=out), 2),
        (lambda: torch.mul(x, 3, out=out), 3),
        (lambda: torch.exp(x * 0, out=out), 1),
        (lambda: torch.zeros(2, out=out, device=device), 0),
        (lambda: torch.arange(7, 9, out=out, device=device) * 0 + 8, 8),
    ):
        version = out._version
        assert call().tolist() == [expected] * 2
        assert out._version > version
    assert torch.add(x, x, out=out) is out


def test_a_size_must_be_given():
    for make in (torch.zeros, torch.ones, torch.empty):
        with pytest.raises(TypeError, match="size"):
            make()
        assert make(()).shape == ()
