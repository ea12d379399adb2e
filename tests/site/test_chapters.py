"""All cells of every chapter run under Pyodide, in Node: no error that is not meant, and no warning but SAID.

Where Node or Pyodide is not installed these are left out: `make site-test` installs Pyodide."""

import json
import shutil
import subprocess

import pytest

from edutorch.course.chapters import course_order
from edutorch.course.notebook import read_notebook
from tests.conftest import ROOT

PYODIDE = ROOT / ".venv" / "pyodide"
CHAPTERS = [path for path in course_order(ROOT) if path.parent.name == "chapters"]
# What may stand among the errors: Matplotlib on its first use, and why workers do not start.
SAID = ("Matplotlib is building the font cache", "a browser starts no processes")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_all_cells_run_in_pyodide(chapter) -> None:
    node = shutil.which("node") or pytest.skip("Node is not installed")
    if not (PYODIDE / "node_modules").exists():
        pytest.skip("Pyodide is not installed: make site-test")
    line = [node, "tests/pyodide/cells.mjs", PYODIDE, chapter.relative_to(ROOT).as_posix()]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    found = [json.loads(each) for each in ran.stdout.splitlines()]
    for each in found:
        print(f"cell {each['cell']}: {each['seconds']} s of processor time")
    cells = read_notebook(chapter)["cells"]
    code = [number for number, cell in enumerate(cells) if cell["cell_type"] == "code"]
    meant = [number for number in code if "raises-exception" in cells[number]["metadata"].get("tags", [])]
    assert [each["cell"] for each in found] == code
    assert [each for each in found if each["error"] and each["cell"] not in meant] == []
    assert [each["cell"] for each in found if each["error"]] == meant
    assert [each for each in found if each["stderr"] and not any(said in each["stderr"] for said in SAID)] == []
