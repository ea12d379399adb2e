"""The first code that runs in a kernel's process: lower what it may do, then become the kernel.

Run as a file, `python -P kernel_process.py '{"uid": ..., ...}' CONNECTION_FILE`; it imports nothing of ours.
"""

import contextlib
import ctypes
import importlib
import importlib.util
import json
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38


def main() -> None:
    """Set the limits of the JSON in argv[1], give up root, and run ipykernel (or fork others, or stop, as a trial)."""
    settings = json.loads(sys.argv[1])
    if os.name == "posix":
        set_limits(settings)
        give_up_root(settings.get("uid"))
        adopt_orphans()
    if settings.get("forks"):
        fork_kernels()
        return
    if settings.get("trial"):
        open(os.__file__).close()  # the standard library of root's interpreter may be root's alone
        found = [importlib.util.find_spec(name) for name in ("ipykernel_launcher", "edutorch")]
        print("ready" if all(found) else "the interpreter's packages are out of reach")
        return
    become_kernel(sys.argv[2])


def become_kernel(connection: str) -> None:
    """Run ipykernel in this process, on the sockets that the file `connection` names."""
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # a tenth of a second, and nobody debugs here
    sys.argv = ["ipykernel_launcher", "-f", connection, "--HistoryManager.hist_file=:memory:"]
    runpy.run_module("ipykernel_launcher", run_name="__main__")


def fork_kernels() -> None:
    """Import what every kernel imports; then each line of standard input is an order for one, answered by its pid.

    No thread runs here, so that all of this process is in its children."""
    for name in ("ipykernel.kernelapp", "IPython.core.debugger", "edutorch.course"):
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: none stays as a zombie
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            leave_parent(order["folder"], order["environment"])
            become_kernel(order["connection"])
            os._exit(0)
        print(pid, flush=True)


def leave_parent(folder: str, environment: dict) -> None:
    """In a forked process: gives it its own session, folder and environment, and none of the parent's streams."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir(folder)
    os.environ.update(environment)


def set_limits(settings: dict) -> None:
    """Limits in bytes and counts that the kernel and all it starts inherit and cannot raise."""
    import resource  # POSIX only

    for name in ("AS", "FSIZE", "NPROC", "NOFILE", "CORE"):
        value = settings.get(name)
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if value is None or kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            if sys.platform == "linux":  # macOS has some of these, but refuses to set them
                raise


def give_up_root(uid: int | None) -> None:
    """Become the unprivileged user `uid`, for good, and die with the process that started us."""
    if uid is not None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Linux: processes whose parent ends become ours, so that the process that ends us finds them.

    Where memory runs out, the machine is to take it from us first."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")


if __name__ == "__main__":
    main()
