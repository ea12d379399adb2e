"""Does the set-up work, and where it does not, why?

    python -m edutorch.distributed.check                  here, in two processes
    mpiexec -n 8 python -m edutorch.distributed.check     on the machines that mpiexec starts processes on

Prints what was found, a line each, and ends with status 1 where something does not work.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable

from ..ops.creation import full
from . import launch
from .collectives import all_reduce, barrier
from .groups import destroy_process_group, get_rank, get_world_size, init_process_group, is_mpi_available, mpi
from .objects import all_gather_object

SECONDS = 60.0  # for all processes to come
SMALL, LARGE = 1, 1_000_000  # float32 numbers


def main() -> int:
    """Checks from outside, or as one of the processes that mpiexec has started."""
    if launch.rank_here() is not None:
        return check_as_rank()
    version = _version("mpi4py")
    _say(version is not None, f"mpi4py {version}", f"mpi4py is not installed: {launch.INSTALL}")
    mpiexec = launch.find_mpiexec()
    _say(mpiexec is not None, f"mpiexec {mpiexec}", f"there is no mpiexec: {launch.INSTALL}")
    if not is_mpi_available():
        return 1
    try:
        library = mpi().Get_library_version().splitlines()[0].strip()
    except ModuleNotFoundError as error:
        _say(False, "", str(error))
        return 1
    _say(True, f"library {library}", "")
    return check_by_starting()


def check_by_starting(timeout: float = 2 * SECONDS) -> int:
    """Starts two processes that check each other."""
    line = launch.command(2, ["-m", "edutorch.distributed.check"])
    try:
        done = subprocess.run(line, env=launch.environment(), timeout=timeout, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        _say(False, "", f"two processes did not end within {timeout:.0f} s: {' '.join(line)}")
        return 1
    _say(
        done.returncode == 0,
        "two processes on this machine work together",
        f"two processes do not work together: {' '.join(line)} ended with status {done.returncode}",
    )
    return int(done.returncode != 0)


def check_as_rank() -> int:
    """Adds up numbers with the others; rank 0 prints what it took."""
    comm = mpi().COMM_WORLD
    if comm.Get_size() == 1:
        found = launch.find_mpiexec()
        _say(
            False,
            "",
            "mpiexec has started several processes, but MPI connects each with none: it is the mpiexec of another MPI"
            f" than mpi4py's ({mpi().Get_library_version().splitlines()[0].strip()}). Try {found}",
        )
        return 1
    init_process_group("mpi", timeout=datetime.timedelta(seconds=SECONDS))
    rank, size = get_rank(), get_world_size()
    places: list[object] = [None] * size
    threads = next((os.environ[name] for name in launch.THREADS if name in os.environ), "as many as cores")
    all_gather_object(places, (platform.node(), threads))
    right = _adds_up(SMALL) and _adds_up(LARGE)
    small, large = _seconds(SMALL), _seconds(LARGE)
    if rank == 0:
        hosts = {place[0] for place in places if isinstance(place, tuple)}
        _say(True, f"{size} processes on {len(hosts)} machine{'s' * (len(hosts) > 1)}: {', '.join(sorted(hosts))}", "")
        _say(True, f"BLAS threads in each process: {threads}", "")
        _say(right, "all_reduce adds up", "all_reduce gives a wrong sum")
        _say(True, f"all_reduce of 4 bytes {1e6 * small:.0f} µs, of 4 MB {1e3 * large:.1f} ms", "")
    destroy_process_group()
    return int(not right)


def _adds_up(count: int) -> bool:
    x = full((count,), float(get_rank() + 1))
    all_reduce(x)
    size = get_world_size()
    return bool((x == size * (size + 1) / 2).all())


def _seconds(count: int, times: int = 10) -> float:
    """The least time of an all_reduce of so many float32 numbers."""
    x = full((count,), 0.0)
    return min(_timed(lambda: all_reduce(x)) for _ in range(times))


def _timed(call: Callable[[], object]) -> float:
    barrier()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _say(right: bool, found: str, wrong: str) -> None:
    print(f"✓ {found}" if right else f"✗ {wrong}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
