"""Grading on workers of dask.distributed: a scheduler and two workers, real processes on this machine."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from edutorch.cli import main
from edutorch.course import far
from edutorch.course.notebook import read_notebook, write_notebook

from .conftest import with_source

pytest.importorskip("distributed", reason="dask.distributed is not installed")
ANSWER = "# question: double\nimport time\n\ndef double(x):\n    time.sleep(0.3)\n    return {} * x"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The scheduler's address, and a function that starts one more worker."""
    folder = tmp_path_factory.mktemp("cluster")
    started = []

    def start(*words):
        command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]]
        environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
        with open(folder / "log.txt", "ab") as log:
            started.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log))
        return started[-1]

    place = folder / "scheduler.json"
    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(place))
    deadline = time.monotonic() + 120
    while not (place.exists() and place.read_text().strip().endswith("}")) and time.monotonic() < deadline:
        time.sleep(0.1)
    address = json.loads(place.read_text())["address"]

    def worker():
        return start("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    yield address, worker
    for process in reversed(started):
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def batch(toy, tmp_path_factory):
    """Six that hand in, one a PDF, one a link; the words that grade them."""
    folder = tmp_path_factory.mktemp("batch") / "in"
    for number in range(4):
        notebook = with_source(read_notebook(toy / "exercises" / "toy.ipynb"), "double", ANSWER.format(number))
        (folder / f"s{number}").mkdir(parents=True)
        write_notebook(notebook, folder / f"s{number}" / "toy.ipynb")
    (folder / "s4").mkdir()
    (folder / "s4" / "work.pdf").touch()
    (folder / "s5").mkdir()
    (folder / "s5" / "toy.ipynb").symlink_to(toy / "solutions" / "toy.ipynb")
    return ["grade", "--unsafe", str(toy / "solutions" / "toy.ipynb"), str(folder)]


def test_the_report_is_the_same_and_a_killed_worker_loses_nothing(cluster, batch, tmp_path, monkeypatch):
    address, worker = cluster
    workers = [worker(), worker()]
    told = []

    def tell_and_kill(done):
        told.append(done.name)
        if len(told) == 2:
            os.kill(workers[0].pid, signal.SIGKILL)

    row = far._row
    monkeypatch.setattr(far, "_row", lambda text, handin: (tell_and_kill(handin), row(text, handin))[1])
    there, here = tmp_path / "there.json", tmp_path / "here.json"
    assert main([*batch, "--executor", f"dask:{address}", "--json", str(there)]) == 0
    assert workers[0].wait(timeout=60) == -signal.SIGKILL
    assert main([*batch, "--json", str(here)]) == 0
    assert there.read_text() == here.read_text()
    rows = json.loads(there.read_text())["rows"]
    assert [row["points"] for row in rows] == [0, 0, 4, 0, 0, 0]


def test_another_edutorch_there_is_refused(cluster, batch, monkeypatch, capsys):
    address, worker = cluster
    worker()
    monkeypatch.setattr("edutorch.course.grading_commands.code_version", lambda: "another")
    assert main([*batch, "--executor", f"dask:{address}"]) == 2
    assert "a worker has another version of edutorch" in capsys.readouterr().err


def test_nobody_there(batch, monkeypatch, capsys):
    monkeypatch.setattr(far, "WAIT", 1)
    assert main([*batch, "--executor", "dask:tcp://127.0.0.1:1"]) == 2
    assert "no scheduler with a worker at tcp://127.0.0.1:1" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*batch, "--executor", "ray:x"])
