"""Running answers against checks, in a worker process that can be ended, and reading its results.

`edutorch check`, `q.check()`, `edutorch grade` and `edutorch release` all go through `run_answers`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path

from .assignment import Assignment, Check, Question
from .cell_run import Job, Record
from .container import remove, run_command
from .in_process import LABEL, NO_PROCESSES, run_here
from .leftovers import claim_folder, end_children, remove_folder
from .marks import seal_of, sealed
from .notebook import NotebookError, Output
from .sandbox import PACKAGE, Limits

LARGEST_RESULT = 64 * 1024**2


@dataclass
class QuestionRun:
    """What running one answer gave: a record for each cell, as plugin.py wrote it."""

    question: str
    cells: list[Record] = field(default_factory=list)
    sandbox: str = ""
    problem: str = ""

    def cell(self, identity: str) -> Record | None:
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
    workers: Workers | None = None,
    trusted: bool = False,
) -> dict[str, QuestionRun]:
    """Run `answers` (question id to source), each in a fresh kernel; what each gave, by question.

    The worker as a whole has the sum of all timeouts to live. Without `compare` the checks' outputs
    are only collected, as a release needs them. `workers` started before save the time of their
    start. `trusted`: the answers are the instructor's own, and need no sandbox. Raises NotebookError if a check was
    never run in the reference."""
    chosen = {name: _checks(assignment.questions[name], public_only) for name in answers}
    if compare:
        _require_outputs(assignment, chosen)
    job = {
        "compare": compare,
        "questions": [_job_of(assignment, name, answers[name], checks) for name, checks in chosen.items()],
    }
    if NO_PROCESSES:
        return {name: QuestionRun(name, cells, LABEL) for name, cells in run_here(job).items()}
    own = Workers(limits or Limits(), hidden, trusted)
    try:
        with (workers or own).one() as worker:
            return worker.run(job, _time_to_live(job))
    finally:
        own.close()


class Worker:
    """A worker process, started and on its way to be ready; it runs jobs, one at a time.

    Started early, it has all it needs loaded and a kernel waiting when a job comes. It ends by
    itself when this process does, or when no job comes for ten minutes."""

    def __init__(self, limits: Limits, hidden: Sequence[Path] = (), trusted: bool = False, container: str = "") -> None:
        """container: the engine that runs it in one, "docker" or "podman".

        Raises ModuleNotFoundError if what it needs is not installed."""
        _require_packages()
        self.container = container
        self.jobs = 0
        self.folder = claim_folder("run-")
        self.kernels = claim_folder("kernels-")
        self.kernels.chmod(0o711)  # a kernel's own user passes through to its folder
        settings = {
            "limits": asdict(limits),
            "hidden": [str(path) for path in hidden],
            "trusted": trusted,
            "container": container,
            "folders": [] if container else [str(self.folder), str(self.kernels)],
        }
        words = ["-P", "-m", "edutorch.course.worker", json.dumps(settings)]
        command = [sys.executable, *words]
        if container:
            command = run_command(container, self.folder.name, self.folder, limits, ["python3", *words])
        with open(self.folder / "log.txt", "wb") as log:
            self.process = subprocess.Popen(
                command,
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        own = {
            "PYTHONPATH": str(PACKAGE.parent),
            "OPENBLAS_NUM_THREADS": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "TMPDIR": str(self.kernels),
        }
        return {**{name: os.environ[name] for name in os.environ if name != "PYTEST_ADDOPTS"}, **own}

    def is_waiting(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def run(self, job: Job, seconds: float) -> dict[str, QuestionRun]:
        """Run the job; what each question gave. A worker that takes more than `seconds` is ended."""
        self.jobs += 1
        job_file, results = self.folder / f"job-{self.jobs}.json", self.folder / f"results-{self.jobs}.jsonl"
        job_file.write_text(json.dumps({**job, "results": results.name}), encoding="utf-8")
        job_file.chmod(0o600)  # it holds what is expected
        problem = self._wait_for(job_file.name, seconds)
        names = [question["id"] for question in job["questions"]]
        try:
            return _read_results(results, names, problem)
        finally:
            results.unlink(missing_ok=True)

    def _wait_for(self, job: str, seconds: float) -> str:
        """Give the worker its job's file and wait; a reason where it did not come to an end by itself, else ""."""
        assert self.process.stdin is not None and self.process.stdout is not None
        too_long = threading.Event()
        clock = threading.Timer(seconds, self._end, [too_long])
        clock.daemon = True
        clock.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.write(f"{job}\n".encode())
                self.process.stdin.flush()
            done = self.process.stdout.readline() == b"done\n"
        finally:
            clock.cancel()
        if done:
            return ""
        self.process.wait()
        if too_long.is_set():
            return f"the grading process took more than {seconds:.0f} s"
        log_text = (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        return f"the grading process ended early: {log_text.strip()[-800:]}"

    def close(self) -> None:
        """End the worker with all that it started, whatever state it is in, and remove its folders."""
        self._end(threading.Event())
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
        for folder in (self.folder, self.kernels):
            remove_folder(folder)

    def _end(self, why: threading.Event) -> None:
        why.set()
        if self.container:
            remove(self.container, self.folder.name)
        end_children(self.process.pid)
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()


class Workers:
    """Workers that are kept from one job to the next: what is asked for twice is quick."""

    def __init__(
        self,
        limits: Limits | None = None,
        hidden: Sequence[Path] = (),
        trusted: bool = False,
        container: str = "",
    ) -> None:
        self.limits = limits or Limits()
        self._start = lambda: Worker(self.limits, hidden, trusted, container)
        self.idle: list[Worker] = []

    def prepare(self) -> None:
        """Start one, if none waits. Nothing is raised: a check that needs it will say what is wrong."""
        with contextlib.suppress(ModuleNotFoundError, OSError), self.one():
            pass

    @contextlib.contextmanager
    def one(self) -> Iterator[Worker]:
        """A worker for a job, for this thread alone."""
        worker = self._take()
        try:
            yield worker
        finally:
            if worker.is_waiting() and not worker.container:  # a container is of one submission
                self.idle.append(worker)
            else:
                worker.close()

    def _take(self) -> Worker:
        with contextlib.suppress(IndexError):  # another thread may take the last
            while worker := self.idle.pop():
                if worker.is_waiting():
                    return worker
                worker.close()
        return self._start()

    def close(self) -> None:
        """End those that wait."""
        while self.idle:
            self.idle.pop().close()


def _require_packages() -> None:
    missing = [name for name in ("nbval", "pytest", "ipykernel") if find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(f"checking needs {' and '.join(missing)}: pip install 'edutorch-course[lab]'")


def _checks(question: Question, public_only: bool) -> list[Check]:
    """Those in sight first: what they print is shown, and must not be of a hidden one."""
    chosen = [check for check in question.checks if not (public_only and check.hidden)]
    return sorted(chosen, key=lambda check: check.hidden)


def _require_outputs(assignment: Assignment, chosen: Mapping[str, list[Check]]) -> None:
    for name, checks in chosen.items():
        unrun = [check.id for check in checks if not check.outputs]
        if unrun or not checks:
            raise NotebookError(
                f"{assignment.name}: question {name!r} has checks never run in the reference, "
                f"{unrun}: any answer would pass. Run `edutorch release` to store their outputs"
            )


def _job_of(assignment: Assignment, name: str, answer: str, checks: list[Check]) -> Job:
    question = assignment.questions[name]
    return {
        "id": name,
        "setup": assignment.setup,
        "answer": answer.encode("utf-8", "replace").decode(),  # half a character is no source
        "timeout": question.timeout,
        "swaps": question.swaps,
        "without": question.without,
        "checks": [
            {**asdict(check), "outputs": _expected(check), "seed": f"{assignment.seed}/{check.id}"} for check in checks
        ],
    }


def _expected(check: Check) -> list[Output]:
    """What a check is compared with; where that is the answer itself, its seal, in grading too."""
    return sealed(check.outputs, check.salt) if check.sealed and seal_of(check.outputs) is None else check.outputs


def _time_to_live(job: Job) -> float:
    """Seconds: a start and every timeout of every question, and no more."""
    total = 30.0
    for question in job["questions"]:
        total += 30.0 + question["timeout"] + sum(check["timeout"] for check in question["checks"])
    return total


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
