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
GIVE_THE_MODULE = ("array_module", "module_of_array", "device_module", "find_cupy", "module_of", "_module")

NAMES_OF_OURS = ("logical_not", "bitwise_not", "bitwise_left_shift", "bitwise_right_shift")  # and CuPy's by chance


def dotted(node):
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return node, names[::-1]


def gives_the_module(node):
    name = dotted(node.func)[1][-1:] or [getattr(node.func, "id", None)] if isinstance(node, ast.Call) else [None]
    return name[0] in GIVE_THE_MODULE


def module_of(base, names):
    """What an expression before a dot stands for: "cupy", a module of its, or None."""
    if isinstance(base, ast.Name):
        return "cupy" if base.id in names else None
    if gives_the_module(base):
        return "cupy"
    if isinstance(base, ast.Call) and (dotted(base.func)[1] or [""])[-1] == "import_module":
        name = base.args[0].value if isinstance(base.args[0], ast.Constant) else ""
        return name if name.startswith("cupy") else None
    return None


def _is_ufunc(name):
    return name not in NAMES_OF_OURS and isinstance(getattr(cupy, name, None), cupy.ufunc)


def calls(tree):
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and gives_the_module(node.value)]
    names = {"xp", "_cupy", "cupy"} | {each.targets[0].id for each in assigned if isinstance(each.targets[0], ast.Name)}
    by_name = False  # getattr(array_module(x), name): any text of the file may be that name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (module := module_of(dotted(node)[0], names)):
            if "__version__" not in dotted(node)[1]:
                yield ".".join([module, *dotted(node)[1]])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "_on_gpu":
                yield f"cupyx.scipy.special.{node.args[0].value}"
            by_name = by_name or node.func.id == "getattr" and gives_the_module(node.args[0])
    if by_name:
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        yield from (f"cupy.{text}" for text in texts if _is_ufunc(text))


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
    source = "module = module_of(x, y); module.fmod(x, y); getattr(module_of(a), name)(a); f('gcd', 'a text', 'pad')"
    assert set(calls(ast.parse(source))) == {"cupy.fmod", "cupy.gcd"}


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
