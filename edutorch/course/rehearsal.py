"""Before a long run on the learner's own code: each piece alone for a few steps, compared with the library's, and
timed.

print(rehearse(few_steps, steps=600))
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
        told = [row for row in self.rows if row.calls or not row.verdict.startswith("missing")]
        width = max([len(row.pieces) for row in told], default=6)
        lines = [f"{'pieces':{width}}  calls  ms a step  verdict"]
        lines += [f"{row.pieces:{width}}  {row.calls:5}  {1000 * row.seconds:9.1f}  {row.verdict}" for row in told]
        left = len(self.rows) - len(told)
        lines += [f"{left} more are missing, and this run does not call them"] if left else []
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


def forecast(trial: Trial, steps: int, repeats: int = REPEATS, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that a run of `steps` steps takes, by the fastest of `repeats` trials.

    trial: trains a few steps and gives the loss of each; clock: the time now, in seconds. Whatever else the computer
    does makes a trial slower and never faster: so the fastest one counts."""
    return steps * min(_seconds_a_step(trial, clock) for _ in range(repeats))


def _seconds_a_step(trial: Trial, clock: Callable[[], float]) -> float:
    start = clock()
    losses = trial()
    return (clock() - start) / max(len(losses), 1)


def first_difference(
    ours: Sequence[float], theirs: Sequence[float], rtol: float = 1e-3, atol: float = 1e-6
) -> int | None:
    """The first step, counted from 1, at which two runs part: |ours - theirs| > atol + rtol |theirs|.

    None where they do not; nan is equal to nothing. A run that is shorter parts at the first step that it lacks."""
    for step, (a, b) in enumerate(zip(ours, theirs, strict=False), 1):
        if not abs(a - b) <= atol + rtol * abs(b):
            return step
    return None if len(ours) == len(theirs) else min(len(ours), len(theirs)) + 1


def _timed(trial: Trial, parts: Sequence[Part]) -> tuple[Sequence[float], Receipt, float]:
    """The losses, the receipt, and the seconds a step."""
    came: list[tuple[Sequence[float], Receipt]] = []

    def on_the_parts() -> Sequence[float]:
        with parts_in_place([part.renewed() for part in parts]) as receipt:
            losses = trial()
        came.append((losses, receipt))
        return losses

    seconds = forecast(on_the_parts, 1)
    return *came[-1], seconds


def _verdict(part: Part, receipt: Receipt, losses: Sequence[float], expected: Sequence[float], rtol: float) -> str:
    failed = [f"{piece.name} failed, {piece.failure}" for piece in receipt.pieces if piece.failure]
    if not part.source:
        return "missing: the library's own"
    if receipt.notes or failed:
        return "; ".join(["the library's own: " + text for text in (*receipt.notes, *failed)])
    step = first_difference(losses, expected, rtol)
    if step is not None:
        there = f"{_loss(losses, step)}, the library's {_loss(expected, step)}"
        return f"your code DIFFERS: the loss of step {step} is {there}"
    called = any(piece.calls for piece in receipt.pieces)
    return "your code; losses as the library's" if called else "your code; this run does not call it"


def _loss(losses: Sequence[float], step: int) -> str:
    return f"{losses[step - 1]:.4g}" if step <= len(losses) else "missing"
