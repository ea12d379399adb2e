"""How a learner's code is isolated: by bubblewrap where it works, else by resource limits, and on Linux by Landlock.

Landlock keeps a process from files: of those it may read none has an answer. But it has the host's network.

Whether bubblewrap works is tried, once a process, with a real start: it may be installed and yet be
refused by the kernel of a container or by a distribution's policy.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .memory_group import in_memory_group
from .mounts import INTERPRETER, PACKAGE, answer_folders, folders_to_mount, foreign, parents_of

LAUNCHER = Path(__file__).resolve().with_name("kernel_process.py")
NOT_SANDBOXED = "not sandboxed"
UNUSED_UIDS = range(60706, 61184)  # left free by Linux distributions, see systemd's UIDS-GIDS
INSIDE_HOME = "/tmp"


@dataclass(frozen=True)
class Limits:
    """What one question's kernel may use. Bytes and counts."""

    memory: int = 2 * 1024**3
    file_size: int = 16 * 1024**2
    folder_size: int = 64 * 1024**2
    output: int = 1024**2
    processes: int = 64
    open_files: int = 256

    def for_launcher(self, others: int, trial: bool) -> dict[str, int | bool | str | None]:
        """The settings that kernel_process.py takes; `others` processes are counted with the kernel's."""
        return {
            # Room above the limit, which the kernel's watcher enforces: at the very edge of its
            # address space Python may fail to report that it is there.
            "AS": self.memory + 1024**3,
            "FSIZE": self.file_size,
            "NPROC": self.processes + others,
            "NOFILE": self.open_files,
            "CORE": 0,
            "trial": trial,
        }


@dataclass(frozen=True)
class Sandbox:
    """A way to start a process: `kind` is "bubblewrap", "landlock" or "limits"."""

    kind: str
    drops_root: bool
    hidden: tuple[Path, ...] = ()
    container: str = ""  # the engine of the one that all this is in

    @property
    def label(self) -> str:
        """The words for a report."""
        if self.kind == "bubblewrap":
            return "sandboxed with bubblewrap"
        user = "" if os.name != "posix" or os.geteuid() != 0 or self.drops_root else ", as root"
        if self.container and self.drops_root:
            return f"sandboxed with {self.container}"
        what = "resource limits and Landlock" if self.kind == "landlock" else "resource limits alone"
        return f"{NOT_SANDBOXED}: {what}{user}"

    def settings(
        self, limits: Limits, uid: int | None, folder: Path | None, trial: bool = False, forks: bool = False
    ) -> dict[str, object]:
        """What kernel_process.py is told in `command`."""
        others = 0 if self.drops_root or self.kind == "bubblewrap" else _threads_of_this_user()
        settings: dict[str, object] = {**limits.for_launcher(others, trial), "uid": uid if self.drops_root else None}
        settings |= {"forks": str(folder) if self.kind == "bubblewrap" else ""} if forks else {}
        if self.kind == "landlock":
            settings["files"] = _files(folder, self.hidden)
        return settings

    def command(
        self,
        limits: Limits,
        uid: int | None,
        folder: Path | None,
        *arguments: str,
        trial: bool = False,
        forks: bool = False,
    ) -> list[str]:
        """The command line that runs kernel_process.py with `arguments`; `folder` is the one to write in.

        trial: only see whether it starts; forks: be what forks kernels."""
        settings = self.settings(limits, uid, folder, trial, forks)
        launch = [str(INTERPRETER), "-P", str(LAUNCHER), json.dumps(settings), *arguments]
        return launch if self.kind != "bubblewrap" else self._inside(limits, folder, launch, grouped=not trial)

    def held(self, limits: Limits, folder: Path) -> list[str]:
        """The command line of a process that only waits in the sandbox, so that others can enter it."""
        settings = {**self.settings(limits, None, folder), "holds": True}
        launch = [str(INTERPRETER), "-I", "-S", str(LAUNCHER), json.dumps(settings)]
        return self._inside(limits, folder, launch, grouped=True)

    @property
    def capabilities(self) -> list[int]:
        """Linux's numbers of those that what runs inside has: it drops root for each kernel."""
        return [6, 7] if self.drops_root else []  # CAP_SETGID, CAP_SETUID

    def _inside(self, limits: Limits, folder: Path | None, launch: list[str], grouped: bool) -> list[str]:
        group = in_memory_group(limits.memory) if grouped else []
        return [*group, *_bubblewrap(limits, folder, self.hidden, self.drops_root), *launch]


def environment(home: str = INSIDE_HOME) -> dict[str, str]:
    """All that a kernel sees of the environment: no name of the instructor's is in it."""
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    system = {name: os.environ[name] for name in ("SYSTEMROOT", "PATHEXT") if name in os.environ}
    return {
        **system,
        **dict.fromkeys(threads, "1"),
        "PATH": os.pathsep.join([str(INTERPRETER.parent), "/usr/bin", "/bin"]),
        "HOME": home,
        "TMPDIR": home,
        "USER": "learner",
        "LANG": "C.UTF-8",
        "IPYTHONDIR": os.path.join(home, "ipython"),
        "MALLOC_ARENA_MAX": "2",
        "PYTHONPATH": str(PACKAGE.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }


@functools.cache
def best_sandbox(hidden: tuple[Path, ...] = ()) -> Sandbox:
    """The best sandbox that can really start a process here, with `hidden` files and folders masked."""
    root = os.name == "posix" and os.geteuid() == 0
    ways = [("bubblewrap", root), ("landlock", root), ("limits", root), ("landlock", False), ("limits", False)]
    for kind, drops_root in ways if root else ways[:3]:
        sandbox = Sandbox(kind, drops_root, hidden)
        if (kind == "limits" and not drops_root) or _starts(sandbox):
            return sandbox
    raise AssertionError("limits alone always start")


def free_uid() -> int | None:
    """A user id for a kernel of this process, when we are root: its own, so that counts are too."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    used = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            used.add(entry.stat().st_uid)
    return random.SystemRandom().choice([uid for uid in UNUSED_UIDS if uid not in used])


def _starts(sandbox: Sandbox) -> bool:
    if sandbox.kind == "bubblewrap" and shutil.which("bwrap") is None:
        return False
    if sandbox.kind == "landlock" and sys.platform != "linux":
        return False
    try:
        command = sandbox.command(Limits(), free_uid(), None, trial=True)
        done = subprocess.run(command, env=environment(), capture_output=True, timeout=20, check=False, cwd="/")
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and done.stdout.strip() == b"ready"


def _threads_of_this_user() -> int:
    """Outside its own namespace, a kernel's processes count together with all others of the user."""
    count = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if entry.stat().st_uid == os.geteuid():
                count += len(os.listdir(entry / "task"))
        except OSError:
            continue
    return count


def _bubblewrap(limits: Limits, folder: Path | None, hidden: Sequence[Path], drops_root: bool) -> list[str]:
    """bwrap's arguments: nothing of the host but the interpreter, the environment and edutorch."""
    # Root keeps its real user id space: the drop is then to a real user, whose processes count.
    namespaces = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    alone = ["--unshare-all", "--unshare-user", *_no_further_users()]
    namespaces = [*namespaces, "--unshare-cgroup-try"] if drops_root else alone
    change_user = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    out = [shutil.which("bwrap") or "bwrap", *namespaces, "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    out += change_user if drops_root else []
    size = ["--size", str(limits.folder_size)]
    out += [*size, "--perms", "1777", "--tmpfs", "/tmp"]
    mounted = folders_to_mount()
    out += _parents([*mounted, *([folder] if folder else [])])
    for path in mounted:
        out += _as_on_host(path)
    out += ["--proc", "/proc", "--dev", "/dev", *size, "--perms", "1777", "--tmpfs", "/dev/shm"]
    for path in [*foreign(), *answer_folders(), *hidden]:
        out += _mask(path, mounted, size)
    if folder is not None:
        out += ["--bind", str(folder), str(folder)]
    return [*out, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", INSIDE_HOME, "--"]


def _parents(paths: Sequence[Path]) -> list[str]:
    """The folders above the mounted ones, empty, made readable: root's bwrap makes them private."""
    return [word for path in parents_of(paths) for word in ("--perms", "755", "--dir", str(path))]


def _as_on_host(path: Path) -> list[str]:
    if path.is_symlink():
        return ["--symlink", os.readlink(path), str(path)]
    return ["--ro-bind", str(path), str(path)]


@functools.cache
def _no_further_users() -> list[str]:
    """Of versions of bubblewrap that know it: no namespace of users inside."""
    told = subprocess.run([shutil.which("bwrap") or "bwrap", "--help"], capture_output=True, text=True, check=False)
    return ["--disable-userns"] if "--disable-userns" in told.stdout + told.stderr else []


def _files(folder: Path | None, hidden: Sequence[Path]) -> dict[str, list[str]]:
    """What Landlock allows: reading what bubblewrap would mount, listing folders with something hidden in them."""
    masked = [path.resolve() for path in [*foreign(), *answer_folders(), *hidden]]
    read: list[Path] = []
    listed: list[Path] = []
    waiting = [path.resolve() for path in folders_to_mount()]
    while waiting:
        path = waiting.pop()
        if not any(each.is_relative_to(path) for each in masked):
            read.append(path)
        elif path not in masked:
            listed.append(path)
            waiting += [child for child in path.iterdir() if not child.is_symlink()]
    write = [folder] if folder else []
    return {"read": list(map(str, read)), "listed": list(map(str, listed)), "write": list(map(str, write))}


def _mask(path: Path, mounted: Sequence[Path], size: Sequence[str]) -> list[str]:
    """Cover a file or a folder inside something mounted; else it is not there anyway."""
    path = path.resolve()
    if not any(path.is_relative_to(other.resolve()) for other in mounted):
        return []
    if path.is_dir():
        return [*size, "--perms", "000", "--tmpfs", str(path), "--remount-ro", str(path)]
    return ["--ro-bind", "/dev/null", str(path)] if path.is_file() else []


def kill_user(uid: int) -> None:
    """Kill every process of a kernel's own user: what it left running outside a namespace."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if entry.stat().st_uid == uid:
                os.kill(int(entry.name), 9)
        except OSError:
            continue
