"""Grading a folder of submissions against the instructor's notebook."""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

from .assignment import Assignment, assignment_of
from .diagnose import Verdict, diagnose, handed_to_a_person, missing, untouched
from .handins import HandIn
from .notebook import NotebookError
from .overlay import read_overlaid
from .results import Report, Row, asked, in_full
from .run import QuestionRun, Workers, run_answers
from .sandbox import PACKAGE, Limits, Sandbox
from .stub import is_untouched
from .submission import Submission, names_used_in, read_submission


def load_solution(solution: str | os.PathLike[str], private: Path | None = None) -> Assignment:
    """The exercise to grade against, with what the folder `private` holds of it.

    Raises NotebookError if the notebook is no solution, or was never run."""
    path = Path(solution)
    assignment = assignment_of(read_overlaid(path, private), path.name.removesuffix(".ipynb"))
    if assignment.released:
        raise NotebookError(f"{solution} is a released exercise: grade against the solution notebook")
    for question in assignment.questions.values():
        bad = [check.id for check in question.checks if not check.outputs]
        if bad or not (question.checks or question.by_hand):
            raise NotebookError(
                f"{assignment.name}: question {question.id!r} has checks that were never run in the "
                f"reference ({', '.join(bad) or 'none at all'}): run `edutorch release` first"
            )
    return assignment


def grade_handins(
    assignment: Assignment,
    handins: Sequence[HandIn],
    *,
    limits: Limits | None = None,
    jobs: int = 2,
    hidden: Sequence[Path] = (),
    container: str = "",
    kept: Mapping[str, Verdict] | None = None,
    workers: Workers | None = None,
    tell: Callable[[Row], None] = lambda row: None,
) -> Report:
    """Grade each submission, `jobs` at a time, and call `tell` with each row as it is done.

    Whatever a submission is or does, it becomes a row. kept: verdicts by their keys, which are not computed again.
    workers: started before, with the same limits; they are closed."""

    def grade_one(handin: HandIn) -> Row:
        row = grade_handin(assignment, handin, allowed, used, tuple(hidden), kept or {})
        tell(row)
        return row

    allowed = limits or Limits()
    used = workers or Workers(allowed, hidden, container=container)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            rows = list(pool.map(grade_one, handins))
        finally:
            pool.shutdown(cancel_futures=True)  # those that run are still told
            used.close()
    return Report(assignment.name, assignment.title, rows, asked(assignment), assignment.seed)


def grade_handin(
    assignment: Assignment,
    handin: HandIn,
    limits: Limits,
    workers: Workers,
    hidden: tuple[Path, ...],
    kept: Mapping[str, Verdict],
) -> Row:
    """The row of one submission; never raises for what the submission is."""
    row = Row(handin.name, 0.0, assignment.points, [], handin.reason, handin.student, late=handin.late)
    row.platform, row.platform_name, row.platform_id, row.platform_prefix = handin.export
    if handin.path is None:
        return row
    try:
        refuse_link(handin.path, hidden)
        submission = read_submission(handin.path, assignment)
        row.handed_in = time_of(handin.path)
        row.verdicts = judge(assignment, submission, limits=limits, workers=workers, kept=kept)
    except NotebookError as error:
        row.reason = str(error)
    except Exception as error:  # a batch goes on whatever a submission brings
        row.reason = f"could not be graded: {type(error).__name__}: {error}"
    else:
        row.points, row.reason = in_full(sum(v.points for v in row.verdicts)), reason_of(row.verdicts)
    return row


def require_sandbox(sandbox: Sandbox, unsafe: bool) -> None:
    """Raises NotebookError if a submission could reach more than its own, and nobody has said that this is meant."""
    if sandbox.kind == "bubblewrap":
        return
    if sandbox.label.endswith("as root"):
        raise NotebookError(f"{sandbox.label}: a submission could do anything here. Install bubblewrap")
    if not unsafe:
        could = (
            "use your network" if sandbox.kind == "landlock" else "read the solutions, and whatever else you may read"
        )
        raise NotebookError(
            f"{sandbox.label}: a submission could {could}. Install bubblewrap (on Linux), use --sandbox docker, or add "
            "--unsafe to grade all the same"
        )


def time_of(path: Path) -> str:
    """When a file was written last, ISO 8601, here."""
    return datetime.datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(timespec="seconds")


def refuse_link(path: Path, hidden: tuple[Path, ...]) -> None:
    """A link may lead to the solutions, a linked folder too. Raises NotebookError."""
    leads_to_solution = path.resolve() in hidden and path.parent.is_symlink()
    if path.is_symlink() or leads_to_solution:
        raise NotebookError(f"{path.name} is a link: only a notebook itself can be handed in")


def reason_of(verdicts: list[Verdict]) -> str:
    """What is not as expected, with questions that have the same trouble joined."""
    troubles: dict[str, list[str]] = {}
    for verdict in verdicts:
        trouble = verdict.mistake.removeprefix(f"{verdict.question}-") or verdict.words
        trouble = f"{trouble} ({verdict.note})" if verdict.note else trouble
        if not verdict.passed or verdict.note:
            troubles.setdefault(trouble, []).append(verdict.question)
    if len(verdicts) > 1 and len(next(iter(troubles.values()), [])) == len(verdicts):
        return next(iter(troubles))
    return "; ".join(f"{', '.join(names)}: {trouble}" for trouble, names in troubles.items())


def judge(
    assignment: Assignment,
    submission: Submission,
    *,
    public_only: bool = False,
    limits: Limits | None = None,
    workers: Workers | None = None,
    kept: Mapping[str, Verdict] | None = None,
) -> list[Verdict]:
    """A verdict for each question; those still the stub are not run, those in `kept` not again."""
    questions = assignment.questions
    touched = {
        name: source for name, source in submission.answers.items() if not is_untouched(source, questions[name].stub)
    }
    keys = {} if kept is None else {name: key_of(assignment, name, submission, limits or Limits()) for name in touched}
    known = {name: kept[key] for name, key in keys.items() if kept and key in kept}
    todo = {name: source for name, source in touched.items() if name not in known and not questions[name].by_hand}
    runs: dict[str, QuestionRun] = {}
    if todo:
        runs = run_answers(assignment, todo, public_only=public_only, limits=limits, workers=workers)
    verdicts = []
    for name, question in questions.items():
        note = submission.notes.get(name, "")
        if name in known:
            # its note is of this notebook: that is in the key
            verdicts.append(replace(known[name], hints=submission.hints.get(name, 0)))
            continue
        if name in runs:
            outside = submission.names_outside
            verdict = diagnose(question, runs[name], outside, public_only=public_only, answer=submission.answers[name])
            verdict.answer = submission.answers[name]
            verdict.key = keys.get(name, "") if verdict.state != "damaged" else ""
        elif name in touched:
            verdict = handed_to_a_person(question, submission.answers[name])
        elif name in submission.answers:
            verdict = untouched(question)
        else:
            verdict = missing(question, note)
        verdict.note = "; ".join(text for text in (note, verdict.note) if text)
        verdict.hints = submission.hints.get(name, 0)
        verdicts.append(verdict)
    return verdicts


def key_of(assignment: Assignment, name: str, submission: Submission, limits: Limits) -> str:
    """A hash of everything that a verdict depends on: answer, question, the cells around it, the library's code."""
    question, answer = assignment.questions[name], submission.answers[name]
    outside = sorted(submission.names_outside & names_used_in(answer))
    note = submission.notes.get(name, "")
    parts = [code_version(), asdict(question), assignment.setup, assignment.seed, answer, outside, note, asdict(limits)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:24]


@functools.cache
def code_version() -> str:
    """A hash of edutorch's own source: an answer may give something else when that has changed."""
    sources = (path.read_bytes() for path in sorted(PACKAGE.rglob("*.py")))
    return hashlib.sha256(b"".join(sources)).hexdigest()


def chosen(handins: Sequence[HandIn], students: Collection[str] = (), shard: tuple[int, int] = (1, 1)) -> list[HandIn]:
    """Those of some students (by default of all), and of these the part `shard`: (2, 8) is the second of eight.

    Raises NotebookError for a student of whom there is nothing."""
    unknown = sorted(set(students) - {handin.student for handin in handins})
    if unknown:
        known = ", ".join(sorted({handin.student for handin in handins}))
        raise NotebookError(f"no submission of {', '.join(unknown)}; there are those of {known}")
    part, parts = shard
    wanted = [handin for handin in handins if not students or handin.student in students]
    return wanted[part - 1 :: parts]
