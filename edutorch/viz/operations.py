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
composition is written in other operations, and gets its gradient from them: its definition is shown
without its docstring, its checks and `out=`. `x.op_()` is the in-place form of `op`.
"""


def modules() -> Iterator[tuple[str, ModuleType]]:
    """The files of ops/ with the modules in them."""
    for found in pkgutil.walk_packages(ops.__path__, f"{ops.__name__}."):
        if not found.ispkg:
            yield f"{found.name.removeprefix('edutorch.').replace('.', '/')}.py", import_module(found.name)


def primitives(module: ModuleType) -> list[type[Function]]:
    """The Functions that a module defines, in its order."""
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Function) and each.__module__ == module.__name__
    ]


def functions(module: ModuleType) -> list[FunctionType]:
    """The public functions that a module defines, in its order."""
    return [
        each
        for name, each in vars(module).items()
        if isinstance(each, FunctionType)
        and each.__module__ == module.__name__
        and name[0] != "_"
        and each.__code__.co_name == name
    ]


def definition(function: FunctionType) -> str:
    """A function without its docstring, its checks (the raise statements), its annotations and out=."""
    tree: Any = _WithoutOut().visit(ast.parse(inspect.getsource(function)).body[0])
    tree.body = [s for s in tree.body if not _is_docstring(s) and not _only_raises(s)]
    tree.returns = None
    for node in ast.walk(tree.args):
        if isinstance(node, ast.arg):
            node.annotation = None
    return ast.unparse(tree)


def is_composition(function: FunctionType) -> bool:
    """Whether it takes and returns tensors and applies no Function itself."""
    source = inspect.getsource(function)
    returns = str(function.__annotations__.get("return", ""))
    return "Tensor" in returns and ".apply(" not in source and "binary(" not in source


def page() -> str:
    """The whole page, as Markdown."""
    lines = [HEAD, "## Primitives", "", "| operation | value and gradient | file |", "| --- | --- | --- |"]
    for file, module in modules():
        for each in primitives(module):
            lines.append(f"| {each.__name__} | {_cell(first_paragraph(each))} | {file} |")
    lines += ["", "## Compositions"]
    for file, module in modules():
        found = [definition(each) for each in functions(module) if is_composition(each)]
        if found:
            lines += ["", f"### {file}", "", "```python", "\n\n".join(found), "```"]
    return "\n".join(lines) + "\n"


def first_paragraph(thing: Any) -> str:
    """The docstring up to its first empty line, on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


class _WithoutOut(ast.NodeTransformer):
    """Takes out= from a definition: `into(out, y, name)` becomes y."""

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        pairs = list(zip(node.kwonlyargs, node.kw_defaults, strict=True))
        node.kwonlyargs = [argument for argument, _ in pairs if argument.arg != "out"]
        node.kw_defaults = [default for argument, default in pairs if argument.arg != "out"]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.keywords = [each for each in node.keywords if each.arg != "out"]
        if isinstance(node.func, ast.Name) and node.func.id in ("into", "into_each"):
            return node.args[1]
        node.args = [each for each in node.args if ast.unparse(each) != "out"]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return node.body if ast.unparse(node.test) == "out is None" else node


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _only_raises(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and all(isinstance(s, ast.Raise) for s in statement.body)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
