"""The table of the CuPy functions that edutorch calls is complete, and names what is there."""

import ast
import importlib
import json
import sys

import cupy
import cupyx.scipy.special  # noqa: F401
import pytest

from tests.cupy_calls import CALLS

STAND_IN = hasattr(cupy, "_transfers")
GIVE_THE_MODULE = ("array_module", "module_of_array", "device_module", "find_cupy")


def dotted(node):
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return node, names[::-1]


def module_of(base):
    """What an expression before a dot stands for: "cupy", a module of its, or None."""
    if isinstance(base, ast.Name):
        return "cupy" if base.id in ("xp", "_cupy", "cupy") else None
    if not isinstance(base, ast.Call):
        return None
    name = dotted(base.func)[1][-1:] or [getattr(base.func, "id", None)]
    if name[0] in GIVE_THE_MODULE:
        return "cupy"
    if name[0] == "import_module" and isinstance(base.args[0], ast.Constant) and base.args[0].value.startswith("cupy"):
        return base.args[0].value
    return None


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and module_of(dotted(node)[0]):
            yield ".".join([module_of(dotted(node)[0]), *dotted(node)[1]])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_on_gpu":
            yield f"cupyx.scipy.special.{node.args[0].value}"


def find(name):
    first, *rest = name.split(".")
    value = importlib.import_module(first)
    for part in rest:
        value = getattr(value, part)
    return value


def test_the_table_is_complete(root):
    found = set()
    for path in root.joinpath("edutorch").rglob("*.py"):
        if not {"course", "viz"} & set(path.relative_to(root).parts):
            found |= set(calls(ast.parse(path.read_text())))
    found = {name for name in found if not any(other.startswith(name + ".") for other in found)}
    assert found - CALLS.keys() == set(), "write them into tests/cupy_calls.py, with what CuPy does there"
    assert CALLS.keys() - found == set(), "nothing calls these any more"


def test_calls_are_found():
    source = "xp.linalg.det(a); array_module(x).where(c, a, b); f(importlib.import_module('cupyx').errstate)"
    assert set(calls(ast.parse(source))) == {"cupy.linalg", "cupy.linalg.det", "cupy.where", "cupyx.errstate"}


@pytest.mark.parametrize("name", CALLS)
def test_cupy_has_it(name, root):
    interface = json.loads(root.joinpath("tests", "golden", "cupy_interface.json").read_text())
    module, _, last = name.rpartition(".")
    assert name == "cupy.add.at" or last in interface[module]
    value, (what, _) = find(name), CALLS[name]
    if not STAND_IN and what.startswith("ufunc cupy"):
        assert value.name == what.removeprefix("ufunc ")
    elif not STAND_IN and what.split()[0] in sys.modules and hasattr(value, "__qualname__"):
        assert f"{value.__module__} {value.__qualname__}" == what
