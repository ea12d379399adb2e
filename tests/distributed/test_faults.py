"""Processes that die, raise, stay away or ask for something else: an error that names them, and no hang."""

import os
import signal
import sys
import time

import psutil
import pytest

from edutorch.distributed import launch
from tests.distributed.processes import PROLOGUE, finish, needs_mpi, run_text, start

pytestmark = needs_mpi


def test_shapes_and_dtypes_that_differ_are_named_and_the_group_goes_on(tmp_path, root):
    done = run_text(
        3,
        """
rank, size = begin()
def message(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except dist.DistBackendError as error:
        return str(error)
show(message(dist.all_reduce, torch.ones(2 if rank == 1 else 3)))
show(message(dist.broadcast, torch.ones(2, dtype=torch.float64 if rank == 2 else torch.float32), 0))
show(message(dist.all_reduce, torch.ones(2), dist.ReduceOp.MAX if rank == 0 else dist.ReduceOp.SUM))
show(message(*([dist.barrier] if rank == 0 else [dist.all_reduce, torch.ones(2)])))
show(message(dist.all_gather, [torch.zeros(rank + 1) for _ in range(3)], torch.zeros(rank + 1)))
if rank == 0:
    dist.send(torch.ones(2, 3), 1)
    dist.send(torch.ones(3, dtype=torch.int32), 1)
elif rank == 1:
    print(message(dist.recv, torch.zeros(5), 0), message(dist.recv, torch.zeros(3), 0), sep="\\n", flush=True)
x = torch.ones(2)
dist.all_reduce(x)
show(x.tolist())
try:
    nn.parallel.DistributedDataParallel(nn.Linear(4, 5 if rank == 2 else 3))
except dist.DistBackendError as error:
    show(error)
""",
        tmp_path,
        root,
    )
    assert done.status == 0, done.err
    differ = "the processes do not ask for the same: "
    for line in (
        f"{differ}ranks 0, 2 call all_reduce SUM of float32 [3]; rank 1 calls all_reduce SUM of float32 [2]",
        f"{differ}ranks 0, 1 call broadcast from 0 of float32 [2]; rank 2 calls broadcast from 0 of float64 [2]",
        f"{differ}rank 0 calls all_reduce MAX of float32 [2]; ranks 1, 2 call all_reduce SUM of float32 [2]",
        f"{differ}rank 0 calls barrier; ranks 1, 2 call all_reduce SUM of float32 [2]",
        f"{differ}rank 0 calls all_gather of float32 [1]; rank 1 calls all_gather of float32 [2]; rank 2 calls"
        " all_gather of float32 [3]",
        "[3.0, 3.0]",
        "DistributedDataParallel: the modules differ: rank 0 has weight of float32 [3, 4], rank 2 has weight of float32"
        " [5, 4]",
    ):
        assert done.out.splitlines().count(line) == 3, (line, done.out)
    for line in (
        "recv: rank 0 sends float32 [2, 3], but rank 1 of 3 receives into a tensor of float32 [5]",
        "recv: rank 0 sends int32 [3], but rank 1 of 3 receives into a tensor of float32 [3]",
    ):
        assert line in done.out.splitlines()


def test_a_rank_that_raises_ends_the_others(tmp_path, root):
    text = "rank, size = begin(600.0)\nif rank == 1:\n    raise KeyError('lost')\ndist.barrier()\n"
    done = run_text(3, text, tmp_path, root)
    assert done.status != 0
    assert "KeyError: 'lost'" in done.err
    assert "rank 1 of 3 ended with KeyError: all processes are stopped" in done.err


def test_a_rank_that_exits_ends_the_others(tmp_path, root):
    done = run_text(2, "rank, size = begin(600.0)\nif rank == 1:\n    sys.exit(3)\ndist.barrier()\n", tmp_path, root)
    assert done.status != 0
    assert "rank 1 of 2 ended with status 3: all processes are stopped" in done.err


@pytest.mark.parametrize(
    ("end", "how"), [("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"), ("os._exit(3)", "status 3")]
)
def test_a_rank_that_dies_ends_the_others_and_is_named(end, how, tmp_path, root):
    text = f"import signal\nrank, size = begin(600.0)\nif rank == 1:\n    {end}\ndist.barrier()\n"
    done = run_text(2, text, tmp_path, root)
    assert done.status != 0
    assert f"rank 1 ended with {how}: all processes are stopped" in done.err
    assert "Exit codes" not in done.out


def test_the_first_death_is_that_of_the_rank_that_mpiexec_has_not_ended_itself():
    """mpiexec ends the others with signal 9, and may come across one of those first."""
    end = b"=   PID 7 RUNNING AT here\n=   EXIT CODE: 9\n[mpiexec@here] Exit codes: [here] 9,%d,9\n"
    assert launch.first_death(end % 11, "nowhere") == "rank 1 ended with signal 11"
    assert launch.first_death(end % (3 << 8), "nowhere") == "rank 1 ended with status 3"
    assert launch.first_death(end % 9, "nowhere") == ""


def test_a_rank_that_stays_away_is_named_after_the_timeout(tmp_path, root):
    done = run_text(
        3,
        """
rank, size = begin(1.0)
if rank == 2:
    time.sleep(3600)
dist.all_reduce(torch.ones(4))
""",
        tmp_path,
        root,
    )
    assert done.status != 0
    assert "DistBackendError: all_reduce SUM of float32 [4]: rank " in done.err
    assert "rank 2 does not answer: it computes, or has died" in done.err


def test_a_rank_that_has_left_the_script_is_named_long_before_the_timeout(tmp_path, root):
    done = run_text(2, "rank, size = begin(3600.0)\nif rank == 0:\n    dist.barrier()\n", tmp_path, root)
    assert done.status != 0
    assert "barrier: rank 0 of 2 has waited for" in done.err and "rank 1 has ended" in done.err


def test_after_a_timeout_the_processes_go_on_in_a_new_group_as_the_message_says(tmp_path, root):
    """Rank 1 comes when rank 0 has given up, whose memory must still be there for what MPI writes into it then."""
    done = run_text(
        2,
        """
import gc
rank, size = begin(1.0)
if rank == 1:
    time.sleep(4)
for _ in range(2 if rank == 1 else 1):
    try:
        dist.all_reduce(torch.ones(4))
    except dist.DistBackendError as error:
        print(error, flush=True)
gc.collect()
dist.destroy_process_group()
dist.init_process_group("mpi", timeout=datetime.timedelta(seconds=60))
x = torch.full((4,), rank + 1.0)
dist.all_reduce(x)
show(x.tolist())
""",
        tmp_path,
        root,
    )
    assert done.status == 0, done.err
    assert "before it is used further, every process should call destroy_process_group() and init_process" in done.out
    assert done.out.splitlines()[-2:] == ["[3.0, 3.0, 3.0, 3.0]"] * 2


def test_ranks_that_wait_for_different_things_are_named(tmp_path, root):
    """Each receives before it sends: a deadlock."""
    done = run_text(
        2,
        """
rank, size = begin(2.0)
x = torch.zeros(2)
try:
    dist.recv(x, 1 - rank)
    dist.send(x, 1 - rank)
except dist.DistBackendError as error:
    print(error, flush=True)
""",
        tmp_path,
        root,
    )
    waits = [f"rank {rank} waits in recv of float32 [2] from rank {1 - rank}" for rank in range(2)]
    assert "recv of float32 [2] from rank 1: rank 0 of 2 has waited for" in done.out
    assert "recv of float32 [2] from rank 0: rank 1 of 2 has waited for" in done.out
    assert any(text in done.out for text in waits)  # who is late finds that the other has given up


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM to the command alone", "SIGKILL to mpiexec"])
def test_an_end_from_outside_leaves_no_process(how, tmp_path, root):
    program = tmp_path / "program.py"
    mark = f"pathlib.Path({str(tmp_path)!r}, f'{{os.getpid()}}.started').touch()"
    program.write_text(f"import pathlib\n{PROLOGUE}rank, size = begin(600.0)\n{mark}\ntime.sleep(3600)\n")
    process = start([sys.executable, "-m", "edutorch", "run", "--nproc", "2", str(program)], root)
    while len(started := [int(path.stem) for path in tmp_path.glob("*.started")]) < 2:
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    if how == "Ctrl-C":
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does
    elif how == "SIGTERM to the command alone":
        process.terminate()
    else:
        psutil.Process(process.pid).children()[0].kill()
    deadline = time.monotonic() + 60
    while any(map(psutil.pid_exists, started)) and time.monotonic() < deadline:
        time.sleep(0.1)
    left = [pid for pid in started if psutil.pid_exists(pid)]
    done = finish(process)
    assert left == [] and done.status != 0
    assert done.status in (130, 143) or how == "SIGKILL to mpiexec"


def test_processes_that_were_not_started_together_are_told_how(tmp_path, root, monkeypatch):
    monkeypatch.setenv("PMI_RANK", "0")
    program = tmp_path / "program.py"
    program.write_text(
        "import os\nos.environ.pop('PMI_RANK')\nos.environ.update(RANK='0', WORLD_SIZE='2')\n"
        "import torch.distributed as dist\ndist.init_process_group('gloo')\n"
    )
    done = finish(start([sys.executable, "-m", "edutorch", "run", str(program)], root))
    assert "there should be 2 processes (world_size, or the variable WORLD_SIZE), but MPI has started 1" in done.err
    assert "edutorch run --nproc 2 script.py" in done.err
