"""The page of all operations, made from the code: each primitive with its gradient, each composition with
its definition. `python -m edutorch.viz.operations` writes edutorch/OPERATIONS.md."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from .. import ops
from ..autograd.function import Function

PAGE = Path(__file__).resolve().parent.parent / "OPERATIONS.md"
HEAD = """# Every operation of edutorch

Made from the code by `python -m edutorch.viz.operations`; a test holds it in step.

A primitive is a Function with a gradient of its own; x, y are its inputs and outputs, L the loss. A
composition is written in other operations, and gets its gradient from them.
"""


def modules() -> Iterator[tuple[str, ModuleType]]:
    """The files of ops/ with the modules in them."""
    for found in pkgutil.iter_modules(ops.__path__):
        yield f"ops/{found.name}.py", import_module(f"{ops.__name__}.{found.name}")


def primitives(module: ModuleType) -> list[type[Function]]:
    """The Functions that a module defines, in its order."""
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Function)
        and each.__module__ == module.__name__
    ]


def functions(module: ModuleType) -> list[FunctionType]:
    """The public functions that a module defines, in its order."""
    return [
        each
        for name, each in vars(module).items()
        if isinstance(each, FunctionType) and each.__module__ == module.__name__ and name[0] != "_"
        and each.__name__ == name
    ]  # fmt: skip


def definition(function: FunctionType) -> str:
    """The statements of a function without its docstring and its checks (the raise statements)."""
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function))).body[0].body  # type: ignore[attr-defined]
    kept = [s for s in body if not _is_docstring(s) and not _only_raises(s)]
    return "; ".join(" ".join(ast.unparse(s).split()) for s in kept)


def is_composition(function: FunctionType) -> bool:
    """Whether it takes and returns tensors and applies no Function itself."""
    source = inspect.getsource(function)
    returns = str(function.__annotations__.get("return", ""))
    return "Tensor" in returns and ".apply(" not in source and "binary(" not in source


def page() -> str:
    """The whole page, as Markdown."""
    lines = [
        HEAD,
        "## Primitives",
        "",
        "| operation | value and gradient | file |",
        "| --- | --- | --- |",
    ]
    for file, module in modules():
        for each in primitives(module):
            lines.append(f"| {each.__name__} | {_cell(first_paragraph(each))} | {file} |")
    lines += ["", "## Compositions", "", "| operation | definition | file |", "| --- | --- | --- |"]
    for file, module in modules():
        for function in filter(is_composition, functions(module)):
            lines.append(f"| {function.__name__} | {_code(definition(function))} | {file} |")
    return "\n".join(lines) + "\n"


def first_paragraph(thing: Any) -> str:
    """The docstring up to its first empty line, on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    shown = text if len(text) <= 240 else text[:236] + " ..."
    return f"`` {_cell(shown)} ``"


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _only_raises(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and all(isinstance(s, ast.Raise) for s in statement.body)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
