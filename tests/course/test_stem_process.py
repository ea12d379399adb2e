"""Sandboxes entered by a process that has imported everything: as closed as those where a program starts."""

import json
import os
from dataclasses import replace

import pytest

from edutorch.course.forks import POSSIBLE, Stem
from edutorch.course.kernels import Kernels
from edutorch.course.sandbox import Limits, best_sandbox

CONFINED = """
import json, os
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
names = 'CapPrm CapEff CapAmb NoNewPrivs Seccomp Groups Umask Cpus_allowed SigIgn SigBlk'.split()
mounts = [line.split()[3:6] for line in open('/proc/self/mountinfo')]
found = {
    'status': {name: status[name].split() for name in names},
    'could have': [int(status[name], 16) for name in ('CapBnd', 'CapInh')],
    'limits': open('/proc/self/limits').read(),
    'mounts': sorted(' '.join(words) for words in mounts if 'edutorch-' not in words[1]),
    'namespaces': {name: os.readlink(f'/proc/self/ns/{name}') for name in os.listdir('/proc/self/ns')},
    'open': len(os.listdir('/proc/self/fd')),
    'environment': sorted(name for name in os.environ if name != 'PWD'),
    'priority': os.getpriority(os.PRIO_PROCESS, 0),
    'score': open('/proc/self/oom_score_adj').read(),
    'root': sorted(os.listdir('/')),
    'processes': [int(name) for name in os.listdir('/proc') if name.isdigit()],
}
print(json.dumps(found))
"""
SHUT = """
import os
shut = []
for pid in [name for name in os.listdir('/proc') if name.isdigit() and int(name) != os.getpid()]:
    for name in ('mem', 'environ', 'fd/0', 'ns/mnt', 'root'):
        try:
            place = f'/proc/{pid}/{name}'
            open(place) if name in ('mem', 'environ') else os.readlink(place)
            shut.append(place)
        except OSError:
            pass
print(shut)
"""


def sandboxes():
    """The one that is used here, and, where that is root's, the one that others would have."""
    best = best_sandbox()
    return [best, replace(best, drops_root=False)] if best.drops_root else [best]


@pytest.fixture(scope="module")
def stem():
    if not POSSIBLE or best_sandbox().kind != "bubblewrap":
        pytest.skip("bubblewrap is not installed, or may not be used here")
    stem = Stem()
    yield stem
    stem.close()


@pytest.fixture(params=["as here", "without root"])
def sandbox(request, monkeypatch):
    known = sandboxes()
    if request.param == "without root" and len(known) == 1:
        pytest.skip("that is the one as here")
    sandbox = known[request.param == "without root"]
    monkeypatch.setattr("edutorch.course.kernels.best_sandbox", lambda hidden: sandbox)
    return sandbox


def printed(kernels: Kernels, source: str) -> str:
    kernel = kernels.take()
    run = kernel.run(source, 20)
    kernel.stop()
    assert run.status == "ok", run
    return "".join(output.get("text", "") for output in run.outputs)


def told(stem, source: str) -> str:
    kernels = Kernels(Limits(), stem=stem)
    try:
        text = printed(kernels, source)
        assert kernels.stem is stem  # it has not fallen back to a start of its own
        return text
    finally:
        kernels.close()


def test_a_kernel_is_confined_as_where_a_program_starts_in_the_sandbox(stem, sandbox):
    started, entered = (json.loads(told(each, CONFINED)) for each in (None, stem))
    for name in ("status", "limits", "mounts", "environment", "priority", "score", "root"):
        assert entered[name] == started[name], name
    assert entered["open"] <= started["open"]
    assert all(more & ~less == 0 for more, less in zip(entered["could have"], started["could have"], strict=True))
    # bubblewrap's two, what is waited for, what forks, the kernel
    assert len(entered["processes"]) <= len(started["processes"]) + 1
    outside = {name: os.readlink(f"/proc/self/ns/{name}") for name in entered["namespaces"]}
    apart = {name for name, place in entered["namespaces"].items() if place != outside[name]}
    assert apart == {name for name, place in started["namespaces"].items() if place != outside[name]}
    assert {"mnt", "pid", "net", "ipc", "uts"} <= apart


def test_each_has_namespaces_of_its_own(stem, sandbox):
    first, second = (json.loads(told(stem, CONFINED)) for _ in range(2))
    assert first["processes"] == second["processes"]


def test_nothing_that_one_leaves_is_found_by_the_next(stem, sandbox):
    leave = (
        "import os, ctypes, math, edutorch\nmath.pi = edutorch.left = 3\nopen('/tmp/left', 'w')\nopen('/dev/shm/l', 'w')"
        "\nprint(ctypes.CDLL(None).semget(77, 1, 0o1666))"
    )
    find = (
        "import os, ctypes, math, edutorch\n"
        "print(os.listdir('/tmp'), os.listdir('/dev/shm'), math.pi, hasattr(edutorch, 'left'),"
        " len(open('/proc/sysvipc/sem').readlines()))"
    )
    before = told(stem, find)
    told(stem, leave)
    after = told(stem, find)
    assert [word for word in after.split() if "edutorch-" not in word] == [
        word for word in before.split() if "edutorch-" not in word
    ]


def test_two_sandboxes_stand_side_by_side(stem):
    """What one answer writes, and which processes it has, no other one sees meanwhile."""
    both = [Kernels(Limits(), stem=stem) for _ in range(2)]
    try:
        first, second = (kernels.take() for kernels in both)
        assert first.run("open('/tmp/left', 'w')", 20).status == "ok"
        run = second.run("import os\nprint(os.path.exists('/tmp/left'), len(os.listdir('/dev/shm')))", 20)
        assert run.outputs[0]["text"].split() == ["False", "0"]
        for kernel in (first, second):
            kernel.stop()
    finally:
        for kernels in both:
            kernels.close()


def test_a_kernel_cannot_look_into_the_others_of_its_sandbox(stem, sandbox):
    """Those have the memory of the process outside, and what it has open."""
    shut = [place for place in eval(told(stem, SHUT)) if not place.startswith("/proc/1/")]
    assert shut == []


def test_where_it_cannot_enter_a_sandbox_each_starts_what_it_needs(monkeypatch):
    if not POSSIBLE or best_sandbox().kind != "bubblewrap":
        pytest.skip("bubblewrap is not installed, or may not be used here")
    broken = Stem()
    broken.process.kill()
    kernels = Kernels(Limits(), stem=broken)
    try:
        assert printed(kernels, "print(1)") == "1\n"
        assert kernels.stem is None
    finally:
        kernels.close()
        broken.close()


def test_it_ends_with_all_that_came_from_it(stem):
    other = Stem()
    kernels = Kernels(Limits(), stem=other)
    kernel = kernels.take()
    other.close()
    assert kernel.run("print(1)", 20).status == "died"
    kernel.stop()
    kernels.close()
    assert not other.folder.exists()
