"""The plugin for notebooks: chapters compare their outputs, exercises only have to run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .notebooks import like

NAMES = ("same", "other", "raises", "quiet")


def write_notebook(path: Path, source: str, output: str) -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": output}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "execution_count": 1, "outputs": [stream]}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(notebook))


def test_chapters_are_compared_and_exercises_are_run(root: Path, tmp_path: Path) -> None:
    for folder in ("chapters", "exercises"):
        write_notebook(tmp_path / folder / "same.ipynb", "print(1)", "1\n")
        write_notebook(tmp_path / folder / "other.ipynb", "print(1)", "2\n")
        write_notebook(tmp_path / folder / "raises.ipynb", "print(1); 1 / 0", "1\n")
        write_notebook(tmp_path / folder / "quiet.ipynb", "print(1)\n2;", "1\n")
    options = ["-p", "tests.notebooks", "--nbval", "--nbval-current-env", "-rA", "--color=no"]
    line = [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(line, cwd=root, capture_output=True, text=True)
    ends = {
        f"{word} {folder}/{name}"
        for text in done.stdout.splitlines()
        for word in ("PASSED", "FAILED")
        if text.startswith(word)
        for folder in ("chapters", "exercises")
        for name in NAMES
        if f"{folder}/{name}.ipynb" in text
    }
    assert ends == {
        "PASSED chapters/same",
        "PASSED chapters/quiet",
        "FAILED chapters/other",
        "FAILED chapters/raises",
        "PASSED exercises/same",
        "PASSED exercises/quiet",
        "PASSED exercises/other",
        "FAILED exercises/raises",
    }, done.stdout


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("after: 308,206 dollars", "after: 308,205 dollars"),
        ("88.4 % right", "88.3 % right"),
        ("tensor([-0.0000, 1.2346])", "tensor([0.0000, 1.2345])"),
        ("1.235e-05\n", "1.234e-05\n"),
    ],
)
def test_rounding_is_forgiven(text: str, stored: str) -> None:
    assert like(text, stored) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("7 of 10", "8 of 10"),
        ("785 numbers", "784 numbers"),
        ("lr 0.2", "lr 0.1"),
        ("88.5 %", "88.3 %"),
        ("308,305", "308,205"),
        ("loss 0.123", "cost 0.123"),
        ("1.23 4.56", "1.23"),
        ("1.23", "1.23\n4.56"),
    ],
)
def test_nothing_else_is(text: str, stored: str) -> None:
    assert like(text, stored) == text


def test_what_is_proposed_to_try_is_tried_and_guesses_are_skipped(root: Path, tmp_path: Path) -> None:
    tries = [{"source": "a = 2"}, {"replace": {"None": "3"}, "prints": "got 3"}]
    path = tmp_path / "chapters" / "turn.ipynb"
    write_notebook(path, "a = None\nprint('got', a)", "got None\n")
    notebook = json.loads(path.read_text())
    notebook["cells"][0]["metadata"]["edutorch"] = {"tries": tries}
    question = "from edutorch.course import ask, reveal\nreveal(ask(None), 7)\nprint(a)"
    seen = 'Your guess? Write a number in place of None, or "skip", and run this cell again.\nthe result: 7\nNone\n'
    stream = {"output_type": "stream", "name": "stdout", "text": seen}
    cell = {
        "cell_type": "code",
        "id": "b",
        "metadata": {},
        "source": question,
        "execution_count": 2,
        "outputs": [stream],
    }
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook))
    options = ["-p", "tests.notebooks", "--nbval", "--nbval-current-env", "-rA", "--color=no"]
    line = [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(line, cwd=root, capture_output=True, text=True)
    # Where CI is set, pytest adds the reason after a dash.
    lines = [line.split(" - ")[0] for line in done.stdout.splitlines() if line.startswith(("PASSED", "FAILED"))]
    ends = [line.split("turn.ipynb::")[-1] for line in lines]
    assert "1 failed, 3 passed" in done.stdout, done.stdout
    assert ends == ["Cell 0, try 1", "Cell 0", "Cell 1", "Cell 0, try 0"], done.stdout
