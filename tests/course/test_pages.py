"""The pages of a grading: what a learner reads, what an instructor reads, what goes back to the platform."""

import zipfile
from dataclasses import replace

import pytest

from edutorch.cli import main
from edutorch.course.compare import Difference
from edutorch.course.diagnose import Verdict
from edutorch.course.page import markdown, text
from edutorch.course.pages import write_feedback, write_html
from edutorch.course.report import write_answers
from edutorch.course.results import Asked, Report, Row, write_json

CHECKS = [{"id": "b-1", "hidden": False, "points": 1, "of": 1, "passed": True}]
CHECKS += [{"id": f"b-{n}", "hidden": True, "points": n - 2, "of": 1, "passed": n == 3} for n in (2, 3)]
MOODLE = {"platform": "moodle", "platform_prefix": "Ann Lee_12_assignfeedback_file_"}


@pytest.fixture
def report():
    right = Verdict("a", "A", "passed", 4, 4, answer="x = 1", sandbox="sandboxed")
    case = Difference("values", "b(1)", "2", "<3>")
    wrong = Verdict("b", "B <i>", "values", 2, 4, case, "use `x < 1`", "why?", "b-sign", checks=CHECKS, hints=1)
    untouched = Verdict("c", "C", "untouched", 0, 1)
    ann = Row("Ann Lee_12_assignsubmission_file_/x.ipynb", 6, 9, [right, wrong, untouched], "b: sign", "ann", **MOODLE)
    ben = Row("index.ipynb", 6, 9, [right, wrong, untouched], "b: sign", "<b>ben")
    questions = [
        Asked("a", "A", "write", 4, "## 1. A\n\nWhat is `1`?"),
        Asked(
            "b", "B <i>", "write", 4, "## B\n\nWrite *b*.", ["Try `0`.", "Try 1."], {"b-sign": "A sign.", "b-x": "X."}
        ),
        Asked("c", "C", "write", 1),
    ]
    return Report("x", "X", [ann, ben, Row("", 0, 9, [], "handed in nothing", "cho")], questions)


@pytest.fixture
def pages(report, tmp_path):
    write_html(report, tmp_path)
    return {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}


def section(page, question):
    return page[page.index(f'id="{question}"') :].partition("</section>")[0]


def test_a_learner_sees_the_question_beside_verdict_and_answer(pages):
    page = pages["Ann Lee_12_assignsubmission_file__x"]
    assert "6 of 9 points" in page and "<small>sandboxed</small>" in page
    wrong = section(page, "b")
    assert "<p>Write <em>b</em>.</p>" in wrong and "B &lt;i&gt;" in wrong and "<h3>" not in wrong
    assert "expected  2\nyours     &lt;3&gt;" in wrong and "use <code>x &lt; 1</code>" in wrong and "why?" in wrong
    assert "2 hints, 1 of them asked for" in wrong and "<li><p>Try <code>0</code>.</p>\n</li>" in wrong
    assert "<pre>x = 1</pre>" in section(page, "a") and "<summary>the question</summary>" in section(page, "a")
    assert "handed in nothing" in pages["cho"]


def test_passed_and_failed_differ_in_sign_and_words(pages):
    page = pages["Ann Lee_12_assignsubmission_file__x"]
    for question, kind, words in [
        ("a", "passed", "✓ passed: 4 of 4 points"),
        ("b", "failed", "✗ partly right: 2 of 4 points"),
        ("c", "open", "○ not attempted: 0 of 1 points"),
    ]:
        assert f'<section class="{kind}" id="{question}">' in page and words in section(page, question)


def test_a_learner_sees_which_checks_gave_points_and_of_hidden_ones_how_many(pages):
    wrong = section(pages["Ann Lee_12_assignsubmission_file__x"], "b")
    assert '<td>check 1</td><td>✓ passed</td><td class="number">1 of 1</td>' in wrong
    assert '<td>2 with other inputs</td><td>1 of 2 passed</td><td class="number">1 of 2</td>' in wrong


def test_markdown_is_rendered_and_obeys_no_tag():
    assert markdown("`a` **b** <script>") == "<p><code>a</code> <strong>b</strong> &lt;script&gt;</p>\n"
    assert markdown("[here](../x.ipynb) [there](https://x.org) [no](javascript:x)") == (
        '<p>here <a href="https://x.org">there</a> no</p>\n'
    )
    assert markdown(r"$\partial L < x^2$") == "<p><i>∂ L &lt; x²</i></p>\n"
    assert "<td>1</td>" in markdown("| a |\n| --- |\n| 1 |")
    assert text("`<` <") == "<code>&lt;</code> &lt;"


def test_what_a_browser_would_obey_or_hide_is_written_out(report, tmp_path):
    wrong = replace(report.rows[0].verdicts[1], printed="\x1b[31mred\x07", answer="x = '\u202e'\n\ty = 'é👩\u200d💻'\n")
    write_html(replace(report, rows=[replace(report.rows[0], verdicts=[wrong])]), tmp_path)
    [page] = [path.read_bytes().decode() for path in tmp_path.iterdir() if path.stem != "index"]
    assert r"\x1b[31mred\x07" in page and r"&#x27;\u202e&#x27;" in page and "\n\ty = &#x27;é👩\u200d💻" in page
    assert not {"\x1b", "\x07", "\u202e"} & set(page)


def test_an_instructor_sees_distribution_questions_mistakes_and_students(pages):
    page = pages["index"]
    assert "3 students, mean 4.0, median 6 of 9 points" in page
    assert "Students by percent of the points. 0 to 10 %: 1, 60 to 70 %: 2" in page and page.count("<rect") == 10
    order = [page.index(f"<td>{title}</td>") for title in ("C", "B &lt;i&gt;", "A")]
    assert order == sorted(order)
    assert '<td class="number">2</td><td><code>b-sign</code></td><td>B &lt;i&gt;</td><td class="long">A sign.' in page
    assert "1 that nobody made" in page and page.index("b-x") > page.index("1 that nobody made")
    assert '<a href="./index-2.html">&lt;b&gt;ben</a>' in page and '<a href="./cho.html">cho</a>' in page
    assert "index-2" in pages and "<b>ben" not in page


def test_a_zip_of_the_pages_goes_back_to_the_platform(report, pages, tmp_path):
    write_feedback(report, tmp_path / "feedback.zip")
    with zipfile.ZipFile(tmp_path / "feedback.zip") as file:
        found = {name: file.read(name).decode() for name in file.namelist()}
    assert sorted(found) == ["Ann Lee_12_assignfeedback_file_feedback.html", "cho.html", "index.html"]
    assert found["Ann Lee_12_assignfeedback_file_feedback.html"] == pages["Ann Lee_12_assignsubmission_file__x"]
    assert "3 students" not in found["index.html"]  # a learner's notebook of that name


def test_a_report_writes_the_pages_that_the_grading_wrote(report, pages, tmp_path):
    write_json(report, tmp_path / "kept.json")
    out = tmp_path / "again"
    assert main(["report", str(tmp_path / "kept.json"), "--html", str(out), "--feedback", str(out / "f.zip")]) == 0
    assert {path.stem: path.read_text(encoding="utf-8") for path in out.glob("*.html")} == pages
    assert zipfile.is_zipfile(out / "f.zip")


def test_answers_are_files(report, tmp_path):
    write_answers(report, tmp_path)
    places = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py")}
    assert places == {"Ann Lee_12_assignsubmission_file__x/a.py", "index/a.py"}
    assert (tmp_path / "index" / "a.py").read_text() == "x = 1"


def test_pages_fit_a_phone(report, chromium, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    long = (
        "What an instructor reads of it takes more than one line on a telephone, and none is to be pushed aside. " * 3
    )
    asked = [
        replace(each, title=f"{each.title} {long[:34]}", mistakes=dict.fromkeys(each.mistakes, long))
        for each in report.questions
    ]
    rows = [replace(row, reason=long, late_days=2) for row in report.rows]
    write_html(replace(report, questions=asked, rows=rows), tmp_path)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in ("index", "index-2"):
            page = browser.new_page(viewport={"width": 390, "height": 800})
            page.goto((tmp_path / f"{name}.html").as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") == 390
            tables = page.evaluate(
                "[...document.querySelectorAll('.scroll')].map(each => each.scrollWidth - each.clientWidth)"
            )
            assert tables and not any(tables), f"{name}: tables that are too wide, by pixels: {tables}"
        browser.close()
