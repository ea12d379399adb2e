"""A control group bounds the memory of a whole sandbox where cgroup v2 and systemd are there: both are pretended here."""

import json
import os
import sys

import pytest

from edutorch.course import memory_group
from edutorch.course.kernel import GuardedKernel
from edutorch.course.memory_group import ROOM, in_memory_group
from edutorch.course.sandbox import Limits

from .test_sandbox import BEST, needs_bubblewrap, printed

# Notes its words, and becomes the command behind --, as systemd-run --scope does.
FAKE = """#!{python}
import json, os, sys
words = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps([*words, os.environ["XDG_RUNTIME_DIR"]]) + "\\n")
if {refuses}:
    sys.exit("Failed to connect to bus")
command = words[words.index("--") + 1 :] if "--" in words else words[-1:]
os.execvp(command[0], command)
"""


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    """Makes a systemd-run, and a folder in the place of /sys/fs/cgroup; gives what it was called with."""

    def make(controllers="cpu io memory pids", refuses=False):
        place, log = tmp_path / "bin", tmp_path / "log"
        place.mkdir()
        (place / "systemd-run").write_text(FAKE.format(python=sys.executable, log=str(log), refuses=refuses))
        (place / "systemd-run").chmod(0o755)
        monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(memory_group, "GROUPS", tmp_path)
        if controllers:
            (tmp_path / "cgroup.controllers").write_text(f"{controllers}\n")
        memory_group._works.cache_clear()
        return lambda: [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    yield make
    memory_group._works.cache_clear()


@pytest.mark.parametrize(("controllers", "refuses"), [("", False), ("cpu io pids", False), ("memory", True)])
def test_without_cgroup_v2_its_memory_controller_or_systemd_there_is_none(systemd, controllers, refuses):
    systemd(controllers, refuses)
    assert in_memory_group(10**9) == []


@needs_bubblewrap
def test_the_sandbox_is_in_a_group_with_the_limit_and_some_room(systemd):
    calls = systemd()
    kernel = GuardedKernel(BEST, Limits(memory=10**9))
    kernel.wait_until_ready()
    run = kernel.run("import os\nprint('XDG_RUNTIME_DIR' in os.environ)", 10)
    kernel.stop()
    assert printed(run) == "False\n"
    trial, sandbox = calls()
    assert trial[-2] == "true" and "bwrap" in " ".join(sandbox)
    assert f"--property=MemoryMax={10**9 + ROOM}" in sandbox and "--property=MemorySwapMax=0" in sandbox
    assert "--scope" in sandbox and ("--user" in sandbox) == (os.geteuid() != 0)
