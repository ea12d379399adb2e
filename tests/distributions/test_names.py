"""Each public name of torch.distributions is there, or says what to use instead."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import edutorch
from edutorch import distributions

LEFT_OUT = {"Wishart"}


def test_every_name_of_pytorch_is_there_or_told():
    theirs = pytest.importorskip("torch").distributions
    for name in theirs.__all__:
        if name in LEFT_OUT:
            with pytest.raises(AttributeError, match=f"'{name}': edutorch leaves it out; draw a matrix"):
                getattr(distributions, name)
        else:
            assert getattr(distributions, name).__name__ == name if name[0].isupper() else hasattr(distributions, name)
    assert set(theirs.__all__) - LEFT_OUT == set(distributions.__all__)
    assert set(theirs.constraints.__all__) <= set(distributions.constraints.__all__)
    assert set(theirs.utils.__all__) == set(distributions.utils.__all__)


def test_each_stands_in_a_module_of_pytorchs_name():
    theirs = pytest.importorskip("torch").distributions
    for name in set(theirs.__all__) - LEFT_OUT:
        place = getattr(getattr(theirs, name), "__module__", "").removeprefix("torch.distributions.")
        if hasattr(theirs, place):
            assert hasattr(importlib.import_module(f"edutorch.distributions.{place}"), name), f"{place}.{name}"


def test_what_is_left_out_is_drawn_as_the_advice_says():
    edutorch.manual_seed(0)
    rows = distributions.MultivariateNormal(edutorch.zeros(2), edutorch.eye(2)).sample((500, 7))
    assert (rows.mT @ rows).mean(0).sub(7 * edutorch.eye(2)).abs().max() < 0.7  # df times the covariance


def test_they_load_on_first_use_and_programs_find_them():
    code = (
        "import sys, edutorch\n"
        "assert 'edutorch.distributions' not in sys.modules\n"
        "edutorch.as_torch()\n"
        "import torch\n"
        "from torch.distributions.normal import Normal\n"
        "from torch.distributions import Categorical, constraints\n"
        "import torch.distributions as D\n"
        "assert D.Normal is Normal is torch.distributions.Normal and D is edutorch.distributions\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=Path(__file__).parent.parent.parent)
