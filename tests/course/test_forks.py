"""Kernels forked from one that has imported everything: the same answers, and nothing passed from one to the next."""

import json
import os
import signal as signals
import time

import pytest

from edutorch.course.forks import POSSIBLE
from edutorch.course.kernels import Kernels
from edutorch.course.run import Workers, run_answers
from edutorch.course.sandbox import Limits, Sandbox, best_sandbox
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


@pytest.fixture(params=[True, False], ids=["trusted", "sandboxed"])
def kernels(request):
    kernels = Kernels(Limits(), trusted=request.param)
    yield kernels
    kernels.close()


@pytest.fixture
def sandboxed():
    kernels = Kernels(Limits())
    if kernels.sandbox.kind != "bubblewrap":
        kernels.close()
        pytest.skip("bubblewrap is not installed, or may not be used here")
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


# What an answer may do so that a later one finds it, and how that would find it.
LEAVES = {
    "a file": ("open('/tmp/left', 'w').write('x')", "print(os.path.exists('/tmp/left'))"),
    "a closed folder": (
        "os.makedirs('/dev/shm/left/x'); os.chmod('/dev/shm/left', 0)",
        "print(os.listdir('/dev/shm'))",
    ),
    "a process": (
        "if os.fork() == 0:\n    os.setsid()\n    while True: pass",
        "print(len(glob.glob('/proc/[0-9]*')))",
    ),
    "shared memory": (
        "import ctypes\nprint(ctypes.CDLL(None).shmget(77, 100, 0o1666))",
        "print(len(open('/proc/sysvipc/shm').readlines()))",
    ),
    "nothing": (
        "import tempfile\nopen(tempfile.mkstemp()[1], 'w').write('x')",
        "print(len(glob.glob(os.environ['HOME'] + '/tmp*')))",
    ),
}


@pytest.mark.parametrize("name", LEAVES)
def test_where_an_answer_leaves_something_the_next_has_another_sandbox(sandboxed, name):
    leave, find = (f"import glob, os\n{source}" for source in LEAVES[name])
    first = sandboxed.take()
    before = printed(first, find)
    printed(first, leave)
    parent = sandboxed.parent
    first.stop()
    second = sandboxed.take()
    found = printed(second, find)
    second.stop()
    assert found == before
    assert (sandboxed.parent is parent) == (name not in ("a file", "a closed folder"))  # the others could not stay


def test_each_job_has_a_sandbox_of_its_own(toy_assignment):
    """One worker for a batch; what an answer has left in /tmp is in no other's."""
    if best_sandbox().kind != "bubblewrap":
        pytest.skip("bubblewrap is not installed, or may not be used here")
    answer = "$import os\nprint(os.path.exists('/tmp/left'))\nopen('/tmp/left', 'w')\ndef double(x):\n    return x + x"
    assignment, answers = many(toy_assignment, {"leaves": answer})
    workers = Workers()
    try:
        runs = [run_answers(assignment, answers, workers=workers)["leaves"] for _ in range(2)]
        assert [worker.jobs for worker in workers.idle] == [2]
    finally:
        workers.close()
    assert [run.cell("answer")["outputs"][0]["text"] for run in runs] == ["False\n", "False\n"]


@pytest.mark.parametrize("signal", ["SIGSTOP", "SIGKILL"])
def test_an_answer_that_stops_what_forks_kernels_takes_nothing_from_the_next(sandboxed, signal):
    first = sandboxed.take()
    os.kill(first.process._process.ppid(), getattr(signals, signal))  # as an answer of the same user could
    first.stop()
    second = sandboxed.take()
    assert printed(second, "print(1)") == "1\n"
    second.stop()


@pytest.mark.parametrize("sandbox", [Sandbox("limits", False), best_sandbox()], ids=lambda sandbox: sandbox.kind)
def test_an_answer_that_ends_what_forks_kernels_ends_itself_alone(sandbox, monkeypatch):
    monkeypatch.setattr("edutorch.course.kernels.best_sandbox", lambda hidden: sandbox)
    kernels = Kernels(Limits())
    first = kernels.take()
    first.run("import os\nos.kill(os.getppid(), 9)", 20)
    first.stop()
    second = kernels.take()
    assert printed(second, "print(1)") == "1\n"
    second.stop()
    kernels.close()


def test_kernels_die_with_their_parent(kernels):
    kernel = kernels.take()
    kernels.parent.close()
    end = time.monotonic() + 10
    while kernel.is_alive():
        assert time.monotonic() < end
        time.sleep(0.02)
    kernel.stop()
