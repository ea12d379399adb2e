"""Kernels forked from one process that has imported everything, inside the sandbox that they run in.

Nine tenths of a kernel's start is imports. A forked kernel has them from its parent, and is otherwise the same process
speaking the same protocol. A sandbox is of one submission; when an answer leaves anything in it, the next one gets
another.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from .leftovers import end_children, processes_of, remove_folder
from .sandbox import Limits, Sandbox, environment

NO_PROCESS = -1
POSSIBLE = sys.platform == "linux"  # elsewhere a forked process may not use what was loaded before


class Forked:
    """A forked kernel's process, as far as a Popen is needed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._process: psutil.Process | None = psutil.Process(pid)
        except (psutil.NoSuchProcess, ValueError):
            self._process = None

    def poll(self) -> int | None:
        """None while it runs. Its parent takes its exit status: 0 stands for any."""
        with contextlib.suppress(psutil.Error):
            process = self._process
            if process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                return None
        return 0

    def wait(self, timeout: float) -> int:
        """0 once it has ended. Raises subprocess.TimeoutExpired."""
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.005)
        return 0


class KernelParent:
    """A sandbox with a process that has imported everything. Its kernels die with it."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        self.sandbox = sandbox
        self.folder = Path(tempfile.mkdtemp(prefix="edutorch-", dir=short_temporary_folder()))
        self.folder.chmod(0o711)  # a kernel's own user passes through to its folder
        command = sandbox.command(limits, None, self.folder, forks=True)
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(
            command, env=environment(), stdin=pipe, stdout=pipe, stderr=nowhere, start_new_session=True
        )
        self._own: set[int] = set()  # its processes, in the numbers of this system

    def wait_until_ready(self) -> None:
        """Returns once it can fork. Raises OSError if it has ended or does not come to it."""
        if not self._own:
            self._reply(60.0)
            self._own = {process.pid for process in processes_of(self.process.pid)}

    def fork(self, connection: Path, uid: int | None) -> Forked:
        """A kernel that listens as the file `connection` says, in its folder. Raises OSError if this has ended."""
        self.wait_until_ready()
        home = str(connection.parent)
        order = {"connection": str(connection), "folder": home, "environment": environment(home), "uid": uid}
        inside = self._ask(order)["pid"]
        for process in processes_of(self.process.pid):
            if process.pid not in self._own and _pid_inside(process.pid) == inside:
                return Forked(process.pid)
        return Forked(NO_PROCESS)

    def is_clean(self) -> bool:
        """Whether no kernel has left anything here that a later one could find: process, file or shared memory."""
        patience = time.monotonic() + 1
        while not self._is_clean_now():  # a kernel that was just stopped takes a moment to be gone
            if time.monotonic() > patience:
                return False
            time.sleep(0.02)
        return True

    def _is_clean_now(self) -> bool:
        try:
            here = {process.pid for process in processes_of(self.process.pid)}
            alone = here <= self._own and not any(self.folder.iterdir())
            return bool(self._ask({})["clean"]) and alone
        except OSError:
            return False

    def _ask(self, order: Mapping[str, object]) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        return self._reply(5.0)

    def _reply(self, seconds: float) -> dict[str, Any]:
        """A line of its. Raises OSError if none comes: it has ended, or was stopped by a kernel."""
        assert self.process.stdout is not None
        if select.select([self.process.stdout], [], [], seconds)[0]:
            line = self.process.stdout.readline()
            if line:
                return dict(json.loads(line))
        raise OSError("the process that forks kernels has ended")

    def close(self) -> None:
        """End it, and all that is in its sandbox."""
        end_children(self.process.pid)
        self.process.kill()
        self.process.communicate()
        remove_folder(self.folder)


def short_temporary_folder() -> str | None:
    """A socket's path has at most about 100 characters; some systems' temporary folders are long."""
    long = len(tempfile.gettempdir()) > 60
    return "/tmp" if long and os.path.isdir("/tmp") else None


def _pid_inside(pid: int) -> int | None:
    """The number of a process in its own namespace."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("NSpid:"):
                return int(line.split()[-1])
    return None
