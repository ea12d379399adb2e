"""Answers checked without processes, as in a browser: the verdicts are those of a worker.

Under Pyodide (`make test-pyodide`) every planted mistake of every exercise runs here; elsewhere some of each question,
where test_release.py has not run them so."""

import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

import edutorch
from edutorch.course import in_process, run
from edutorch.course.assignment import Assignment, load_assignment
from edutorch.course.diagnose import Verdict, diagnose
from edutorch.course.in_process import InProcessKernel

from .test_release import IN_KERNELS

pytestmark = pytest.mark.usefixtures("without_processes")
SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"
# "Right, but by backward" and "exactly equal" are told by last digits, which differ where NumPy has no BLAS.
HANG_ON_ROUNDING = ("gradient-by-backward", "witness-exact") if sys.platform == "emscripten" else ()
QUESTIONS = [
    (path.stem, question) for path in sorted(SOLUTIONS.glob("*.ipynb")) for question in load_assignment(path).questions
]
LOOP = "while True:\n    try:\n        pass\n    except Exception:\n        pass"


@pytest.fixture(scope="module")
def solutions() -> dict[str, Assignment]:
    return {path.stem: load_assignment(path) for path in SOLUTIONS.glob("*.ipynb")}


def how_many(exercise: str) -> int:
    """How many mistakes of a question are run here."""
    return 100 if sys.platform == "emscripten" else 2 if exercise in IN_KERNELS else 0


def verdict_of(assignment: Assignment, name: str, answer: str) -> Verdict:
    (done,) = run.run_answers(assignment, {name: answer}).values()
    return diagnose(assignment.questions[name], done, answer=answer)


@pytest.mark.parametrize(("exercise", "name"), QUESTIONS)
def test_the_answer_passes_and_mistakes_are_named(
    exercise: str, name: str, solutions: dict[str, Assignment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_process, "PATIENCE", 100)  # no mistake is endless, and the machine may be busy
    assignment = solutions[exercise]
    question = assignment.questions[name]
    assert verdict_of(assignment, name, question.answer).state == "passed"
    assert verdict_of(assignment, name, question.stub).points == 0
    for mistake in [each for each in question.mistakes[: how_many(exercise)] if each.id not in HANG_ON_ROUNDING]:
        found = verdict_of(assignment, name, mistake.source)
        assert found.points < found.of, mistake.id
        assert mistake.id in found.mistake.split() or found.state in ("form", "refused"), mistake.id


def test_it_says_where_it_ran(solutions: dict[str, Assignment]) -> None:
    assignment = solutions["03_autograd"]
    assert verdict_of(assignment, "exp", assignment.questions["exp"].answer).sandbox.startswith("in the browser")


@pytest.mark.parametrize("answer", [LOOP, f"def f():\n    {LOOP.replace(chr(10), chr(10) + '    ')}\nf()"])
def test_an_endless_loop_is_stopped(answer: str) -> None:
    done = InProcessKernel().run(answer, 0.5)
    assert (done.status, done.error and done.error["ename"]) == ("timeout", "TooLong")


def test_an_endless_answer_has_a_verdict(solutions: dict[str, Assignment]) -> None:
    # before, TooLong came out of the check, as what puts the library back ran with the answer's clock
    question = solutions["03_autograd"].questions["exp"]
    assignment = replace(solutions["03_autograd"], questions={"exp": replace(question, timeout=0.5)})
    assert verdict_of(assignment, "exp", f"# question: exp\n{LOOP}").state == "slow"
    assert sys.gettrace() is None


def test_a_trace_of_memory_that_an_answer_leaves_on_ends(solutions: dict[str, Assignment]) -> None:
    verdict_of(solutions["03_autograd"], "exp", "# question: exp\nimport tracemalloc\ntracemalloc.start()")
    assert not tracemalloc.is_tracing()


def test_an_exception_names_the_line_of_the_answer() -> None:
    done = InProcessKernel().run("x = 1\ny = x / 0", 5)
    assert done.error is not None
    assert done.error["traceback"] == ["Cell In, line 2\n----> 2 y = x / 0"]


def test_a_last_expression_is_shown_and_printing_kept() -> None:
    printed, shown = InProcessKernel().run("print('one')\n1 + 1", 5).outputs
    assert printed["text"] == "one\n"
    assert shown["data"]["text/plain"] == "2"


def test_the_notebook_keeps_its_names_its_random_numbers_and_the_library(solutions: dict[str, Assignment]) -> None:
    assignment = solutions["03_autograd"]
    main, linear, trace = sys.modules["__main__"], edutorch.nn.Linear.forward.__code__, sys.gettrace()
    finders, version = list(sys.meta_path), edutorch.__version__
    edutorch.manual_seed(3)
    expected = edutorch.rand(2).tolist()
    edutorch.manual_seed(3)
    answer = "import edutorch\nedutorch.manual_seed(9)\nedutorch.nn.Linear.forward = None\n"
    verdict_of(assignment, "exp", answer + assignment.questions["exp"].answer)
    assert edutorch.rand(2).tolist() == expected
    assert sys.modules["__main__"] is main
    assert edutorch.nn.Linear.forward.__code__ is linear
    assert sys.gettrace() is trace
    assert (sys.meta_path, edutorch.__version__) == (finders, version)
    assert not hasattr(edutorch.cuda, "__path__")
