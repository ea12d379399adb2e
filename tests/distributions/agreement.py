"""What the tests of distributions share: answers held against each other."""

import functools
import json
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).parent.parent / "golden" / "distributions.npz"

# edutorch gives an answer where PyTorch has an error: the expanded distribution lacks an attribute there.
BEYOND = dict.fromkeys(("Multinomial", "Multinomial of logits"), {"expanded entropy", "expanded perplexity"})


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
    single = 5e-5 if "gradient" in name else 2e-5
    return single if array.dtype == np.float32 else 2e-7


IMPLICIT = ("Chi2", "StudentT", "FisherSnedecor", "InverseGamma", "Wishart", "GeneralizedPareto")


def check_same(case: str, ours: dict, theirs: dict) -> None:
    """Raises AssertionError where the answers of a case are not PyTorch's."""
    for name, expected in theirs.items():
        if name in BEYOND.get(case, ()):
            continue
        got = ours.get(name)
        if isinstance(expected, str) or isinstance(got, str):
            assert isinstance(got, str) and got == expected, f"{case}, {name}: {got}, PyTorch {expected}"
            continue
        assert got is not None, f"{case}: no {name}"
        assert (got.shape, got.dtype) == (expected.shape, expected.dtype), f"{case}, {name}: {got.shape} {got.dtype}"
        rtol = tolerance(case, name, expected)
        scale = np.max(np.abs(expected[np.isfinite(expected)]), initial=0)
        least = 3e-6 if "gradient" in name and expected.dtype == np.float32 else 0  # terms that cancel
        np.testing.assert_allclose(got, expected, rtol, max(least, rtol * min(1, scale)), err_msg=f"{case}, {name}")
    assert set(ours) == set(theirs), f"{case}: {set(ours) ^ set(theirs)}"
