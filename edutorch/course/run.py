"""Running answers against checks, in a worker process that can be ended, and reading its results.

`edutorch check`, `q.check()`, `edutorch grade` and `edutorch release` all go through `run_answers`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .assignment import Assignment, Check, Question
from .notebook import NotebookError
from .sandbox import PACKAGE, Limits

LARGEST_RESULT = 64 * 1024**2


@dataclass
class QuestionRun:
    """What running one answer gave: a record for each cell, as plugin.py wrote it."""

    question: str
    cells: list[dict[str, Any]] = field(default_factory=list)
    sandbox: str = ""
    problem: str = ""

    def cell(self, identity: str) -> dict[str, Any] | None:
        """The record of the answer ("answer") or of a check, by its id."""
        found = [cell for cell in self.cells if cell["id"] == identity]
        return found[0] if found else None


def run_answers(
    assignment: Assignment,
    answers: Mapping[str, str],
    *,
    public_only: bool = False,
    limits: Limits | None = None,
    hidden: Sequence[Path] = (),
    compare: bool = True,
) -> dict[str, QuestionRun]:
    """Run `answers` (question id to source), each in a fresh kernel; what each gave, by question.

    The worker as a whole has the sum of all timeouts to live. Without `compare` the checks' outputs
    are only collected, as a release needs them. Raises NotebookError where a check was never run in
    the reference."""
    limits = limits or Limits()
    chosen = {name: _checks(assignment.questions[name], public_only) for name in answers}
    if compare:
        _require_outputs(assignment, chosen)
    job = {
        "limits": asdict(limits),
        "compare": compare,
        "hidden": [str(path) for path in hidden],
        "questions": [
            _job_of(assignment, name, answers[name], checks) for name, checks in chosen.items()
        ],
    }
    folder = Path(tempfile.mkdtemp(prefix="edutorch-run-"))
    try:
        problem = _run_worker(job, folder, _time_to_live(job))
        return _read_results(folder / "results.jsonl", list(answers), problem)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _checks(question: Question, public_only: bool) -> list[Check]:
    return [check for check in question.checks if not (public_only and check.hidden)]


def _require_outputs(assignment: Assignment, chosen: Mapping[str, list[Check]]) -> None:
    for name, checks in chosen.items():
        unrun = [check.id for check in checks if not check.outputs]
        if unrun or not checks:
            raise NotebookError(
                f"{assignment.name}: question {name!r} has checks never run in the reference, "
                f"{unrun}: any answer would pass. Run `edutorch release` to store their outputs"
            )


def _job_of(assignment: Assignment, name: str, answer: str, checks: list[Check]) -> dict[str, Any]:
    question = assignment.questions[name]
    return {
        "id": name,
        "setup": assignment.setup,
        "answer": answer,
        "timeout": question.timeout,
        "checks": [asdict(check) for check in checks],
    }


def _time_to_live(job: dict[str, Any]) -> float:
    """Seconds: a start and every timeout of every question, and no more."""
    total = 30.0
    for question in job["questions"]:
        total += 30.0 + question["timeout"] + sum(check["timeout"] for check in question["checks"])
    return total


def _run_worker(job: dict[str, Any], folder: Path, seconds: float) -> str:
    """Run worker.py on the job; a reason where it did not end by itself, else ""."""
    job_file = folder / "job.json"
    job_file.write_text(json.dumps(job), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "OPENBLAS_NUM_THREADS": "1"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-P", "-m", "edutorch.course.worker", str(job_file)]
    with open(folder / "log.txt", "wb") as log:
        worker = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            worker.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"the grading process took more than {seconds:.0f} s"
        finally:
            _end(worker)
    if worker.returncode == 0 and (folder / "results.jsonl").exists():
        return ""
    log_text = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")
    return f"the grading process ended early: {log_text.strip()[-800:]}"


def _end(worker: subprocess.Popen[bytes]) -> None:
    """End the worker with all its group, whatever state it is in."""
    if os.name == "posix":
        try:
            os.killpg(worker.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    worker.kill()
    worker.wait()


def _read_results(file: Path, names: list[str], problem: str) -> dict[str, QuestionRun]:
    runs = {name: QuestionRun(name, problem=problem or "it was not run") for name in names}
    if not file.exists() or file.stat().st_size > LARGEST_RESULT:
        return runs
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            found = json.loads(line)
        except json.JSONDecodeError:
            continue  # cut off when the worker was ended
        runs[found["question"]] = QuestionRun(found["question"], found["cells"], found["sandbox"])
    return runs
