"""Before a long run on the learner's own code: each piece alone for a few steps, compared with the library's, and
timed.

print(rehearse(few_steps, steps=600))
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np

from .framework import Part, framework_parts, parts_in_place
from .pieces import Receipt

REPEATS = 2  # of each timing; the least counts
Trial = Callable[[], Sequence[float]]


@dataclass
class Rehearsed:
    """The result of a trial with the pieces of one question: the library's if `verdict` begins with "missing"."""

    pieces: str
    verdict: str
    calls: int
    seconds: float


@dataclass
class Rehearsal:
    """A row per question, and the forecast of the whole run in seconds: with the learner's pieces, and with only the
    library."""

    rows: list[Rehearsed]
    forecast: float
    library: float

    def __str__(self) -> str:
        width = max([len(row.pieces) for row in self.rows], default=6)
        lines = [f"{'pieces':{width}}  calls  ms a step  verdict"]
        lines += [f"{row.pieces:{width}}  {row.calls:5}  {1000 * row.seconds:9.1f}  {row.verdict}" for row in self.rows]
        seconds = f"{self.forecast:.0f} s on your pieces, {self.library:.0f} s on the library alone"
        lines += [f"the whole run: about {seconds}"]
        return "\n".join(lines)


def rehearse(trial: Trial, steps: int, parts: Sequence[Part] | None = None, rtol: float = 1e-3) -> Rehearsal:
    """Run `trial` on the library, on each question's pieces alone, and on all of them.

    trial: trains a few steps from a seed and gives the loss of each step; steps: those of the run to come. Losses
    that differ from the library's by more than `rtol` are a verdict, not an error, and so is a piece that fails.
    parts: by default framework_parts(), what the learner has passed."""
    expected, _, library = _timed(trial, [])
    parts, rows = framework_parts() if parts is None else parts, []
    for part in parts:
        losses, receipt, seconds = _timed(trial, [part])
        calls = sum(piece.calls for piece in receipt.pieces)
        rows.append(Rehearsed(part.title, _verdict(part, receipt, losses, expected, rtol), calls, seconds))
    _, _, together = _timed(trial, parts)
    return Rehearsal(rows, steps * together, steps * library)


def _timed(trial: Trial, parts: Sequence[Part]) -> tuple[Sequence[float], Receipt, float]:
    """The losses, the receipt, and the seconds a step."""
    best = float("inf")
    for _ in range(REPEATS):
        place: AbstractContextManager[Receipt] = (
            parts_in_place([part.renewed() for part in parts]) if parts else nullcontext(Receipt())
        )
        with place as receipt:
            start = time.perf_counter()
            losses = trial()
            best = min(best, (time.perf_counter() - start) / max(len(losses), 1))
    return losses, receipt, best


def _verdict(part: Part, receipt: Receipt, losses: Sequence[float], expected: Sequence[float], rtol: float) -> str:
    failed = [f"{piece.name} failed, {piece.failure}" for piece in receipt.pieces if piece.failure]
    if not part.source:
        return "missing: the library's own"
    if receipt.notes or failed:
        return "; ".join(["the library's own: " + text for text in (*receipt.notes, *failed)])
    if not any(piece.calls for piece in receipt.pieces):
        return "your code; this run does not call it"
    close = np.isclose(losses, expected, rtol=rtol, atol=1e-6) if len(losses) == len(expected) else [False]
    if np.all(close):
        return "your code; losses as the library's"
    n = int(np.argmin(close))  # the first that is not
    return f"your code DIFFERS: the loss of step {n + 1} is {losses[n]:.4g}, the library's {expected[n]:.4g}"
