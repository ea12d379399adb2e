"""A bound on the memory of all that an answer starts, together: a control group of Linux, made by systemd.

The watcher of kernel.py adds up the memory of processes, and sees the bounded folders, now and then; a group counts
every page at once, of tmpfs and of shared memory too. It can be had where cgroup v2 has its memory controller and
systemd takes requests of this user. Elsewhere the watcher is all there is.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
ROOM = 512 * 1024**2  # for the process that forks kernels, which has imported everything


def in_memory_group(memory: int) -> list[str]:
    """The words before a command that put it, and all that it starts, into a group with this many bytes and some room;
    none where there are no such groups."""
    return _words(memory + ROOM) if _works(GROUPS) else []


@functools.cache
def _works(groups: Path) -> bool:
    """Whether a group can be made: tried, once a process."""
    controllers = groups / "cgroup.controllers"
    if not controllers.is_file() or "memory" not in controllers.read_text(encoding="ascii").split():
        return False
    if shutil.which("systemd-run") is None:
        return False
    try:
        return subprocess.run([*_words(ROOM), "true"], capture_output=True, timeout=5, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _words(memory: int) -> list[str]:
    """systemd-run --scope becomes the command itself; where the user's systemd listens is no business of the kernel."""
    place = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.geteuid()}")
    user = ["--user"] if os.geteuid() else []
    bounds = [f"--property=MemoryMax={memory}", "--property=MemorySwapMax=0"]
    run = [shutil.which("systemd-run") or "systemd-run", *user, "--scope", "--quiet", "--collect", *bounds]
    return ["/usr/bin/env", f"XDG_RUNTIME_DIR={place}", *run, "--", "/usr/bin/env", "-u", "XDG_RUNTIME_DIR"]
