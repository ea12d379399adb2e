"""Kernels forked from one process that has imported everything: for source that is trusted, as a release's is.

Nine tenths of a kernel's start is imports. A forked kernel has them from its parent, and is otherwise the same process
speaking the same protocol. It stands in no sandbox: a learner's answer never runs in one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil

from .sandbox import LAUNCHER, Limits, environment

POSSIBLE = sys.platform == "linux"  # elsewhere a forked process may not use what was loaded before


class Forked:
    """A forked kernel's process, as far as a Popen is needed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._process: psutil.Process | None = psutil.Process(pid)
        except psutil.NoSuchProcess:
            self._process = None

    def poll(self) -> int | None:
        """None while it runs. Its parent takes its exit status, so this is 0 for any."""
        return None if self._process is not None and self._process.is_running() else 0

    def wait(self, timeout: float) -> int:
        """0 once it has ended. Raises subprocess.TimeoutExpired."""
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.005)
        return 0


class KernelParent:
    """The process that has imported everything. Its kernels die with it."""

    def __init__(self, limits: Limits) -> None:
        command = [sys.executable, "-P", str(LAUNCHER), json.dumps({**limits.for_launcher(0, False), "forks": True})]
        self.process = subprocess.Popen(
            command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def fork(self, connection: Path, home: str) -> Forked:
        """A kernel that listens as the file `connection` says, in its folder. Raises OSError if this has ended."""
        assert self.process.stdin is not None and self.process.stdout is not None
        order = {"connection": str(connection), "folder": str(connection.parent), "environment": environment(home)}
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        pid = self.process.stdout.readline()
        if not pid:
            raise OSError("the process that forks kernels has ended")
        return Forked(int(pid))

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()
