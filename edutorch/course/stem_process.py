"""The process that has imported everything and enters sandboxes: `python -P -s -m edutorch.course.stem_process`.

A sandbox is made by bubblewrap, new for each submission, with a process in it that only waits. Where a program started
there would spend a second on imports, a process forked from this one joins the waiting one's namespaces, gives up what
bubblewrap gives up, and is then the same: what forks kernels.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import struct
from typing import Any

from .kernel_process import (
    PR_SET_PDEATHSIG,
    adopt_orphans,
    checked,
    fork_kernels,
    give_up_root,
    import_what_kernels_import,
    set_limits,
)

PR_CAPBSET_DROP, PR_CAP_AMBIENT, CLEAR_ALL, CAPABILITY_VERSION = 24, 47, 4, 0x20080522
NAMESPACES = ("mnt", "pid", "net", "ipc", "uts", "cgroup")  # and "user", which is entered around these
OUTER_NAMESPACE = 0xB702  # of ioctl: NS_GET_PARENT


def main() -> None:
    """Import what every kernel imports; then each order on standard input, a socket, is for a process that forks
    kernels in the sandbox which the process order["holder"] is in. The order brings its standard input and output.

    No answer runs in this process; what is forked from it has its memory, where nothing is but what was imported."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # with the one that started us
    import_what_kernels_import()
    adopt_orphans()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    orders = socket.socket(fileno=0)
    orders.send(json.dumps({"pid": os.getpid()}).encode())
    while True:
        message, streams, *_ = socket.recv_fds(orders, 2**16, 2)
        if not message:
            return
        if os.fork() == 0:
            become_parent(json.loads(message), streams, orders)
            os._exit(0)
        for stream in streams:
            os.close(stream)


def become_parent(order: dict[str, Any], streams: list[int], orders: socket.socket) -> None:
    """In a forked process: enter the sandbox, and wait for the process that forks kernels there. Those outside are told
    the pid of this one, or what went wrong."""
    try:
        join_memory_group(order["holder"])
        enter_sandbox(order["holder"])
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        inside = os.fork()  # only a new process is in the namespace of processes
    except OSError as error:
        orders.send(json.dumps({"error": str(error)}).encode())
        return
    if inside:
        orders.send(json.dumps({"pid": os.getpid()}).encode())
        with contextlib.suppress(ChildProcessError):
            os.waitpid(inside, 0)
        return
    settings = order["settings"]
    orders.detach()
    keep_streams(streams)
    os.setsid()
    drop_capabilities(order["capabilities"])
    os.chdir(order["environment"]["HOME"])
    os.environ.update(order["environment"])
    set_limits(settings)
    give_up_root(None)
    adopt_orphans()
    fork_kernels(settings["forks"])


def keep_streams(streams: list[int]) -> None:
    """Standard input and output are these, standard error is nowhere, and nothing else is open."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number, stream in enumerate([*streams, nowhere]):
        os.dup2(stream, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


def join_memory_group(pid: int) -> None:
    """Where the process `pid` is in a control group of its own, be in it, too. Raises OSError where that is refused."""
    mine, theirs = (_group(each) for each in ("self", pid))
    if mine != theirs:
        with open(f"/sys/fs/cgroup{theirs}/cgroup.procs", "w") as file:
            file.write(str(os.getpid()))


def _group(pid: object) -> str:
    with open(f"/proc/{pid}/cgroup") as file:
        return next((line.strip()[3:] for line in file if line.startswith("0::")), "")


def enter_sandbox(pid: int) -> None:
    """Be in all namespaces that the process `pid` is in; of processes, those forked from here on are. Raises OSError.

    Its namespace of users may be inside of another, which owns all the others: that one is entered first."""
    import fcntl  # POSIX only

    libc = ctypes.CDLL(None, use_errno=True)
    places = {name: os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY) for name in NAMESPACES}
    users = [os.open(f"/proc/{pid}/ns/user", os.O_RDONLY)]
    while not _is_own("user", users[-1]):
        users.append(fcntl.ioctl(users[-1], OUTER_NAMESPACE))
    inner = users[::-1][1:]  # without our own
    others = [place for name, place in places.items() if not _is_own(name, place)]
    for place in (*inner[:1], *others, *inner[1:]):
        checked(libc.setns(place, 0), "a namespace")
    os.chdir("/")


def _is_own(kind: str, place: int) -> bool:
    return os.path.samestat(os.fstat(place), os.stat(f"/proc/self/ns/{kind}"))


def drop_capabilities(kept: list[int]) -> None:
    """All but those kept, by their numbers, for this process and all that it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(64):
        if number not in kept:
            libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)  # refused for numbers that this kernel does not know
    libc.prctl(PR_CAP_AMBIENT, CLEAR_ALL, 0, 0, 0)
    mask = sum(1 << number for number in kept)
    # effective, permitted, inheritable, of numbers to 31 and of those above
    sets = struct.pack("=6I", mask, mask, 0, 0, 0, 0)
    checked(libc.capset(struct.pack("=Ii", CAPABILITY_VERSION, 0), sets), "capabilities")


if __name__ == "__main__":
    main()
