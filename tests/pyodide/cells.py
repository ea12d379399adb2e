"""Runs the cells of a notebook as a kernel would, in Pyodide: cells.mjs calls `run_cells`."""

import json
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


def run_cells(notebook: str, cpu_seconds: Callable[[], float], say: Callable[[str], None]) -> None:
    """Say a line of JSON for each code cell of the file: its number, and what came of it."""
    sys.path.insert(0, "/edutorch")
    with open(notebook, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    shell = InteractiveShell.instance()
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            start = cpu_seconds()
            came = run_cell(shell, "".join(cell["source"]))
            say(json.dumps({"cell": number, "seconds": round(cpu_seconds() - start, 1), **came}))


def run_cell(shell: InteractiveShell, source: str) -> dict[str, Any]:
    """What came of a cell: its error or None, and what it printed."""
    with capture_output() as captured:
        result = shell.run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    told = None if error is None else f"{type(error).__name__}: {error}"
    return {"error": told, "stdout": captured.stdout, "stderr": captured.stderr}
