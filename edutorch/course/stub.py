"""From an answer to the stub that a learner gets: the lines between BEGIN and END SOLUTION are removed."""

from __future__ import annotations

import ast

from .notebook import NotebookError

WRITE = "*Write your answer here.*"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def make_stub(source: str, text: bool = False) -> str:
    """`source` with each answer replaced by `raise NotImplementedError`, at the same indent; of a text, by a request.

    Where the answer is values (`answer = ...` at the left margin), their form stays and each value in it becomes
    None: `answer = {"a": None, "b": None}`.
    Raises NotebookError if the markers are not in pairs."""
    out: list[str] = []
    inside: list[str] | None = None
    for line in source.splitlines():
        mark = line.strip()
        if mark == BEGIN and inside is None:
            inside, indent = [], line[: len(line) - len(line.lstrip())]
        elif mark == END and inside is not None:
            out += [WRITE] if text else _placeholder(inside, indent)
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
    blanks = [] if indent else _blank_assignments("\n".join(answer))
    return blanks or [f"{indent}raise NotImplementedError"]


def _blank_assignments(text: str) -> list[str]:
    """Where all of the text is plain assignments to names: each with its value left blank, in its form."""
    body = ast.parse(text).body
    if not all(isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) for node in body):
        return []
    return [
        f"{target.id} = {_blank(node.value)}"
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]


def _blank(value: ast.expr) -> str:
    """The form of a value without what it says: {"a": None}, [None, None], "" or None."""
    if isinstance(value, ast.Dict):
        keys = [ast.unparse(key).replace("'", '"') if key else "" for key in value.keys]
        if sum(map(len, keys)) > 60:
            return "{\n" + "".join(f"    {key}: None,\n" for key in keys) + "}"
        return "{" + ", ".join(f"{key}: None" for key in keys) + "}"
    if isinstance(value, (ast.List, ast.Tuple)):
        left, right = "[]" if isinstance(value, ast.List) else "()"
        return f"{left}{', '.join(['None'] * len(value.elts))}{right}"
    return '""' if isinstance(value, ast.Constant) and isinstance(value.value, str) else "None"


def is_untouched(answer: str, stub: str) -> bool:
    """Whether an answer is still the stub, apart from spaces and comments, or empty."""
    return is_blank(answer) or essence(answer) == essence(stub)


def is_blank(source: str) -> bool:
    """Whether there is nothing but comments."""
    return all(line.strip()[:1] in ("", "#") for line in source.splitlines())


def essence(source: str) -> str:
    """What stays the same when spaces and comments change."""
    try:
        return ast.dump(ast.parse(source.strip()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return " ".join(source.split())
