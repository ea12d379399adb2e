"""Writes edutorch/OPERATIONS.md from the code: each primitive with its gradient, and where the rest is defined.

Run it as `python -m tests.make_operations` after a change to an operation; tests/test_operations.py holds the page
in step."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

from edutorch import ops
from edutorch.autograd.function import Function

PAGE = Path(ops.__file__).resolve().parent.parent / "OPERATIONS.md"
HEAD = """# Every operation of edutorch

Made from the code by `python -m tests.make_operations`; a test holds it in step.

A primitive is a Function with a gradient of its own; x, y are its inputs and outputs, L the loss. The other operations
are written in terms of these and get their gradients from them, or have none, such as comparisons. `x.op_()` is the
in-place form of `op`.
"""


def modules() -> Iterator[tuple[str, ModuleType]]:
    """The files of ops/ but for its plumbing, as paths relative to the page, with the modules in them."""
    for found in pkgutil.walk_packages(ops.__path__, f"{ops.__name__}."):
        if not found.ispkg and ".plumbing." not in found.name:
            yield f"{found.name.removeprefix('edutorch.').replace('.', '/')}.py", import_module(found.name)


def primitives(module: ModuleType) -> list[type[Function]]:
    """The Functions that a module defines, in its order."""
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Function) and each.__module__ == module.__name__
    ]


def others(module: ModuleType) -> list[str]:
    """The public functions of a module that return tensors and apply no Function themselves, in its order."""
    return [
        name
        for name, each in vars(module).items()
        if isinstance(each, FunctionType)
        and inspect.unwrap(each).__globals__ is vars(module)
        and each.__code__.co_name == name
        and name[0] != "_"
        and is_composed(each)
    ]


def is_composed(function: FunctionType) -> bool:
    source = inspect.getsource(function)
    returns = str(function.__annotations__.get("return", ""))
    return "Tensor" in returns and ".apply(" not in source and "binary(" not in source


def formula(primitive: type[Function]) -> str:
    """The docstring up to its first empty line, on one line."""
    return " ".join((inspect.getdoc(primitive) or "").split("\n\n")[0].split())


def page() -> str:
    """The whole page, as Markdown."""
    lines = [HEAD, "## Primitives", "", "| operation | value and gradient | file |", "| --- | --- | --- |"]
    for file, module in modules():
        for each in primitives(module):
            text = formula(each).replace("|", "\\|")
            lines.append(f"| {each.__name__} | {text} | [{file}]({file}) |")
    lines += ["", "## Other operations", "", "| file | functions |", "| --- | --- |"]
    for file, module in modules():
        if names := others(module):
            lines.append(f"| [{file}]({file}) | {', '.join(names)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
