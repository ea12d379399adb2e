"""A folder of six submissions, as an instructor has it, graded by the command."""

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from edutorch.cli import main
from edutorch.course import assignment, compare, report, results
from edutorch.course.report import safe

from .make_submissions import SOLUTION, make_submissions


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grading")
    make_submissions(folder / "submissions")
    files = {name: folder / f"grades.{name}" for name in ("json", "csv", "html", "gradescope")}
    options = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    status = main(["grade", "--unsafe", str(SOLUTION), str(folder / "submissions"), *options])
    assert status == 0
    return files


@pytest.fixture(scope="module")
def rows(graded):
    return {row["submission"]: row for row in json.loads(graded["json"].read_text())["rows"]}


def test_every_submission_has_its_row(rows):
    percents = {name.removesuffix(".ipynb"): row["percent"] for name, row in rows.items()}
    assert percents == {
        "ann_reference": 100,
        "ben_stub": 0,
        "cho_mistakes": pytest.approx(percents["cho_mistakes"]),
        "dia_loop": pytest.approx(100 * 24 / 28, abs=0.01),
        "eli_crash": pytest.approx(100 * 24 / 28, abs=0.01),
        "fay_no_notebook": 0,
    }
    assert percents["cho_mistakes"] < 40


def test_the_stub_is_not_attempted(rows):
    assert {v["state"] for v in rows["ben_stub.ipynb"]["verdicts"]} == {"untouched"}


def test_each_mistake_has_its_message_and_loses_points(rows):
    for verdict in rows["cho_mistakes.ipynb"]["verdicts"]:
        assert verdict["mistake"].startswith(verdict["question"]), verdict
        assert verdict["message"] and verdict["ask"].endswith("?")
        assert verdict["points"] < verdict["of"]


@pytest.mark.parametrize(
    ("name", "reason"), [("dia_loop", "too slow"), ("eli_crash", "the process died"), ("fay_no_notebook", "not JSON")]
)
def test_a_bad_submission_has_its_reason(rows, name, reason):
    assert reason in rows[f"{name}.ipynb"]["reason"]


def test_hidden_cases_are_in_no_feedback(graded):
    pages = sorted(graded["html"].glob("*.html"))
    assert len(pages) == 7  # with the index
    text = "".join(page.read_text() for page in pages)
    assert "0.8414" not in text and "only_positive" not in text and "first_only" not in text
    assert "the input was saved and used as if it were the output" in text


SCHEMA = json.loads(Path(results.__file__).with_name("grades.schema.json").read_text(encoding="utf-8"))
DOCUMENTED = Path(results.__file__).parents[1] / "GRADING.md"


def test_the_json_is_as_its_schema_says(graded):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    grades = json.loads(graded["json"].read_text())
    jsonschema.validate(grades, SCHEMA)
    with pytest.raises(jsonschema.ValidationError, match="'another' was unexpected"):
        jsonschema.validate({**grades, "another": 1}, SCHEMA)
    text = {question["id"]: question["text"] for question in grades["questions"]}
    assert text["exp"].startswith("## ") and len(text) == 9


def test_the_schema_knows_every_state_and_form():
    told = SCHEMA["$defs"]["verdict"]["properties"]["state"]["enum"], SCHEMA["$defs"]["question"]["properties"]["form"]
    assert told[0] == list(compare.STATES) and told[1]["enum"] == list(assignment.FORMS)
    assert SCHEMA["properties"]["version"]["const"] == results.VERSION


def test_the_columns_are_documented(graded):
    with open(graded["csv"]) as file:
        columns = csv.DictReader(file).fieldnames
    text = DOCUMENTED.read_text(encoding="utf-8")
    table = text[text.index("## `--csv`") : text.index("## `--moodle`")]
    documented = [line.split("|")[1].strip(" `") for line in table.splitlines() if line.startswith("| `")]
    questions = list(assignment.load_assignment(SOLUTION).questions)
    place = columns.index(questions[0])
    assert columns[place : place + 9] == questions
    assert [*columns[:place], *columns[place + 9 :]] == documented
    assert f"version, {report.CSV_VERSION}" in table


def test_the_csv_has_a_line_each(graded):
    with open(graded["csv"]) as file:
        lines = list(csv.DictReader(file))
    assert [float(line["points"]) for line in lines][:2] == [28, 0]
    assert {line["sandbox"] for line in lines} != {""}
    assert lines[0]["exp"] == "4.0" and lines[0]["reason"] == ""


def test_gradescope_has_a_file_each(graded):
    result = json.loads((graded["gradescope"] / "ann_reference.json").read_text())
    assert result["score"] == 28 and {test["status"] for test in result["tests"]} == {"passed"}
    assert sum(test["max_score"] for test in result["tests"]) == 28


def test_a_kept_report_is_printed_again(graded, capsys):
    assert main(["report", str(graded["json"])]) == 0
    out = capsys.readouterr().out
    assert "ann_reference.ipynb" in out and "28/28" in out and "sandboxed" in out


def test_calls_that_cannot_be_carried_out(tmp_path, capsys):
    assert main(["grade", str(tmp_path / "none.ipynb"), str(tmp_path / "a.ipynb")]) == 2
    assert main(["grade", str(SOLUTION), str(tmp_path)]) == 2
    assert main(["report", str(tmp_path / "none.json")]) == 2
    (tmp_path / "bad.json").write_text("{}")
    assert main(["report", str(tmp_path / "bad.json")]) == 2
    error = capsys.readouterr().err
    assert "none.ipynb cannot be read" in error and "no submissions" in error
    assert "no report of `edutorch grade --json`" in error


def test_a_spreadsheet_is_given_no_formula():
    assert safe("=1+1") == "'=1+1" and safe("") == "" and safe("a=b") == "a=b"
