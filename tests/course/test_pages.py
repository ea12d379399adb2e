"""The pages of a grading: what a learner reads, what an instructor reads."""

import json

import pytest

from edutorch.course.diagnose import Verdict
from edutorch.course.pages import write_html, write_summary
from edutorch.course.report import write_answers, write_gradescope
from edutorch.course.results import Report, Row

CHECKS = [{"id": "a-1", "hidden": False, "points": 1, "of": 1, "passed": True}]
CHECKS += [{"id": "a-2", "hidden": True, "points": 0, "of": 3, "passed": False}]


@pytest.fixture
def report():
    right = Verdict("a", "A", "passed", 4, 4, answer="x = 1", sandbox="sandboxed")
    wrong = Verdict("b", "B <i>", "values", 1, 4, message="use `x < 1`", mistake="b-sign", checks=CHECKS)
    rows = [Row(f"{name}.ipynb", 5, 8, [right, wrong], "b: sign", name) for name in ("ann", "<b>ben")]
    return Report("x", "X", [*rows, Row("", 0, 8, [], "handed in nothing", "cho")])


def test_a_learner_sees_verdicts_answer_and_points(report, tmp_path):
    write_html(report, tmp_path)
    page = (tmp_path / "ann.html").read_text()
    assert page.count('<section class="passed">') == page.count('<section class="failed">') == 1
    assert "<pre>x = 1</pre>" in page and "use <code>x &lt; 1</code>" in page and "B &lt;i&gt; (1 of 4)" in page
    assert "checks in sight</td><td>1 of 1 passed</td><td>1 of 1 points" in page
    assert "checks hidden</td><td>0 of 1 passed</td><td>0 of 3 points" in page
    assert 'name="viewport"' in page and "<small>sandboxed</small>" in page
    assert "handed in nothing" in (tmp_path / "cho.html").read_text()


def test_answers_are_files(report, tmp_path):
    write_answers(report, tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py")} == {"ann/a.py", "<b>ben/a.py"}
    assert (tmp_path / "ann" / "a.py").read_text() == "x = 1"


def test_gradescope_has_hidden_checks_apart(report, tmp_path):
    write_gradescope(report, tmp_path)
    result = json.loads((tmp_path / "ann.json").read_text())
    told = [
        (test["name"], test["score"], test["max_score"], test["status"], test["visibility"]) for test in result["tests"]
    ]
    assert told == [
        ("A", 4, 4, "passed", "visible"),
        ("B <i>", 1, 1, "passed", "visible"),
        ("B <i>, other inputs", 0, 3, "failed", "after_published"),
    ]
    assert "use `x < 1`" in result["tests"][1]["output"] and result["tests"][2]["output"] == ""


def test_an_instructor_sees_the_distribution_the_questions_and_the_mistakes(report, tmp_path):
    write_summary(report, tmp_path / "summary.html")
    page = (tmp_path / "summary.html").read_text()
    assert "<td>60 to 70 %</td><td>2</td>" in page and "<td>0 to 10 %</td><td>1</td>" in page
    assert page.index("<td>b</td><td>25 % of the points") < page.index("<td>a</td><td>100 % of the points")
    assert "<td>b-sign</td><td>2</td>" in page and "&lt;b&gt;ben" in page and "<b>ben" not in page
