"""Live beside PyTorch: whatever is drawn after whatever, the next numbers and the state agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import edutorch

torch = pytest.importorskip("torch")

SIZES = st.sampled_from([0, 1, 2, 7, 15, 16, 17, 33, 100])
FLOATS = st.sampled_from(["float16", "float32", "float64"])
DTYPES = st.sampled_from(["float16", "float32", "float64", "int64", "int32", "int8", "uint8"])
SEEDS = st.integers(-(2**63), 2**64 - 1)
LAYOUTS = st.sampled_from(["plain", "transposed", "every other", "permuted"])


def empty(module, size: int, dtype: str, layout: str):
    """A tensor to fill; where it is a view, a third or half of its memory."""
    kind = getattr(module, dtype)
    if layout == "transposed":
        return module.empty(3, size, dtype=kind).t()
    if layout == "every other":
        return module.empty(size, 2, dtype=kind)[:, 0]
    if layout == "permuted":
        return module.empty(2, size, 3, dtype=kind).permute(2, 0, 1)
    return module.empty(size, dtype=kind)


def fills() -> st.SearchStrategy:
    """(method, arguments, dtype, size, layout)"""
    numbers = st.floats(-3, 3)
    positive = st.floats(0.1, 3)
    wholes = st.integers(-100, 50).flatmap(lambda a: st.tuples(st.just(a), st.integers(a + 1, 99)))
    methods = st.one_of(
        st.tuples(st.just("uniform_"), st.tuples(st.floats(-3, 0), positive), FLOATS),
        st.tuples(st.just("normal_"), st.tuples(numbers, positive), FLOATS),
        st.tuples(st.just("log_normal_"), st.tuples(numbers, positive), FLOATS),
        st.tuples(st.just("exponential_"), st.tuples(positive), FLOATS),
        st.tuples(st.just("cauchy_"), st.tuples(numbers, positive), FLOATS),
        st.tuples(st.just("geometric_"), st.tuples(st.floats(0.1, 0.9)), FLOATS),
        st.tuples(st.just("bernoulli_"), st.tuples(st.floats(0, 1)), DTYPES),
        st.tuples(st.just("random_"), st.just(()), DTYPES),
        st.tuples(st.just("random_"), st.tuples(st.integers(1, 99)), DTYPES),
        st.tuples(st.just("random_"), wholes, st.sampled_from(["float32", "int64", "int8"])),
        st.tuples(st.just("random_"), st.tuples(st.integers(-9, 9), st.none()), FLOATS),
        st.tuples(
            st.just("random_"),
            st.tuples(st.integers(-(2**62), 0), st.integers(1, 2**62)),
            st.sampled_from(["float32", "float64", "int64"]),
        ),
    )
    return st.tuples(methods, SIZES, LAYOUTS)


def is_rounded(method: str) -> bool:
    return method in ("normal_", "log_normal_", "exponential_", "cauchy_")


@pytest.mark.filterwarnings("ignore:random_", "ignore:(from|to - 1) is out of bounds")
@settings(max_examples=60, deadline=None)
@given(SEEDS, st.lists(fills(), min_size=1, max_size=8))
def test_any_draws_in_any_order(seed: int, steps: list) -> None:
    theirs = torch.Generator().manual_seed(seed)
    ours = edutorch.Generator().manual_seed(seed)
    for (method, arguments, dtype), size, layout in steps:
        expected = empty(torch, size, dtype, layout)
        got = empty(edutorch, size, dtype, layout)
        getattr(expected, method)(*arguments, generator=theirs)
        getattr(got, method)(*arguments, generator=ours)
        if is_rounded(method):
            ulp = np.finfo(dtype).eps
            np.testing.assert_allclose(got.numpy(), expected.numpy(), rtol=16 * ulp, atol=8 * ulp)
        else:
            np.testing.assert_array_equal(got.numpy(), expected.numpy(), err_msg=method)
    # all but the waiting normal, which went through a logarithm
    mine, others = ours.get_state().numpy(), theirs.get_state().numpy()
    np.testing.assert_array_equal(mine[:5016], others[:5016])
    assert mine[5040] == others[5040]


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_a_state_travels_between_the_libraries(seed: int, sizes: list[int]) -> None:
    theirs = torch.Generator().manual_seed(seed)
    for size in sizes:
        torch.randn(size, generator=theirs)
    ours = edutorch.Generator().set_state(edutorch.from_numpy(theirs.get_state().numpy()))
    assert ours.initial_seed() == theirs.initial_seed()
    for size in sizes:
        expected = torch.randn(size, generator=theirs, dtype=torch.float64).numpy()
        got = edutorch.randn(size, generator=ours, dtype=edutorch.float64).numpy()
        np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-15)
    back = torch.Generator()
    back.set_state(torch.from_numpy(ours.get_state().numpy()))
    assert back.initial_seed() == theirs.initial_seed()


@pytest.mark.parametrize(
    "draw",
    [
        lambda module, x: module.bernoulli(x.t()),
        lambda module, x: x.t().bernoulli(0.4),
        lambda module, x: module.rand_like(x.t()),
        lambda module, x: module.rand_like(x[:, ::2]),
        lambda module, x: module.rand_like(x[None].expand(3, 7, 5)),
        lambda module, x: module.randint_like(x.t(), 9),
        lambda module, x: x.t().multinomial(3),
        lambda module, x: x[:, ::2].t().multinomial(3, True),
    ],
)
def test_what_is_drawn_for_a_tensor_has_its_layout_where_pytorchs_has(draw) -> None:
    x = np.random.RandomState(0).rand(7, 5).astype("float32")
    torch.manual_seed(0)
    expected = draw(torch, torch.from_numpy(x))
    edutorch.manual_seed(0)
    got = draw(edutorch, edutorch.from_numpy(x))
    assert got.stride() == expected.stride()
    np.testing.assert_array_equal(got.numpy(), expected.numpy())


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 6), st.integers(1, 30), st.data(), FLOATS)
def test_multinomial(seed: int, rows: int, n: int, data, dtype: str) -> None:
    replacement = data.draw(st.booleans())
    count = data.draw(st.integers(1, 40 if replacement else n))
    values = data.draw(st.lists(st.floats(0.01, 9), min_size=rows * n, max_size=rows * n))
    weights = np.array(values, dtype).reshape(rows, n)
    theirs = torch.Generator().manual_seed(seed)
    ours = edutorch.Generator().manual_seed(seed)
    expected = torch.multinomial(torch.from_numpy(weights), count, replacement, generator=theirs)
    got = edutorch.multinomial(edutorch.from_numpy(weights), count, replacement, generator=ours)
    np.testing.assert_array_equal(got.numpy(), expected.numpy())
