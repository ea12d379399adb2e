"""Starting the same program several times: where `mpiexec` lies, and what each process is told.

MPI is the wheel `mpich` (extra `mpi`), whose `mpiexec` lies beside the interpreter, or an MPI that the system has.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

INSTALL = "pip install 'edutorch-course[mpi]' installs it"
PIDS = "EDUTORCH_PIDS"  # a folder with a file for each process, named by its id, that holds its rank
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# what the launchers of MPICH and Open MPI call a process's rank, their number, and both on its machine
_RANKS = ("PMI_RANK", "OMPI_COMM_WORLD_RANK")
_SIZES = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")
_LOCAL_RANKS = ("MPI_LOCALRANKID", "OMPI_COMM_WORLD_LOCAL_RANK")
_LOCAL_SIZES = ("MPI_LOCALNRANKS", "OMPI_COMM_WORLD_LOCAL_SIZE")


def find_mpiexec() -> Path | None:
    """The mpiexec beside this interpreter, else that of the wheel, else the system's; None where there is none."""
    beside = Path(sys.prefix, "Scripts" if os.name == "nt" else "bin", "mpiexec").with_suffix(_executable_suffix())
    if beside.is_file():
        return beside.resolve()  # mpiexec finds its own helpers beside itself
    found = _of_wheel("mpiexec" + _executable_suffix()) or shutil.which("mpiexec")
    return Path(found).resolve() if found else None


def find_library() -> Path | None:
    """The wheel's libmpi where it lies elsewhere than beside the interpreter, where mpi4py looks by itself."""
    found = _of_wheel("libmpi.so.12") or _of_wheel("libmpi.12.dylib")
    return None if found is None or found.parent == Path(sys.prefix, "lib") else found


def _of_wheel(name: str) -> Path | None:
    """A file of the distribution `mpich`."""
    try:
        wheel = importlib.metadata.distribution("mpich")
    except importlib.metadata.PackageNotFoundError:
        return None
    found = (Path(str(wheel.locate_file(file))).resolve() for file in wheel.files or () if file.name == name)
    return next((path for path in found if path.is_file()), None)


def _executable_suffix() -> str:
    return ".exe" if os.name == "nt" else ""


def command(nproc: int, words: Sequence[str]) -> list[str]:
    """The line that starts `python words` in `nproc` processes. Under `python -m mpi4py` one that raises ends all.

    Raises RuntimeError where there is no MPI."""
    mpiexec = find_mpiexec()
    if mpiexec is None:
        raise RuntimeError(f"mpiexec was found neither beside {sys.executable} nor on the path: {INSTALL}")
    return [str(mpiexec), "-n", str(nproc), sys.executable, "-m", "mpi4py", *words]


def run(nproc: int, words: Sequence[str]) -> int:
    """Runs `python words` in processes, and gives the status of mpiexec. The rank of one that died is told.

    Ctrl-C reaches them all."""
    with tempfile.TemporaryDirectory() as pids:
        line = command(nproc, words)
        line.insert(1, "-print-all-exitcodes")
        process = subprocess.Popen(line, env=environment() | {PIDS: pids}, stdout=subprocess.PIPE)
        signal.signal(signal.SIGTERM, _end)
        try:
            end = _pass_on(process)
            status = process.wait()
        except (KeyboardInterrupt, SystemExit) as end_of_all:
            return stop(process, 130 if isinstance(end_of_all, KeyboardInterrupt) else 143)
        finally:
            free_shared_memory()
        if status and (death := first_death(end, pids)):
            print(f"{death}: all processes are stopped", file=sys.stderr, flush=True)
        return status


KILL = 9  # the signal with which mpiexec ends the others
_CODES = re.compile(rb"^\[mpiexec@.*\] Exit codes: .*\n", re.MULTILINE)


def _pass_on(process: subprocess.Popen[bytes]) -> bytes:
    """Prints what mpiexec prints, but for the line with the codes, and returns the end of all."""
    assert process.stdout is not None
    sys.stdout.flush()
    end = held = b""
    while part := os.read(process.stdout.fileno(), 1 << 16):
        end = (end + part)[-4096:]
        text = _CODES.sub(b"", held + part)
        start = text.rfind(b"\n") + 1
        held = text[start:] if text[start:].startswith(b"[mpiexec@") else b""
        os.write(sys.stdout.fileno(), text.removesuffix(held))
    return end


def first_death(end: bytes, pids: str) -> str:
    """ "rank 1 ended with status 3", of what mpiexec has said at last"""
    found = _CODES.search(end)
    codes = [int(code) for code in re.findall(rb"(?<=[ ,])\d+(?=[,\s])", found[0])] if found else []
    for rank, code in enumerate(codes):
        if code >= 256:
            return f"rank {rank} ended with status {code >> 8}"
    for rank, code in enumerate(codes):
        if code not in (0, KILL):
            return f"rank {rank} ended with signal {code}"
    dead = re.search(rb"PID (\d+) RUNNING AT .*\n=   EXIT CODE: (\d+)", end)
    if dead and (rank_of := Path(pids, dead[1].decode())).is_file():
        return f"rank {rank_of.read_text()} ended with signal {dead[2].decode()}"
    return ""


def environment() -> dict[str, str]:
    """The variables for these processes: one BLAS thread each, unless a variable says otherwise, since together they
    share the cores."""
    library = find_library()
    known = {"MPI4PY_LIBMPI": str(library)} if library else {}
    return dict.fromkeys(THREADS, "1") | known | os.environ


def free_shared_memory(folder: str = "/dev/shm") -> None:
    """Removes what killed processes of MPICH have left in shared memory: segments that no process has mapped.

    Each has some megabytes, and a container may have 64 for all. (Of a job that can't be seen from here but shares the
    memory, only the name would go, which it needs in its first moments; so segments stay for a second.)"""
    old = time.time() - 1
    segments = {path.name: path for path in Path(folder).glob("mpich_shm_*")}
    for maps in Path("/proc").glob("[0-9]*/maps") if segments else ():
        with contextlib.suppress(OSError):
            for name in re.findall(r"mpich_shm_\w+", maps.read_text()):
                segments.pop(name, None)
    for path in segments.values():
        with contextlib.suppress(OSError):
            if path.stat().st_uid == os.getuid() and path.stat().st_mtime < old:
                path.unlink()


def _end(number: int, frame: object) -> None:
    raise SystemExit


def stop(process: subprocess.Popen[bytes], status: int, seconds: float = 5.0) -> int:
    """Ends mpiexec, and with it what it has started. Returns the status."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()  # its helpers notice, and end what they started
        process.wait()
    return status


def tell_rank() -> None:
    """Sets RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, MASTER_ADDR and MASTER_PORT, which scripts for torchrun
    read, in a process that mpiexec started."""
    rank, size = _first(_RANKS), _first(_SIZES)
    if rank is None or size is None:
        return
    if PIDS in os.environ:
        Path(os.environ[PIDS], str(os.getpid())).write_text(rank)
    os.environ.setdefault("RANK", rank)
    os.environ.setdefault("WORLD_SIZE", size)
    os.environ.setdefault("LOCAL_RANK", _first(_LOCAL_RANKS) or rank)
    os.environ.setdefault("LOCAL_WORLD_SIZE", _first(_LOCAL_SIZES) or size)
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
    os.environ.setdefault("MASTER_PORT", "29500")


def rank_here() -> str | None:
    """ "rank 1 of 4" in a process that mpiexec started among several, else None."""
    rank, size = _first(_RANKS), _first(_SIZES)
    return None if rank is None or size in (None, "1") else f"rank {rank} of {size}"


def _first(names: Sequence[str]) -> str | None:
    return next((os.environ[name] for name in names if name in os.environ), None)
