"""A run's marks, beside the reference's."""

from edutorch.course.assignment import Check, Mistake, Question
from edutorch.course.cases import CASE, encode
from edutorch.course.marks import unlike
from edutorch.course.mistakes import known_mistakes, marks_of_reference, marks_of_run
from edutorch.course.run import QuestionRun


def outputs(values):
    return [{"output_type": "display_data", "data": {CASE: {"call": "f()", "value": value}}} for value in values]


def shown(*values):
    return outputs(map(encode, values))


def question_and_run(expected, given):
    question = Question("q", "write", "", "", "", checks=[Check("q-1", "show('f()', f())", expected)])
    run = QuestionRun("q", [{"id": "q-1", "role": "check", "status": "ok", "seconds": 0.0, "outputs": given}])
    return question, run


def both(expected, given):
    question, run = question_and_run(expected, given)
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


FAILED = {"type": "error", "error": "RuntimeError", "text": "shapes do not fit", "frames": []}
REFERENCE = [encode(1.0), encode(2.0), encode(3.0)]


def names_of_known_mistakes(given, planted):
    question, run = question_and_run(outputs(REFERENCE), outputs(given))
    reference = marks_of_reference(question)
    for name, values in planted.items():
        made = both(outputs(REFERENCE), outputs(values))[0]
        question.mistakes.append(Mistake(name, "", "", unlike(made, reference)))
    return [mistake.id for mistake in known_mistakes(question, run)]


def test_who_raises_everywhere_did_not_make_the_mistake_that_raises_in_one_place():
    one, two, three = REFERENCE
    planted = {"last": [one, two, FAILED], "middle": [one, FAILED, three]}
    assert names_of_known_mistakes([one, two, FAILED], planted) == ["last"]
    assert set(names_of_known_mistakes([one, FAILED, FAILED], planted)) == {"last", "middle"}
    assert names_of_known_mistakes([FAILED, FAILED, FAILED], planted) == []
    assert names_of_known_mistakes([encode(4.0), two, FAILED], planted) == ["last"]
