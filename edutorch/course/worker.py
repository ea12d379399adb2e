"""The process that runs submissions, one after another: `python -P -m edutorch.course.worker SETTINGS`.

It is apart from the grader, which gives each job a time to live. It makes itself ready, with a kernel that
waits, and reads the names of its jobs' files from standard input. Each question is a notebook, run by
pytest with nbval and our plugin; a line of JSON is written as each one ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

# The optional checker of addresses behind nbformat's validator: a second to import, never used here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from .cell_run import Job, cells_of  # noqa: E402
from .forks import POSSIBLE, Stem  # noqa: E402
from .kernel_process import adopt_orphans  # noqa: E402
from .kernels import Kernels  # noqa: E402
from .leftovers import end_children, remove_folder  # noqa: E402
from .notebook import write_notebook  # noqa: E402
from .sandbox import Limits, best_sandbox  # noqa: E402

LONGEST_WAIT = 600  # seconds


class Settings:
    """Gives the kernels, and where results go, to the plugin.

    Without a sandbox a kernel may be able to read what this process can: once the notebooks are
    collected, no file has the expected outputs."""

    def __init__(self, kernels: Kernels, results: Path) -> None:
        self.kernels, self.results = kernels, results

    def pytest_configure(self, config: Any) -> None:
        """On the config, where the plugin looks for them."""
        config.edutorch_kernels, config.edutorch_results = self.kernels, self.results

    def pytest_collection_finish(self, session: Any) -> None:
        """Remove the notebooks."""
        for path in {item.path for item in session.items}:
            path.unlink()


def main(settings: dict[str, Any]) -> None:
    """Get ready, then wait for jobs, whose format run.py knows, and run each in the current folder.

    Each job has a sandbox of its own, started as the one before is done."""
    adopt_orphans()
    hidden, limits = tuple(Path(path) for path in settings["hidden"]), Limits(**settings["limits"])
    stem = Stem() if POSSIBLE and not settings["trusted"] and best_sandbox(hidden).kind == "bubblewrap" else None
    how = (limits, hidden, settings["trusted"], settings["container"], stem)
    kernels = Kernels(*how)
    try:
        import nbval.plugin  # noqa: F401  # extra "lab": a second that need not follow the job

        kernels.prepare()
        while job_file := _wait_for_job():
            job = json.loads(Path(job_file).read_text(encoding="utf-8"))
            Path(job_file).unlink()
            _run_job(job, kernels)
            print("done", flush=True)
            kernels.close()
            kernels = Kernels(*how)
            kernels.prepare()
    finally:
        kernels.close()
        if stem is not None:
            stem.close()
        end_children(os.getpid())
        for folder in settings["folders"]:  # the grader may be gone
            remove_folder(Path(folder))


def _wait_for_job() -> str:
    """A line of standard input; "" where the other end has gone, or nothing came for too long."""
    patience = threading.Timer(LONGEST_WAIT, os.kill, (os.getpid(), signal.SIGINT))
    patience.daemon = True
    patience.start()
    try:
        return sys.stdin.readline().strip()
    except KeyboardInterrupt:
        return ""
    finally:
        patience.cancel()


def _run_job(job: Job, kernels: Kernels) -> None:
    import pytest  # extra "lab"

    folder = Path.cwd()
    notebooks = [_write(question, folder, job["compare"]) for question in job["questions"]]
    (folder / "pytest.ini").write_text("[pytest]\n")
    options = ["-q", "-s", "-W", "ignore", "--nbval", "--color=no", "--rootdir", str(folder)]
    options += ["-p", "no:cacheprovider", "-p", "nbval.plugin", "-p", "edutorch.course.plugin"]
    options += ["-p", "no:unraisableexception"]  # it looks through all of the memory at the end of each job
    with contextlib.redirect_stdout(sys.stderr):  # standard output is for the grader
        pytest.main([*options, *notebooks], plugins=[Settings(kernels, folder / job["results"])])


def _write(question: Job, folder: Path, compare: bool) -> str:
    """The notebook of one question: set-up, the answer, its checks."""
    path = folder / f"{question['id']}.ipynb"
    write_notebook({"cells": cells_of(question, compare), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, path)
    return str(path)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
