"""A run's marks, beside the reference's."""

from edutorch.course.assignment import Check, Question
from edutorch.course.cases import CASE, encode
from edutorch.course.mistakes import marks_of_reference, marks_of_run
from edutorch.course.run import QuestionRun


def shown(*values):
    return [
        {"output_type": "display_data", "data": {CASE: {"call": "f()", "value": encode(value)}}} for value in values
    ]


def both(expected, given):
    question = Question("q", "write", "", "", "", checks=[Check("q-1", "show('f()', f())", expected)])
    run = QuestionRun("q", [{"id": "q-1", "role": "check", "status": "ok", "seconds": 0.0, "outputs": given}])
    return marks_of_run(question, run), marks_of_reference(question)


def test_what_differs_by_rounding_alone_has_the_mark_of_the_reference():
    # three digits of one are 0.124, of the other 0.123
    run, reference = both(shown(0.12350001, 2.0), shown(0.12349999, 3.0))
    assert run["q-1:0"] == reference["q-1:0"]
    assert run["q-1:1"] != reference["q-1:1"]


def test_so_has_each_part_of_a_dict():
    run, reference = both(shown({"a": 0.12350001, "b": 2.0}), shown({"a": 0.12349999, "b": 3.0}))
    assert run["q-1:0/a"] == reference["q-1:0/a"]
    assert run["q-1:0/b"] != reference["q-1:0/b"]
