"""Commit before reveal: a learner says what will come, then sees it beside what came."""

from __future__ import annotations

from typing import Any


def ask(guess: Any, example: str) -> None:
    """Notes a guess, or asks again where it is None. example: what could stand there, "60 (percent)".

    It raises nothing: a notebook runs on without a guess."""
    if guess is None:
        print(f"Your guess? Write it in place of None, for example {example}, and run this cell again.")
    else:
        print(f"Noted: {guess}")


def reveal(guess: Any, result: Any, unit: str = "") -> None:
    """Prints the guess beside the result; numbers get their difference too.

    unit: stands behind both, "%" or "dollars"."""
    unit = unit and f" {unit}"
    print(f"your guess: {'none yet' if guess is None else f'{_written(guess)}{unit}'}")
    print(f"the result: {_written(result)}{unit}")
    if _is_number(guess) and _is_number(result):
        print(f"off by:     {_written(abs(guess - result))}{unit}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _written(value: Any) -> str:
    """Numbers with thousands set off and at most two decimals, anything else as it prints."""
    if not _is_number(value):
        return str(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
