"""What `edutorch check`, `release`, `grade`, `report` and `progress` do; cli.py reads the arguments.

Each prints for a person and gives the exit status: 0 well, 1 something is not as expected, 2 a call
that cannot be carried out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..course_files import course_root, find_copy
from .assignment import load_assignment
from .grade import Row, grade_submissions, judge
from .learner import find_exercise
from .notebook import NotebookError, course_data, read_notebook
from .progress import Progress, progress_folder, progress_table
from .release import release_exercise
from .report import (
    case_text,
    feedback_lines,
    file_stem,
    read_json,
    table,
    write_csv,
    write_gradescope,
    write_html,
    write_json,
)
from .sandbox import Limits, best_sandbox
from .submission import read_submission


def check(file: Path) -> int:
    """edutorch check FILE: the public checks of every question of a learner's notebook."""
    try:
        name = course_data(read_notebook(file)).get("name", file.stem)  # a copy keeps its origin's
        assignment = load_assignment(find_exercise(name, file.parent))
        submission = read_submission(file, assignment)
        verdicts = judge(assignment, submission, public_only=True)
    except (NotebookError, FileNotFoundError) as error:
        return _refuse("check", error)
    kept = Progress(progress_folder(file.parent))
    for verdict in verdicts:
        if verdict.state not in ("untouched", "missing"):
            answer = submission.answers[verdict.question]
            kept.record_attempt(assignment.name, verdict.question, answer, verdict.passed)
        print(f"{verdict.question:20s} {verdict.words}")
        lines = [*case_text(verdict).splitlines(), *feedback_lines(verdict)]
        print("".join(f"    {line}\n" for line in lines), end="")
    print(best_sandbox().label)
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def release(files: Sequence[Path], *, check: bool = False, update: bool = False) -> int:
    """edutorch release [FILE ...]: exercises from solution notebooks, by default all of the course."""
    status = 0
    try:
        files = list(files) or sorted((course_root() / "solutions").glob("*.ipynb"))
    except FileNotFoundError as error:
        return _refuse("release", error)
    for file in files:
        try:
            target = release_exercise(file, check=check, update=update)
            print(f"{file} -> {target}{' (in step)' if check else ''}")
        except NotebookError as error:
            status = _refuse("release", error)
    return status


def grade(
    solution: Path,
    submissions: Sequence[Path],
    *,
    json_file: Path | None = None,
    csv_file: Path | None = None,
    html_folder: Path | None = None,
    gradescope: Path | None = None,
    jobs: int = 2,
    memory: int | None = None,
) -> int:
    """edutorch grade SOLUTION SUBMISSION ...: the table, and the files asked for.

    A submission may be a folder: its notebooks are taken. `memory` is in MiB. The exit status is 0
    where the batch was graded, whatever its points."""
    start, files = time.monotonic(), _notebooks(submissions)
    limits = replace(Limits(), memory=memory * 1024**2) if memory else Limits()
    try:
        if not files:
            raise NotebookError("no submissions: name notebooks, or a folder of them")
        for file in (json_file, csv_file):  # found out now, not after the work
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
        report = grade_submissions(solution, files, limits=limits, jobs=jobs, tell=_tell)
    except NotebookError as error:
        return _refuse("grade", error)
    print(f"\n{table(report)}, {time.monotonic() - start:.0f} s")
    if json_file:
        write_json(report, json_file)
    if csv_file:
        write_csv(report, csv_file)
    if html_folder:
        write_html(report, html_folder)
    if gradescope:
        gradescope.mkdir(parents=True, exist_ok=True)
        for row in report.rows:
            write_gradescope(row, gradescope / f"{file_stem(row)}.json", report.sandbox)
    return 0


def report(file: Path, *, csv_file: Path | None = None, html_folder: Path | None = None) -> int:
    """edutorch report FILE: the table of a grading kept with --json, and other forms of it."""
    try:
        kept = read_json(file)
    except (OSError, ValueError) as error:
        return _refuse("report", error)
    print(table(kept))
    if csv_file:
        write_csv(kept, csv_file)
    if html_folder:
        write_html(kept, html_folder)
    return 0


def progress(folder: Path) -> int:
    """edutorch progress [DIR]: what has passed, by exercise, in the copy at, around or below DIR."""
    try:
        place = progress_folder(find_copy(folder))
    except FileNotFoundError:
        place = progress_folder(folder)
    names = set(Progress(place).read())
    try:
        names |= {path.stem for path in (course_root() / "exercises").glob("*.ipynb")}
    except FileNotFoundError:
        pass
    exercises = {}
    for name in sorted(names):
        try:
            exercises[name] = list(load_assignment(find_exercise(name, place)).questions)
        except (FileNotFoundError, NotebookError) as error:
            print(f"{name}: {error}", file=sys.stderr)
    print(progress_table(place, exercises) or "no exercises yet")
    return 0


def _notebooks(paths: Sequence[Path]) -> list[Path]:
    """The files named, and the notebooks of the folders named."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
    return found


def _tell(row: Row) -> None:
    print(f"{row.submission}: {row.points:g} of {row.of:g}", file=sys.stderr, flush=True)


def _refuse(command: str, error: Exception) -> int:
    print(f"edutorch {command}: {error}", file=sys.stderr)
    return 2
