"""`edutorch release --no-solutions`: the course, folder and wheel, without what gives answers away."""

import json
import subprocess
import sys
import zipfile

import pytest

from edutorch.cli import main
from edutorch.course.assignment import load_assignment

from .make_submissions import ROOT, SOLUTION


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handout") / "course"
    assert main(["release", "--no-solutions", str(folder)]) == 0
    return folder


def test_no_answer_and_no_hidden_check_is_in_it(handout):
    assert not (handout / "solutions").exists() and (handout / "exercises" / SOLUTION.name).exists()
    text = "".join(path.read_text(encoding="utf-8") for path in handout.rglob("*.ipynb"))
    assert "BEGIN SOLUTION" not in text and '"hidden": true' not in text
    checks = [check for question in load_assignment(SOLUTION).questions.values() for check in question.checks]
    public = {line for check in checks if not check.hidden for line in check.source.splitlines()}
    hidden = {
        line for check in checks if check.hidden for line in check.source.splitlines() if line.startswith("show(")
    }
    assert len(hidden - public) > 8
    assert all(json.dumps(line)[1:-1] in text for line in public)  # so it would be found
    assert not [line for line in hidden - public if json.dumps(line)[1:-1] in text]


def test_what_stands_in_a_chapter_for_its_turns_is_not_in_it(handout):
    chapters = sorted((handout / "chapters").glob("*.ipynb"))
    assert len(chapters) == len(list((ROOT / "chapters").glob("*.ipynb")))
    cells = [cell for path in chapters for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert not [cell for cell in cells if "edutorch" in cell["metadata"]]


def test_a_wheel_of_it_has_the_course_and_no_solutions(handout, tmp_path):
    pytest.importorskip("hatchling", reason="hatchling is not installed (extra dev)")
    line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(line, cwd=handout, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert f"edutorch/_course/exercises/{SOLUTION.name}" in names and "edutorch/course/grade.py" in names
    assert not [name for name in names if "solutions" in name]


def test_nothing_is_written_over(handout, capsys):
    assert main(["release", "--no-solutions", str(handout)]) == 2
    assert "is not empty" in capsys.readouterr().err
