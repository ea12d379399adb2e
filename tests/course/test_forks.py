"""Kernels forked from one that has imported everything: the same answers, and nothing passed from one to the next."""

import json
import time

import pytest

from edutorch.course.forks import POSSIBLE
from edutorch.course.kernel import Kernels
from edutorch.course.run import run_answers
from edutorch.course.sandbox import Limits
from tests.course.conftest import many

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="kernels are forked on Linux alone")
ANSWERS = {
    "right": "$def double(x):\n    return x + x",
    "wrong": "$def double(x):\n    return x * x",
    "raises": "$def double(x):\n    return x.nothing",
    "endless": "$while True: pass",
    "dies": "$import os\nos._exit(3)",
    "syntax": "$def double(x) return x",
}


@pytest.fixture
def kernels():
    kernels = Kernels(Limits(), wanted=2, trusted=True)
    yield kernels
    kernels.close()


def printed(kernel, source: str) -> str:
    run = kernel.run(source, 20)
    assert run.status == "ok", run
    return "".join(output.get("text", "") for output in run.outputs)


def test_forked_kernels_give_what_sandboxed_ones_give(toy_assignment):
    assignment, answers = many(toy_assignment, ANSWERS)
    forked, apart = (run_answers(assignment, answers, trusted=trusted) for trusted in (True, False))
    assert forked["right"].sandbox.startswith("not sandboxed")
    for name in ANSWERS:
        assert told(forked[name]) == told(apart[name]), name


def told(run) -> list:
    """The records of a run's cells, without times and the names of temporary files."""
    cells = [{**cell, "seconds": 0} for cell in run.cells]
    for cell in cells:
        for output in cell["outputs"]:
            output["traceback"] = []
    return json.loads(json.dumps(cells))


def test_nothing_of_one_reaches_the_next(kernels):
    first = kernels.take()
    printed(
        first, "import math, os, edutorch\nmath.pi = edutorch.left = x = 3\nos.environ['LEFT'] = '1'\nos.chdir('/')"
    )
    first.stop()
    second = kernels.take()
    left = printed(
        second,
        "import math, os, edutorch\n"
        "print(math.pi, hasattr(edutorch, 'left'), 'x' in globals(), 'LEFT' in os.environ, os.getcwd())",
    )
    second.stop()
    assert left.split() == ["3.141592653589793", "False", "False", "False", str(second.folder)]


def test_kernels_die_with_their_parent(kernels):
    kernel = kernels.take()
    kernels.parent.close()
    end = time.monotonic() + 10
    while kernel.is_alive():
        assert time.monotonic() < end
        time.sleep(0.02)
    kernel.stop()
