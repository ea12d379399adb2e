"""A function of a notebook in several processes: what goes with it, what comes back, what is left behind."""

import os
import subprocess
import sys
import time

import psutil
import pytest

import edutorch as torch
import edutorch.distributed as dist
from edutorch.course import in_processes, processes
from tests.distributed.processes import needs_mpi

TIMES = 3
A_TENSOR = torch.ones(2)


def tripled(x):
    return TIMES * x


def total(number):
    print("this is rank", dist.get_rank())
    x = torch.full((2,), number)
    dist.all_reduce(x)
    return {"sum": x, "tripled": [tripled(each) for each in (1, 2)]}


def raises():
    if dist.get_rank() == 1:
        raise KeyError("lost")
    dist.barrier()


def dies():
    print("here")
    dist.barrier()  # both have printed
    if dist.get_rank() == 1:
        os._exit(3)
    dist.barrier()


def uses_a_tensor():
    return A_TENSOR + 1


@needs_mpi
def test_results_and_prints_come_back_in_the_order_of_the_ranks(capsys):
    found = in_processes(2, total, 1.5)
    assert found == [{"sum": [3.0, 3.0], "tripled": [3, 6]}] * 2
    assert capsys.readouterr().out == "rank 0: this is rank 0\nrank 1: this is rank 1\n"


@needs_mpi
def test_a_process_that_raises_is_named_with_its_line():
    with pytest.raises(RuntimeError, match=r"^rank 1: KeyError: 'lost' \(in raises: `raise KeyError\(\"lost\"\)`\)$"):
        in_processes(2, raises)


@needs_mpi
def test_a_process_that_dies_is_named_and_what_was_printed_is_there(capsys):
    with pytest.raises(RuntimeError, match="^rank 1 ended with status 3$"):
        in_processes(2, dies)
    assert capsys.readouterr().out == "rank 0: here\nrank 1: here\n"


def lives(process):
    """Whether it has not ended; one whose parent is stopped remains as a zombie."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@needs_mpi
@pytest.mark.parametrize("stopped", [False, True], ids=["", "without mpiexec's help"])
def test_a_kernel_that_is_killed_leaves_no_process(tmp_path, root, stopped):
    folder = tmp_path / "x.py"
    folder.write_text(
        "import os, time\nfrom pathlib import Path\nfrom edutorch.course import in_processes\n"
        "def stay(folder):\n    Path(folder, f'{os.getpid()}.started').touch()\n    time.sleep(3600)\n"
        f"in_processes(2, stay, {str(tmp_path)!r})\n"
    )
    kernel = subprocess.Popen([sys.executable, folder], env=os.environ | {"PYTHONPATH": str(root)})
    while len(started := [int(path.stem) for path in tmp_path.glob("*.started")]) < 2:
        assert kernel.poll() is None
        time.sleep(0.1)
    ranks = [psutil.Process(pid) for pid in started]
    above = [each for each in psutil.Process(kernel.pid).children(recursive=True) if each not in ranks]
    for each in above if stopped else []:
        each.suspend()
    kernel.kill()
    kernel.wait()
    try:
        deadline = time.monotonic() + 60
        while any(map(lives, ranks)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert [each for each in ranks if lives(each)] == []
    finally:
        for each in above if stopped else []:
            each.kill()


def test_what_is_not_plain_is_refused():
    with pytest.raises(TypeError, match="uses_a_tensor uses A_TENSOR, which is a Tensor. Processes share no memory"):
        in_processes(2, uses_a_tensor)
    with pytest.raises(TypeError, match="an argument is a Tensor"):
        in_processes(2, total, A_TENSOR)
    with pytest.raises(TypeError, match="takes a function of the notebook"):
        in_processes(2, max)


@pytest.mark.parametrize(
    ("platform", "why"), [("linux", "MPI is not installed here"), ("emscripten", "A browser has no processes")]
)
def test_without_mpi_a_recording_is_shown_and_said_to_be_one(monkeypatch, capsys, platform, why):
    known = {"2 x total(1.5)": {"printed": [["a"], ["b", "c"]], "results": [1, 2], "error": ""}}
    about = {"date": "2026-11-28", "where": "on two cores", "calls": known}
    monkeypatch.setattr(processes, "is_mpi_available", lambda: False)
    monkeypatch.setattr(processes, "_recordings", lambda: about)
    monkeypatch.setattr(sys, "platform", platform)
    assert in_processes(2, total, 1.5) == [1, 2]
    assert capsys.readouterr().out == (
        f"{why}: these are figures recorded on 2026-11-28, on two cores.\nrank 0: a\nrank 1: b\nrank 1: c\n"
    )
    with pytest.raises(RuntimeError, match=r"2 x total\(2.0\) needs MPI.*pip install 'edutorch-course\[mpi\]'"):
        in_processes(2, total, 2.0)
