"""What nbval does and ours must not: one run of pytest over small notebooks of exercises."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from edutorch.course.notebook import code_cell, write_notebook

ROOT = Path(__file__).resolve().parents[2]


def printed(text):
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def cell(source, role, number, outputs=None, **data):
    cell = code_cell(source, {"role": role, "id": f"c{number}", **data}, [], f"c{number}")
    cell["outputs"] = outputs or []
    return cell


NOTEBOOKS = {
    "good": [("x = 1", "solution"), ("print(x + 1e-12)", "check", printed("1.0"))],
    "never_run": [("x = 1", "solution"), ("print(x)", "check", None)],
    "skip_comment": [("# NBVAL_SKIP\nx = 2", "solution"), ("# NBVAL_IGNORE_OUTPUT\nprint(x)", "check", printed("1"))],
    "dies": [("import os\nos._exit(1)", "solution"), ("print(1)", "check", printed("1"))],
    "hangs": [("while True: pass", "solution"), ("print(1)", "check", printed("1"))],
    "mistake_left_out": [("x = 1", "solution"), ("raise SystemExit", "mistake"), ("print(x)", "check", printed("1"))],
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Outcome by notebook, as pytest tells it, under xdist with its default distribution."""
    folder = tmp_path_factory.mktemp("notebooks")
    for name, cells in NOTEBOOKS.items():
        patience = 3 if name == "hangs" else 600  # longer than this run may take: nobody waits for the dead
        built = [cell(*parts[:2], n, *parts[2:], timeout=patience) for n, parts in enumerate(cells)]
        path = folder / f"{name}.ipynb"
        write_notebook({"cells": built, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, path)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-rA", "-q"]
    command += ["-p", "edutorch.course.plugin", "-n", "2", "--rootdir", str(folder), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, timeout=300)
    outcomes = {}
    for word, name, number in re.findall(
        r"^(PASSED|FAILED|XFAIL|XPASS|ERROR|SKIPPED) .*?(\w+)\.ipynb::Cell (\d)", done.stdout, re.M
    ):
        outcomes.setdefault(name, []).append((int(number), word))
    outcomes = {name: [word for _, word in sorted(found)] for name, found in outcomes.items()}
    return outcomes, done.stdout


def test_outcomes(result):
    outcomes, text = result
    assert outcomes == {
        "good": ["PASSED", "PASSED"],  # and each once: the file is claimed from nbval
        "never_run": ["PASSED", "FAILED"],
        "skip_comment": ["PASSED", "FAILED"],
        "dies": ["FAILED", "FAILED"],
        "hangs": ["FAILED", "FAILED"],  # nbval would XFAIL the second
        "mistake_left_out": ["PASSED", "PASSED"],
    }, text


def test_reasons_are_told(result):
    text = result[1]
    assert "Check never run in the reference" in text
    assert "Cell execution: died" in text and "Cell execution: timeout" in text
    assert "Not run: a cell before it failed" in text
