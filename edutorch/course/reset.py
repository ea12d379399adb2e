"""Giving a question its stub back, in the learner's own notebook."""

from __future__ import annotations

from pathlib import Path

from .answers import question_of
from .assignment import Question
from .notebook import NotebookError, as_lines, read_notebook, source_of, write_notebook, write_text

SET_ASIDE = ".edutorch/set-aside"  # beside the folder of the exercises


def reset_answer(notebook_file: Path, question: Question) -> Path:
    """Put the stub back into the answer cell. The answer is kept in a file, whose path is returned.

    Raises NotebookError if there is no such cell."""
    notebook = read_notebook(notebook_file)
    cells = [
        cell for cell in notebook["cells"] if cell.get("cell_type") == "code" and question_of(cell, [question.id])[0]
    ]
    if not cells:
        raise NotebookError(f"{notebook_file.name} has no answer cell of {question.id!r}")
    folder = notebook_file.parent.parent / SET_ASIDE
    folder.mkdir(parents=True, exist_ok=True)
    names = (folder / f"{notebook_file.stem}-{question.id}-{number}.py" for number in range(1, 10_000))
    kept = next(name for name in names if not name.exists())
    write_text("\n\n".join(source_of(cell) for cell in cells) + "\n", kept)
    for cell in cells:
        cell.update(source=as_lines(question.stub), outputs=[], execution_count=None)
    write_notebook(notebook, notebook_file)
    return kept
