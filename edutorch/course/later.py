"""What a check shows at its end: candidates are tried once all of them are known, in an order of chance.

A check in sight shows one candidate after the other, and in which order can be read. Were each tried as it is named, an
answer that counts its calls would tell the right one from the wrong ones.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence

TIMES = 2  # that each is tried


class Undecided:
    """A truth value that is not known yet."""

    def judge(self) -> None:
        """Try once more what it hangs on."""
        raise NotImplementedError


class _Check:
    """What waits for the end of the check that runs; nothing does where none runs."""

    def __init__(self) -> None:
        self.runs = False
        self.waiting: list[Undecided] = []
        self.shown: list[Callable[[], None]] = []


_check = _Check()


def put_off(undecided: Sequence[Undecided]) -> bool:
    """Whether a check runs, at whose end these are tried."""
    if _check.runs:
        _check.waiting += undecided
    return _check.runs


def show_when_known(show: Callable[[], None]) -> None:
    """Call it now, or, where something waits, once that is known."""
    if _check.waiting:
        _check.shown.append(show)
    else:
        show()


def known(value: object) -> object:
    """The value, with what was undecided decided."""
    if isinstance(value, Undecided):
        return bool(value)
    if isinstance(value, list) and any(isinstance(each, Undecided) for each in value):
        return [known(each) for each in value]
    return value


def judge_all(undecided: Sequence[Undecided], before: Callable[[], None] = lambda: None) -> None:
    """Try each, as often as is said above, in an order drawn anew each time; `before` is called before each."""
    for _ in range(TIMES):
        for each in random.SystemRandom().sample(undecided, len(undecided)):
            before()
            each.judge()


@contextlib.contextmanager
def together(before: Callable[[], None]) -> Iterator[None]:
    """What is shown in this block is shown at its end, from where a candidate is first asked about."""
    _check.runs, _check.waiting, _check.shown = True, [], []
    try:
        yield
    except Exception:
        _end(before)
        raise
    else:
        _end(before)
    finally:
        _check.runs, _check.waiting, _check.shown = False, [], []


def _end(before: Callable[[], None]) -> None:
    waiting, shown = _check.waiting, _check.shown
    _check.runs, _check.waiting, _check.shown = False, [], []
    judge_all(waiting, before)
    for show in shown:
        show()
