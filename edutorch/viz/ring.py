"""Ring all-reduce, round by round."""

from __future__ import annotations

from collections.abc import Iterable

from .drawing import COLORS, PAPER, Drawing


def draw_ring(round: int, processes: int = 4) -> Drawing:
    """What each of up to 9 processes has in each chunk after a round of a ring all-reduce: rounds 1 to n - 1 add up,
    n to 2 n - 2 hand the sums out. Process p begins with 10**p in each chunk, so the digits of a sum say whose numbers
    are in it. Thick: came in this round; green: complete."""
    n = processes
    state = {(p, c): _chunk(p, c, round, n) for p in range(n) for c in range(n)}
    whole = _sum(range(n))
    full = [content for content, _ in state.values()].count(whole)
    does = f"Round {round}: what arrives is {'added' if round < n else 'kept'}" if round else "Nothing is sent yet"
    drawing = Drawing(3 + 1.5 * n, 0.9 + 1.2 * n, f"{does}. Of {n * n} chunks {full} are complete.")
    for (p, c), (content, new) in state.items():
        fill = COLORS[2] if content == whole else COLORS[1] if new else PAPER
        drawing.box(2.8 + 1.5 * c, 0.4 + 1.2 * p, str(content), (fill,), bold=new)
    for p in range(n):
        drawing.words(0.3, 1.05 + 1.2 * p, f"process {p}")
    drawing.words(2.8, 0.62 + 1.2 * n, "thick: came in this round   green: complete", size=11)
    return drawing


def _chunk(p: int, c: int, round: int, n: int) -> tuple[int, bool]:
    """The content of chunk c of process p after a round, and whether it came in this round."""
    handed = n - 1 + (p + 1 - c) % n  # the round in which the complete chunk comes
    if n <= handed <= round:
        return _sum(range(n)), handed == round
    added = (p - c) % n  # the round in which the sum of the processes before comes; 0: never
    came = added if added <= round else 0
    return _sum((p - back) % n for back in range(came + 1)), 0 < came == round


def _sum(of: Iterable[int]) -> int:
    return sum(10**p for p in of)
