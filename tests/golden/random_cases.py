"""The draws held against PyTorch: functions of the module, a length and a generator.

make_random.py runs them with PyTorch and writes random.npz; test_random.py runs them with edutorch.
"""

SEEDS = (0, 42, 2**31 + 7, 2**32 + 9, -3)
SIZES = (1, 15, 16, 17, 100)
LONG = 1_000_000
FLOATS = ("float32", "float64")


def weights(torch, n, dtype):
    """Positive and uneven, with a zero when there is more than one."""
    values = [float(i % 7) for i in range(n)]
    return torch.tensor(values if n > 1 else [1.0], dtype=dtype)


def float_cases(name):
    """Cases that exist in each width of floating point."""

    def empty(torch, n):
        return torch.empty(n, dtype=getattr(torch, name))

    def dtype(torch):
        return getattr(torch, name)

    return {
        "rand": lambda torch, n, g: torch.rand(n, dtype=dtype(torch), generator=g),
        "uniform_": lambda torch, n, g: empty(torch, n).uniform_(-2.1, 3.7, generator=g),
        "random_": lambda torch, n, g: empty(torch, n).random_(generator=g),
        "random_to": lambda torch, n, g: empty(torch, n).random_(1000, generator=g),
        "bernoulli_p": lambda torch, n, g: empty(torch, n).bernoulli_(0.3, generator=g),
        "bernoulli": lambda torch, n, g: torch.bernoulli(
            torch.tensor([i / n for i in range(n)], dtype=dtype(torch)), generator=g
        ),
        "multinomial_replaced": lambda torch, n, g: torch.multinomial(
            weights(torch, n, dtype(torch)), 9, replacement=True, generator=g
        ),
        "multinomial": lambda torch, n, g: torch.multinomial(
            weights(torch, n, dtype(torch)), max(1, n // 2), generator=g
        ),
        "poisson": lambda torch, n, g: torch.poisson(torch.arange(n, dtype=dtype(torch)) * 0.7, g),
        "geometric_": lambda torch, n, g: empty(torch, n).geometric_(0.2, generator=g),
        "randn": lambda torch, n, g: torch.randn(n, dtype=dtype(torch), generator=g),
        "normal_": lambda torch, n, g: empty(torch, n).normal_(1.3, 0.7, generator=g),
        "normal_every_other": lambda torch, n, g: empty(torch, (n, 2))[:, 0].normal_(generator=g),
        "normal_transposed": lambda torch, n, g: empty(torch, (n, 3)).t().normal_(generator=g),
        "uniform_transposed": lambda torch, n, g: empty(torch, (2, n, 3)).permute(2, 0, 1).uniform_(generator=g),
        "bernoulli_transposed": lambda torch, n, g: (
            empty(torch, (n, 3)).t().bernoulli_(torch.arange(n, dtype=dtype(torch)) / n, generator=g)
        ),
        "randn_like_transposed": lambda torch, n, g: torch.randn_like(empty(torch, (n, 3)).t(), generator=g),
        "normal_std_tensor": lambda torch, n, g: torch.normal(3.0, torch.arange(n, dtype=dtype(torch)), generator=g),
        "normal_mean_tensor": lambda torch, n, g: torch.normal(torch.arange(n, dtype=dtype(torch)), 0.5, generator=g),
        "exponential_": lambda torch, n, g: empty(torch, n).exponential_(1.7, generator=g),
        "cauchy_": lambda torch, n, g: empty(torch, n).cauchy_(0.3, 2.0, generator=g),
        "log_normal_": lambda torch, n, g: empty(torch, n).log_normal_(0.3, 0.5, generator=g),
        "normal_tensors": lambda torch, n, g: torch.normal(
            torch.arange(n, dtype=dtype(torch)), torch.ones(n, dtype=dtype(torch)) / 2, generator=g
        ),
    }


INTEGER_CASES = {
    "randint": lambda torch, n, g: torch.randint(10, (n,), generator=g),
    "randint_low": lambda torch, n, g: torch.randint(-5, 2**28 - 6, (n,), generator=g),
    "randint_28_bits": lambda torch, n, g: torch.randint(-5, 2**28 - 5, (n,), generator=g),
    "randint_63_bits": lambda torch, n, g: torch.randint(-(2**62), 2**62 + 5, (n,), generator=g),
    "randint_int32": lambda torch, n, g: torch.randint(99, (n,), dtype=torch.int32, generator=g),
    "random_int64": lambda torch, n, g: torch.empty(n, dtype=torch.int64).random_(generator=g),
    "random_int32": lambda torch, n, g: torch.empty(n, dtype=torch.int32).random_(generator=g),
    "random_uint8": lambda torch, n, g: torch.empty(n, dtype=torch.uint8).random_(generator=g),
    "random_bool": lambda torch, n, g: torch.empty(n, dtype=torch.bool).random_(generator=g),
    "random_all": lambda torch, n, g: torch.empty(n, dtype=torch.int64).random_(-(2**63), None, generator=g),
    "randperm": lambda torch, n, g: torch.randperm(n, generator=g),
}

CASES = INTEGER_CASES | {f"{case} {name}": function for name in FLOATS for case, function in float_cases(name).items()}

# These go through logarithms and sines, which no two libraries round alike.
ROUNDED = ("randn", "normal_", "exponential_", "cauchy_", "log_normal_")


def is_exact(case):
    """Whether the numbers must agree bit for bit."""
    return not case.startswith(ROUNDED)


def long_cases():
    """What is drawn a million times: enough to cross every block."""
    names = ("randint", "random_int64", "randperm", "rand", "uniform_", "randn", "normal_")
    return [case for case in CASES if case.split()[0] in names]


def sample(array):
    """Of a million numbers, every 10,007th and the last 20, where a ragged block would stand."""
    return [*array[::10007].tolist(), *array[-20:].tolist()]
