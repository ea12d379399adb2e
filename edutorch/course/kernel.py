"""A kernel that code inside it can't hang, flood or outlive: nbval's RunningKernel with repairs.

nbval waits for a dead kernel until the cell's timeout, and forever for a cell that swallows KeyboardInterrupt. Here
each wait checks the process, the clock, the memory and the bytes read.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
import zmq
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel

from .cell_run import CellRun
from .forks import Forked, KernelParent, short_temporary_folder
from .leftovers import claim_folder, processes_of, remove_folder, size_of
from .notebook import Output
from .sandbox import INSIDE_HOME, Limits, Sandbox, environment, free_uid, kill_user

POLL = 0.05  # seconds between two looks at the process
LOOK = 0.25  # seconds between two looks at its memory and its folder
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)  # any message comes
RECONNECT = 5  # milliseconds between two tries to connect to a kernel that starts
GRACE = 2.0  # seconds an interrupted cell has to stop, for a traceback that shows the loop


class KernelLost(Exception):
    """The kernel is gone or had to be killed; the argument is the status."""


class GuardedKernel(RunningKernel):
    """An IPython kernel in a sandbox, with its own folder and sockets in it."""

    def __init__(self, sandbox: Sandbox, limits: Limits, parent: KernelParent | None = None) -> None:
        """Starts the process, or lets `parent` fork it; `wait_until_ready` waits for it. Two starts can so overlap."""
        self.sandbox, self.limits = sandbox, limits
        self.uid = free_uid() if sandbox.drops_root else None
        self.folder = (
            Path(tempfile.mkdtemp(prefix="k", dir=parent.folder))
            if parent
            else claim_folder("", short_temporary_folder())
        )
        if self.uid is not None:
            os.chown(self.folder, self.uid, self.uid)
        self.bytes_read, self.next_look = 0, 0.0
        self.km = _manager(self.folder, self.uid)
        self.process: subprocess.Popen[bytes] | Forked
        self.process = self._start() if parent is None else parent.fork(self._connection, self.uid)
        self.kc = self.km.client()
        # Sockets take a message of any size unless told otherwise, and ours must not fill up.
        self.kc.context.setsockopt(zmq.SocketOption.MAXMSGSIZE, 64 * limits.output)
        # They are there before the kernel's, and try again; after a tenth of a second, unless told otherwise.
        self.kc.context.setsockopt(zmq.SocketOption.RECONNECT_IVL, RECONNECT)
        self.kc.start_channels(hb=False)

    @property
    def _connection(self) -> Path:
        return Path(self.km.connection_file)

    def _start(self) -> subprocess.Popen[bytes]:
        """The process of the sandbox's own command line, in a session of its own."""
        return subprocess.Popen(
            self.sandbox.command(self.limits, self.uid, self.folder, str(self._connection)),
            env=environment(INSIDE_HOME if self.sandbox.kind == "bubblewrap" else str(self.folder)),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait_until_ready(self, timeout: float = 60.0) -> None:
        """Returns once the kernel answers on both channels. Raises KernelLost if it does not.

        A first answer would be lost if the kernel were up before our end has subscribed: then it is asked again."""
        deadline, patience = time.monotonic() + timeout, 1.0
        while time.monotonic() < deadline:
            run = self.run("None", timeout=patience, kill=False)
            patience = min(2 * patience, 5.0)
            if run.status == "ok":
                return
            if not self.is_alive():
                break
        self.stop()
        raise KernelLost("died")

    def run(self, source: str, timeout: float, kill: bool = True) -> CellRun:
        """Execute `source` and collect its outputs, for at most `timeout` seconds.

        Where the cell has to be stopped the kernel is killed, and its last outputs are kept."""
        run, start = CellRun(), time.monotonic()
        message = self.execute_cell_input(source, allow_stdin=False)
        try:
            if not self._collect(run, message, start + timeout):
                run.status = "timeout"
                if kill:
                    self.interrupt()
                    self._collect(run, message, time.monotonic() + GRACE)
                    self.kill()
        except KernelLost as lost:
            run.status = str(lost)
            self.kill()
        run.seconds = time.monotonic() - start
        if run.status == "ok" and run.error:
            run.status = "memory" if run.error["ename"] == "MemoryError" else "error"
        return run

    def _collect(self, run: CellRun, message: str, deadline: float) -> bool:
        """Read outputs until the cell is done (True) or the deadline has passed (False)."""
        while time.monotonic() < deadline:
            try:
                reply = self.get_message("iopub", timeout=POLL)
            except Empty:
                continue
            try:
                if reply["parent_header"].get("msg_id") != message:
                    continue
                if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                    return True
                _keep(run.outputs, reply["msg_type"], reply["content"])
            except UNREADABLE as error:
                raise KernelLost("message") from error
        return False

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """The next message of "iopub" or "shell", as nbval has it, but never from a dead kernel.

        Raises Empty after `timeout` seconds, KernelLost with the status where the kernel is lost."""
        socket = (self.kc.iopub_channel if stream == "iopub" else self.kc.shell_channel).socket
        self._look()
        if not socket.poll(1000 * (timeout or POLL)):
            if not self.is_alive():
                raise KernelLost("died")
            raise Empty
        frames = socket.recv_multipart()
        self.bytes_read += sum(len(frame) for frame in frames)
        if self.bytes_read > self.limits.output:
            raise KernelLost("output")
        try:
            _, parts = self.kc.session.feed_identities(frames)
            return self.kc.session.deserialize(parts)
        except UNREADABLE as error:
            raise KernelLost("message") from error

    def _look(self) -> None:
        """Add up the memory of all its processes, and the bytes in its folder, now and then."""
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + LOOK
        processes = processes_of(self.process.pid)
        if len(processes) > self.limits.processes // 2:  # the hard limit counts threads as well
            raise KernelLost("processes")
        if _memory(processes) > self.limits.memory:
            raise KernelLost("memory")
        if size_of(self.folder, self.limits.folder_size) > self.limits.folder_size:
            raise KernelLost("disk")

    def interrupt(self) -> None:
        """Ask by message: a signal would end the sandbox, not the cell."""
        self.kc.control_channel.send(self.kc.session.msg("interrupt_request", content={}))

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End the kernel and all its processes at once. Twice is no error."""
        processes = processes_of(self.process.pid)  # those it has left behind are found as long as it lives
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)  # it leads a session of its own
        for process in reversed(processes):
            with contextlib.suppress(psutil.Error):
                process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=2)
        if self.uid is not None and self.sandbox.kind != "bubblewrap":
            kill_user(self.uid)

    def stop(self) -> None:
        """Kill, close the sockets, remove the folder."""
        self.kill()
        self.kc.stop_channels()
        self.km.cleanup_resources()
        remove_folder(self.folder)


def _manager(folder: Path, uid: int | None) -> KernelManager:
    """Has a kernel's sockets and its key, and writes them to a file in `folder`; we start the process ourselves."""
    transport = "ipc" if os.name == "posix" else "tcp"
    address = str(folder / "socket") if transport == "ipc" else "127.0.0.1"
    manager = KernelManager(transport=transport, ip=address, connection_file=str(folder / "connection.json"))
    manager.write_connection_file()
    if uid is not None:
        os.chown(manager.connection_file, uid, uid)
    return manager


def _keep(outputs: list[Output], kind: str, content: dict[str, Any]) -> None:
    """Add one message to a cell's outputs, as a notebook file would hold it."""
    if kind == "stream":
        last = outputs[-1] if outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == content.get("name"):
            last["text"] += str(content.get("text", ""))
        else:
            text, name = str(content.get("text", "")), content.get("name", "stdout")
            outputs.append({"output_type": "stream", "name": name, "text": text})
    elif kind in ("display_data", "execute_result") and isinstance(content.get("data"), dict):
        outputs.append({"output_type": "display_data", "data": content["data"], "metadata": {}})
    elif kind == "error":
        fields = {name: content.get(name, "") for name in ("ename", "evalue", "traceback")}
        outputs.append({"output_type": "error", **fields})


def _memory(processes: list[psutil.Process]) -> int:
    """The bytes of their own memory, including blocks shared without a file, but not the libraries."""
    total = 0
    for process in processes:
        try:
            memory = process.memory_info()
            total += _unfiled(process.pid) or memory.rss - getattr(memory, "shared", 0)
        except (psutil.Error, OSError):
            continue
    return total


def _unfiled(pid: int) -> int:
    """What Linux counts as anonymous and as shared memory; 0 on other systems."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    pairs = [line.split()[:2] for line in lines if line.startswith(("RssAnon:", "RssShmem:"))]
    return sum(1024 * int(kilobytes) for _, kilobytes in pairs)
