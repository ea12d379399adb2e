"""Samplers. The orders were drawn by PyTorch 2.13 with the same seeds: see tests/golden/make_sampler.py."""

import json
from pathlib import Path

import pytest

import edutorch as torch
from edutorch.utils.data import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "sampler.json").read_text())


def make(name, **kwargs):
    return {
        "shuffled": lambda: RandomSampler(range(10), **kwargs),
        "twice and a half": lambda: RandomSampler(range(4), num_samples=10, **kwargs),
        "replaced": lambda: RandomSampler(range(7), replacement=True, num_samples=40, **kwargs),
        "subset": lambda: SubsetRandomSampler([3, 1, 4, 15, 9], **kwargs),
        "weighted": lambda: WeightedRandomSampler([0.1, 0.9, 0.4, 3.0], 12, **kwargs),
        "weighted, once": lambda: WeightedRandomSampler([0.9, 0.4, 0.05, 0.2, 0.3], 4, replacement=False, **kwargs),
    }[name]()


@pytest.mark.parametrize("name", GOLDEN["default"])
def test_orders_and_what_is_drawn_next_are_pytorchs(name):
    torch.manual_seed(5)
    sampler = make(name)
    assert [list(sampler), list(sampler)] == GOLDEN["default"][name]["orders"]
    assert torch.rand(1).item() == GOLDEN["default"][name]["next"]
    assert len(sampler) == len(GOLDEN["default"][name]["orders"][0])


@pytest.mark.parametrize("name", GOLDEN["own generator"])
def test_a_generator_of_ones_own_is_used_and_moved_on(name):
    generator = torch.Generator().manual_seed(7)
    sampler = make(name, generator=generator)
    assert [list(sampler), list(sampler)] == GOLDEN["own generator"][name]["orders"]
    assert torch.rand(1, generator=generator).item() == GOLDEN["own generator"][name]["next"]


def test_sequential():
    assert list(SequentialSampler("abc")) == [0, 1, 2]
    assert len(SequentialSampler("abc")) == 3


def test_batches():
    assert list(BatchSampler(range(5), 2, False)) == [[0, 1], [2, 3], [4]]
    assert list(BatchSampler(range(5), 2, True)) == [[0, 1], [2, 3]]
    assert len(BatchSampler(range(5), 2, False)) == 3
    assert len(BatchSampler(range(5), 2, True)) == 2
    assert len(BatchSampler(range(4), 2, False)) == 2


def test_a_sampler_wants_iter():
    with pytest.raises(NotImplementedError):
        iter(Sampler())


@pytest.mark.parametrize(
    ("make_sampler", "error", "message"),
    [
        (lambda: RandomSampler([]), ValueError, "num_samples=0"),
        (lambda: RandomSampler("ab", num_samples=-1), ValueError, "num_samples=-1"),
        (lambda: RandomSampler("ab", num_samples=1.5), ValueError, "num_samples=1.5"),
        (lambda: RandomSampler("ab", replacement=1), TypeError, "replacement=1"),
        (lambda: WeightedRandomSampler([1.0], 0), ValueError, "num_samples=0"),
        (lambda: WeightedRandomSampler([1.0], True), ValueError, "num_samples=True"),
        (lambda: WeightedRandomSampler([1.0], 1, 1), ValueError, "replacement=1"),
        (lambda: WeightedRandomSampler([[1.0]], 1), ValueError, r"shape \(1, 1\)"),
        (lambda: BatchSampler("ab", 0, False), ValueError, "batch_size=0"),
        (lambda: BatchSampler("ab", True, False), ValueError, "batch_size=True"),
        (lambda: BatchSampler("ab", 2, 1), ValueError, "drop_last=1"),
    ],
)
def test_wrong_arguments_are_named(make_sampler, error, message):
    with pytest.raises(error, match=message):
        make_sampler()
