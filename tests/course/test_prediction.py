"""Commit before reveal: a guess is asked for and validated, then shown beside the result with a verdict."""

import pytest

from edutorch.course import ask, reveal
from edutorch.course.prediction import SKIP_ALL, nearness


@pytest.fixture(autouse=True)
def a_learners_environment(monkeypatch):
    monkeypatch.delenv(SKIP_ALL, raising=False)


def said(capsys) -> str:
    return capsys.readouterr().out.replace("\n", " ")


def test_no_guess_asks_and_says_the_form(capsys):
    asked = ask(None, unit="%", low=0, high=100)
    words = said(capsys)
    assert words.startswith("Your guess? Write a percentage from 0 to 100 in place of None")
    assert '"skip"' in words and not asked.revealed


@pytest.mark.parametrize(
    ("limits", "words"),
    [({"low": 1}, "a number of visits (at least 1)"), ({"high": 5}, "a number of visits (at most 5)")],
)
def test_one_limit_alone_is_said_in_a_whole_sentence(capsys, limits, words):
    ask(None, unit="visits", **limits)
    assert said(capsys).startswith(f"Your guess? Write {words} in place of None, or")
    ask("many", unit="visits", **limits)
    assert f"Write {words}, or" in said(capsys)


def test_no_guess_no_result(capsys):
    asked = ask(None)
    said(capsys)
    assert reveal(asked, 97.8, most_say="90", because="It is so.") is False
    assert said(capsys) == "The result is hidden until you have made a guess in the cell above. "


@pytest.mark.parametrize(
    ("guess", "problem"),
    [
        (300, "300 % is out of range"),
        (-5, "-5 % is out of range"),
        (float("nan"), "out of range"),
        ("", "'' is not a number"),
        ("60 %", "'60 %' is not a number: no quotes, no unit"),
        (True, "True is not a number"),
        ([60], "[60] is not a number"),
    ],
)
def test_what_is_no_percentage_is_refused_with_a_sentence(capsys, guess, problem):
    asked = ask(guess, unit="%", low=0, high=100)
    words = said(capsys)
    assert problem in words and "Write a percentage from 0 to 100" in words and "% %" not in words
    assert reveal(asked, 97.8) is False
    assert "97.8" not in said(capsys)


def test_choices_are_validated_and_may_be_written_large(capsys):
    choices = ["faster", "slower", "away"]
    assert not ask("sideways", choices=choices).revealed
    assert '\'sideways\' is not among the choices. Write "faster", "slower" or "away"' in said(capsys)
    assert ask(" Away", choices=choices).guess == "away"
    assert not ask(3, choices=choices).revealed


def test_a_guess_beside_the_result_with_its_verdict(capsys):
    asked = ask(60, unit="%", low=0, high=100)
    assert said(capsys) == "Your guess: 60 %. "
    assert reveal(asked, 97.8, most_say="about 90 %", because="Twelve thousand examples are many.") is True
    assert capsys.readouterr().out.splitlines() == [
        "the result: 97.8 %",
        "your guess: 60 %",
        "Too low by 37.8 percentage points.",
        "Most people say about 90 %.",
        "Twelve thousand examples are many.",
    ]


def test_zero_is_a_guess():
    assert ask(0).revealed


OVERLOOKS = {"faster": "It jumps across.", "slower": "It never settles."}


def test_a_wrong_choice_is_told_what_it_overlooks(capsys):
    reveal(ask("faster", choices=["faster", "slower", "away"]), "away", overlooks=OVERLOOKS)
    words = said(capsys)
    assert "Not so. It jumps across." in words and "It never settles" not in words


def test_a_right_choice_is_told_so(capsys):
    reveal(ask("away", choices=["faster", "slower", "away"]), "away", overlooks=OVERLOOKS)
    words = said(capsys)
    assert "Exactly right." in words and "jumps" not in words


@pytest.mark.parametrize("sentences", [{}, {"faster": "no"}, {**OVERLOOKS, "away": "no"}])
def test_each_wrong_choice_needs_its_sentence(sentences):
    with pytest.raises(ValueError, match="needs a sentence for each other one"):
        reveal(ask(None, choices=["faster", "slower", "away"]), "away", overlooks=sentences)


def test_skipping_shows_the_result_and_every_thought(capsys):
    reveal(ask("skip", choices=["faster", "slower", "away"]), "away", overlooks=OVERLOOKS)
    words = said(capsys)
    assert 'the result: "away"' in words and 'If you said "faster": It jumps across.' in words
    assert "your guess:" not in words


def test_for_readers_every_guess_is_skipped(capsys, monkeypatch):
    monkeypatch.setenv(SKIP_ALL, "1")
    asked = ask(None, unit="%")
    assert said(capsys).startswith("Your guess?")  # readers see what a learner will be asked
    assert reveal(asked, 97.8) is True
    assert said(capsys) == "the result: 97.8 % "


def test_a_bare_guess_is_refused():
    with pytest.raises(TypeError, match="what ask"):
        reveal(60, 97.8)


@pytest.mark.parametrize(
    ("guess", "result", "unit", "words"),
    [
        (95, 97.8, "%", "Close: off by 2.8 percentage points."),
        (0.5, 0.52, "%", "Close: off by less than 0.1 percentage points."),
        (50, 51.02, "%", "Close: off by 1 percentage point."),
        (170_000, 176_000, "dollars", "Close: within 10 %."),
        (300_000, 176_000, "dollars", "Too high by 70 %."),
        (8, 44, "steps", "Too low: the result is 5.5 times as much."),
        (440, 44, "steps", "Too high: the guess is 10 times as much."),
        (-3, 5, "dollars", "Too low by 8 dollars."),
        (0, 5, "", "Too low by 5."),
        (-0.4, -1, "", "Too high by 0.6."),  # before: "Too high: the result is 2.5 times as much."
        (2, 2e30, "", "Too low, by a factor of 1e+30."),
    ],
)
def test_nearness_in_words(guess, result, unit, words):
    assert nearness(guess, result, unit) == words


STEPS = {1: "The first loss comes before the first step.", 10: "The weights differ at once."}


@pytest.mark.parametrize(
    ("guess", "told"), [(2, "Exactly right."), ("2", "Exactly right."), (10, f"Not so. {STEPS[10]}")]
)
def test_choices_may_be_numbers(guess, told, capsys):
    assert reveal(ask(guess, choices=[1, 2, 10]), 2, overlooks=STEPS)
    assert told in capsys.readouterr().out


def test_choices_that_are_numbers_are_asked_for_without_quotes(capsys):
    for guess in (None, 3):
        assert not ask(guess, choices=[1, 2, 10]).revealed
        assert "Write 1, 2 or 10" in capsys.readouterr().out
    assert reveal(ask("skip", choices=[1, 2, 10]), 2, overlooks=STEPS)
    assert f"If you said 10: {STEPS[10]}" in capsys.readouterr().out
