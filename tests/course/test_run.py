"""Each way an answer can go wrong has its own state, and none of them stops the others.

Every answer is the toy's one question, run by the real worker in real kernels, all in two workers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from edutorch.course.diagnose import diagnose
from edutorch.course.run import QuestionRun, run_answers
from edutorch.course.sandbox import Limits

from .conftest import many

# "$" stands for the line "# question: double"
ANSWERS = {
    "passed": "$def double(x):\n    return 2 * x",
    "imports torch": "$import torch\nimport torch.nn.functional as F\ndef double(x):\n    return 2 * x",
    "values": "$def double(x):\n    return 3 * x",
    "exception": "$def double(x):\n    return [][1]",
    "type": "$def double(x):\n    return list(2 * np.atleast_1d(x))",
    "shape": "$def double(x):\n    return np.atleast_1d(2 * x)[None]",
    "dtype": "$def double(x):\n    return (2 * np.float32(x)) if np.ndim(x) else 2 * x",
    "nan": "$def double(x):\n    return 2 * x + 0 * np.log(-1.0 - np.abs(x))",
    "near": "$def double(x):\n    return 2.0001 * x",
    "mutated": "$def double(x):\n    x *= 2\n    return x",
    "outside": "$def double(x):\n    return helper(x)",
    "slow": "$while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass",
    "memory": "$blocks = []\nwhile True:\n    blocks.append(np.ones(10**7))\n    blocks[-1][::512] = 2",
    "output": "$for _ in range(4000):\n    print('x' * 1000)",
    "died": "$import os\nos._exit(3)",
    "segfault": "$import ctypes\nctypes.string_at(0)",
    "in the check": "$import os\ndef double(x):\n    os._exit(0)",
    "syntax": "$def double(x:\n    return 2 * x",
    "exits": "$raise SystemExit",
    "skip marker": "# NBVAL_SKIP\n# NBVAL_IGNORE_OUTPUT\n$def double(x):\n    return 3 * x",
    "mistake": "$def double(x):\n    return x ** 2",
    "public only": "$def double(x):\n    return 2 * x if np.max(x) < 7 else x",
    "not a function": "$double = None",
    "nothing": "$def double(x):\n    2 * x",
}
LIMITS = Limits(memory=250 * 1024**2, output=300_000)


@pytest.fixture(scope="module")
def verdicts(toy_assignment):
    assignment, answers = many(toy_assignment, ANSWERS)
    assignment.questions["memory"].timeout = 30  # a busy machine fills memory slowly
    names = list(answers)
    halves = [names[::2], names[1::2]]

    def run(chosen):
        return run_answers(assignment, {name: answers[name] for name in chosen}, limits=LIMITS)

    with ThreadPoolExecutor(2) as pool:
        runs = {name: run for half in pool.map(run, halves) for name, run in half.items()}
    return {name: diagnose(assignment.questions[name], runs[name], {"helper"}) for name in names}


@pytest.mark.parametrize(
    ("answer", "state", "points"),
    [
        *((name, name, 0) for name in list(ANSWERS)[2:15]),
        ("passed", "passed", 4),
        ("imports torch", "passed", 4),
        ("segfault", "died", 0),
        ("in the check", "died", 0),
        ("syntax", "exception", 0),
        ("exits", "exception", 0),
        ("skip marker", "values", 0),
        ("mistake", "values", 0),
        ("public only", "values", 1),
        ("not a function", "exception", 0),
    ],
)
def test_state_and_points(verdicts, answer, state, points):
    assert (verdicts[answer].state, verdicts[answer].points) == (state, points), verdicts[answer]


def test_the_smallest_failing_case_is_shown(verdicts):
    case = verdicts["values"].case
    assert "double(array([1., 2.]))" == case.call
    assert case.expected.startswith("[2., 4.]") and case.got.startswith("[3., 6.]")
    assert case.where == "at [0]: expected 2, got 3"


def test_an_exception_shows_the_learners_frames_alone(verdicts):
    case = verdicts["exception"].case
    assert case.got == "IndexError: list index out of range"
    assert case.frames == ("line 3, in double: return [][1]",)


def test_a_name_of_another_cell_is_named(verdicts):
    assert "'helper'" in verdicts["outside"].message


def test_a_planted_mistake_has_its_message_and_question(verdicts):
    verdict = verdicts["mistake"]
    assert (verdict.mistake, verdict.message) == ("double-squares", "That is the square.")
    assert verdict.ask == "What is the double of 3?"


def test_of_a_hidden_check_no_values_are_told(verdicts):
    verdict = verdicts["public only"]
    assert verdict.case is None and "hidden" in verdict.note
    assert "11" not in str(verdict)


@pytest.mark.parametrize("form", ["predict", "shape", "order"])
def test_a_word_without_quotes_is_a_slip_of_form(toy_assignment, form):
    (question,) = toy_assignment.questions.values()
    error = {"output_type": "error", "ename": "NameError", "evalue": "name 'view' is not defined", "traceback": []}
    answer = {"id": "answer", "role": "solution", "status": "error", "seconds": 0.0, "outputs": [error]}
    verdict = diagnose(replace(question, form=form), QuestionRun("double", [answer]))
    assert not verdict.counts and verdict.case is None
    assert "view" in verdict.message and 'stands in quotes, "view"' in verdict.message
    assert diagnose(question, QuestionRun("double", [answer])).state == "exception"


def test_nothing_and_the_wrong_type_of_value_are_asked_about_apart(verdicts):
    assert "Does every path" in verdicts["nothing"].ask
    assert "What turns the one into the other" in verdicts["type"].ask


def test_an_interrupted_loop_shows_where_it_was(verdicts):
    assert any("while True: pass" in frame for frame in verdicts["slow"].case.frames)


def test_too_long_a_wait_is_told_with_its_seconds(verdicts):
    assert "after 3." in verdicts["slow"].case.got
