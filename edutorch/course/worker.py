"""The process that runs one submission's questions: `python -P -m edutorch.course.worker SETTINGS`.

It is separate from the grader, which limits its time. It gets ready, with a waiting kernel, and reads the name of its
job's file from standard input. Each question is a notebook, run by pytest with nbval and our plugin; a line of JSON is
written as each one ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

# The optional checker of addresses behind nbformat's validator: a second to import, never used here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from .kernel import Kernels  # noqa: E402
from .kernel_process import adopt_orphans  # noqa: E402
from .leftovers import end_children, remove_folder  # noqa: E402
from .notebook import code_cell, write_notebook  # noqa: E402
from .sandbox import Limits  # noqa: E402

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
    """Get ready, wait for a job, whose format run.py knows, and run it in the current folder."""
    adopt_orphans()
    hidden = tuple(Path(path) for path in settings["hidden"])
    kernels = Kernels(Limits(**settings["limits"]), hidden, trusted=settings["trusted"])
    job_file = ""
    try:
        import nbval.plugin  # noqa: F401  # extra "lab": a second that need not follow the job

        job_file = _wait_for_job()
        if job_file:
            job = json.loads(Path(job_file).read_text(encoding="utf-8"))
            Path(job_file).unlink()
            _run_job(job, kernels)
    finally:
        kernels.close()
        end_children(os.getpid())
        for folder in settings["folders"] if not job_file else ():  # nobody is there to do it
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


def _run_job(job: dict[str, Any], kernels: Kernels) -> None:
    import pytest  # extra "lab"

    folder = Path.cwd()
    kernels.wanted = len(job["questions"])
    notebooks = [_write(question, folder, job["compare"]) for question in job["questions"]]
    (folder / "pytest.ini").write_text("[pytest]\n")
    options = ["-q", "-s", "-W", "ignore", "--nbval", "--color=no", "--rootdir", str(folder)]
    options += ["-p", "no:cacheprovider", "-p", "nbval.plugin", "-p", "edutorch.course.plugin"]
    pytest.main([*options, *notebooks], plugins=[Settings(kernels, folder / "results.jsonl")])


def _write(question: dict[str, Any], folder: Path, compare: bool) -> str:
    """The notebook of one question: set-up, the answer, its checks."""
    setup = enumerate(question["setup"])
    cells = [code_cell(text, {"role": "setup"}, [], f"setup-{n}") for n, text in setup]
    data = {"role": "solution", "id": "answer", "timeout": question["timeout"], "swaps": question["swaps"]}
    cells.append(code_cell(question["answer"], data, [], "answer"))
    for check in question["checks"]:
        data = {key: check[key] for key in ("id", "rtol", "atol", "timeout")}
        role = "check" if compare else "record"
        cell = code_cell(check["source"], {**data, "role": role}, [], check["id"])
        cell["outputs"], cell["execution_count"] = check["outputs"], 1
        cells.append(cell)
    path = folder / f"{question['id']}.ipynb"
    write_notebook({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, path)
    return str(path)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
