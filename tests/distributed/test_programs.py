"""Programs for torchrun print, in 1 to 4 processes, what they print under PyTorch with gloo.

golden/make_distributed.py wrote that. Where PyTorch is installed, one of them is compared live."""

import importlib.util
import json
import re

import pytest

from tests.distributed.processes import needs_mpi, run
from tests.golden.make_distributed import COUNTS, PROGRAMS, printed_by_pytorch

LOSS = re.compile(r"-?\d+\.\d{7}")  # what is printed with 7 digits is rounded; all else is exact
CASES = [(name, count) for name, counts in COUNTS.items() for count in counts]


def printed(name, count, root):
    done = run(count, PROGRAMS / f"{name}.py", root)
    assert done.status == 0, done.err[-3000:]
    return done.out.splitlines()


def assert_alike(got, expected):
    assert [LOSS.sub("#", line) for line in got] == [LOSS.sub("#", line) for line in expected]
    numbers = [[float(n) for line in lines for n in LOSS.findall(line)] for lines in (got, expected)]
    assert numbers[0] == pytest.approx(numbers[1], rel=0, abs=2e-6)


@needs_mpi
@pytest.mark.parametrize(("name", "count"), CASES)
def test_a_program_prints_what_it_prints_under_pytorch(name, count, root):
    expected = json.loads((root / "tests/golden/distributed.json").read_text())[name][str(count)]
    assert_alike(printed(name, count, root), expected)


@needs_mpi
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed to compare with")
def test_training_in_two_processes_beside_pytorch(root):
    assert_alike(printed("train", 2, root), printed_by_pytorch("train", 2))


def test_the_loss_does_not_depend_on_the_number_of_processes(root):
    """PyTorch's own numbers, with which ours are compared above: of n processes on n-th parts of each batch."""
    found = json.loads((root / "tests/golden/distributed.json").read_text())["train"]
    for lines in found.values():
        assert_alike(lines, found["1"])
