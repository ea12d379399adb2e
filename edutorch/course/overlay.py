"""A private folder of the instructor's, laid over a solution notebook that others can read.

    edutorch release --private FOLDER       edutorch grade --private FOLDER solutions/03_autograd.ipynb submissions/

FOLDER/03_autograd.ipynb is a notebook like those in solutions/, with any of their cells: one that the public notebook
has, too (the same question's answer, or the same id), takes its place, others come behind those of their question. So
hidden checks, and whole questions, need not be public. FOLDER/grading-secret is then the secret of the seeds.
"""

from __future__ import annotations

from pathlib import Path

from .notebook import Cell, Notebook, NotebookError, course_data, read_notebook

Key = tuple[str, str]


def private_notebook(solution: Path, private: Path | None) -> Path | None:
    """The notebook in the private folder for this exercise, if any. Raises NotebookError without the folder."""
    if private is None:
        return None
    if not private.is_dir():
        raise NotebookError(f"{private} is no folder: --private names one with notebooks named as those in solutions/")
    path = private / solution.name
    return path if path.is_file() else None


def read_overlaid(solution: Path, private: Path | None = None) -> Notebook:
    """The solution notebook, with what the private folder replaces and adds. Raises NotebookError."""
    notebook, path = read_notebook(solution), private_notebook(solution, private)
    return notebook if path is None else overlaid(notebook, read_notebook(path))


def overlaid(notebook: Notebook, private: Notebook) -> Notebook:
    """The first with the cells of the second: no copies, so that outputs stored in one are stored in its notebook."""
    cells = list(notebook["cells"])
    for cell in private["cells"]:
        key, question = _key(cell), course_data(cell).get("question", "")
        places = [place for place, each in enumerate(cells) if key is not None and _key(each) == key]
        last = [place for place, each in enumerate(cells) if question and course_data(each).get("question") == question]
        if places:
            cells[places[0]] = cell
        else:
            cells.insert(last[-1] + 1 if last else len(cells), cell)
    return {**notebook, "cells": cells}


def _key(cell: Cell) -> Key | None:
    """What tells a cell: the question of an answer or a variant, the id of a check, a mistake or a right answer."""
    data = course_data(cell)
    role = data.get("role", "text")
    if role in ("solution", "variant"):
        return role, str(data.get("question"))
    return (role, str(data.get("id"))) if role in ("check", "mistake", "right") else None
