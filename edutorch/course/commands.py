"""What `edutorch check`, `release`, `grade`, `report`, `progress`, `reset` and `export` do; cli.py reads the arguments.

Each prints for a person and gives the exit status: 0 well, 1 something is not as expected, 2 a call
that cannot be carried out.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from .assignment import Assignment, load_assignment
from .export import export_framework
from .files import course_root, find_copy
from .grade import Report, Row, grade_submissions, judge
from .learner import find_exercise, released_exercises
from .notebook import NotebookError, course_data, read_notebook
from .record import Progress, progress_folder, progress_table
from .release import fragile, release_exercise
from .report import (
    case_text,
    feedback_lines,
    printable,
    read_json,
    table,
    write_csv,
    write_gradescope,
    write_html,
    write_json,
)
from .reset import reset_answer
from .sandbox import Limits, best_sandbox
from .submission import find_submissions, read_submission

SMALLEST_MEMORY = 64 * 1024**2


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
        if verdict.counts:
            answer = submission.answers[verdict.question]
            kept.record_attempt(assignment.name, verdict.question, answer, verdict.passed)
        print(f"{verdict.question:20s} {verdict.words}")
        lines = [*case_text(verdict).splitlines(), *feedback_lines(verdict)]
        print("".join(f"    {line}\n" for line in lines), end="")
    print(best_sandbox().label)
    _tell_of_progress("check", kept)
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
            for warning in fragile(file):
                print(f"edutorch release: warning: {warning}", file=sys.stderr)
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
    start, files = time.monotonic(), find_submissions(submissions)
    limits = replace(Limits(), memory=memory * 1024**2) if memory else Limits()
    outputs: list[tuple[Callable[[Report, Path], None], Path | None]] = [
        (write_json, json_file),
        (write_csv, csv_file),
        (write_html, html_folder),
        (write_gradescope, gradescope),
    ]
    try:
        if not files:
            raise NotebookError("no submissions: name notebooks, or a folder of them")
        if jobs < 1 or limits.memory < SMALLEST_MEMORY:
            raise NotebookError(f"--jobs {jobs} --memory {memory}: at least 1 job, and 64 MiB")
        _make_room([json_file, csv_file], [html_folder, gradescope])
        report = grade_submissions(solution, files, limits=limits, jobs=jobs, tell=_tell)
    except (NotebookError, OSError) as error:
        return _refuse("grade", error)
    status = 0
    for write, place in outputs:
        try:
            if place is not None:
                write(report, place)
        except OSError as error:  # the others are written all the same
            status = _refuse("grade", error)
    print(f"\n{table(report)}, {time.monotonic() - start:.0f} s")
    return status


def _make_room(files: Sequence[Path | None], folders: Sequence[Path | None]) -> None:
    """What cannot be written to is found out before the work. Raises OSError."""
    for file in files:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_dir():
                raise IsADirectoryError(f"{file} is a folder: name a file to write to")
            if not os.access(file if file.exists() else file.parent, os.W_OK):
                raise PermissionError(f"{file} cannot be written to")
    for folder in folders:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)


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
    with contextlib.suppress(FileNotFoundError):
        folder = find_copy(folder)
    kept, assignments = Progress(progress_folder(folder)), []
    for path in released_exercises(folder):
        try:
            assignments.append(load_assignment(path))
        except NotebookError as error:
            print(f"{path.stem}: {error}", file=sys.stderr)
    print(progress_table(kept, assignments))
    return 0


def reset(question: str, folder: Path, exercise: str = "") -> int:
    """edutorch reset QUESTION [DIR]: the question's stub again in the learner's copy; the answer is kept beside."""
    try:
        path, assignment = _exercise_with(question, find_copy(folder), exercise)
        kept = reset_answer(path, assignment.questions[question])
    except (NotebookError, FileNotFoundError) as error:
        return _refuse("reset", error)
    progress = Progress(progress_folder(path.parent))
    progress.forget(assignment.name, question)
    _tell_of_progress("reset", progress)
    print(f"{path.name}: {question} is as it was at first. What stood there is kept in {kept}")
    print("If the notebook is open in JupyterLab: File, Reload Notebook from Disk.")
    return 0


def export(target: Path, folder: Path) -> int:
    """edutorch export [FOLDER]: what has passed as a package of the learner's own."""
    try:
        parts = export_framework(target, progress_folder(find_copy(folder)))
    except (NotebookError, FileNotFoundError, FileExistsError) as error:
        return _refuse("export", error)
    count = sum(len(part.pieces) for part in parts)
    print(f"{target}: {count} piece{'s' * (count > 1)} of your own, with a README and tests.")
    print("Train the network on them: python train.py")
    return 0


def _exercise_with(question: str, copy: Path, exercise: str) -> tuple[Path, Assignment]:
    """The notebook of the copy that has the question. Raises FileNotFoundError or NotebookError."""
    found = []
    for path in sorted((copy / "exercises").glob(f"{exercise or '*'}.ipynb")):
        assignment = load_assignment(path)
        found += [(path, assignment)] if question in assignment.questions else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise FileNotFoundError(f"no question {question!r} in the exercises of {copy}")
    names = ", ".join(path.stem for path, _ in found)
    raise FileNotFoundError(f"{question!r} is in several exercises: add --exercise and one of {names}")


def _tell(row: Row) -> None:
    with contextlib.suppress(OSError):  # nobody reads it
        line = f"{printable(row.submission)}: {row.points:g} of {row.of:g}"
        print(line, file=sys.stderr, flush=True)


def _tell_of_progress(command: str, progress: Progress) -> None:
    if progress.warning:
        print(f"edutorch {command}: {progress.warning}", file=sys.stderr)


def _refuse(command: str, error: Exception) -> int:
    print(f"edutorch {command}: {error}", file=sys.stderr)
    return 2
