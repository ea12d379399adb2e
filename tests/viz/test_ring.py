import re

import pytest

from edutorch.viz import draw_ring


def boxes(round, n):
    """The rows of numbers, as drawn."""
    numbers = [int(text) for text in re.findall(r">(\d+)</text>", draw_ring(round, n).svg)]
    return [numbers[n * p : n * p + n] for p in range(n)]


@pytest.mark.parametrize("n", [2, 3, 4, 7])
def test_the_rounds_are_those_of_a_ring_all_reduce(n):
    held = [[10**p] * n for p in range(n)]
    assert boxes(0, n) == held
    for round in range(2 * n - 2):
        adds, step = round < n - 1, round % (n - 1)
        sent = [(p - step) % n if adds else (p + 1 - step) % n for p in range(n)]
        arriving = [held[p][sent[p]] for p in range(n)]
        for p in range(n):
            right = (p + 1) % n
            held[right][sent[p]] = arriving[p] + adds * held[right][sent[p]]
        assert boxes(round + 1, n) == held
    assert held == [[int("1" * n)] * n] * n


def test_the_sentence_counts_what_is_complete():
    assert draw_ring(0).sentence == "Nothing is sent yet. Of 16 chunks 0 are complete."
    assert draw_ring(3).sentence == "Round 3: what arrives is added. Of 16 chunks 4 are complete."
    assert draw_ring(4).sentence == "Round 4: what arrives is kept. Of 16 chunks 8 are complete."
