"""Grading a folder of submissions against the instructor's notebook."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .assignment import Assignment, load_assignment
from .diagnose import Verdict, diagnose, missing, untouched
from .notebook import NotebookError
from .run import QuestionRun, Worker, run_answers
from .sandbox import Limits, best_sandbox
from .stub import is_untouched
from .submission import Submission, read_submission


@dataclass
class Row:
    """One submission: its verdicts, or the reason why there are none."""

    submission: str
    points: float
    of: float
    verdicts: list[Verdict] = field(default_factory=list)
    reason: str = ""

    @property
    def percent(self) -> float:
        """Points in percent of all."""
        return 100 * self.points / self.of if self.of else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return {**asdict(self), "percent": round(self.percent, 2)}


@dataclass
class Report:
    """All rows, and how they were kept apart."""

    exercise: str
    title: str
    sandbox: str
    rows: list[Row]


def grade_submissions(
    solution: str | os.PathLike[str],
    submissions: Sequence[str | os.PathLike[str]],
    *,
    limits: Limits | None = None,
    jobs: int = 2,
    tell: Callable[[Row], None] = lambda row: None,
) -> Report:
    """Grade each submission, `jobs` at a time, and call `tell` with each row as it is done.

    Whatever a submission is or does, it becomes a row. Raises NotebookError where the solution
    notebook itself is not one, or has a check that was never run."""
    assignment = load_assignment(solution)
    if assignment.released:
        raise NotebookError(f"{solution} is a released exercise: grade against the solution notebook")
    hidden = (Path(solution).resolve(),)
    require_runnable(assignment)

    paths = _in_order(submissions)
    names = Counter(path.name for path in paths)

    def grade_one(path: Path) -> Row:
        row = grade_submission(assignment, path, limits or Limits(), hidden)
        row.submission = path.name if names[path.name] == 1 else path.as_posix()
        tell(row)
        return row

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        rows = list(pool.map(grade_one, paths))
    return Report(assignment.name, assignment.title, best_sandbox(hidden).label, rows)


def require_runnable(assignment: Assignment) -> None:
    """Raises NotebookError where a check has nothing to compare with, or a question no check."""
    for question in assignment.questions.values():
        bad = [check.id for check in question.checks if not check.outputs]
        if bad or not question.checks:
            raise NotebookError(
                f"{assignment.name}: question {question.id!r} has checks that were never run in the "
                f"reference ({', '.join(bad) or 'none at all'}): run `edutorch release` first"
            )


def _in_order(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Each file once, by name."""
    return sorted({Path(path) for path in paths})


def grade_submission(assignment: Assignment, path: Path, limits: Limits, hidden: tuple[Path, ...] = ()) -> Row:
    """The row of one submission; never raises for what the submission is."""
    try:
        _refuse_link(path, hidden)
        submission = read_submission(path, assignment)
        verdicts = judge(assignment, submission, limits=limits, hidden=hidden)
    except NotebookError as error:
        return Row(path.name, 0.0, assignment.points, reason=str(error))
    except Exception as error:  # a batch goes on whatever a submission brings
        reason = f"could not be graded: {type(error).__name__}: {error}"
        return Row(path.name, 0.0, assignment.points, reason=reason)
    row = Row(path.name, sum(v.points for v in verdicts), assignment.points, verdicts)
    row.reason = _reason(verdicts)
    return row


def _refuse_link(path: Path, hidden: tuple[Path, ...]) -> None:
    """A link may lead to the solutions, a linked folder too. Raises NotebookError."""
    leads_to_solution = path.resolve() in hidden and path.parent.is_symlink()
    if path.is_symlink() or leads_to_solution:
        raise NotebookError(f"{path.name} is a link: only a notebook itself can be handed in")


def _reason(verdicts: list[Verdict]) -> str:
    """What is not as expected, questions with the same trouble together."""
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
    hidden: tuple[Path, ...] = (),
    worker: Worker | None = None,
) -> list[Verdict]:
    """A verdict for each question; those still the stub are not run."""
    questions = assignment.questions
    touched = {
        name: source for name, source in submission.answers.items() if not is_untouched(source, questions[name].stub)
    }
    runs: dict[str, QuestionRun] = {}
    if touched:
        runs = run_answers(assignment, touched, public_only=public_only, limits=limits, hidden=hidden, worker=worker)
    verdicts = []
    for name, question in questions.items():
        note = submission.notes.get(name, "")
        if name in runs:
            outside = submission.names_outside
            verdict = diagnose(question, runs[name], outside, public_only=public_only, answer=submission.answers[name])
        elif name in submission.answers:
            verdict = untouched(question)
        else:
            verdict = missing(question, note)
        verdict.note = "; ".join(text for text in (note, verdict.note) if text)
        verdicts.append(verdict)
    return verdicts
