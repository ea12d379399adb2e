"""A line search: how far to go along a direction.

Source: Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6; it evaluates the same points as
torch.optim.LBFGS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..tensor import Tensor

ENOUGH_DECREASE = 1e-4  # c1: the loss must fall by this fraction of what the slope at the start promises
ENOUGH_FLATTENING = 0.9  # c2: the slope must shrink to this fraction of that at the start


class Point(NamedTuple):
    """A step along the direction, and the values there."""

    step: float
    loss: float
    gradient: Tensor
    slope: float  # of the loss along the direction


class StrongWolfe:
    """Finds a point that meets the strong Wolfe conditions: the loss has fallen enough, and is flat enough.

    look: returns the point at a step. start: the point at step 0, where the slope is negative. shortest: steps that
    differ by less count as equal. most: how often to look after the first time. `looks` counts the calls of `look`."""

    def __init__(self, look: Callable[[float], Point], start: Point, shortest: float, most: int) -> None:
        self._look = look
        self.start = start
        self.shortest = shortest
        self.most = most
        self.looks = 0

    def search(self, step: float) -> Point:
        """The point found, trying `step` first; the best point if none is good."""
        return self._zoom(self._bracket(step))

    def look(self, step: float) -> Point:
        self.looks += 1
        return self._look(step)

    def is_too_high(self, point: Point) -> bool:
        return point.loss > self.start.loss + ENOUGH_DECREASE * point.step * self.start.slope

    def is_flat(self, point: Point) -> bool:
        return abs(point.slope) <= -ENOUGH_FLATTENING * self.start.slope

    def _bracket(self, step: float) -> list[Point]:
        """Goes further and further. Returns a good point, or two points with one between them."""
        before, point = self.start, self.look(step)
        for tries in range(self.most):
            if self.is_too_high(point) or (tries > 1 and point.loss >= before.loss):
                return [before, point]
            if self.is_flat(point):
                return [point]
            if point.slope >= 0:
                return [before, point]
            nearest, furthest = point.step + 0.01 * (point.step - before.step), 10 * point.step
            step = _lowest_of_cubic(before, point, nearest, furthest)
            before, point = point, self.look(step)
        return [self.start, point]

    def _zoom(self, ends: list[Point]) -> Point:
        """Moves the two ends closer together around a good point."""
        near_an_end = False
        while len(ends) == 2 and self.looks <= self.most:
            low, high = (0, 1) if ends[0].loss <= ends[1].loss else (1, 0)
            if abs(ends[1].step - ends[0].step) < self.shortest:
                break
            step, near_an_end = _kept_inside(_lowest_of_cubic(ends[0], ends[1]), ends, near_an_end)
            point = self.look(step)
            if self.is_too_high(point) or point.loss >= ends[low].loss:
                ends[high] = point
                continue
            if self.is_flat(point):
                return point
            if point.slope * (ends[high].step - ends[low].step) >= 0:
                ends[high] = ends[low]
            ends[low] = point
        return min(ends, key=lambda end: end.loss)


def _kept_inside(step: float, ends: list[Point], near_before: bool) -> tuple[float, bool]:
    """The step, moved away from an end if it comes close to one for the second time; and whether it is close to one."""
    first, last = sorted(end.step for end in ends)
    margin = 0.1 * (last - first)
    if min(last - step, step - first) >= margin:
        return step, False
    if not near_before and first < step < last:
        return step, True
    return (last - margin if last - step < step - first else first + margin), False


def _lowest_of_cubic(a: Point, b: Point, least: float | None = None, most: float | None = None) -> float:
    """The minimum of the cubic through two points with their slopes, between `least` and `most` (by default the points
    themselves); their middle if it has no minimum.

    Source: Nocedal and Wright, equation 3.59."""
    a, b = sorted((a, b), key=lambda point: point.step)
    least, most = a.step if least is None else least, b.step if most is None else most
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step)
    square = d1 * d1 - a.slope * b.slope
    if not square >= 0:  # even if it is nan
        return (least + most) / 2
    d2 = square**0.5
    turn = b.slope - a.slope + 2 * d2
    if turn == 0:
        return (least + most) / 2
    return min(max(b.step - (b.step - a.step) * (b.slope + d2 - d1) / turn, least), most)
