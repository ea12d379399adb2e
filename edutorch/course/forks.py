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
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from .leftovers import claim_folder, end_children, processes_of, remove_folder
from .mounts import INTERPRETER
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


class Stem:
    """A process that has imported everything, outside of any sandbox; no answer runs in it. See stem_process.py."""

    def __init__(self) -> None:
        self.folder = claim_folder("stem-")  # a home that is nobody else's
        self.orders, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [str(INTERPRETER), "-P", "-s", "-m", "edutorch.course.stem_process"]
        nowhere = subprocess.DEVNULL
        with inside:
            self.process = subprocess.Popen(
                command,
                env=environment(str(self.folder)),
                cwd="/",
                stdin=inside.fileno(),
                stdout=nowhere,
                stderr=nowhere,
            )
        self.ready = False

    def enter(self, holder: int, sandbox: Sandbox, limits: Limits, folder: Path, streams: list[int]) -> int:
        """Have a process that forks kernels in the sandbox of the process `holder`, with these as its standard input
        and output; the pid of its parent. Raises OSError if that fails."""
        if not self.ready:
            self.ready = bool(self._reply(60.0))
        order = {
            "holder": holder,
            "settings": sandbox.settings(limits, None, folder, forks=True),
            "capabilities": sandbox.capabilities,
            "environment": environment(),
        }
        socket.send_fds(self.orders, [json.dumps(order).encode()], streams)
        return int(self._reply(5.0)["pid"])

    def _reply(self, seconds: float) -> dict[str, Any]:
        self.orders.settimeout(seconds)
        reply = json.loads(self.orders.recv(2**16) or '{"error": "it has ended"}')
        if "error" in reply:
            raise OSError(f"the process that enters sandboxes: {reply['error']}")
        return dict(reply)

    def close(self) -> None:
        """End it, and those forked from it."""
        self.orders.close()
        end_children(self.process.pid)
        self.process.kill()
        self.process.wait()
        remove_folder(self.folder)


class KernelParent:
    """A sandbox with a process that has imported everything. Its kernels die with it."""

    def __init__(self, sandbox: Sandbox, limits: Limits, stem: Stem | None = None) -> None:
        """stem: what that process is forked from, where it need not import everything itself."""
        self.sandbox, self.limits, self.stem = sandbox, limits, stem
        self.folder = claim_folder("", short_temporary_folder())
        self.folder.chmod(0o711)  # a kernel's own user passes through to its folder
        held = sandbox.held(limits, self.folder) if stem else sandbox.command(limits, None, self.folder, forks=True)
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(
            held, env=environment(), stdin=pipe, stdout=pipe, stderr=nowhere, start_new_session=True
        )
        self._orders, self._replies = self.process.stdin, self.process.stdout
        self._entered: int | None = None  # the parent of the process that came from the stem
        self._own: set[int] = set()  # its processes, in the numbers of this system

    def wait_until_ready(self) -> None:
        """Returns once it can fork. Raises OSError if it has ended or does not come to it."""
        if self._own:
            return
        inside = self._reply(60.0)["pid"]
        if self.stem is not None:
            self._enter(self.stem, inside)
        self._own = {process.pid for process in self._processes()}

    def _enter(self, stem: Stem, holder: int) -> None:
        """From here on it is the process from the stem that we speak with."""
        known = [each.pid for each in self._processes() if _pid_inside(each.pid) == holder]
        reads, orders = os.pipe()
        replies, writes = os.pipe()
        self._orders, self._replies = open(orders, "wb"), open(replies, "rb")
        try:
            self._entered = stem.enter(known[0], self.sandbox, self.limits, self.folder, [reads, writes])
        finally:
            os.close(reads)
            os.close(writes)
        self._reply(5.0)

    def _processes(self) -> list[psutil.Process]:
        """All that are in the sandbox, and those that hold it together."""
        entered = processes_of(self._entered) if self._entered else []
        return [*processes_of(self.process.pid), *entered]

    def fork(self, connection: Path, uid: int | None) -> Forked:
        """A kernel that listens as the file `connection` says, in its folder. Raises OSError if this has ended."""
        self.wait_until_ready()
        home = str(connection.parent)
        order = {"connection": str(connection), "folder": home, "environment": environment(home), "uid": uid}
        inside = self._ask(order)["pid"]
        for process in self._processes():
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
            here = {process.pid for process in self._processes()}
            alone = here <= self._own and not any(self.folder.iterdir())
            return bool(self._ask({})["clean"]) and alone
        except OSError:
            return False

    def _ask(self, order: Mapping[str, object]) -> dict[str, Any]:
        assert self._orders is not None
        self._orders.write(json.dumps(order).encode() + b"\n")
        self._orders.flush()
        return self._reply(5.0)

    def _reply(self, seconds: float) -> dict[str, Any]:
        """A line of its. Raises OSError if none comes: it has ended, or was stopped by a kernel."""
        assert self._replies is not None
        if select.select([self._replies], [], [], seconds)[0]:
            line = self._replies.readline()
            if line:
                return dict(json.loads(line))
        raise OSError("the process that forks kernels has ended")

    def close(self) -> None:
        """End it, and all that is in its sandbox."""
        end_children(self.process.pid)
        self.process.kill()
        self.process.communicate()
        for pipe in (self._orders, self._replies):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
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
