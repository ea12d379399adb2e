"""Checks that draw their inputs: other values for each seed, and an answer that prints those of seed 0 is found out."""

import json
import stat
from pathlib import Path

import pytest

from edutorch.cli import main
from edutorch.course.assignment import load_assignment
from edutorch.course.diagnose import diagnose
from edutorch.course.drawn import faults_of_seeds, is_drawn, own_seed, secret_file, with_seed
from edutorch.course.notebook import NotebookError, write_notebook
from edutorch.course.release import release_exercise
from edutorch.course.run import run_answers

from .conftest import HIDDEN, toy_notebook, with_source

DRAWN = f"{HIDDEN}show(double, np.array([rng.uniform(-9, 9), rng.randrange(100)]))\n"
SOLUTIONS = sorted((Path(__file__).parents[2] / "solutions").glob("*.ipynb"))
# What no input changes: in which table an attribute is.
NOT_DRAWN = {"register"}


@pytest.fixture(scope="module")
def solution(tmp_path_factory):
    """The toy with a check that draws, released."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "solutions").mkdir()
    path = folder / "solutions" / "toy.ipynb"
    write_notebook(with_source(toy_notebook(), "double-2", DRAWN), path)
    release_exercise(path)
    return path


def constants(solution: Path) -> str:
    """An answer that has seen the stored outputs, and prints them one after the other."""
    (question,) = load_assignment(solution).questions.values()
    cases = [
        output["data"]["application/vnd.edutorch.case+json"]["value"]
        for check in question.checks
        for output in check.outputs
        if "data" in output
    ]
    values = [(case["values"], case["shape"]) for case in cases]
    return (
        f"# question: double\nstored = {values[:2] + [([1.0], [])] + values[2:]!r}\n"
        "def double(x):\n    values, shape = stored.pop(0)\n"
        "    return np.array(values).reshape(shape) if shape else values[0]\n"
    )


def points(assignment, answer: str) -> float:
    (question,) = assignment.questions.values()
    return diagnose(question, run_answers(assignment, {question.id: answer})[question.id]).points


def test_an_answer_that_prints_the_stored_constants_fails_with_another_seed(solution):
    stored, answer = load_assignment(solution), constants(solution)
    other = with_seed(stored, 12345)
    assert points(stored, answer) == 4
    assert points(other, answer) == 1
    assert points(other, stored.questions["double"].answer) == 4


def test_other_checks_keep_what_they_expect(solution):
    stored = load_assignment(solution)
    other = with_seed(stored, 7)
    public, hidden = other.questions["double"].checks
    assert public == stored.questions["double"].checks[0] and not is_drawn(public)
    assert is_drawn(hidden) and hidden.outputs[:1] == stored.questions["double"].checks[1].outputs[:1]
    assert hidden.outputs[1:] != stored.questions["double"].checks[1].outputs[1:]
    assert with_seed(stored, 0).questions == stored.questions


def test_release_refuses_a_check_that_draws_nothing(solution, tmp_path):
    assignment = load_assignment(solution)
    assert faults_of_seeds(assignment) == []
    hidden = assignment.questions["double"].checks[1]
    hidden.source = f"{HIDDEN}rng.random()\n"
    hidden.outputs = hidden.outputs[:1]
    assert "draws nothing" in faults_of_seeds(assignment)[0]


def test_a_reference_that_fails_with_a_seed_is_named(solution):
    assignment = load_assignment(solution)
    assignment.questions["double"].checks[1].source = "print(1 / (rng.random() > 2))"
    with pytest.raises(NotebookError, match="with the seed 3 the reference fails in the check double-2"):
        with_seed(assignment, 3)


def test_ones_own_seed_comes_from_a_secret_that_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    seed = own_seed("01_tensors")
    assert seed == own_seed("01_tensors") != own_seed("02_linear_regression")
    assert stat.S_IMODE(secret_file().stat().st_mode) & 0o077 == 0
    secret_file().unlink()
    assert own_seed("01_tensors") != seed


def test_a_report_names_the_seed(solution, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cheat.ipynb").write_bytes((solution.parents[1] / "exercises" / "toy.ipynb").read_bytes())
    report = tmp_path / "report.json"
    assert main(["grade", str(solution), str(tmp_path / "in"), "--seed", "9", "--json", str(report), "--unsafe"]) == 0
    assert json.loads(report.read_text(encoding="utf-8"))["seed"] == 9


@pytest.mark.parametrize("path", SOLUTIONS, ids=[path.stem for path in SOLUTIONS])
def test_each_question_to_write_has_a_hidden_check_that_draws(path):
    questions = load_assignment(path).questions.values()
    lacking = {
        question.id
        for question in questions
        if question.form == "write" and not any(check.hidden and is_drawn(check) for check in question.checks)
    }
    assert lacking <= NOT_DRAWN
