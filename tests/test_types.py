"""Annotations tell a tensor from an array, and both from a number: how often `Any` stands in their place may only fall."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.test_floors import MODULES

# Of each package or module. What is left is what may be anything: the arguments of a forward that a user writes, what
# it keeps on ctx, a state_dict's values, JSON, and what NumPy's overloads cannot say. Lower a number when it falls.
ANY = {
    "aliases": 4,
    "autograd": 54,
    "backend": 3,
    "course": 113,
    "cuda": 2,
    "dtypes": 2,
    "fusion": 2,
    "nn": 84,
    "ops": 83,
    "onnx": 24,
    "optim": 17,
    "quantization": 1,
    "random": 8,
    "return_types": 1,
    "safe_pickle": 11,
    "safetensors_file": 4,
    "serialization": 13,
    "settings": 1,
    "summation": 1,
    "tensor": 8,
    "testing": 2,
    "torch_file": 39,
    "utils": 56,
    "vision": 8,
    "viz": 8,
}


def annotations(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            yield node.returns
        elif isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            yield node.annotation


def count(name: str) -> int:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    parts = [part for annotation in annotations(tree) for part in ast.walk(annotation)]
    return sum(isinstance(part, ast.Name) and part.id == "Any" for part in parts)


def test_any_stands_no_more_often_than_before() -> None:
    found: Counter[str] = Counter()
    for name in MODULES:
        found[name.partition(".")[0]] += count(name)
    more = {name: f"{n}, not {ANY.get(name, 0)}" for name, n in found.items() if n > ANY.get(name, 0)}
    assert more == {}, f"`Any` in annotations: {more}. Say what it is: Tensor, Array, Function, object, a TypeVar ..."
