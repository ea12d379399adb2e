"""Runs programs in several processes, and leaves none behind."""

import contextlib
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from edutorch.distributed import launch
from edutorch.distributed.groups import is_mpi_available

needs_mpi = pytest.mark.skipif(not is_mpi_available(), reason="MPI is not installed (extra mpi)")
SECONDS = 240  # for processes that share a busy machine


def start(line, folder):
    """The line in a session of its own, away from the variables of another launcher."""
    others = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")
    known = {name: value for name, value in launch.environment().items() if name not in others}
    return subprocess.Popen(
        line,
        cwd=folder,
        env=known,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process, seconds=SECONDS):
    """Its status, output and errors. What is left of its session is ended, whatever happens."""
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        launch.free_shared_memory()
    return SimpleNamespace(status=process.returncode, out=out, err=err)


def run(count, program, folder, *words, seconds=SECONDS):
    """`edutorch run --nproc count program words`."""
    line = [sys.executable, "-m", "edutorch", "run", "--nproc", str(count), str(program), *words]
    return finish(start(line, folder), seconds)


def run_text(count, text, tmp_path, root, seconds=SECONDS):
    """The same for the text of a program, after the usual imports."""
    program = tmp_path / "program.py"
    program.write_text(PROLOGUE + text)
    return run(count, program, root, seconds=seconds)


PROLOGUE = """
import datetime, os, sys, time, warnings
import torch
import torch.distributed as dist
from torch import nn

def begin(seconds=60.0):
    dist.init_process_group("mpi", timeout=datetime.timedelta(seconds=seconds))
    return dist.get_rank(), dist.get_world_size()

def show(*values):
    texts = [None] * dist.get_world_size()
    dist.all_gather_object(texts, " ".join(map(str, values)))
    if dist.get_rank() == 0:
        print("\\n".join(texts), flush=True)

"""
