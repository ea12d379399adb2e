"""torch.special: names for functions that stand elsewhere, and the error for the rest."""

import importlib
import subprocess
import sys

import pytest

import edutorch as torch


def test_the_names_are_those_of_the_functions():
    special = torch.special
    assert importlib.import_module("edutorch.special") is special
    for name in special.__all__:
        assert callable(getattr(special, name))
    assert special.expit is torch.sigmoid and special.gammaln is torch.lgamma
    assert special.psi is special.digamma is torch.digamma and special.softmax is torch.softmax


def test_what_is_left_out_says_so():
    with pytest.raises(AttributeError, match="special.*'bessel_j0'.*edutorch leaves it out"):
        torch.special.bessel_j0  # noqa: B018


def test_the_incomplete_gamma_functions_load_on_first_use():
    code = "import sys, edutorch; assert 'edutorch.incomplete_functions' not in sys.modules; edutorch.igamma"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert torch.special.gammainc is torch.igamma and torch.special.gammaincc is torch.igammac
