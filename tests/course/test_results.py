"""What is kept of a grading while it runs, and what a second one does again."""

import json
import os

import pytest

from edutorch.cli import main
from edutorch.course import grade
from edutorch.course.notebook import code_cell, read_notebook, write_notebook
from edutorch.course.run import QuestionRun
from edutorch.course.sandbox import Sandbox

from .conftest import with_source

ANSWER = "# question: double\ndef double(x):\n    return {} * x"


class Ran(list):
    """The answers that were run; `right` is in those that get the points."""

    right = "2 *"


@pytest.fixture
def graded(monkeypatch):
    """Stands for the engine."""
    ran = Ran()

    def run(assignment, answers, **options):
        (answer,) = answers.values()
        ran.append(answer.split("return ")[1])
        good = ran.right in answer
        cells = [{"id": "answer", "role": "solution", "status": "ok", "outputs": [], "differences": [], "seconds": 0.1}]
        case = {"state": "values", "call": "double(1)", "expected": "2", "got": "3", "where": "", "size": 1}
        case |= {"frames": [], "name": None}
        for check in assignment.questions["double"].checks:
            differences = [] if good else [case]
            cells.append({**cells[0], "id": check.id, "role": "check", "differences": differences})
        return {"double": QuestionRun("double", cells, "sandboxed in a test")}

    monkeypatch.setattr(grade, "run_answers", run)
    monkeypatch.setattr("edutorch.course.grading_commands.best_sandbox", lambda hidden: Sandbox("bubblewrap", True))
    return ran


@pytest.fixture
def batch(toy, tmp_path):
    """Three submissions, and the words of the command that grades them."""
    for number, name in enumerate(("ann", "ben", "cho"), start=2):
        notebook = with_source(read_notebook(toy / "exercises" / "toy.ipynb"), "double", ANSWER.format(number))
        (tmp_path / "in" / name).mkdir(parents=True)
        write_notebook(notebook, tmp_path / "in" / name / "toy.ipynb")
    solution = str(toy / "solutions" / "toy.ipynb")
    return ["grade", solution, str(tmp_path / "in"), "--json", str(tmp_path / "grades.json"), "--jobs", "1"]


def points(tmp_path):
    rows = json.loads((tmp_path / "grades.json").read_text())["rows"]
    return {row["student"]: row["points"] for row in rows}


def test_each_row_is_kept_at_once_and_grading_goes_on_where_it_stopped(batch, tmp_path, graded, monkeypatch, capsys):
    run, count = grade.run_answers, []

    def stopped(*args, **options):
        count.append(1)
        if len(count) == 3:
            raise KeyboardInterrupt
        return run(*args, **options)

    monkeypatch.setattr(grade, "run_answers", stopped)
    assert main(batch) == 130
    assert len((tmp_path / "grades.json.partial").read_text().splitlines()) == 2
    assert "what is done is kept in" in capsys.readouterr().err and not (tmp_path / "grades.json").exists()
    with open(tmp_path / "grades.json.partial", "a") as file:
        file.write('{"submission": "cut o')
    assert main(batch) == 0
    assert graded == ["2 * x", "3 * x", "4 * x"] and points(tmp_path) == {"ann": 4, "ben": 0, "cho": 0}
    assert not (tmp_path / "grades.json.partial").exists()


def test_what_has_not_changed_is_kept(batch, tmp_path, graded, toy):
    main(batch)
    write_notebook(
        with_source(read_notebook(toy / "exercises" / "toy.ipynb"), "double", ANSWER.format(9)),
        tmp_path / "in" / "ben" / "toy.ipynb",
    )
    main(batch)
    assert graded == ["2 * x", "3 * x", "4 * x", "9 * x"]
    main([*batch, "--memory", "100"])
    assert len(graded) == 7


def test_a_question_that_has_changed_is_graded_again(batch, tmp_path, graded, toy):
    main(batch)
    notebook = read_notebook(toy / "solutions" / "toy.ipynb")
    notebook["cells"][3]["metadata"]["edutorch"]["points"] = 2
    write_notebook(notebook, tmp_path / "toy.ipynb")
    assert main([batch[0], str(tmp_path / "toy.ipynb"), *batch[2:]]) == 0
    assert len(graded) == 6 and points(tmp_path)["ann"] == 5


@pytest.mark.parametrize(
    ("option", "ran"), [(["--student", "ben"], 1), (["--question", "double"], 3), (["--again"], 3)]
)
def test_one_student_or_one_question_is_graded_again_and_the_changes_are_shown(
    batch, tmp_path, graded, option, ran, capsys
):
    main(batch)
    graded.clear()
    graded.right = "3 *"
    assert main([*batch, *option, "--dry-run"]) == 0
    assert "changed  ben, ben/toy.ipynb: 0 -> 4 (double 0 -> 4)" in capsys.readouterr().out
    assert len(graded) == ran and points(tmp_path) == {"ann": 4, "ben": 0, "cho": 0}
    assert main([*batch, *option]) == 0
    assert points(tmp_path) == {"ann": 0 if ran == 3 else 4, "ben": 4, "cho": 0}


def test_shards_are_merged(batch, tmp_path, graded, capsys):
    files = []
    (tmp_path / "roster.csv").write_text("id\nann\nben\ncho\ndia\n")
    for part in (1, 2):
        files.append(str(tmp_path / f"{part}.json"))
        words = ["--json", files[-1], "--shard", f"{part}/2", "--roster", str(tmp_path / "roster.csv")]
        assert main([*batch[:3], *words]) == 0
    assert len(graded) == 3
    assert main(["report", *files, "--json", str(tmp_path / "grades.json")]) == 0
    assert points(tmp_path) == {"ann": 4, "ben": 0, "cho": 0, "dia": 0}
    assert "handed in nothing" in capsys.readouterr().out


def test_merged_rows_have_the_order_of_a_grading_in_one_piece(batch, tmp_path, graded):
    """A folder "ann-b" stands behind "ann", and who handed in nothing at the end."""
    (tmp_path / "in" / "ben").rename(tmp_path / "in" / "ann-b")
    (tmp_path / "roster.csv").write_text("id\nann\nann-b\ncho\nabe\n")
    batch += ["--roster", str(tmp_path / "roster.csv"), "--csv", str(tmp_path / "one.csv")]
    assert main(batch) == main(["report", batch[4], "--csv", str(tmp_path / "two.csv")]) == 0
    assert [line[:6] for line in (tmp_path / "one.csv").read_text().splitlines()[1:]] == [
        "ann,an",
        "ann-b,",
        "cho,ch",
        "abe,,0",
    ]
    assert (tmp_path / "two.csv").read_text() == (tmp_path / "one.csv").read_text()


def test_a_report_has_the_cases_that_the_grading_showed(batch, tmp_path, graded):
    main([*batch, "--html", str(tmp_path / "one")])
    main(["report", str(tmp_path / "grades.json"), "--html", str(tmp_path / "two")])
    pages = [[path.read_text() for path in sorted((tmp_path / name).iterdir())] for name in ("one", "two")]
    assert pages[0] == pages[1] and "expected  2\nyours     3" in pages[0][1]


def test_lateness_is_in_the_report_and_not_in_the_stored_grade(batch, tmp_path, graded, capsys):
    os.utime(tmp_path / "in" / "ann" / "toy.ipynb", (1_800_000_000, 1_800_000_000))
    rules = ["--deadline", "2027-01-14T08:00+00:00", "--late-penalty", "25", "--csv", str(tmp_path / "points.csv")]
    assert main([*batch, *rules]) == 0
    assert points(tmp_path)["ann"] == 4 and "1 day, -1" in capsys.readouterr().out
    assert "ann,ann/toy.ipynb,4.0,4.0,1,1.0,3.0,75.0" in (tmp_path / "points.csv").read_text()


def test_a_file_of_something_else_is_not_overwritten(batch, graded, tmp_path, capsys):
    (tmp_path / "grades.json").write_text("{}")
    assert main(batch) == 2 and "is no report of" in capsys.readouterr().err
    assert (tmp_path / "grades.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("sandbox", "options", "status", "words"),
    [
        (Sandbox("limits", True), [], 2, "could read the solutions, and whatever else you may read"),
        (Sandbox("limits", True), ["--unsafe"], 0, ""),
        (Sandbox("limits", False), ["--unsafe"], 2, "could do anything here"),
        (Sandbox("bubblewrap", True), [], 0, ""),
    ],
)
def test_without_a_sandbox_nothing_is_graded_unasked(
    batch, graded, monkeypatch, capsys, sandbox, options, status, words
):
    monkeypatch.setattr("edutorch.course.sandbox.os.geteuid", lambda: 0)
    monkeypatch.setattr("edutorch.course.grading_commands.best_sandbox", lambda hidden: sandbox)
    assert main([*batch, *options]) == status
    assert words in capsys.readouterr().err and bool(graded) == (status == 0)


def test_no_escape_character_reaches_a_terminal_or_a_table(batch, tmp_path, graded, capsys, toy):
    write_notebook({"cells": [], "nbformat": 4}, tmp_path / "in" / "ann" / "\x1b[2Jtoy.ipynb")
    main([*batch, "--csv", str(tmp_path / "points.csv")])
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err + (tmp_path / "points.csv").read_text()
    assert "\\x1b[2J" in told.err


def test_sixty_thousand_answers_are_a_short_reason(batch, tmp_path, graded, toy):
    cells = [code_cell(ANSWER.format(n), {"question": "double", "role": "solution"}, [], "") for n in range(60_000)]
    cells += [code_cell("x" * 10_000, {"question": "double", "role": "solution"}, [], "") for n in range(100)]
    for name in ("ben", "cho"):
        write_notebook(
            {"cells": cells[: 60_000 if name == "ben" else None], "nbformat": 4}, tmp_path / "in" / name / "toy.ipynb"
        )
    main(batch)
    rows = {row["student"]: row for row in json.loads((tmp_path / "grades.json").read_text())["rows"]}
    assert "1, 2, 3, 4, 5, 6, ... and 60000: the last, cell 60000, counts" in rows["ben"]["reason"]
    assert "more than the 200,000 characters" in rows["cho"]["reason"]
    assert max(len(row["reason"]) for row in rows.values()) < 300


def test_each_row_says_what_its_own_run_had(batch, tmp_path, graded):
    (tmp_path / "in" / "dia").mkdir()
    main(batch)
    rows = {row["student"]: row["sandbox"] for row in json.loads((tmp_path / "grades.json").read_text())["rows"]}
    assert rows["ann"] == "sandboxed in a test" and rows["dia"] == "nothing was run"
