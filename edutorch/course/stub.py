"""From an answer to the stub a learner gets: the lines between BEGIN and END SOLUTION go."""

from __future__ import annotations

import ast

from .notebook import NotebookError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def make_stub(source: str) -> str:
    """`source` with each answer replaced by `raise NotImplementedError`, at the same indent.

    Where the answer is values (`answer = ...` at the left margin), each name becomes None instead.
    Raises NotebookError where the markers are not in pairs."""
    out: list[str] = []
    inside: list[str] | None = None
    for line in source.splitlines():
        mark = line.strip()
        if mark == BEGIN and inside is None:
            inside, indent = [], line[: len(line) - len(line.lstrip())]
        elif mark == END and inside is not None:
            out += _placeholder(inside, indent)
            inside = None
        elif mark in (BEGIN, END):
            raise NotebookError(f"{mark} without its other half, in:\n{source}")
        elif inside is None:
            out.append(line)
        else:
            inside.append(line)
    if inside is not None or BEGIN not in source:
        raise NotebookError(f"no pair of {BEGIN} and {END}, in:\n{source}")
    return "\n".join(out)


def _placeholder(answer: list[str], indent: str) -> list[str]:
    names = [] if indent else _assigned_names("\n".join(answer))
    return [f"{name} = None" for name in names] or [f"{indent}raise NotImplementedError"]


def _assigned_names(text: str) -> list[str]:
    """The names, where all of the text is plain assignments to names."""
    body = ast.parse(text).body
    if not all(isinstance(node, ast.Assign) for node in body):
        return []
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def is_untouched(answer: str, stub: str) -> bool:
    """Whether an answer is still the stub, whatever was done to its spaces and comments."""
    return essence(answer) == essence(stub)


def essence(source: str) -> str:
    """What stays the same when spaces and comments change."""
    try:
        return ast.dump(ast.parse(source.strip()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return " ".join(source.split())
