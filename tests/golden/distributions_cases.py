"""Distributions held against PyTorch: parameters, and what is asked of each.

make_distributions.py asks PyTorch and writes distributions.npz; tests/distributions asks edutorch, and PyTorch again, for
other parameters, where it is installed. A parameter is an array, which becomes a tensor, or a number.
"""

import warnings
from collections.abc import Callable

import numpy as np

Case = tuple[str, tuple, dict]
SHAPES = ((), (2,), (3, 4))


def positive(r, *shape):
    return r.uniform(0.3, 4, shape)


def real(r, *shape):
    return r.standard_normal(shape)


def probability(r, *shape):
    return r.uniform(0.05, 0.95, shape)


def covariance(r, n, *batch):
    a = r.standard_normal((*batch, n, n))
    return a @ a.swapaxes(-1, -2) + np.eye(n)


def root(r, n, *batch):
    return np.linalg.cholesky(covariance(r, n, *batch))


CASES: dict[str, Callable[[np.random.RandomState], Case]] = {
    "Normal": lambda r: ("Normal", (real(r, 2, 3), positive(r, 3)), {}),
    "Normal of numbers": lambda r: ("Normal", (0.5, 2.0), {}),
    "Normal of many": lambda r: ("Normal", (real(r, 20), 2.0), {}),
    "Categorical": lambda r: ("Categorical", (), {"probs": positive(r, 2, 4)}),
    "Categorical of logits": lambda r: ("Categorical", (), {"logits": real(r, 4)}),
    "Bernoulli": lambda r: ("Bernoulli", (probability(r, 3),), {}),
    "Bernoulli of logits": lambda r: ("Bernoulli", (), {"logits": real(r, 2, 2)}),
    "Bernoulli of a number": lambda r: ("Bernoulli", (0.3,), {}),
    "Uniform": lambda r: ("Uniform", (real(r, 3) - 4, positive(r, 2, 3)), {}),
    "Uniform of numbers": lambda r: ("Uniform", (-1.0, 1.0), {}),
    "Beta": lambda r: ("Beta", (positive(r, 3), positive(r, 2, 3)), {}),
    "Beta of numbers": lambda r: ("Beta", (2.0, 0.5), {}),
    "Gamma": lambda r: ("Gamma", (positive(r, 20), positive(r, 20)), {}),
    "Gamma of numbers": lambda r: ("Gamma", (0.2, 3.0), {}),
    "Exponential": lambda r: ("Exponential", (positive(r, 2, 3),), {}),
    "Poisson": lambda r: ("Poisson", (positive(r, 5) * 8,), {}),
    "Binomial": lambda r: ("Binomial", (10, probability(r, 2, 3)), {}),
    "Binomial of logits": lambda r: ("Binomial", (np.full(3, 60.0),), {"logits": real(r, 3)}),
    "Multinomial": lambda r: ("Multinomial", (7,), {"probs": positive(r, 2, 4)}),
    "Multinomial of logits": lambda r: ("Multinomial", (5,), {"logits": real(r, 4)}),
    "MultivariateNormal": lambda r: ("MultivariateNormal", (real(r, 3), covariance(r, 3)), {}),
    "MultivariateNormal of precision": lambda r: (
        "MultivariateNormal",
        (real(r, 2, 3),),
        {"precision_matrix": covariance(r, 3)},
    ),
    "MultivariateNormal of roots": lambda r: (
        "MultivariateNormal",
        (real(r, 5, 1, 3),),
        {"scale_tril": root(r, 3, 2)},
    ),
    "Laplace": lambda r: ("Laplace", (real(r, 3), positive(r, 3)), {}),
    "Dirichlet": lambda r: ("Dirichlet", (positive(r, 2, 4),), {}),
    "Dirichlet of small": lambda r: ("Dirichlet", (positive(r, 5) * 0.2,), {}),
    "LogNormal": lambda r: ("LogNormal", (real(r, 2, 3), positive(r, 3) / 3), {}),
    "HalfNormal": lambda r: ("HalfNormal", (positive(r, 3),), {}),
    "Cauchy": lambda r: ("Cauchy", (real(r, 2, 3), positive(r, 3)), {}),
    "HalfCauchy": lambda r: ("HalfCauchy", (positive(r, 3),), {}),
    "Chi2": lambda r: ("Chi2", (positive(r, 3),), {}),
    "StudentT": lambda r: ("StudentT", (positive(r, 3) * 2, real(r, 2, 3), positive(r, 3)), {}),
    "StudentT of df": lambda r: ("StudentT", (3.0,), {}),
    "FisherSnedecor": lambda r: ("FisherSnedecor", (positive(r, 3) * 2, positive(r, 2, 3) * 3), {}),
    "Geometric": lambda r: ("Geometric", (probability(r, 2, 3),), {}),
    "Geometric of logits": lambda r: ("Geometric", (), {"logits": real(r, 3)}),
    "NegativeBinomial": lambda r: ("NegativeBinomial", (positive(r, 3), probability(r, 2, 3)), {}),
    "NegativeBinomial of logits": lambda r: ("NegativeBinomial", (7,), {"logits": real(r, 3)}),
    "Gumbel": lambda r: ("Gumbel", (real(r, 3), positive(r, 3)), {}),
    "Gumbel of numbers": lambda r: ("Gumbel", (0.5, 1.5), {}),
    "Weibull": lambda r: ("Weibull", (positive(r, 2, 3), positive(r, 3) + 1), {}),
    "Pareto": lambda r: ("Pareto", (positive(r, 3), positive(r, 2, 3)), {}),
    "InverseGamma": lambda r: ("InverseGamma", (positive(r, 3), positive(r, 3)), {}),
    "Kumaraswamy": lambda r: ("Kumaraswamy", (positive(r, 3), positive(r, 3)), {}),
    "LogisticNormal": lambda r: ("LogisticNormal", (real(r, 2, 3), positive(r, 2, 3)), {}),
    "OneHotCategorical": lambda r: ("OneHotCategorical", (positive(r, 2, 4),), {}),
    "OneHotCategoricalStraightThrough": lambda r: ("OneHotCategoricalStraightThrough", (), {"logits": real(r, 4)}),
    "RelaxedBernoulli": lambda r: ("RelaxedBernoulli", (np.array(0.7), probability(r, 2, 3)), {}),
    "RelaxedOneHotCategorical": lambda r: (
        "RelaxedOneHotCategorical",
        (np.array(0.7),),
        {"logits": real(r, 2, 4)},
    ),
    "ContinuousBernoulli": lambda r: ("ContinuousBernoulli", (np.append(probability(r, 4), 0.5),), {}),
    "ContinuousBernoulli of logits": lambda r: ("ContinuousBernoulli", (), {"logits": real(r, 2, 3)}),
    "VonMises": lambda r: ("VonMises", (real(r, 2, 3), positive(r, 3) * 2), {}),
    "LowRankMultivariateNormal": lambda r: (
        "LowRankMultivariateNormal",
        (real(r, 2, 5), real(r, 5, 2), positive(r, 2, 5)),
        {},
    ),
    "LKJCholesky": lambda r: ("LKJCholesky", (3, positive(r, 2)), {}),
    "GeneralizedPareto": lambda r: ("GeneralizedPareto", (real(r, 4), positive(r, 4), np.array([-0.5, 0, 0.3, 2])), {}),
}


def nested(lib, name: str, args: tuple):
    """Distributions made of others, by the name of their case."""
    d = lib.distributions
    t = d.transforms
    if name == "Independent":
        return d.Independent(d.Normal(*args), 1)
    if name == "Independent Bernoulli":
        return d.Independent(d.Bernoulli(*args), 1)
    if name == "MixtureSameFamily":
        return d.MixtureSameFamily(d.Categorical(args[0]), d.Normal(args[1], args[2]))
    if name == "MixtureSameFamily of vectors":
        return d.MixtureSameFamily(d.Categorical(args[0]), d.Independent(d.Normal(args[1], args[2]), 1))
    base = d.Normal(*args)
    transforms = {
        "tanh": [t.TanhTransform()],
        "affine sigmoid": [t.AffineTransform(0.5, -2.0), t.SigmoidTransform()],
        "affine of tensors": [t.AffineTransform(args[0], args[1].abs() + 1)],
        "softplus power": [t.SoftplusTransform(), t.PowerTransform(2.0)],
        "stick breaking": [t.StickBreakingTransform()],
        "exp inverse": [t.ExpTransform(), t.ExpTransform().inv, t.ExpTransform()],
        "composed": [t.ComposeTransform([t.AffineTransform(1.0, 3.0), t.SoftplusTransform()])],
        "independent affine": [t.IndependentTransform(t.AffineTransform(1.0, 3.0), 1)],
        "reshape": [t.ReshapeTransform((4,), (2, 2))],
        "cat": [t.CatTransform([t.ExpTransform(), t.identity_transform], dim=-1, lengths=[3, 1])],
        "stack": [
            t.StackTransform([t.ExpTransform(), t.SigmoidTransform(), t.TanhTransform(), t.ExpTransform()], dim=-1)
        ],
        "cdf": [t.CumulativeDistributionTransform(d.Laplace(0.0, 2.0))],
    }
    return d.TransformedDistribution(base, transforms[name.removeprefix("transformed: ")])


_TWO = lambda r: (real(r, 2, 4), positive(r, 4))  # noqa: E731
NESTED: dict[str, Callable] = {
    "Independent": _TWO,
    "Independent Bernoulli": lambda r: (probability(r, 2, 3),),
    "MixtureSameFamily": lambda r: (positive(r, 2, 3), real(r, 2, 3), positive(r, 3)),
    "MixtureSameFamily of vectors": lambda r: (positive(r, 3), real(r, 3, 2), positive(r, 3, 2)),
    **{
        f"transformed: {name}": _TWO
        for name in (
            "tanh",
            "affine sigmoid",
            "affine of tensors",
            "softplus power",
            "stick breaking",
            "exp inverse",
            "composed",
            "independent affine",
            "reshape",
            "cat",
            "stack",
            "cdf",
        )
    },
}
CASES |= {name: lambda r, name=name, args=args: (name, args(r), {}) for name, args in NESTED.items()}


def parameters(lib, case: Case, dtype: str) -> tuple[tuple, dict]:
    """Arguments of the constructor, floating ones requiring a gradient."""

    def given(each):
        if not isinstance(each, np.ndarray):
            return each
        if each.dtype.kind != "f":
            return lib.tensor(each)
        return lib.tensor(each.astype(dtype)).requires_grad_()

    _, args, kwargs = case
    return tuple(map(given, args)), {name: given(each) for name, each in kwargs.items()}


def outcomes(lib, make, case: Case, dtype: str, values: np.ndarray | None = None) -> dict:
    """What a distribution of this case answers: arrays, or texts. make(lib, case, args, kwargs) constructs it.

    `values` are what log_prob is asked for; drawn where there are none."""
    args, kwargs = parameters(lib, case, dtype)
    distribution = make(lib, case, args, kwargs)
    leaves = [each for each in (*args, *kwargs.values()) if hasattr(each, "requires_grad") and each.requires_grad]
    found = {"repr": repr(distribution), "dtype": dtype}
    _draws(lib, distribution, leaves, found)
    lib.manual_seed(2)
    drawn = distribution.sample((2,))
    found["values"] = drawn
    value = drawn if values is None else lib.tensor(values).to(drawn.dtype)
    _answers(lib, distribution, leaves, value, found, "")
    if distribution.has_rsample or "log_prob" in found:
        wider = answer(lambda: distribution.expand((3, *distribution.batch_shape)))
        if not isinstance(wider, str):
            _answers(lib, wider, [], value.unsqueeze(1), found, "expanded ")
            lib.manual_seed(5)
            found["expanded sample"] = wider.sample((2,))
    return {name: each.detach().numpy() if hasattr(each, "detach") else each for name, each in found.items()}


def answer(question):
    """What it returns, or the name of its error."""
    try:
        return question()
    except Exception as error:
        return type(error).__name__


def gradients(found: dict, name: str, output, leaves: list) -> None:
    """The gradients of the leaves, of a weighted sum of the output."""
    if isinstance(output, str) or not output.requires_grad:
        return
    weights = np.cos(np.arange(output.numel())).reshape(tuple(output.shape))
    outcome = answer(lambda: (output * output.new_tensor(weights)).sum().backward(retain_graph=True))
    for i, leaf in enumerate(leaves):
        found[f"gradient {i} of {name}"] = outcome if isinstance(outcome, str) else leaf.grad
        leaf.grad = None
    for name in [name for name, each in found.items() if each is None]:
        del found[name]


def _draws(lib, distribution, leaves: list, found: dict) -> None:
    for shape in SHAPES:
        for kind in ("sample", "rsample"):
            lib.manual_seed(1)
            drawn = found[f"{kind} {shape}"] = answer(lambda: getattr(distribution, kind)(shape))  # noqa: B023
            found[f"next after {kind} {shape}"] = lib.rand(1)
    gradients(found, "rsample", drawn, leaves)


def _answers(lib, distribution, leaves: list, value, found: dict, prefix: str) -> None:
    middle = lib.tensor(0.3, dtype=value.dtype if value.dtype.is_floating_point else lib.float32)
    questions = {
        "log_prob": lambda: distribution.log_prob(value),
        "cdf": lambda: distribution.cdf(value),
        "icdf": lambda: distribution.icdf(middle),
        "entropy": lambda: distribution.entropy(),
        "perplexity": lambda: distribution.perplexity(),
        "enumerate_support": lambda: distribution.enumerate_support(),
        "enumerate_support(False)": lambda: distribution.enumerate_support(expand=False),
        **{name: lambda name=name: getattr(distribution, name) for name in ("mean", "mode", "variance", "stddev")},
        **{
            name: lambda name=name: str(getattr(distribution, name))
            for name in ("batch_shape", "event_shape", "has_rsample", "has_enumerate_support")
        },
        "support": lambda: type(distribution.support).__name__.lstrip("_"),
    }
    for name, question in questions.items():
        found[prefix + name] = output = answer(question)
        if name in ("log_prob", "cdf", "entropy"):
            gradients(found, prefix + name, output, leaves)


def make(lib, case: Case, args: tuple, kwargs: dict):
    """The distribution of a case."""
    if case[0] in NESTED:
        return nested(lib, case[0], args)
    return getattr(lib.distributions, case[0])(*args, **kwargs)


# Of each family, two members side by side for KL divergences; and pairs of families with a divergence.
MEMBERS: dict[str, Callable] = {
    "Bernoulli": lambda r: (np.append(probability(r, 2), [0.0, 1.0]),),
    "Beta": lambda r: (positive(r, 4), positive(r, 4)),
    "Binomial": lambda r: (np.array([5.0, 5, 6, 6]), probability(r, 4)),
    "Categorical": lambda r: (np.concatenate([positive(r, 1, 3), [[0.5, 0.5, 0]]]),),
    "Cauchy": lambda r: (real(r, 4), positive(r, 4)),
    "ContinuousBernoulli": lambda r: (np.append(probability(r, 3), 0.5),),
    "Dirichlet": lambda r: (positive(r, 2, 3),),
    "Exponential": lambda r: (positive(r, 4),),
    "Gamma": lambda r: (positive(r, 4), positive(r, 4)),
    "Geometric": lambda r: (probability(r, 4),),
    "Gumbel": lambda r: (real(r, 4), positive(r, 4)),
    "HalfNormal": lambda r: (positive(r, 4),),
    "Laplace": lambda r: (real(r, 4), positive(r, 4)),
    "LogNormal": lambda r: (real(r, 4), positive(r, 4)),
    "LowRankMultivariateNormal": lambda r: (real(r, 2, 3), real(r, 3, 1), positive(r, 3)),
    "MultivariateNormal": lambda r: (real(r, 2, 3), covariance(r, 3)),
    "Normal": lambda r: (real(r, 4), positive(r, 4)),
    "OneHotCategorical": lambda r: (positive(r, 2, 3),),
    "Pareto": lambda r: (positive(r, 4), positive(r, 4)),
    "Poisson": lambda r: (positive(r, 4),),
    "Uniform": lambda r: (np.array([-1.0, 0.1, 0.2, 0.0]), np.array([1.5, 0.7, 0.9, 1.0]) + r.uniform(0, 0.05, 4)),
}
_NORMALS = ("LowRankMultivariateNormal", "MultivariateNormal")
_CONTINUOUS = (
    "Beta", "ContinuousBernoulli", "Exponential", "Gamma", "Gumbel", "Laplace", "Normal", "Pareto", "Uniform",
)  # fmt: skip
PAIRS = [
    *((name, name) for name in MEMBERS),
    *((p, q) for p in _NORMALS for q in _NORMALS if p != q),
    *((p, q) for p in _CONTINUOUS for q in _CONTINUOUS if p != q),
    ("Bernoulli", "Poisson"),
    ("Poisson", "Bernoulli"),
    ("Poisson", "Binomial"),
    ("Normal", "Categorical"),
]


def divergence(lib, pair: tuple[str, str], r: np.random.RandomState, dtype: str) -> dict:
    """KL(p || q) of a pair and its gradients, or the name of the error."""
    members, leaves = [], []
    for name in pair:
        parameters = [lib.tensor(each.astype(dtype)).requires_grad_() for each in MEMBERS[name](r)]
        members.append(getattr(lib.distributions, name)(*parameters))
        leaves += parameters
    found = {"kl": answer(lambda: lib.distributions.kl_divergence(*members))}
    gradients(found, "kl", found["kl"], leaves)
    return {name: each.detach().numpy() if hasattr(each, "detach") else each for name, each in found.items()}


def quietly(function, *args, **kwargs):
    """Without warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)
