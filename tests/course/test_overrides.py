"""What a person gives: points and comments from a file, and texts that no machine grades."""

import csv
import json

import pytest

from edutorch.cli import main
from edutorch.course.assignment import load_assignment
from edutorch.course.diagnose import Verdict
from edutorch.course.grade import judge
from edutorch.course.learner import exercise
from edutorch.course.notebook import NotebookError, as_lines, course_data, read_notebook, write_notebook
from edutorch.course.overrides import Overrides, read_overrides
from edutorch.course.release import release_exercise
from edutorch.course.results import Asked, Report, Row, write_json
from edutorch.course.submission import read_submission

from .conftest import toy_notebook

HEAD = "student,question,points,comment,reason,exercise\n"
ANSWER = "###### question: why\nBecause `x + x` adds it *twice*."


@pytest.fixture
def report():
    right, wrong = Verdict("a", "A", "passed", 2, 2), Verdict("b", "B", "values", 0, 3, mistake="b-sign")
    rows = [Row("1.ipynb", 2, 5, [right, wrong], "b: sign", "ann"), Row("2", 0, 5, [], "no notebook", "ben")]
    return Report("03", "X", rows, [Asked("a", "A", "write", 2), Asked("b", "B", "write", 3)])


def given(tmp_path, *lines):
    (tmp_path / "overrides.csv").write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return tmp_path / "overrides.csv"


def test_points_by_hand_count_in_the_report_with_their_reason(report, tmp_path):
    lines = ["ann,b,2,Nearly.,the sign is a slip,", "ann,a,,Fine.,,", "ben,b,3,,by mail,03", "ben,a,1,,,04"]
    ann, ben = Overrides(read_overrides(given(tmp_path, *lines))).apply(report).rows
    assert (ann.points, ben.points) == (4, 3)
    assert ann.reason == "b: sign; b: by hand 0 -> 2 (the sign is a slip)"
    assert ben.reason == "no notebook; b: by hand 0 -> 3 (by mail)"
    assert [(v.state, v.points, v.comment, v.by_hand) for v in ann.verdicts] == [
        ("passed", 2, "Fine.", ""),
        ("graded", 2, "Nearly.", "the sign is a slip"),
    ]
    assert [row.points for row in report.rows] == [2, 0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("cho,b,2,,,", "line 2 of the overrides: there is no student 'cho'"),
        ("ann,c,2,,,", "03 has no question 'c'"),
        ("ann,b,4,,,", "4 is not in 0 to 3 points"),
        ("ann,b,-1,,,", "-1 is not in 0 to 3 points"),
        ("ann,b,two,,,", "line 2: 'two' is no number of points"),
        ("ann,b,1,,,\nann,b,2,,,", "line 3: ann, b is in line 2, too"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(report, tmp_path, line, reason):
    with pytest.raises(NotebookError, match=reason):
        Overrides(read_overrides(given(tmp_path, line))).apply(report)


def test_what_is_no_such_file_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("student;question\n")
    with pytest.raises(
        NotebookError, match=r"its first line is student,question,points.*question, points is not there"
    ):
        read_overrides(tmp_path / "x.csv")
    with pytest.raises(NotebookError, match="cannot be read"):
        read_overrides(tmp_path / "none.csv")


def test_the_commands_apply_them_and_leave_the_stored_grades(report, tmp_path, capsys):
    write_json(report, tmp_path / "kept.json")
    file = str(given(tmp_path, "ann,b,3,Well `done`.,seen,"))
    words = ["report", str(tmp_path / "kept.json"), "--overrides", file]
    assert main([*words, "--json", str(tmp_path / "again.json"), "--html", str(tmp_path / "pages")]) == 0
    assert "5/5" in capsys.readouterr().out
    assert json.loads((tmp_path / "again.json").read_text())["rows"][0]["points"] == 2
    page = (tmp_path / "pages" / "1.html").read_text()
    assert "Graded by hand: seen" in page and "Well <code>done</code>." in page
    assert main(["gradebook", *words[1:]]) == 0 and "5/5" in capsys.readouterr().out
    given(tmp_path, "eve,b,3,,,")
    assert main(words) == 2 and main(["gradebook", *words[1:]]) == 2


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The toy with a text beside its question, released."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "solutions").mkdir()
    notebook = toy_notebook()
    data = {"role": "solution", "question": "why", "form": "text", "title": "Why", "points": 2}
    source = "###### question: why\n### BEGIN SOLUTION\nx + x is 2 x, isn't it.\n### END SOLUTION\n"
    cell = {"cell_type": "markdown", "id": "why", "metadata": {"edutorch": data}, "source": as_lines(source)}
    notebook["cells"].append(cell)
    write_notebook(notebook, folder / "solutions" / "toy.ipynb")
    release_exercise(folder / "solutions" / "toy.ipynb")
    release_exercise(folder / "solutions" / "toy.ipynb", check=True)
    return folder


def submitted(course, path, answer):
    notebook = read_notebook(course / "exercises" / "toy.ipynb")
    for cell in notebook["cells"]:
        if course_data(cell) == {"role": "solution", "question": "why"}:
            assert cell["cell_type"] == "markdown" and "isn't" not in "".join(cell["source"])
            cell["source"] = answer or cell["source"]
    path.parent.mkdir(exist_ok=True)
    write_notebook(notebook, path)
    return path


@pytest.mark.parametrize(
    ("answer", "state"), [(ANSWER, "by hand"), ("", "untouched"), ("###### question: why\n", "untouched")]
)
def test_a_text_is_found_and_left_to_a_person(course, tmp_path, answer, state):
    assignment = load_assignment(course / "solutions" / "toy.ipynb")
    assert assignment.points == 6 and load_assignment(course / "exercises" / "toy.ipynb").points == 6
    submission = read_submission(submitted(course, tmp_path / "toy.ipynb", answer), assignment)
    (verdict,) = [verdict for verdict in judge(assignment, submission) if verdict.question == "why"]
    assert (verdict.state, verdict.points, verdict.of) == (state, 0, 2)


def test_a_text_is_graded_by_the_file(course, tmp_path, capsys):
    submitted(course, tmp_path / "in" / "ann.ipynb", ANSWER)
    words = ["grade", "--unsafe", str(course / "solutions" / "toy.ipynb"), str(tmp_path / "in")]
    assert main([*words, "--html", str(tmp_path / "html")]) == 0
    assert "why: to be graded by hand" in capsys.readouterr().out
    index = (tmp_path / "html" / "index.html").read_text()
    assert "To be graded by hand: 1" in index and '<a href="./ann.html#why">ann: Why</a>' in index
    page = (tmp_path / "html" / "ann.html").read_text()
    assert "<p>Because <code>x + x</code> adds it <em>twice</em>.</p>" in page
    assert "○ to be graded by hand: 0 of 2 points" in page
    file = str(given(tmp_path, "ann,why,1.5,Which x?,half,"))
    assert main([*words, "--overrides", file, "--csv", str(tmp_path / "points.csv")]) == 0
    with open(tmp_path / "points.csv") as lines:
        assert next(csv.DictReader(lines))["why"] == "1.5"


def test_a_learner_is_told_that_a_person_reads_it(course, tmp_path, capsys, monkeypatch):
    submitted(course, tmp_path / "toy.ipynb", ANSWER)
    monkeypatch.setattr(
        "edutorch.course.learner.find_exercise", lambda name, folder: course / "exercises" / "toy.ipynb"
    )
    told = exercise("toy", "why", tmp_path).check()
    assert repr(told).startswith("Written.\nNo machine reads this: a person does")


@pytest.mark.parametrize("change", [{"points": 0}, {"cell_type": "code"}])
def test_a_text_needs_points_and_a_markdown_cell(course, tmp_path, change):
    notebook = read_notebook(course / "solutions" / "toy.ipynb")
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "why")
    cell["cell_type"] = change.pop("cell_type", "markdown")
    course_data(cell).update(change)
    write_notebook(notebook, tmp_path / "toy.ipynb")
    with pytest.raises(NotebookError, match="a Markdown cell, with its points in the metadata"):
        load_assignment(tmp_path / "toy.ipynb")
