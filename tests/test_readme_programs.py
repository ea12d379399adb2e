"""The programs and the grading of README.md, run as it shows them."""

import csv
import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.notebook import write_notebook
from tests.course.make_submissions import with_answers


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def blocks(readme: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)


def run(root: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_edutorch_prints_them_by_each_import(readme: str, root: Path, tmp_path: Path) -> None:
    theirs, ours = blocks(readme, "python")[:2]
    printed = blocks(readme, "text")[1]
    assert run(root, "-c", ours) == printed
    (tmp_path / "script.py").write_text(theirs)
    assert run(root, "-m", "edutorch", "run", str(tmp_path / "script.py")) == printed
    assert run(root, "-c", re.sub("^import .*", "from edutorch import tiny as torch", ours)) == printed


def test_pytorch_prints_them(readme: str, root: Path) -> None:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    assert run(root, "-c", blocks(readme, "python")[0]) == blocks(readme, "text")[0]


def test_its_example_of_grading_grades(readme: str, root: Path, tmp_path: Path) -> None:
    pytest.importorskip("nbval", reason="nbval is not installed (extra lab)")
    (line,) = re.findall(r"^    (edutorch grade .*)", readme, re.M)
    _, grade, solution, submissions, *rest = shlex.split(line)
    (mistake,) = [m for m in load_assignment(root / solution).questions["exp"].mistakes if m.id == "exp-forgets-gy"]
    (tmp_path / submissions).mkdir()
    write_notebook(with_answers({"exp": mistake.source}), tmp_path / submissions / "ada.ipynb")
    arguments = [grade, str(root / solution), submissions, *rest]
    subprocess.run([sys.executable, "-m", "edutorch", *arguments], cwd=tmp_path, check=True, capture_output=True)
    (row,) = csv.DictReader((tmp_path / "points.csv").read_text(encoding="utf-8").splitlines())
    assert row["submission"] == "ada.ipynb" and mistake.id in row["mistakes"]
    assert mistake.message in (tmp_path / "feedback" / "ada.html").read_text(encoding="utf-8")
