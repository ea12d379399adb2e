"""From what an answer gave to its verdict: which mistakes are told, and what a refused answer is worth."""

from dataclasses import replace

import pytest

from edutorch.course.assignment import Check, Mistake, Question
from edutorch.course.compare import Difference
from edutorch.course.diagnose import diagnose
from edutorch.course.marks import marks_of_checks, unlike
from edutorch.course.run import QuestionRun

from .test_marks import case


@pytest.fixture
def question():
    """One public check that shows a number and how many statements were changed, and a hidden one."""
    shown, changed = [case(7.0), case(1)], [case(7.0), case(3)]
    twice = [case(14.0), case(1)]
    reference = marks_of_checks({"q-1": shown})
    mistakes = [
        Mistake("q-more", "Right, but more was changed.", "?", unlike(given(changed), reference, anyhow=True), True),
        Mistake("q-twice", "That is twice the number.", "?", unlike(given(twice), reference)),
    ]
    checks = [Check("q-1", "", shown, 1.0), Check("q-2", "", [case(8.0)], 3.0, hidden=True)]
    return Question("q", "mend", "Mend it", "", "", checks, mistakes)


def given(outputs):
    return marks_of_checks({"q-1": outputs})


def run(outputs, differences=()):
    public = {"id": "q-1", "role": "check", "status": "ok", "seconds": 0.0}
    hidden = {**public, "id": "q-2", "outputs": [case(8.0)], "differences": []}
    return QuestionRun("q", [{**public, "outputs": outputs, "differences": list(differences)}, hidden])


def difference(state, got):
    return Difference(state, "f()", "7", got).as_dict()


WRONG = difference("values", "something else")


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        ([case(7.0), case(2)], "q-more"),
        ([case(14.0), case(1)], "q-twice"),
        ([case(14.0), case(5)], "q-twice"),  # that it is right but for the statements would not be true
        ([case(9.0), case(5)], ""),
    ],
)
def test_right_but_is_told_only_of_what_is_right(question, outputs, told):
    assert diagnose(question, run(outputs, [WRONG])).mistake == told


@pytest.mark.parametrize("place", ["", "part 1: "])
def test_a_list_of_another_length_is_not_asked_for_the_shape_of_tensors(question, place):
    where = f"{place}another number of parts, or other keys"
    shorter = Difference("shape", "f()", "[1, 2]", "[1]", where).as_dict()
    assert diagnose(question, run([case(9.0), case(1)], [shorter])).ask.startswith("How many parts are there to be")
    other = Difference("shape", "f()", "(2, 3)", "(3, 2)", "expected (2, 3), got (3, 2)").as_dict()
    assert "x.shape" in diagnose(question, run([case(9.0), case(1)], [other])).ask


@pytest.mark.parametrize("call", ["statements changed", "more than three statements changed"])
def test_too_many_changes_are_not_a_case_to_work_out_on_paper(question, call):
    changed = Difference("values", call, "False", "True").as_dict()
    assert "which of your changes" in diagnose(question, run([case(9.0), case(8)], [changed])).ask


def test_what_several_mistakes_have_in_common_is_said_once(question):
    reference, wrong = given([case(1), case(2)]), [case(3), case(4)]
    marks = unlike(given(wrong), reference)
    question.checks[0] = Check("q-1", "", [case(1), case(2)], 1.0)
    question.mistakes = [Mistake(f"q-{place}", "That is the target.", "?", {place: marks[place]}) for place in marks]
    verdict = diagnose(question, run(wrong, [WRONG]))
    assert (verdict.mistake, verdict.message) == ("q-q-1:0 q-q-1:1", "That is the target.")


@pytest.mark.parametrize("state", ["values", "shape"])
def test_an_order_has_no_shapes_to_print(question, state):
    order = replace(question, form="order", mistakes=[])
    verdict = diagnose(order, run([case(9.0), case(1)], [difference(state, "something else")]))
    assert verdict.ask.startswith("Go through your order line by line")


def test_an_answer_that_calls_what_it_replaces_gets_no_points(question):
    refused = difference("refused", "CallsItself: f calls what it replaces")
    verdict = diagnose(question, run([case(7.0), case(1)], [refused]))
    assert (verdict.state, verdict.message) == ("refused", "f calls what it replaces")
    assert verdict.points == 0 and [item["points"] for item in verdict.checks] == [0, 0]
    assert diagnose(question, run([case(7.0), case(1)])).points == 4
