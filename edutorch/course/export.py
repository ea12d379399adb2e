"""`edutorch export`: the pieces a learner has passed as a small package that trains a CNN by itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from .framework import Part, framework_parts
from .notebook import NotebookError, write_text

TEMPLATES = {"train.py": "train.py", "test_pieces.py": "tests/test_pieces.py", "pyproject.toml": "pyproject.toml"}
STEPS = 20  # of the run whose receipt is included

PACKAGE = '''\
"""The pieces I wrote, in the place of the library's:

    with pieces() as receipt:
        ...
"""

from edutorch.course.framework import part_of, parts_in_place

from . import (
{modules}
)

# Where each name of a module is in the library.
SWAPS = {{
{swaps}
}}


def parts():
    """One part a module."""
    return [part_of(module, swaps) for module, swaps in SWAPS.items()]


def pieces():
    """My pieces in place for a block; the receipt counts whose code ran."""
    return parts_in_place(parts())
'''


def export_framework(target: Path, folder: Path | None = None, exercises: Path | None = None) -> list[Part]:
    """Write the package into `target`, an empty or new folder, run it for a few steps, and keep the receipt.

    The other folders are those of framework_parts. Gives the parts that went along. Raises NotebookError if
    nothing has passed yet or the package does not run, FileExistsError where `target` holds something."""
    parts = [part for part in framework_parts(folder, exercises) if part.passed]
    if not parts:
        raise NotebookError("no piece has passed yet: check an answer first, with q.check() or `edutorch check`")
    if target.exists() and any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty: name another folder")
    _write(parts, target)
    write_text(_receipt(target), target / "receipt.txt")
    return parts


def _write(parts: Sequence[Part], target: Path) -> None:
    package = target / "my_framework"
    for folder in (package, target / "tests"):
        folder.mkdir(parents=True, exist_ok=True)
    for template, place in TEMPLATES.items():
        write_text(_template(template), target / place)
    write_text(_template("README.md").replace("{table}", _table(parts)), target / "README.md")
    for part in parts:
        write_text(_module(part), package / f"{_name(part)}.py")
    names = [_name(part) for part in parts]
    modules = [f"    {name}," for name in sorted(names)]
    swaps = [f"    {name}: {{\n{_swaps(part)}\n    }}," for name, part in zip(names, parts, strict=True)]
    write_text(PACKAGE.format(modules="\n".join(modules), swaps="\n".join(swaps)), package / "__init__.py")


def _swaps(part: Part) -> str:
    return "\n".join(f'        "{piece.name}": "{piece.target}",' for piece in part.pieces)


def _template(name: str) -> str:
    return files("edutorch.course").joinpath("portfolio", f"{name}.txt").read_text(encoding="utf-8")


def _name(part: Part) -> str:
    """autograd_exp, of the question exp of 03_autograd."""
    return f"{part.pieces[0].exercise.partition('_')[2]}_{part.pieces[0].question}"


def _module(part: Part) -> str:
    """The exercise's set-up and the answer, as passed."""
    title = f'"""{part.title}: my answer to the question {part.pieces[0].question} of {part.pieces[0].exercise}."""'
    return "\n\n".join([title, *(text.strip() for text in (*part.setup, part.source))]) + "\n"


def _table(parts: Sequence[Part]) -> str:
    rows = ["| piece | in the place of | file |", "| --- | --- | --- |"]
    for part in parts:
        for piece in part.pieces:
            rows.append(f"| `{piece.name}` | `{piece.target}` | `my_framework/{_name(part)}.py` |")
    return "\n".join(rows)


def _receipt(target: Path) -> str:
    """What a short run prints. Raises NotebookError if it fails."""
    command = [sys.executable, "train.py", "--steps", str(STEPS)]
    done = subprocess.run(command, cwd=target, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise NotebookError(f"the package in {target} does not run: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout
