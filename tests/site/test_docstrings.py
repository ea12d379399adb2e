"""Docstrings are plain text; what reStructuredText would take for markup is escaped, and examples stay as they stand."""

from .docstrings import as_restructured_text


def test_signs_mean_themselves() -> None:
    assert as_restructured_text(["(N, *), |x| and `a * b` of normal_ and my_name."]) == [
        r"(N, \*), \|x\| and `a * b` of normal\_ and my_name."
    ]


def test_what_is_indented_is_shown_as_it_stands() -> None:
    lines = ["Use it so:", "    y = x_ * 2", "", "    z = y", "and so on"]
    assert as_restructured_text(lines) == ["Use it so:", "", "::", "", *lines[1:4], "", "and so on"]
