"""What `edutorch check`, `release`, `progress`, `reset` and `export` do; cli.py reads the arguments.

Each prints for a person and returns the exit status: 0 for success, 1 if something is not as expected, 2 for a call
that can't be carried out.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from .assignment import Assignment, load_assignment
from .export import export_framework
from .files import course_root, find_copy
from .grade import judge
from .handout import hand_out
from .learner import find_exercise, released_exercises
from .notebook import NotebookError, course_data, read_notebook
from .record import Progress, progress_folder, progress_table
from .release import fragile, release_exercise
from .report import case_text, feedback_lines
from .reset import reset_answer
from .sandbox import best_sandbox
from .submission import read_submission


def check(file: Path) -> int:
    """edutorch check FILE: the public checks of every question of a learner's notebook."""
    try:
        name = course_data(read_notebook(file)).get("name", file.stem)  # a copy keeps its origin's
        assignment = load_assignment(find_exercise(name, file.parent))
        submission = read_submission(file, assignment)
        verdicts = judge(assignment, submission, public_only=True)
    except (NotebookError, FileNotFoundError) as error:
        return refuse("check", error)
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
    return 0 if all(verdict.passed or verdict.state == "by hand" for verdict in verdicts) else 1


def release(
    files: Sequence[Path],
    *,
    check: bool = False,
    update: bool = False,
    handout: Path | None = None,
    private: Path | None = None,
) -> int:
    """edutorch release [FILE ...]: exercises from solution notebooks, by default all of the course.

    handout: a folder for the course without solutions, instead. private: a folder laid over the notebooks."""
    status = 0
    try:
        if handout is not None:
            print(f"{hand_out(handout)}: the course without solutions; pip install {handout}")
            return 0
        files = list(files) or sorted((course_root() / "solutions").glob("*.ipynb"))
    except (FileNotFoundError, FileExistsError) as error:
        return refuse("release", error)
    for file in files:
        try:
            target = release_exercise(file, check=check, update=update, private=private)
            print(f"{file} -> {target}{' (in step)' if check else ''}")
            for warning in fragile(file):
                print(f"edutorch release: warning: {warning}", file=sys.stderr)
        except NotebookError as error:
            status = refuse("release", error)
    return status


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
    """edutorch reset QUESTION [DIR]: puts the question's stub back in the learner's copy, and keeps the answer."""
    try:
        path, assignment = _exercise_with(question, find_copy(folder), exercise)
        kept = reset_answer(path, assignment.questions[question])
    except (NotebookError, FileNotFoundError) as error:
        return refuse("reset", error)
    progress = Progress(progress_folder(path.parent))
    progress.forget(assignment.name, question)
    _tell_of_progress("reset", progress)
    print(f"{path.name}: {question} is as it was at first. What stood there is kept in {kept}")
    print("If the notebook is open in JupyterLab: File, Reload Notebook from Disk.")
    return 0


def export(target: Path, folder: Path) -> int:
    """edutorch export [FOLDER]: makes a package of what has passed."""
    try:
        parts = export_framework(target, progress_folder(find_copy(folder)))
    except (NotebookError, FileNotFoundError, FileExistsError) as error:
        return refuse("export", error)
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


def _tell_of_progress(command: str, progress: Progress) -> None:
    if progress.warning:
        print(f"edutorch {command}: {progress.warning}", file=sys.stderr)


def refuse(command: str, error: Exception) -> int:
    """Say what is wrong with a call; its exit status."""
    print(f"edutorch {command}: {error}", file=sys.stderr)
    return 2
