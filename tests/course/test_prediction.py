"""Commit before reveal: asking again, and a guess beside the result."""

import pytest

from edutorch.course import ask, reveal


def test_no_guess_asks_again(capsys):
    ask(None, "60 (percent)")
    said = capsys.readouterr().out
    assert said.startswith("Your guess?")
    assert "None" in said and "60 (percent)" in said


def test_a_guess_is_noted(capsys):
    ask("it explodes", "'it explodes'")
    assert capsys.readouterr().out == "Noted: it explodes\n"


def test_zero_is_a_guess(capsys):
    ask(0, "3")
    assert capsys.readouterr().out == "Noted: 0\n"


@pytest.mark.parametrize(
    ("guess", "result", "unit", "lines"),
    [
        (None, 97.95, "%", ["your guess: none yet", "the result: 97.95 %"]),
        (60, 97.95, "%", ["your guess: 60 %", "the result: 97.95 %", "off by:     37.95 %"]),
        (
            150_000,
            160_000,
            "dollars",
            ["your guess: 150,000 dollars", "the result: 160,000 dollars", "off by:     10,000 dollars"],
        ),
        ("zigzag", "explodes", "", ["your guess: zigzag", "the result: explodes"]),
        (0, 2.0, "", ["your guess: 0", "the result: 2", "off by:     2"]),
        (True, 1, "", ["your guess: True", "the result: 1"]),
    ],
)
def test_guess_beside_result(capsys, guess, result, unit, lines):
    reveal(guess, result, unit)
    assert capsys.readouterr().out.splitlines() == lines
