"""Marks: hashes of what an answer gave, case by case and part by part."""

from edutorch.course.cases import CASE, encode
from edutorch.course.compare import NOTHING
from edutorch.course.marks import compare, made, marks_of, sealed, unlike


def case(value):
    return {"output_type": "display_data", "data": {CASE: {"call": "f()", "size": 1, "value": encode(value)}}}


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def raised(name):
    return {"output_type": "error", "ename": name, "evalue": "", "traceback": []}


def test_a_mark_forgives_rounding_and_nothing_else():
    def marks(number):
        return marks_of([case(number), printed(f"{number}")])

    assert marks(1 / 3) == marks(0.33333334)
    assert marks(1 / 3) != marks(0.335)
    assert set(marks(1.0)) == {"0", "printed"}
    assert marks_of([raised("TypeError")]) != marks_of([raised("NameError")])


def test_a_dict_has_a_mark_for_each_part():
    reference, given = ([case({"a": "4", "b": "8", "c": "error"})], [case({"a": "4", "b": "4", "c": "8"})])
    assert set(marks_of(reference)) == {"0/a", "0/b", "0/c"}
    assert set(unlike(marks_of(given), marks_of(reference))) == {"0/b", "0/c"}


def test_of_sealed_parts_those_that_are_right_are_counted():
    reference = [case({"a": "4", "b": "8", "c": "error"})]
    seal = sealed(reference)
    assert "error" not in str(seal[0]["marks"]) and set(seal[0]["marks"]) == {"0/a", "0/b", "0/c"}
    assert compare(seal, reference) == []
    (found,) = compare(seal, [case({"a": "4", "b": "4", "c": "8"})])
    assert (found.state, found.where, found.expected) == ("values", "1 of 3 right", "something else")
    assert compare(seal, []) and compare(seal, [case({"a": "4", "b": "8", "c": "error", "d": "9"})])


def test_a_check_that_raised_has_shown_no_wrong_values():
    seal = sealed([case({"a": "4", "b": "8"})])
    (found,) = compare(seal, [raised("FormError")])
    assert found.got == NOTHING, "so that the exception is told, and not that nothing is right"


REFERENCE = marks_of([case({"a": "4", "b": "8", "c": "error"})])
B_WRONG = unlike(marks_of([case({"a": "4", "b": "4", "c": "error"})]), REFERENCE)
C_WRONG = unlike(marks_of([case({"a": "4", "b": "8", "c": "8"})]), REFERENCE)


def test_two_mistakes_at_once_are_both_known():
    both = marks_of([case({"a": "4", "b": "4", "c": "8"})])
    assert made(B_WRONG, both, REFERENCE) and made(C_WRONG, both, REFERENCE)
    assert not made(C_WRONG, marks_of([case({"a": "4", "b": "4", "c": "error"})]), REFERENCE)
    assert (
        not made(B_WRONG, REFERENCE, REFERENCE) and not made(B_WRONG, {}, REFERENCE) and not made({}, both, REFERENCE)
    )


def test_anyhow_any_wrong_value_in_the_place_will_do():
    reference, three = marks_of([case(7.0), case(1)]), marks_of([case(7.0), case(3)])
    too_many = unlike(marks_of([case(7.0), case(5)]), reference, anyhow=True)
    assert made(too_many, three, reference)
    assert not made(too_many, reference, reference)
    assert not made(too_many, marks_of([case(8.0), case(1)]), reference)
    assert not made(too_many, marks_of([case(7.0)]), reference)  # it did not come so far
