"""The stand-in's interface is a part of CuPy 14.2's, name by name and parameter by parameter.

What CuPy has was written down by tests/golden/make_cupy_interface.py, run with the real one."""

import inspect
import json
import sys
from pathlib import Path

import cupy as cp
import cupyx.scipy.special  # noqa: F401
import numpy as np
import pytest

GOLDEN = Path(__file__).with_name("golden")
INTERFACE = json.loads(GOLDEN.joinpath("cupy_interface.json").read_text())
STAND_IN = hasattr(cp, "_transfers")
only_stand_in = pytest.mark.skipif(not STAND_IN, reason="the stand-in's own figures; here is CuPy")

MODULES = ["cupy", "cupy.linalg", "cupy.cuda", "cupy.lib.stride_tricks", "cupyx", "cupyx.scipy.special"]
CLASSES = ["cupy.ndarray", "cupy.cuda.Device", "cupy.cuda.Event", "cupy.cuda.MemoryPool", "cupy.cuda.Stream"]


def find(path):
    value = sys.modules[path.split(".")[0]]
    for name in path.split(".")[1:]:
        value = getattr(value, name)
    return value


def public_names(owner):
    return [name for name in dir(owner) if not name.startswith("_") and name not in ("np", "math")]


@only_stand_in
@pytest.mark.parametrize("path", MODULES)
def test_every_name_is_cupys(path):
    helpers = {"over_traced", "contextlib", "device_array", "wrap", "NormalDist", "matmul", "time"}
    extra = set(public_names(find(path))) - set(INTERFACE[path]) - helpers
    assert not extra, f"CuPy {INTERFACE['version']} has no {sorted(extra)} in {path}"


@only_stand_in
@pytest.mark.parametrize("path", CLASSES)
def test_every_method_is_cupys(path):
    own = [name for name in dir(find(path)) if not name.startswith("_") or name.startswith("__")]
    python = {*dir(object), "__dict__", "__weakref__", "__module__", "__slots__", "__annotations__"}
    assert set(own) - set(INTERFACE[path]) <= python


@only_stand_in
def test_parameters_are_cupys():
    for name, parameters in INTERFACE["cupy"].items():
        if parameters.startswith("(") and hasattr(cp, name):
            ours = list(inspect.signature(getattr(cp, name)).parameters)
            theirs = parameters.strip("()").split(", ") if parameters != "()" else []
            if "kwargs" not in theirs:  # CuPy names those in the docstring only
                assert ours == theirs[: len(ours)], name


@pytest.mark.parametrize(
    "name", ["errstate", "vecdot", "block", "insert", "unstack", "nanpercentile", "spacing", "object_"]
)
def test_lacks_what_cupy_lacks(name):
    assert name in dir(np)
    with pytest.raises(AttributeError, match=f"module 'cupy' has no attribute '{name}'"):
        getattr(cp, name)


@pytest.mark.parametrize("name", ["vector_norm", "matrix_norm", "multi_dot", "svdvals"])
def test_linalg_lacks_what_cupy_lacks(name):
    assert name in dir(np.linalg)
    assert not hasattr(cp.linalg, name)
