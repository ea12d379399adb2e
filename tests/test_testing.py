"""assert_close says what PyTorch's says, and make_tensor keeps its bounds."""

import pytest

import edutorch

torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")
NAN = float("nan")
PAIRS = {
    "equal": lambda t: (t.ones(2), t.ones(2)),
    "close": lambda t: (t.tensor([1.0, 2.0]), t.tensor([1.000001, 2.000001])),
    "far": lambda t: (t.tensor([1.0, 2.0, 3.0]), t.tensor([1.0, 2.5, 3.0])),
    "far 2d": lambda t: (t.tensor([[1.0, 2.0], [0.0, 4.0]]), t.tensor([[1.0, 2.5], [3.0, 4.0]])),
    "half": lambda t: (t.tensor([1.0]).half(), t.tensor([1.001]).half()),
    "int": lambda t: (t.tensor([1, 2]), t.tensor([1, 3])),
    "bool": lambda t: (t.tensor([True]), t.tensor([False])),
    "shape": lambda t: (t.ones(2), t.ones(3)),
    "dtype": lambda t: (t.ones(2), t.ones(2).double()),
    "nan": lambda t: (t.tensor([NAN]), t.tensor([NAN])),
    "list": lambda t: ([t.ones(1), t.ones(1)], [t.ones(1), t.zeros(1)]),
    "lengths": lambda t: ([t.ones(1)], [t.ones(1), t.zeros(1)]),
    "dict": lambda t: ({"a": t.ones(1)}, {"a": t.zeros(1)}),
    "keys": lambda t: ({"a": t.ones(1)}, {"b": t.zeros(1)}),
    "numbers": lambda t: (1.0, 1.1),
    "close numbers": lambda t: (1.0, 1.0 + 1e-9),
    "strings": lambda t: ("a", "a"),
    "nones": lambda t: (None, None),
    "infinite": lambda t: (t.tensor([float("inf"), 1.0]), t.tensor([float("inf"), 1.0])),
}


def outcome(lib, pair, options):
    try:
        lib.testing.assert_close(*pair(lib), **options)
    except Exception as error:
        first, _, rest = str(error).partition("\n")
        return (
            type(error).__name__,
            first if type(error) is AssertionError and "not close" in first else "",
            rest.count("\n"),
        )
    return "passed"


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(
    "options", [{}, {"rtol": 0.5, "atol": 0.0}, {"equal_nan": True}, {"check_dtype": False}, {"rtol": 1e-3}]
)
def test_the_verdict_is_pytorchs(name, options):
    ours, theirs = (outcome(lib, PAIRS[name], options) for lib in (edutorch, torch))
    assert ours[:2] == theirs[:2]


def test_where_and_by_how_much():
    for lib in (edutorch, torch):
        with pytest.raises(AssertionError) as caught:
            lib.testing.assert_close(lib.tensor([[1.0, 2.0], [0.0, 4.0]]), lib.tensor([[1.0, 2.5], [2.0, 4.0]]))
        said = str(caught.value)
        assert "Mismatched elements: 2 / 4 (50.0%)" in said
        assert "Greatest absolute difference: 2.0 at index (1, 0) (up to 1e-05 allowed)" in said
        assert "Greatest relative difference: 1.0 at index (1, 0) (up to 1.3e-06 allowed)" in said
    with pytest.raises(AssertionError, match="^mine: Scalars"):
        edutorch.testing.assert_close(1.0, 2.0, msg=lambda said: f"mine: {said}")


@pytest.mark.parametrize("name", ["float32", "float16", "int64", "uint8", "bool"])
def test_make_tensor_keeps_its_bounds(name):
    dtype = getattr(edutorch, name)
    x = edutorch.testing.make_tensor(200, 3, dtype=dtype, device="cpu")
    theirs = torch.testing.make_tensor(200, 3, dtype=getattr(torch, name), device="cpu")
    assert x.shape == (200, 3) and x.dtype is dtype
    assert abs(float(x.min()) - float(theirs.min())) <= 1 and abs(float(x.max()) - float(theirs.max())) <= 1
    kept = edutorch.testing.make_tensor(
        (50,), dtype=dtype, device="cpu", low=0, high=2, exclude_zero=True, noncontiguous=True
    )
    assert not (kept == 0).any() and kept.stride() == (2,)
