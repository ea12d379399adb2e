"""The tables for other systems, and the gradebook over several exercises."""

import csv
import datetime

import pytest

from edutorch.cli import main
from edutorch.course.diagnose import Verdict
from edutorch.course.gradebook import gradebook, write_canvas, write_gradebook, write_moodle
from edutorch.course.handins import find_handins
from edutorch.course.notebook import NotebookError
from edutorch.course.report import write_csv
from edutorch.course.results import Report, Row, write_json
from edutorch.course.rules import Rules

MOODLE = {"platform": "moodle", "platform_name": "Ann Lee", "platform_id": "123"}
CANVAS = {"platform": "canvas", "platform_name": "leeann", "platform_id": "12"}


def report(exercise, *rows):
    return Report(exercise, f"Exercise {exercise}", list(rows))


def row(student, points, of=8, **more):
    return Row(f"{student}.ipynb", points, of, [Verdict("a", "A", "values", points, of)], "a: wrong", student, **more)


def lines(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.fixture
def book():
    first = report("02", row("ann", 6, **CANVAS), row("ben", 8), row("=1+1", 0))
    return gradebook([report("03", row("ben", 3, of=4)), first])


def test_the_gradebook_has_a_line_a_student_and_a_column_an_exercise(book, tmp_path):
    write_gradebook(book, tmp_path / "book.csv")
    assert lines(tmp_path / "book.csv") == [
        ["student", "02", "03", "total", "of", "percent"],
        ["'=1+1", "0.0", "", "0.0", "12", "0.0"],
        ["ann", "6.0", "", "6.0", "12", "50.0"],
        ["ben", "8.0", "3.0", "11.0", "12", "91.67"],
    ]


def test_canvas_imports_by_its_own_ids_where_it_has_named_the_file(book, tmp_path):
    write_canvas(book, tmp_path / "canvas.csv", ["Two (4711)", "Three (4712)"])
    head, possible, *students = lines(tmp_path / "canvas.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Two (4711)", "Three (4712)"]
    assert possible == ["    Points Possible", "", "", "", "", "8", "4"]
    assert students[1:] == [["leeann", "12", "", "", "", "6.0", ""], ["ben", "", "ben", "", "", "8.0", "3.0"]]
    with pytest.raises(NotebookError, match="--column 1 times for 2 exercises: 02, 03"):
        write_canvas(book, tmp_path / "canvas.csv", ["Two"])


def test_moodle_has_its_worksheet(tmp_path):
    late = row("s1", 6, deducted=1.5, **MOODLE)
    write_moodle(report("02", late, row("Ann Lee (123)", 2, **MOODLE), row("s2", 8)), tmp_path / "m.csv")
    assert lines(tmp_path / "m.csv") == [
        [
            "Identifier",
            "Full name",
            "ID number",
            "Grade",
            "Maximum Grade",
            "Last modified (grade)",
            "Feedback comments",
        ],
        ["Participant 123", "Ann Lee", "s1", "4.5", "8", "-", "a: wrong"],
        ["Participant 123", "Ann Lee", "", "2.0", "8", "-", "a: wrong"],
        ["", "s2", "s2", "8.0", "8", "-", "a: wrong"],
    ]


def test_moodle_finds_the_columns_without_which_it_refuses_a_worksheet(tmp_path):
    """They are told by these words, whatever else is there; a dash stands for no change before this one."""
    write_moodle(
        report("02", row("ann", 6, **MOODLE), Row("", 0, 8, [], "handed in nothing", "ben")), tmp_path / "m.csv"
    )
    with open(tmp_path / "m.csv", newline="", encoding="utf-8") as file:
        ann, ben = csv.DictReader(file)
    assert [ann[name] for name in ("Identifier", "Grade", "Last modified (grade)")] == ["Participant 123", "6.0", "-"]
    assert [ben[name] for name in ("Identifier", "Grade", "ID number")] == ["", "0.0", "ben"]


def test_what_goes_back_is_named_as_the_platform_wants_it(tmp_path):
    for name in ("Ann Lee_123_assignsubmission_file_/03.ipynb", "leeann_LATE_12_345_03_autograd-1.ipynb", "eve.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    exports = [(each.export.platform, each.export.number, each.export.prefix) for each in find_handins([tmp_path])]
    assert exports == [
        ("moodle", "123", "Ann Lee_123_assignfeedback_file_"),
        ("", "", ""),
        ("canvas", "12", "leeann_LATE_12_345_"),
    ]


def test_the_command_takes_shards_of_one_exercise_and_the_rules(tmp_path, capsys):
    reports = [report("02", row("ann", 6)), report("02", row("ben", 8, late=True)), report("03", row("ann", 4))]
    files = [str(tmp_path / f"{number}.json") for number in range(3)]
    for each, file in zip(reports, files, strict=True):
        write_json(each, tmp_path / file)
    outputs = ["--csv", str(tmp_path / "book.csv"), "--canvas", str(tmp_path / "new" / "canvas.csv")]
    assert main(["gradebook", *files, *outputs, "--late-penalty", "50"]) == 0
    assert lines(tmp_path / "book.csv")[2] == ["ben", "4.0", "", "4.0", "16", "25.0"]
    assert lines(tmp_path / "new" / "canvas.csv")[0][-2:] == ["Exercise 02", "Exercise 03"]
    told = capsys.readouterr().out.splitlines()
    assert [line.split() for line in told] == [
        ["student", "02", "03", "total", "%"],
        ["ann", "6/8", "4/8", "10", "62"],
        ["ben", "4/8", "-", "4", "25"],
    ]
    assert main(["gradebook", str(tmp_path / "none.json")]) == 2
    assert main(["gradebook", *files, "--canvas", str(tmp_path / "c.csv"), "--column", "one"]) == 2


def test_points_have_no_digits_that_fractions_leave(tmp_path):
    late = Rules(deadline=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC), penalty=10).apply(
        report("02", row("ann", 24, 24, handed_in="2027-01-01T08:00+00:00"))
    )
    write_csv(late, tmp_path / "points.csv")
    assert lines(tmp_path / "points.csv")[1][2:7] == ["24", "24", "1", "2.4", "21.6"]
    book = gradebook([report(name, row("ann", 0.1)) for name in ("02", "03", "04")])
    write_gradebook(book, tmp_path / "book.csv")
    assert lines(tmp_path / "book.csv")[1] == ["ann", "0.1", "0.1", "0.1", "0.3", "24", "1.25"]
