"""Ratios of two steps' times on a machine whose speed is never the same twice.

The two are timed in turns, a block of ours, a block of theirs, and each pair of neighbors gives
one ratio; the median of them is what is printed. On one thread the clock is the process's own CPU
time, which another process cannot touch. On more it is the wall's, and a pause goes before each
block: the idle workers of one library's thread pool spin for a while and would slow the other.
"""

import statistics
import time
from typing import NamedTuple

BLOCK_SECONDS = 0.02
PAUSE_SECONDS = 0.03
MOST_PAIRS = 200


class Timing(NamedTuple):
    """Median seconds a call of both, the median ratio of neighboring blocks, and the ratios' quartiles."""

    ours: float
    theirs: float
    ratio: float
    low: float
    high: float


def calls_per_block(step, clock):
    """How often to call a step for a block to last; the first calls warm it up and are dropped."""
    for _ in range(3):
        step()
    start = clock()
    step()
    return max(1, round(BLOCK_SECONDS / max(clock() - start, 1e-7)))


def compare(ours, theirs, threads, seconds, calls=None, pairs=5):
    """The Timing of two steps, in blocks of `calls` calls, at least that many pairs of them."""
    clock = time.process_time if threads == 1 else time.perf_counter
    steps = {step: calls or calls_per_block(step, clock) for step in (ours, theirs)}
    times = {ours: [], theirs: []}
    deadline = time.perf_counter() + seconds
    while len(times[theirs]) < pairs or (time.perf_counter() < deadline and len(times[theirs]) < MOST_PAIRS):
        for step, calls in steps.items():
            if threads > 1:
                time.sleep(PAUSE_SECONDS)
            start = clock()
            for _ in range(calls):
                step()
            times[step].append((clock() - start) / calls)
    ratios = [our / their for our, their in zip(times[ours], times[theirs], strict=True)]
    return Timing(statistics.median(times[ours]), statistics.median(times[theirs]), *middle_and_quartiles(ratios))


def middle_and_quartiles(values):
    """Median, lower and upper quartile."""
    if len(values) == 1:
        return values * 3
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, low, high
