"""rand, randn, randint and the rest as functions: signatures, dtypes, devices, what is refused.

Which numbers they give is held in test_random.py."""

import pytest

import edutorch as torch


@pytest.mark.parametrize("make", [torch.rand, torch.randn])
def test_the_ways_to_give_a_size(make, device: str) -> None:
    for x in (
        make(2, 3, device=device),
        make((2, 3), device=device),
        make([2, 3], device=device),
        make(size=(2, 3), device=device),
        make(torch.zeros(2, 3).shape, device=device),
    ):
        assert (tuple(x.shape), x.dtype, x.device.type) == ((2, 3), torch.float32, device)
    assert make(()).dim() == 0
    with pytest.raises(TypeError, match="needs a size"):
        make()
    with pytest.raises(RuntimeError, match="negative dimension -3"):
        make(-3)


@pytest.mark.parametrize("make", [torch.rand, torch.randn])
def test_dtype_and_requires_grad(make) -> None:
    x = make(3, dtype=torch.float64, requires_grad=True)
    assert x.dtype == torch.float64 and x.requires_grad and x.is_leaf
    with pytest.raises(NotImplementedError, match="not implemented for torch.int64"):
        make(2, dtype=torch.int64)


def test_the_default_dtype_is_used() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        assert torch.rand(1).dtype == torch.randn(1).dtype == torch.float64
        assert torch.normal(0.0, 1.0, (2,)).dtype == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_the_ways_to_call_randint(device: str) -> None:
    for x in (
        torch.randint(10, (50,), device=device),
        torch.randint(0, 10, (50,), device=device),
        torch.randint(0, 10, size=(50,), device=device),
        torch.randint(high=10, size=(50,), device=device),
        torch.randint(low=0, high=10, size=[50], device=device),
        torch.randint(0, high=10, size=(50,), device=device),
    ):
        assert (tuple(x.shape), x.dtype, x.device.type) == ((50,), torch.int64, device)
        assert set(x.tolist()) <= set(range(10))
    assert torch.randint(3, (2, 2), dtype=torch.uint8).dtype == torch.uint8


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: torch.randint(10, 3), TypeError, "'size' must be tuple of ints, not int"),
        (lambda: torch.randint(10), TypeError, "'size' must be tuple of ints"),
        (lambda: torch.randint(2.5, (3,)), TypeError, "'high' must be int, not float"),
        (lambda: torch.randint(1, 2, 3, (3,)), TypeError, r"takes \(high, size\)"),
        (lambda: torch.randint(size=(3,)), TypeError, "'high' must be int, not NoneType"),
        (lambda: torch.randint(5, 5, (3,)), RuntimeError, "got from=5 >= to=5"),
        (lambda: torch.randint(300, (3,), dtype=torch.uint8), RuntimeError, "out of bounds"),
        (lambda: torch.randint(9, (3,), requires_grad=True), RuntimeError, "floating point"),
        (lambda: torch.randperm(-1), RuntimeError, "negative dimension -1"),
        (lambda: torch.randperm(3.0), TypeError, "'n' must be int, not float"),
        (lambda: torch.randperm(True), TypeError, "must be int, not bool"),
        (lambda: torch.randperm(300, dtype=torch.uint8), RuntimeError, "greater than 255"),
        (lambda: torch.randperm(3000, dtype=torch.half), RuntimeError, "greater than 2049"),
        (lambda: torch.randperm(3, dtype=torch.bool), NotImplementedError, "torch.bool"),
        (lambda: torch.normal(0.0, 1.0), TypeError, "need a size"),
        (lambda: torch.normal(torch.zeros(2), 1.0, (2,)), TypeError, "size goes with numbers"),
        (lambda: torch.normal(torch.zeros(2), -1.0), RuntimeError, "found std -1"),
        (lambda: torch.normal(0.0, torch.tensor([1.0, -2.0])), RuntimeError, "found std -2"),
        (lambda: torch.bernoulli(torch.tensor([2.0])), RuntimeError, r"in \[0, 1\]"),
        (lambda: torch.bernoulli(torch.tensor([1])), NotImplementedError, "torch.int64"),
        (lambda: torch.multinomial(torch.ones(2), 3), RuntimeError, "3 > 2; use replacement"),
        (lambda: torch.multinomial(torch.ones(2), 0), RuntimeError, "n_sample <= 0"),
        (lambda: torch.multinomial(torch.zeros(2), 1), RuntimeError, "sum of probabilities <= 0"),
        (lambda: torch.multinomial(-torch.ones(2), 1), RuntimeError, "element < 0"),
        (lambda: torch.multinomial(torch.tensor([float("nan")]), 1), RuntimeError, "`nan`"),
        (lambda: torch.multinomial(torch.ones(1, 1, 1), 1), RuntimeError, "1 or 2 dim"),
        (lambda: torch.multinomial(torch.arange(3), 1), RuntimeError, "only supports floating"),
        (lambda: torch.randn(2, out=torch.empty(2).int()), NotImplementedError, "torch.int32"),
    ],
)
def test_wrong_calls_say_what_is_wrong(call, error, message) -> None:
    with pytest.raises(error, match=message):
        call()


def test_randperm(device: str) -> None:
    x = torch.randperm(20, device=device)
    assert x.dtype == torch.int64 and sorted(x.tolist()) == list(range(20))
    assert torch.randperm(0).tolist() == []
    assert torch.randperm(5, dtype=torch.float32).dtype == torch.float32


def test_the_like_functions_take_shape_dtype_and_device(device: str) -> None:
    x = torch.zeros(2, 3, dtype=torch.float64, device=device)
    for y in (torch.rand_like(x), torch.randn_like(x), torch.randint_like(x, 5)):
        assert (y.shape, y.dtype, y.device) == (x.shape, x.dtype, x.device)
    assert torch.rand_like(x, dtype=torch.float32).dtype == torch.float32
    assert set(torch.randint_like(x, 3, 5).reshape(-1).tolist()) <= {3.0, 4.0}
    assert torch.randn_like(x.t()).stride() == x.t().stride()


def test_out_receives_the_numbers(device: str) -> None:
    out = torch.empty(3, device=device)
    torch.manual_seed(0)
    assert torch.rand(3, out=out) is out
    torch.manual_seed(0)
    assert out.tolist() == torch.rand(3).tolist()
    places = torch.empty(4, dtype=torch.int64, device=device)
    assert torch.randperm(4, out=places) is places and sorted(places.tolist()) == [0, 1, 2, 3]
    drawn = torch.empty(2, dtype=torch.int64, device=device)
    weights = torch.tensor([0.0, 1.0, 0.0], device=device)
    assert torch.multinomial(weights, 2, replacement=True, out=drawn) is drawn
    assert drawn.tolist() == [1, 1]


def test_normal_broadcasts_mean_and_std(device: str) -> None:
    mean = torch.tensor([[0.0], [100.0]], device=device)
    x = torch.normal(mean, torch.full((3,), 1e-3, device=device))
    assert tuple(x.shape) == (2, 3) and x.device.type == device
    assert ((x - mean) ** 2).max().item() < 1e-4
    assert torch.normal(2.0, torch.zeros(2)).tolist() == [2.0, 2.0]
    assert torch.normal(torch.ones(2)).shape == (2,)


def test_bernoulli_takes_probabilities_or_one_for_all(device: str) -> None:
    p = torch.tensor([0.0, 1.0, 1.0], device=device)
    assert torch.bernoulli(p).tolist() == p.bernoulli().tolist() == p.tolist()
    assert torch.bernoulli(torch.zeros(3, device=device), 1.0).tolist() == [1.0, 1.0, 1.0]


def test_multinomial_of_rows(device: str) -> None:
    weights = torch.tensor([[0.0, 3.0, 0.0], [1.0, 0.0, 0.0]], device=device)
    x = torch.multinomial(weights, 4, replacement=True)
    assert x.device.type == device and x.tolist() == [[1] * 4, [0] * 4]
    assert sorted(torch.ones(5).multinomial(5).tolist()) == [0, 1, 2, 3, 4]


def test_poisson(device: str) -> None:
    torch.manual_seed(0)
    rates = torch.tensor([0.0, 0.5, 3.0, 9.99, 10.0, 50.0], device=device, requires_grad=True)
    x = torch.poisson(rates)
    assert x.tolist() == [0, 2, 4, 10, 13, 54] and x.device.type == device and not x.requires_grad
    many = torch.poisson(torch.full((20_000,), 12.0))
    assert abs(many.mean().item() - 12) < 0.1 and abs(many.var().item() - 12) < 0.5
    with pytest.raises(RuntimeError, match="invalid Poisson rate"):
        torch.poisson(torch.tensor([-1.0], device=device))
    with pytest.raises(NotImplementedError, match="not implemented for torch.int64"):
        torch.poisson(torch.tensor([1], device=device))


def test_binomial(device: str) -> None:
    torch.manual_seed(0)
    counts, chances = torch.tensor([[10.0], [200.0]], device=device), torch.tensor([0.1, 0.5, 0.9], device=device)
    x = torch.binomial(counts, chances)
    assert x.shape == (2, 3) and x.dtype == torch.float32 and x.device.type == device
    assert ((x >= 0) & (x <= counts)).all() and (x == x.round()).all()
    again = torch.binomial(counts, chances, generator=torch.Generator(device).manual_seed(0))
    torch.manual_seed(0)
    assert torch.equal(again, torch.binomial(counts, chances))
    with pytest.raises(RuntimeError, match="binomial needs one dtype"):
        torch.binomial(counts, chances.double())
    with pytest.raises(NotImplementedError, match="use x.float"):
        torch.binomial(counts.long(), chances.long())


@pytest.mark.parametrize(("count", "replacement"), [(1, False), (3, False), (1, True), (3, True)])
def test_multinomial_draws_the_same_on_both_devices(count, replacement, device, count_transfers) -> None:
    weights = torch.arange(1.0, 9).reshape(4, 2).t()
    expected = torch.multinomial(weights, count, replacement, generator=torch.Generator().manual_seed(3))
    there, generator = weights.to(device), torch.Generator(device).manual_seed(3)
    torch.manual_seed(3)
    with count_transfers() as transfers:
        for drawn in (
            there.multinomial(count, replacement),
            there.multinomial(count, replacement, generator=generator),
        ):
            assert drawn.device == there.device
    crossed = 2 if device == "cuda" else 0  # once a draw, each way
    assert (transfers.to_host, transfers.to_device) == (crossed, crossed)
    torch.manual_seed(3)
    assert torch.equal(there.multinomial(count, replacement).cpu(), expected)
    assert torch.equal(there.multinomial(count, replacement, generator=generator.manual_seed(3)).cpu(), expected)
