"""Reading and writing notebook files, and the `edutorch` metadata of their cells.

A notebook is read as plain JSON: nbformat is not needed, it takes a second to import, and whatever is wrong with a
submission has to lead to a reason that a person can act on.
"""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]
Output = dict[str, Any]  # of a cell, as a notebook stores it

ROLES = ("text", "setup", "solution", "check", "mistake", "right", "variant")
LARGEST_FILE = 20_000_000  # bytes; a notebook with more than that is output, not work
MARKER = re.compile(r"^#+ *question *: *([\w-]+)", re.MULTILINE | re.IGNORECASE)


class NotebookError(ValueError):
    """A file that is not a notebook, or a notebook that is not an exercise; the message says why."""


def read_notebook(path: str | os.PathLike[str]) -> Notebook:
    """The notebook in the file `path` (nbformat 4; 3 is converted), every cell checked for what we rely on.

    Raises NotebookError with a reason for anything else."""
    file = Path(path)
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):  # reading a pipe could wait forever
            kind = "a folder" if stat.S_ISDIR(about.st_mode) else "no file with contents"
            raise NotebookError(f"{file.name} is no notebook: it is {kind}")
        if about.st_size > LARGEST_FILE:
            raise NotebookError(
                f"{file.name} has {about.st_size:,} bytes, more than the {LARGEST_FILE:,} "
                "a notebook may have: clear its outputs and save it again"
            )
        notebook = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotebookError(f"{file.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NotebookError(f"{file.name} is no notebook: it is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, NotebookError):
            raise
        raise NotebookError(f"{file.name} is no notebook: it is not JSON ({error})") from error
    notebook = _modern(notebook)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError(f"{file.name} is no notebook: it has no list of cells")
    if notebook.get("nbformat") != 4:
        raise NotebookError(
            f"{file.name} has notebook format {notebook.get('nbformat')!r:.40}, expected 4: "
            "open it in JupyterLab and save it again"
        )
    return notebook


def _modern(notebook: Any) -> Any:
    """A notebook of format 3 (IPython before 2015, and some converters) as format 4; anything else as it is."""
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 3:
        return notebook
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list) or not all(
        isinstance(s, dict) and isinstance(s.get("cells"), list) for s in sheets
    ):
        return notebook
    cells = [cell for sheet in sheets for cell in sheet["cells"]]
    cells = [
        {**cell, "source": cell["input"]} if isinstance(cell, dict) and "input" in cell else cell for cell in cells
    ]
    return {"cells": cells, "metadata": notebook.get("metadata", {}), "nbformat": 4, "nbformat_minor": 0}


def write_notebook(notebook: Notebook, path: str | os.PathLike[str]) -> None:
    """Write beside `path`, then rename: nothing half-written is left behind."""
    write_text(notebook_text(notebook), path)


def notebook_text(notebook: Notebook) -> str:
    """The JSON of a notebook, laid out as Jupyter lays it out."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_text(text: str, path: str | os.PathLike[str]) -> None:
    """Write `text` to a file beside `path` and rename it to `path`.

    Half a character (a lone surrogate, which UTF-8 has no bytes for) is written as its escape."""
    file = Path(path)
    beside = file.with_name(f".{hash(file.name):x}.{os.getpid()}")  # a name may be long already
    try:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def source_of(cell: Cell) -> str:
    """The text of a cell; the format allows one string or a list of lines."""
    source = cell.get("source", "") if isinstance(cell, dict) else ""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    if isinstance(source, str):
        return source
    raise NotebookError("a cell's source is neither text nor a list of lines")


def as_lines(text: str) -> list[str]:
    """Text as the list of lines a notebook file holds."""
    return text.splitlines(keepends=True)


def course_data(cell: Cell) -> dict[str, Any]:
    """The entry `edutorch` in the metadata of a cell or a notebook; {} if there is none."""
    metadata = cell.get("metadata") if isinstance(cell, dict) else None
    data = metadata.get("edutorch") if isinstance(metadata, dict) else None
    return data if isinstance(data, dict) else {}


def marked_question(source: str) -> str | None:
    """The id in the line `# question: ID` that every answer cell carries."""
    found = MARKER.search(source)
    return found.group(1) if found else None


def code_cell(source: str, data: dict[str, Any], tags: list[str], identity: str) -> Cell:
    """A code cell without outputs. `identity` is the cell's id in the notebook format."""
    metadata: dict[str, Any] = {"edutorch": data}
    if tags:
        metadata["tags"] = tags
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identity,
        "metadata": metadata,
        "outputs": [],
        "source": as_lines(source),
    }
