"""Commit before reveal: learners say what they expect, then see it next to the result.

    guess = None  # percent, 0 to 100, or "skip"
    accuracy_guess = ask(guess, unit="%", low=0, high=100)

and, in a later cell, tagged `reveal`:

    if reveal(accuracy_guess, accuracy):
        show_mistakes()

Without a guess `reveal` shows nothing of the result and is False, so that the whole notebook runs.
"""

from __future__ import annotations

import math
import os
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

SKIP = "skip"
SKIP_ALL = "EDUTORCH_SKIP_GUESSES"  # set where notebooks are executed for readers: each guess None is a skip
WIDTH = 90  # JupyterLab breaks longer lines within words
CLOSE = 0.1

Guess = int | float | str | None


@dataclass(frozen=True)
class Prediction:
    """What was asked, and the guess where it is a valid one: a number, one of the choices, or "skip"."""

    guess: Guess = None
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str | int, ...] = ()

    @property
    def revealed(self) -> bool:
        """Whether the result may be seen: there is a valid guess, or the learner chose to skip."""
        return self.guess is not None or bool(os.environ.get(SKIP_ALL))


def ask(
    guess: Guess,
    *,
    unit: str = "",
    low: float = -math.inf,
    high: float = math.inf,
    choices: Sequence[str] | Sequence[int] = (),
) -> Prediction:
    """Note a guess. If it is None or not in the right form, say what is wanted, without raising an error.

    guess: a number from `low` to `high` (in `unit`, "%" or "dollars"), or one of `choices`; "skip" is always
    allowed. Give the result to `reveal`, under a name of its own for each question."""
    asked = Prediction(None, unit, low, high, tuple(choices))
    if guess is None:
        _say(f'Your guess? Write {_wanted(asked)} in place of None, or "skip", and run this cell again.')
        return asked
    if isinstance(guess, str) and guess.strip().lower() == SKIP:
        print("Skipped: the result will be shown without a guess.")
        return replace(asked, guess=SKIP)
    valid, problem = _as_choice(guess, asked) if choices else _as_number(guess, asked)
    if valid is None:
        _say(f'{problem} Write {_wanted(asked)}, or "skip", and run this cell again.')
    else:
        print(f"Your guess: {_written(valid, unit)}.")
    return replace(asked, guess=valid)


def reveal(
    prediction: Prediction,
    result: int | float | str,
    *,
    most_say: str = "",
    overlooks: Mapping[Any, str] | None = None,
    because: str = "",
) -> bool:
    """Show the guess, the result and how close they are. Without a guess, show nothing and return False.

    most_say: what others guess, "about 90 %". overlooks: for each choice but the right one, what it does not
    see (all of them are shown where the guess was skipped). because: why the result is as it is. Raises
    ValueError where `overlooks` leaves out a wrong choice, TypeError for a bare guess."""
    if not isinstance(prediction, Prediction):
        raise TypeError(f"reveal takes what ask(guess, ...) gave, got {prediction!r}")
    sentences = overlooks or {}
    _require_sentences(prediction, result, sentences)
    if not prediction.revealed:
        print("The result is hidden until you have made a guess in the cell above.")
        return False
    print(f"the result: {_written(result, prediction.unit)}")
    if prediction.guess is None or prediction.guess == SKIP:
        for choice, sentence in sentences.items():
            _say(f"If you said {_written(choice)}: {sentence}")
    else:
        print(f"your guess: {_written(prediction.guess, prediction.unit)}")
        _say(_verdict(prediction.guess, result, prediction.unit, sentences))
    _say(f"Most people say {most_say}.") if most_say else None
    _say(because) if because else None
    return True


def _require_sentences(prediction: Prediction, result: object, overlooks: Mapping[Any, str]) -> None:
    wrong = set(prediction.choices) - {result}
    if prediction.choices and (result not in prediction.choices or set(overlooks) != wrong):
        raise ValueError(
            f"reveal: of the choices {list(prediction.choices)} the result is {result!r}; "
            f"`overlooks` needs a sentence for each other one, it has {sorted(overlooks)}"
        )


def _wanted(asked: Prediction) -> str:
    """What a guess must be, in words."""
    if asked.choices:
        named = [_written(choice) for choice in asked.choices]
        return f"{', '.join(named[:-1])} or {named[-1]}"
    words = "a percentage" if asked.unit == "%" else f"a number of {asked.unit}" if asked.unit else "a number"
    if math.isfinite(asked.low) and math.isfinite(asked.high):
        return f"{words} from {_number(asked.low)} to {_number(asked.high)}"
    if math.isfinite(asked.low):
        return f"{words} (at least {_number(asked.low)})"
    return f"{words} (at most {_number(asked.high)})" if math.isfinite(asked.high) else words


def _as_choice(guess: object, asked: Prediction) -> tuple[str | int | None, str]:
    """The choice that was meant, or None and what is wrong."""
    said = str(guess).strip().lower()
    for choice in asked.choices:
        if said == str(choice).lower():
            return choice, ""
    return None, f"{guess!r} is not among the choices."


def _as_number(guess: object, asked: Prediction) -> tuple[int | float | None, str]:
    if isinstance(guess, bool) or not isinstance(guess, (int, float)):
        return None, f"{guess!r} is not a number: no quotes, no unit."
    if not asked.low <= guess <= asked.high:
        return None, f"{_written(guess, asked.unit)} is out of range."
    return guess, ""


def _verdict(guess: int | float | str, result: int | float | str, unit: str, overlooks: Mapping[Any, str]) -> str:
    if guess == result:
        return "Exactly right."
    if guess in overlooks or isinstance(guess, str) or isinstance(result, str):
        return f"Not so. {overlooks.get(guess, '')}".strip()
    return nearness(guess, result, unit)


def nearness(guess: float, result: float, unit: str = "") -> str:
    """How near a guess is, in words: in percentage points, in percent of the result, or as a factor."""
    way, distance = "high" if guess > result else "low", abs(guess - result)
    if unit == "%":
        praise = "Close: off by" if distance <= 100 * CLOSE / 2 else f"Too {way} by"
        points = _number(round(distance, 1)) if distance >= 0.05 else "less than 0.1"
        return f"{praise} {points} percentage point{'' if points == '1' else 's'}."
    if result != 0 and distance <= CLOSE * abs(result):
        return f"Close: within {100 * CLOSE:.0f} %."
    if guess <= 0 or result <= 0:  # a factor compares positive numbers only
        return f"Too {way} by {_written(distance, unit)}."
    factor = max(guess / result, result / guess)
    if factor < 2:
        return f"Too {way} by {100 * distance / abs(result):.0f} %."
    if factor > 1e6:
        return f"Too {way}, by a factor of {factor:.0e}."
    larger = "the guess" if guess > result else "the result"
    return f"Too {way}: {larger} is {_number(round(factor, 1))} times as much."


def _written(value: object, unit: str = "") -> str:
    """A value with its unit: words in quotes, numbers with thousands set off."""
    if isinstance(value, str):
        return f'"{value}"'
    return f"{_number(value)} {unit}".strip()


def _number(value: object) -> str:
    if isinstance(value, float) and math.isfinite(value):
        if value and not 0.01 <= abs(value) < 1e12:
            return f"{value:.3g}"
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _say(sentence: str) -> None:
    print(textwrap.fill(sentence, WIDTH))
