"""Grading on other machines: `edutorch grade --executor dask:ADDRESS` sends submissions to dask.distributed's workers.

A file goes along as bytes, so no folder need be shared. A worker grades it in a sandbox of its own and sends JSON back;
a submission whose worker has ended goes to another one. The report is that of a grading at home, file for file.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .assignment import Assignment
from .diagnose import Verdict
from .grade import code_version, grade_handin, refuse_link, require_sandbox, time_of
from .handins import HandIn
from .leftovers import claim_folder, remove_folder
from .notebook import LARGEST_FILE, NotebookError
from .results import Report, Row, asked, row_of
from .run import Workers
from .sandbox import Limits, best_sandbox

if TYPE_CHECKING:
    from distributed import Client

PREFIX = "dask:"
WAIT = 30  # seconds, for the scheduler and for a first worker


@dataclass(frozen=True)
class Course:
    """What each worker needs once: the exercise, limits, verdicts that need not be found again, and what is asked of
    the worker."""

    assignment: Assignment
    limits: Limits
    kept: Mapping[str, Verdict]
    version: str
    unsafe: bool
    container: str = ""


def grade_far(
    address: str,
    course: Course,
    handins: Sequence[HandIn],
    hidden: tuple[Path, ...] = (),
    tell: Callable[[Row], None] = lambda row: None,
) -> Report:
    """Grade on the workers of the scheduler at `address`, and call `tell` with each row as it comes.

    Raises NotebookError where nobody answers there, or where a worker has another edutorch or no sandbox."""
    rows: dict[int, Row] = {}

    def keep(number: int, row: Row) -> None:
        rows[number] = row
        tell(row)

    with _connected(address) as client:
        from distributed import as_completed  # extra "dask"

        [there] = client.scatter([course], broadcast=True)
        sent = {}
        for number, handin in enumerate(handins):
            content = _content(handin, hidden)
            if content is None:  # nothing of it would be run
                keep(number, grade_handin(course.assignment, handin, course.limits, Workers(), hidden, {}))
            else:
                bare = replace(handin, path=None)
                name = handin.path.name if handin.path else ""
                sent[client.submit(grade_sent, there, bare, name, content, pure=False)] = number
        for done in as_completed(list(sent)):
            number = sent[done]
            if done.status not in ("finished", "error"):
                raise NotebookError(f"the scheduler at {address} has gone: grade again, and what is done stays")
            keep(number, _row(done.result(), handins[number]))
            done.release()
    assignment = course.assignment
    found = [rows[number] for number in sorted(rows)]
    return Report(assignment.name, assignment.title, found, asked(assignment), assignment.seed)


def _connected(address: str) -> Client:
    """Raises NotebookError with what to do."""
    try:
        from distributed import Client  # extra "dask"
    except ModuleNotFoundError as error:
        raise NotebookError("--executor needs dask.distributed: pip install 'edutorch-course[dask]'") from error
    try:
        client = Client(address, timeout=WAIT)
        client.wait_for_workers(1, timeout=WAIT)
    except (OSError, ValueError) as error:
        raise NotebookError(f"no scheduler with a worker at {address}: {error}") from error
    return client


def _content(handin: HandIn, hidden: tuple[Path, ...]) -> bytes | None:
    """The file's bytes; None where the hand-in is none that could be graded."""
    try:
        if handin.path is None:
            return None
        refuse_link(handin.path, hidden)
        if handin.path.is_file() and handin.path.stat().st_size <= LARGEST_FILE:
            return handin.path.read_bytes()
    except (NotebookError, OSError):
        pass
    return None


def _row(text: str, handin: HandIn) -> Row:
    row = row_of(json.loads(text))
    if row.handed_in and handin.path is not None:
        row.handed_in = time_of(handin.path)
    return row


def grade_sent(course: Course, handin: HandIn, name: str, content: bytes) -> str:
    """On a worker: the row of one submission, as JSON.

    Raises NotebookError if this worker is not one that the course can be graded on."""
    if code_version() != course.version:
        raise NotebookError("a worker has another version of edutorch: install the same one everywhere")
    if not course.container:
        require_sandbox(best_sandbox(()), course.unsafe)
    folder = claim_folder("far-")
    try:
        path = folder / name
        path.write_bytes(content)
        here = replace(handin, path=path)
        workers = _workers(course.limits, course.container)
        row = grade_handin(course.assignment, here, course.limits, workers, (), course.kept)
    finally:
        remove_folder(folder)
    return json.dumps(row.as_dict())


@functools.cache
def _workers(limits: Limits, container: str) -> Workers:
    """Those of this process, kept from one submission to the next."""
    return Workers(limits, container=container)
