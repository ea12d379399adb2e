"""Whole programs with worker processes: interrupted, killed, ended early, spawned."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def blocks(main=None):
    """The names of the blocks of shared memory that workers of a process have made."""
    folder = Path("/dev/shm")
    names = folder.glob(f"edutorch_{main or os.getpid()}_*") if folder.is_dir() else []
    return {path.name for path in names}


def ended(pid):
    """Whether a process is gone, or a zombie that nobody has waited for yet."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def wait_until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


# A job in the background begins with SIGINT ignored, and so would these programs.
PROGRAM = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
import edutorch as torch
from edutorch.utils.data import DataLoader, Dataset

class Slow(Dataset):
    def __len__(self):
        return 1000
    def __getitem__(self, i):
        time.sleep(0.02)
        return torch.zeros(50_000) + i

if __name__ == "__main__":
    iterator = iter(DataLoader(Slow(), batch_size=2, num_workers=2, **{arguments}))
    next(iterator)
    print(*(process.pid for process in iterator._pool.processes), flush=True)
    {then}
"""


def start(then, arguments="{}"):
    """A program that loads, its standard error and the pids of its workers."""
    source = textwrap.dedent(PROGRAM).format(then=then, arguments=arguments)
    process = subprocess.Popen(
        [sys.executable, "-c", source],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    return process, [int(word) for word in process.stdout.readline().split()]


@pytest.mark.parametrize("to_group", [True, False], ids=["terminal", "process"])
def test_ctrl_c_leaves_no_process_behind(to_group):
    process, pids = start("for _ in iterator: pass")
    assert len(pids) == 2
    (os.killpg if to_group else os.kill)(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert "leaked" not in errors
    wait_until(lambda: all(ended(pid) for pid in pids))


INTERRUPTED = """
import {module}
step = {module}.{name}
left = {times}
def interrupted(*arguments, **keywords):
    global left
    left -= 1
    result = step(*arguments, **keywords)
    if left >= 0:
        signal.raise_signal(signal.SIGINT)
    return result
{module}.{name} = interrupted
for _ in iterator: pass
"""


STEPS = [
    ("_posixshmem", "shm_open"),
    ("_posixshmem", "shm_unlink"),
    ("multiprocessing.connection", "Connection._recv"),
]


@pytest.mark.parametrize("times", [1, 100])
@pytest.mark.parametrize(("module", "name"), STEPS)
def test_ctrl_c_in_the_middle_of_taking_a_batch_loses_no_shared_memory(module, name, times):
    lines = INTERRUPTED.format(module=module, name=name, times=times)
    process, pids = start(textwrap.indent(lines, "    ").strip())
    _, errors = process.communicate(timeout=60)
    assert errors.endswith("KeyboardInterrupt\n")
    assert not blocks(process.pid)
    wait_until(lambda: all(ended(pid) for pid in pids))


def test_a_main_process_that_is_killed_takes_its_workers_along():
    process, pids = start("for _ in iterator: pass")
    process.kill()
    process.communicate(timeout=60)
    wait_until(lambda: all(ended(pid) for pid in pids))
    wait_until(lambda: not blocks(process.pid))


def test_a_program_may_end_in_the_middle_of_a_pass():
    process, pids = start("sys.exit(7)", arguments="{'persistent_workers': True}")
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (7, "")
    wait_until(lambda: all(ended(pid) for pid in pids))


@pytest.mark.parametrize("how", ["argument", "set_start_method"])
def test_spawned_workers(tmp_path, how):
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent("""
        import multiprocessing
        import edutorch as torch
        from edutorch.utils.data import DataLoader, Dataset

        class Pairs(Dataset):
            base = torch.ones(40_000)
            def __init__(self):
                self.offset = torch.tensor(10)
            def __len__(self):
                return 4
            def __getitem__(self, i):
                return self.base + i, self.offset + i

        if __name__ == "__main__":
            arguments = {}
            if %r == "argument":
                arguments["multiprocessing_context"] = "spawn"
            else:
                multiprocessing.set_start_method("spawn")
            loader = DataLoader(Pairs(), 2, num_workers=2, **arguments)
            batches = iter(loader)
            print(type(next(batches)).__name__, type(batches._pool.processes[0]).__name__)
            print([(x[:, 0].tolist(), y.tolist()) for x, y in loader])
        """)
        % how
    )
    done = subprocess.run(
        [sys.executable, str(program)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.stdout == "list SpawnProcess\n[([1.0, 2.0], [10, 11]), ([3.0, 4.0], [12, 13])]\n", done.stderr
    assert done.stderr == ""


NOTEBOOK = """
import edutorch as torch
from edutorch.utils.data import DataLoader, Dataset

class Mine(Dataset):
    def __len__(self):
        return 2
    def __getitem__(self, i):
        return i

try:
    list(DataLoader(Mine(), num_workers=1, multiprocessing_context="spawn"))
except RuntimeError as error:
    print(error)
"""


def test_a_data_set_of_a_notebook_under_spawn_is_told_what_to_do():
    done = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True, timeout=60)
    assert "The data set is defined in the notebook itself" in done.stdout and "my_data.py" in done.stdout
