"""`python -m edutorch.distributed.check` says what works, and where something does not, why."""

import mmap
import os
import sys

import pytest

from edutorch.distributed import check, launch
from tests.distributed.processes import finish, needs_mpi, start


@needs_mpi
def test_a_set_up_that_works(root):
    done = finish(start([sys.executable, "-m", "edutorch.distributed.check"], root))
    assert done.status == 0, done.out + done.err
    assert "✓ mpi4py 4" in done.out and "✓ library " in done.out
    assert "✓ 2 processes on 1 machine: " in done.out and "✓ all_reduce adds up" in done.out
    assert "✓ two processes on this machine work together" in done.out and "✗" not in done.out


def test_without_mpiexec_it_says_what_installs_it(monkeypatch, capsys):
    monkeypatch.setattr(launch, "find_mpiexec", lambda: None)
    monkeypatch.setattr(launch, "rank_here", lambda: None)
    assert check.main() == 1
    assert f"✗ there is no mpiexec: {launch.INSTALL}" in capsys.readouterr().out


@needs_mpi
def test_processes_that_fail_or_do_not_end_are_told(monkeypatch, capfd):
    words = iter([["-c", "raise SystemExit(7)"], ["-c", "import time; time.sleep(3600)"]])
    monkeypatch.setattr(launch, "command", lambda count, _: [sys.executable, *next(words)])
    assert check.check_by_starting() == 1
    assert check.check_by_starting(timeout=0.5) == 1
    out = capfd.readouterr().out
    assert "✗ two processes do not work together" in out and "ended with status 7" in out
    assert "✗ two processes did not end within 0 s" in out


@needs_mpi
def test_an_mpiexec_of_another_mpi_is_recognized(root, monkeypatch):
    """Its variables are set, but the library finds no other process."""
    monkeypatch.setenv("OMPI_COMM_WORLD_RANK", "0")
    monkeypatch.setenv("OMPI_COMM_WORLD_SIZE", "2")
    done = finish(start([sys.executable, "-m", "edutorch.distributed.check"], root))
    assert done.status == 1 and "✗ mpiexec has started several processes, but MPI connects each with none" in done.out


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shared memory is no folder on this system")
def test_shared_memory_that_nobody_has_mapped_is_freed(tmp_path):
    used, left, new = (tmp_path / f"mpich_shm_{name}_0" for name in ("used", "left", "new"))
    for path in (used, left, new):
        path.write_bytes(bytes(4096))
    for path in (used, left):
        os.utime(path, (0, 0))
    with used.open("r+b") as file, mmap.mmap(file.fileno(), 0):
        launch.free_shared_memory(str(tmp_path))
    assert [path.exists() for path in (used, left, new)] == [True, False, True]


@pytest.mark.parametrize("missing", [True, False])
def test_where_mpiexec_is_looked_for(missing, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(launch, "_of_wheel", lambda name: None)
    monkeypatch.setattr(launch.shutil, "which", lambda name: None)
    if missing:
        with pytest.raises(
            RuntimeError, match=r"mpiexec was found neither beside .* pip install 'edutorch-course\[mpi\]'"
        ):
            launch.command(2, ["x.py"])
        return
    own = tmp_path / ("Scripts/mpiexec.exe" if sys.platform == "win32" else "bin/mpiexec")
    own.parent.mkdir()
    own.write_text("")
    assert launch.command(2, ["x.py"]) == [str(own.resolve()), "-n", "2", sys.executable, "-m", "mpi4py", "x.py"]
