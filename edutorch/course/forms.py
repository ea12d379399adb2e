"""What the checks of the six forms of question share: order, mend and witness need more than `show`."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .notebook import marked_question

answer_text = ""  # set by the engine after the answer cell has run


def answer_source() -> str:
    """The source of the answer cell: from the engine, else (in a notebook) the last one executed."""
    if answer_text:
        return answer_text
    from IPython import get_ipython  # extra "lab"

    shell = get_ipython()
    for source in reversed(shell.history_manager.input_hist_raw if shell else []):
        if marked_question(source):
            return source
    raise LookupError("no answer cell was executed in this notebook")


def assemble(lines: Mapping[str, str], answer: str, header: str = "") -> str:
    """The program that a learner's order of lines makes: `assemble({"A": ...}, "BA")`.

    Raises ValueError for an answer that is not made of the letters of the lines."""
    letters = str(answer).replace(" ", "").upper()
    unknown = sorted(set(letters) - set(lines))
    if unknown or not letters:
        raise ValueError(f"the answer is made of the letters {', '.join(lines)}, got {answer!r}")
    return "\n".join([*([header] if header else []), *(lines[letter] for letter in letters)])


def run_program(source: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Execute a program in a copy of `names`; the names it leaves."""
    namespace = dict(names)
    exec(compile(source, "<assembled>", "exec"), namespace)
    return namespace


def changed_statements(before: str, after: str) -> int:
    """How many statements differ between two programs, however they are laid out."""
    old, new = _statements(before), _statements(after)
    changed = 0
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        changed += max(b - a, d - c) if kind != "equal" else 0
    return changed


def _statements(source: str) -> list[str]:
    """The simple statements and the heads of compound ones, in order; docstrings do not count."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    return [_head(node) for node in nodes if not _is_docstring(node)]


def _head(node: ast.stmt) -> str:
    """A statement without the statements it contains."""
    parts = [f"{name}={_dump(value)}" for name, value in ast.iter_fields(node) if not _is_body(value)]
    return f"{type(node).__name__}({', '.join(parts)})"


def _dump(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_dump, value))}]"
    return ast.dump(value) if isinstance(value, ast.AST) else repr(value)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_body(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, ast.stmt) for item in value)


def rejects(test: Callable[..., Any], candidates: Sequence[Any]) -> list[bool]:
    """Which candidates a learner's test rejects: by raising AssertionError or by giving False.

    Any other exception is the test's own fault and goes on."""
    return [_rejects(test, candidate) for candidate in candidates]


def _rejects(test: Callable[..., Any], candidate: Any) -> bool:
    try:
        return test(candidate) is False
    except AssertionError:
        return True


def parts(answer: Any, names: Iterable[str]) -> dict[str, str]:
    """A prediction of several parts, as text: 4, 4.0 and "4" are one, and so are (2, 3) and [2, 3].

    A part left out is "?"."""
    given = answer if isinstance(answer, dict) else {}
    return {name: _plain(given.get(name, "?")) for name in names}


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"({', '.join(_plain(item) for item in value)})"
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value).strip().lower()
