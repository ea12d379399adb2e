"""Ruff and mypy are tests like the others: one command and one last line cover everything."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", ["ruff check --no-cache .", "ruff format --no-cache --check .", "mypy"])
def test_tool_finds_nothing(command: str, root: Path) -> None:
    line = [sys.executable, "-m", *command.split()]
    done = subprocess.run(line, cwd=root, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.fail(f"{command}:\n{done.stdout}{done.stderr}", pytrace=False)
