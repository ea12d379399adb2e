"""What a learner's code leaves behind: folders it wrote to, processes it started.

Folders may lie a thousand deep, be closed to their owner, or be links to elsewhere. Processes may
have made themselves independent of those that started them. Where a grader is killed, the next one removes its folders.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

DEEPEST = 64  # folders in folders; with more than that it counts as full
CLAIMED = ".own"  # ends the names of folders that a process has claimed
FRESH = 60.0  # seconds: its process may not have come to claim it yet
_claims: dict[Path, int] = {}  # as long as such a file is open, the folder is ours


def claim_folder(prefix: str, place: str | None = None) -> Path:
    """A new folder in `place`, or in the temporary folder; ours until `remove_folder`, or until this process ends.

    Those there whose processes have ended without removing them are removed."""
    place = place or tempfile.gettempdir()
    for folder in Path(place).glob(f"edutorch-*{CLAIMED}"):
        if _is_left(folder):
            remove_folder(folder)
    folder = Path(tempfile.mkdtemp(prefix=f"edutorch-{prefix}", suffix=CLAIMED, dir=place))
    _claim(folder)
    return folder


def _is_left(folder: Path) -> bool:
    """Whether it is this user's, and no process's any more; then it is ours."""
    with contextlib.suppress(OSError, AttributeError):  # some systems have no getuid
        about = folder.lstat()
        ours = stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()
        return ours and time.time() - about.st_mtime > FRESH and _claim(folder)
    return False


def _claim(folder: Path) -> bool:
    """Whether it is ours now. Always False where the system has no locks on folders."""
    try:
        import fcntl  # POSIX only
    except ImportError:
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return False
    _claims[folder] = handle
    return True


def size_of(folder: Path, enough: int) -> int:
    """Bytes in `folder`, any entry a page at least; counting ends where it is more than `enough`."""
    total, waiting = 0, [(str(folder), 0)]
    while waiting and total <= enough:
        place, depth = waiting.pop()
        if depth > DEEPEST:
            return enough + 1
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    total += max(4096, entry.stat(follow_symlinks=False).st_size)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, depth + 1))
    return total


def remove_folder(folder: Path) -> None:
    """Remove it with all that is in it, whatever its depth and permissions. Raises nothing.

    Contents of inner folders are first moved up into `folder`, so that no path gets long."""
    waiting = _opened(folder)
    while waiting:
        path = waiting.pop()
        with contextlib.suppress(OSError):
            if _is_folder(path):
                for inside in _opened(path):
                    above = folder / uuid.uuid4().hex
                    if _is_folder(inside):
                        inside.chmod(stat.S_IRWXU)  # moving a folder writes to it
                    waiting.append(inside.rename(above))
                path.rmdir()
            else:
                path.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()
    with contextlib.suppress(KeyError):
        os.close(_claims.pop(folder))


def processes_of(pid: int) -> list[psutil.Process]:
    """The process `pid` and all that it has started; none where it has ended."""
    import psutil  # extra "lab", with ipykernel: nothing here may need it on import

    found: list[psutil.Process] = []
    waiting = [pid]
    while waiting:
        with contextlib.suppress(psutil.Error):
            found.append(psutil.Process(waiting.pop()))
            waiting += _children(found[-1])
    return found


def _children(process: psutil.Process) -> list[int]:
    """Linux tells them of each thread; elsewhere all processes there are have to be gone through."""
    threads = f"/proc/{process.pid}/task"
    if not os.path.exists(f"{threads}/{process.pid}/children"):
        return [child.pid for child in process.children()]
    told: list[str] = []
    with contextlib.suppress(OSError):  # it ends meanwhile
        for thread in os.listdir(threads):
            told += Path(f"{threads}/{thread}/children").read_text(encoding="ascii").split()
    return list(map(int, told))


def end_children(pid: int, rounds: int = 20) -> None:
    """Kill all that the process `pid` has started, and what that starts meanwhile."""
    import psutil

    with contextlib.suppress(psutil.Error):
        for _ in range(rounds):
            children = psutil.Process(pid).children(recursive=True)
            for child in children:
                with contextlib.suppress(psutil.Error):
                    child.kill()
            if not psutil.wait_procs(children, timeout=0.2)[1] and not children:
                return


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _opened(folder: Path) -> list[Path]:
    """What is in it, made accessible first."""
    with contextlib.suppress(OSError):
        folder.chmod(stat.S_IRWXU)
        return list(folder.iterdir())
    return []
