"""Fresh variants: other numbers on request, the right answer by running them, no points."""

import json

import pytest

import edutorch as torch
from edutorch.course import exercise
from edutorch.course.assignment import Assignment, Mistake, Question, load_assignment
from edutorch.course.practice import Practice, faults

from .make_submissions import EXERCISE, SOLUTION

SOLUTIONS = sorted(SOLUTION.parent.glob("*.ipynb"))
DRAWN = [
    (path, question.id)
    for path in SOLUTIONS
    for question in load_assignment(path).questions.values()
    if question.variant
]
SHAPE = """
from edutorch.course import Problem

def variant(random):
    n, m = random.sample(range(2, 30), 2)
    return Problem(
        begin=f"x = torch.zeros({n}, {m})",
        parts={"a": "x.sum(0)", "b": "x @ x"},
        mistakes={"s-rows": {"a": "x.sum(1)"}, "s-fits": {"b": "x"}},
    )
"""
ORDER = """
from edutorch.course import Problem

def variant(random):
    return Problem(
        begin=f"x = {random.randrange(1, 100)}",
        lines={"A": "y = x + 1", "B": "z = 2 * y", "C": "z = 2 * x"},
        right="AB",
        parts={"z": "z"},
        mistakes={"s-x": "AC", "s-undefined": "B"},
    )
"""


def one(variant, form="shape", *mistakes):
    """An exercise of one question with these planted mistakes."""
    planted = [Mistake(name, f"This is {name}.", "Why?") for name in mistakes]
    question = Question("s", form, "1. Some", "", "", mistakes=planted, variant=variant)
    return Assignment("toy", "Toy", ["import edutorch as torch"], {"s": question}, released=True), question


@pytest.fixture
def shape():
    return Practice(*one(SHAPE.replace("random.sample(range(2, 30), 2)", "9, 19"), "shape", "s-rows", "s-fits"), 3)


@pytest.fixture
def ordered():
    return Practice(*one(ORDER, "order", "s-x", "s-undefined"), 3)


def test_a_dozen_questions_of_three_forms_can_draw_others():
    forms = [load_assignment(path).questions[name].form for path, name in DRAWN]
    assert len(DRAWN) >= 12 and set(forms) == {"predict", "shape", "order"}
    assert {path.stem[:2] for path, _ in DRAWN} == {path.stem[:2] for path in SOLUTIONS}


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_what_is_drawn_takes_its_answer_and_tells_its_mistakes(path):
    assert faults(load_assignment(path), range(100, 106)) == []


@pytest.mark.parametrize(("path", "name"), DRAWN, ids=lambda value: getattr(value, "stem", value))
def test_other_seeds_give_other_problems_and_other_answers(path, name):
    assignment = load_assignment(path)
    drawn = [Practice(assignment, assignment.questions[name], seed) for seed in range(12)]
    again = Practice(assignment, assignment.questions[name], 0)
    assert (again.shown(), again.answer) == (drawn[0].shown(), drawn[0].answer)
    assert len({each.shown() for each in drawn}) > 6
    assert len({json.dumps(each.answer) for each in drawn}) > 2
    assert not any(json.dumps(each.answer) in each.shown() for each in drawn)


def test_the_released_exercise_draws_the_same():
    released, solution = load_assignment(EXERCISE), load_assignment(SOLUTION)
    for name in ("one_step", "grad_holds", "shapes", "step"):
        mine, theirs = (Practice(each, each.questions[name], 5) for each in (released, solution))
        assert mine.shown() == theirs.shown() and mine.verdict(theirs.answer).passed


def test_parts_that_are_right_are_counted_and_a_mistake_is_known(shape):
    assert shape.shown().startswith(
        "```python\nx = torch.zeros(9, 19)\n```\n\n|  |  |\n| --- | --- |\n| a | `x.sum(0)` |"
    )
    assert shape.stub() == '{"a": None, "b": None}' and shape.answer == {"a": (19,), "b": "error"}
    verdict = shape.verdict({"a": (9,), "b": "error"})
    assert (verdict.state, verdict.message, verdict.case.where) == ("values", "This is s-rows.", "1 of 2 right")
    both = shape.verdict({"a": (9,), "b": (9, 19)})
    assert both.message == "This is s-rows. And: This is s-fits." and both.case.where == "0 of 2 right"
    assert shape.verdict({"a": "(19,)", "b": RuntimeError}).passed
    assert shape.verdict({"a": (4,), "b": "error"}).message == ""


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((19,), "write it as answer = "),
        ({"a": (19,)}, "with b"),
        ({"a": 19, "b": "error"}, "a is 19, and a shape such as"),
        ({"a": (19,), "b": None}, "no answer yet for b"),
    ],
)
def test_another_form_is_no_wrong_answer(shape, answer, told):
    verdict = shape.verdict(answer)
    assert verdict.state == "form" and not verdict.counts and told in verdict.message


def test_lines_get_other_letters_and_run(ordered):
    assert "    A   " in ordered.shown() and ordered.stub() == '""'
    letters = [Practice(*one(ORDER, "order"), seed).answer for seed in range(12)]
    assert len(set(letters)) > 3
    assert ordered.verdict(ordered.answer).passed and ordered.verdict(ordered.answer.lower()).passed
    wrong = ordered.verdict(ordered.wrong("s-x"))
    assert wrong.message == "This is s-x." and "z" in wrong.case.call
    assert ordered.verdict(ordered.wrong("s-undefined")).message == "This is s-undefined."
    assert ordered.verdict("Q").state == "form"


def test_what_runs_leaves_the_random_numbers_as_they_were(shape):
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    Practice(*one(SHAPE.replace("x = torch", "torch.manual_seed(7); x = torch")), 3)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    ("variant", "told"),
    [
        (SHAPE.replace('"s-fits"', '"s-other"'), "names s-other, which is no mistake of the question"),
        (SHAPE.replace('{"b": "x"}', '{"b": "x @ x"}'), "s-fits is never told"),
        (SHAPE.replace("random.sample(range(2, 30), 2)", "2, 3"), "only 1 different problems of 10"),
        (SHAPE.replace("x.sum(0)", "len(x) / 0.3"), "in another form: a is"),
    ],
)
def test_a_variant_with_a_fault_is_not_released(variant, told):
    assignment, _ = one(variant, "shape", "s-rows", "s-fits")
    assert any(told in fault for fault in faults(assignment))


def test_a_variant_whose_answer_is_not_the_same_twice_is_refused():
    counts = ORDER.replace("def variant", "seen = []\n\ndef variant").replace(
        "y = x + 1", "y = seen.append(1) or len(seen)"
    )
    assignment, _ = one(counts, "order", "s-x", "s-undefined")
    assert any("refuses its own answer" in fault for fault in faults(assignment))


def test_a_slip_in_a_variant_is_not_taken_for_the_answer_error():
    slip = one(SHAPE.replace("x @ x", "y @ x"))
    with pytest.raises(NameError):
        Practice(*slip, 3)
    (fault,) = faults(slip[0])
    assert "the variant raises NameError: name 'y'" in fault


@pytest.fixture
def q(tmp_path, monkeypatch):
    """A question of exercise 3 in a learner's copy, outside a notebook."""
    (tmp_path / ".edutorch").mkdir()
    (tmp_path / ".edutorch" / "laid.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    return exercise("03_autograd", "shapes")


def test_a_learner_asks_for_a_problem_answers_it_and_nothing_is_kept(q, tmp_path):
    assert repr(q).endswith(".practice()")
    asked = q.practice(7)
    assert asked.title == "6. Shapes on the way back (practice 7)" and asked.parts[0].startswith(
        "```python\nx = torch.ones("
    )
    assert asked.listing.startswith('q.practice(7, {"h": None, "y": None')
    right = Practice(q.assignment, q.question, 7).answer
    assert "`q.practice()` draws another" in repr(q.practice(7, right))
    wrong = q.practice(7, {**right, "x.grad": right["h"]})
    assert wrong.title.endswith("Not yet: wrong values.") and "Your x.grad has the shape of h, not of x." in repr(wrong)
    assert "4 of 5 right" in repr(wrong)
    assert q.practice(7, [1]).title.endswith("Not yet an answer: not in the form that is asked for.")
    assert not (tmp_path / ".edutorch" / "progress.json").exists()


def test_without_a_number_any_problem_comes(q):
    assert len({q.practice().title for _ in range(8)}) > 1


def test_a_question_without_variants_says_which_have_some(q):
    told = repr(exercise("03_autograd", "exp").practice())
    assert "'exp' has one problem alone; others are drawn for one_step, grad_holds, shapes, step" in told


def test_in_a_notebook_the_answer_is_written_in_a_cell_below(q, monkeypatch):
    class Shell:
        put: list = []

        def set_next_input(self, source):
            self.put.append(source)

    monkeypatch.setattr("edutorch.course.learner._shell", Shell)
    asked = q.practice(7)
    assert Shell.put[0].startswith("q.practice(7, {") and asked.listing == ""
