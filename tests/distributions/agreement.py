"""What the tests of distributions share: answers held against each other."""

import functools
import json
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).parent.parent / "golden" / "distributions.npz"

# edutorch gives an answer where PyTorch has an error: an expanded Multinomial lacks an attribute there, and a
# GeneralizedPareto of float64 compares with a float32 zero.
BEYOND = {"Multinomial": ("expanded entropy", "expanded perplexity"), "GeneralizedPareto": ("log_prob", "cdf")}


def is_beyond(case: str, name: str) -> bool:
    """Whether edutorch answers this although PyTorch has an error."""
    return any(part in name for part in BEYOND.get(case.split()[0], ()))


@functools.cache
def golden() -> dict[str, dict]:
    """What make_distributions.py wrote: by case, by question."""
    found = {}
    with np.load(GOLDEN) as arrays:
        for name in arrays.files:
            if not name.endswith("|index"):
                found[name] = _unpacked(arrays[name], json.loads(str(arrays[f"{name}|index"])))
    return found


def _unpacked(numbers: np.ndarray, index: dict) -> dict:
    found, place = {}, 0
    for name, each in index.items():
        if isinstance(each, str):
            found[name] = each
            continue
        dtype, shape = each
        count = int(np.prod(shape))
        found[name] = numbers[place : place + count].astype(dtype).reshape(shape)
        place += count
    return found


def tolerance(case: str, name: str, array: np.ndarray) -> float:
    """How far a number may be from PyTorch's, as a part of it."""
    if "of rsample" in name and case.split()[0] in ("Gamma", "Beta", "Dirichlet", *IMPLICIT):
        return 3e-3  # DIVERGENCES.md: PyTorch's are approximations
    if case.startswith("Multinomial") and name.endswith(("entropy", "perplexity")):
        return 2e-6  # a constant is of float32 in PyTorch
    if case.startswith("ContinuousBernoulli") and array.dtype == np.float32:
        return 2e-3  # near 1/2 its formulas lose most of their digits
    single = 5e-5 if "gradient" in name else 2e-5
    return single if array.dtype == np.float32 else 2e-7


IMPLICIT = ("Chi2", "StudentT", "FisherSnedecor", "InverseGamma", "Wishart", "GeneralizedPareto")


def check_same(case: str, ours: dict, theirs: dict) -> None:
    """Raises AssertionError where the answers of a case are not PyTorch's."""
    for name, expected in theirs.items():
        got = ours.get(name)
        if isinstance(expected, str) and not isinstance(got, str) and is_beyond(case, name):
            continue
        if isinstance(expected, str) or isinstance(got, str):
            assert isinstance(got, str) and got == expected, f"{case}, {name}: {got}, PyTorch {expected}"
            continue
        assert got is not None, f"{case}: no {name}"
        assert (got.shape, got.dtype) == (expected.shape, expected.dtype), f"{case}, {name}: {got.shape} {got.dtype}"
        rtol = tolerance(case, name, expected)
        scale = np.max(np.abs(expected[np.isfinite(expected)]), initial=0)
        least = 3e-6 if "gradient" in name and expected.dtype == np.float32 else 0  # terms that cancel
        np.testing.assert_allclose(got, expected, rtol, max(least, rtol * min(1, scale)), err_msg=f"{case}, {name}")
    more = {name for name in set(ours) ^ set(theirs) if not is_beyond(case, name)}
    assert not more, f"{case}: {more}"
