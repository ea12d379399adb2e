"""check, progress, release, grade and report, on an exercise of one question."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from edutorch import cli
from edutorch.course import commands
from edutorch.course import files as course_files

pytest.importorskip("nbval", reason="nbval is not installed (extra lab)")

ANSWER = """# question: double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
"""


def cell(source: str, role: str, **data: object) -> dict:
    return {
        "cell_type": "code",
        "id": f"{role}-{data.get('id', '')}",
        "source": source,
        "outputs": [],
        "execution_count": None,
        "metadata": {"edutorch": {"role": role, "question": "double"} | data},
    }


def save(path: Path, notebook: dict) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(notebook))
    return path


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one solution notebook, released."""
    root = tmp_path_factory.mktemp("course")
    (root / "chapters").mkdir()
    cells = [
        cell(ANSWER, "solution", form="write", title="Double", why="2x = x + x"),
        cell("print(double(3))", "check", id="double-1", points=1),
        cell("print(double(-1.5))", "check", id="double-2", points=3, hidden=True),
        cell(
            ANSWER.replace("2 * x", "x * x"),
            "mistake",
            id="square",
            message="That is the square.",
            ask="What is 3 + 3?",
        ),
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    solution = save(root / "solutions" / "01_double.ipynb", notebook)
    assert cli.main(["release", str(solution)]) == 0
    return root


@pytest.fixture
def mine(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The exercise in a learner's copy of that course."""
    for module in (course_files, commands):
        monkeypatch.setattr(module, "course_root", lambda: course)
    course_files.lay_copy(tmp_path / "mine", course)
    return tmp_path / "mine" / "exercises" / "01_double.ipynb"


def answered(exercise: Path, path: Path, answer: str) -> Path:
    """The exercise with `answer` in place of its stub, saved at `path`."""
    notebook = json.loads(exercise.read_text())
    for one in notebook["cells"]:
        if "# question: double" in "".join(one["source"]):
            one["source"] = f"# question: double\ndef double(x):\n    {answer}\n"
    return save(path, notebook)


def test_release_check_tells_whether_the_two_are_in_step(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    solution, released = (course / f / "01_double.ipynb" for f in ("solutions", "exercises"))
    assert cli.main(["release", "--check", str(solution)]) == 0
    kept = released.read_text()
    released.write_text(kept.replace("double(3)", "double(4)"))
    assert cli.main(["release", "--check", str(solution)]) == 2
    assert "is not in step with" in capsys.readouterr().err
    released.write_text(kept)


def test_check_and_progress(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(mine)]) == 1
    assert "double               not attempted" in capsys.readouterr().out

    answered(mine, mine, "return x * x")
    assert cli.main(["check", str(mine)]) == 1
    assert "That is the square." in capsys.readouterr().out

    answered(mine, mine, "return x + x")
    assert cli.main(["check", str(mine)]) == 0
    assert "double               as expected" in capsys.readouterr().out
    assert cli.main(["progress", str(mine.parent)]) == 0
    assert "01_double: 1 of 1" in capsys.readouterr().out


def test_grade_and_report(course: Path, mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handed_in = tmp_path / "handed in"
    answered(mine, handed_in / "ann.ipynb", "return x + x")
    answered(mine, handed_in / "bob.ipynb", "return abs(2 * x)")
    (handed_in / "cid.ipynb").write_text("no notebook")
    files = {name: tmp_path / name for name in ("all.json", "all.csv", "html", "scope")}
    solution = str(course / "solutions" / "01_double.ipynb")
    shutil.copy(solution, handed_in / "reference.ipynb")
    reports = [
        f"--{kind}={files[name]}" for kind, name in (("csv", "all.csv"), ("html", "html"), ("gradescope", "scope"))
    ]
    line = ["grade", "--unsafe", solution, str(handed_in), f"--json={files['all.json']}", *reports]
    assert cli.main(line) == 0

    table, _, _ = capsys.readouterr().out.strip().rpartition("\n")  # the time it took
    rows = {row["submission"]: row for row in json.loads(files["all.json"].read_text())["rows"]}
    assert {name: row["points"] for name, row in rows.items()} == {
        "ann.ipynb": 4,
        "bob.ipynb": 1,
        "cid.ipynb": 0,
        "reference.ipynb": 4,
    }
    assert "is no notebook" in rows["cid.ipynb"]["reason"]
    lines = list(csv.reader(files["all.csv"].read_text().splitlines()))
    assert [line[1] for line in lines[1:]] == sorted(rows)
    assert {path.stem + ".ipynb" for path in files["html"].iterdir()} == {*rows, "index.ipynb"}
    assert json.loads((files["scope"] / "bob.json").read_text())["score"] == 1

    again = tmp_path / "again.csv"
    assert cli.main(["report", str(files["all.json"]), f"--csv={again}"]) == 0
    assert capsys.readouterr().out.strip() == table
    assert again.read_text() == files["all.csv"].read_text()


@pytest.mark.parametrize(
    "words, message",
    [
        (["check", "nowhere.ipynb"], "edutorch check: nowhere.ipynb cannot be read"),
        (["grade", "nowhere.ipynb", "a.ipynb"], "nowhere.ipynb cannot be read"),
        (["grade", "nowhere.ipynb", "."], "no submissions: name notebooks, or a folder"),
        (["release", "nowhere.ipynb"], "nowhere.ipynb cannot be read"),
        (["report", "nowhere.json"], "nowhere.json"),
        (["report", "list.json"], "list.json is no report of `edutorch grade --json`"),
    ],
)
def test_what_is_missing_or_damaged_is_named(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.json").write_text("[]")
    assert cli.main(words) == 2
    assert message in capsys.readouterr().err


def test_start_on_a_current_copy_says_so(tmp_path, capsys):
    assert cli.main(["start", str(tmp_path / "mine")]) == 0
    capsys.readouterr()
    assert cli.main(["start", str(tmp_path / "mine")]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["  up to date"]
