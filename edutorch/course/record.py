"""What a learner has passed, with its source: kept in their copy of the course, and nowhere else."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from .assignment import Assignment
from .browser import in_browser
from .files import copy_around, state_folder
from .notebook import write_text
from .stub import essence

FOLDER, FILE = ".edutorch", "progress.json"
DRIVE = Path("/drive")  # what JupyterLite keeps in the browser's storage, where the browser lets it
UNKEPT = "This browser keeps no files of Python's, as in a private window: your progress is gone when you leave."


class Entry(TypedDict, total=False):
    """Of one question: when it passed and with which source, hashes of failed attempts, hints given."""

    passed: str
    source: str
    failed: list[str]
    hints: int


Kept = dict[str, dict[str, Entry]]  # by exercise, by question


class Progress:
    """The record in `FOLDER/.edutorch/progress.json`: by exercise, by question.

    Unreadable content is set aside under another name and mentioned in `warning`; it is never overwritten."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FOLDER / FILE
        self.warning = UNKEPT if in_browser() and not DRIVE.is_dir() else ""

    def read(self) -> Kept:
        """All that is kept and can be read; {} where nothing is."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return {}
        kept, whole = _parse(content)
        if not whole:
            self._set_aside(content, kept)
        return kept

    def _set_aside(self, content: bytes, kept: Kept) -> None:
        """The damaged content under a name that is not taken; the record goes on with what can be read."""
        names = (self.path.with_suffix(f".damaged{f'-{n}' if n > 1 else ''}.json") for n in range(1, 1000))
        aside = next(name for name in names if not name.exists())
        self.warning = f"{self.path} could not be read whole: what it held was set aside as {aside.name}"
        try:
            aside.write_bytes(content)
            write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", self.path)
        except OSError as error:
            self.warning = f"{self.path} cannot be read whole, and not be set aside: {error}"

    def question(self, exercise: str, question: str) -> Entry:
        """The record of one question; {} where there is none."""
        return self.read().get(exercise, {}).get(question, {})

    def record_attempt(self, exercise: str, question: str, source: str, passed: bool) -> None:
        """Keep a passed answer's source, or count a failed one."""
        entry = self.question(exercise, question)
        if passed:
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            entry["passed"], entry["source"] = now, source
        else:
            same = essence(source).encode("utf-8", "replace")  # spaces make no other attempt
            mark = hashlib.sha256(same).hexdigest()[:16]
            entry["failed"] = sorted({*entry.get("failed", []), mark})
        self._write(exercise, question, entry)

    def next_hint(self, exercise: str, question: str, available: int) -> int:
        """The number of the hint that is due, and it counts as given; the last one stays."""
        entry = self.question(exercise, question)
        number = min(entry.get("hints", 0), available - 1)
        entry["hints"] = min(entry.get("hints", 0) + 1, available)
        self._write(exercise, question, entry)
        return number

    def forget(self, exercise: str, question: str) -> None:
        """Drop what is kept of one question."""
        self._write(exercise, question, None)

    def _write(self, exercise: str, question: str, entry: Entry | None) -> None:
        data = self.read()
        data.setdefault(exercise, {}).pop(question, None)
        if entry is not None:
            data[exercise][question] = entry
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", self.path)
        except OSError as error:  # the check is worth showing anyway
            self.warning = f"Your progress could not be kept: {error}"


def _parse(content: bytes) -> tuple[Kept, bool]:
    """What can be read of a record, and whether that is all of it."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}, False
    kept: Kept = {}
    for exercise, entries in data.items() if isinstance(data, dict) else ():
        if isinstance(entries, dict):
            kept[exercise] = {name: entry for name, entry in entries.items() if _is_entry(entry)}
    return kept, kept == data


def _is_entry(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    texts = [value.get("passed", ""), value.get("source", ""), *_as_list(value.get("failed", []))]
    hints = value.get("hints", 0)
    whole = ("passed" in value) == ("source" in value) and isinstance(hints, int) and hints >= 0
    return whole and all(isinstance(text, str) for text in texts)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [None]


def progress_folder(start: Path | None = None) -> Path:
    """The learner's copy of the course that `start` is in; outside of one, a folder of this user.

    A record is never written into a folder that merely happens to be the current one. In a browser it is kept with
    the notebooks."""
    if in_browser() and DRIVE.is_dir():
        return DRIVE
    return copy_around((start or Path.cwd()).resolve()) or state_folder() / "outside-a-copy"


@dataclass
class Standing:
    """How far a learner is in one exercise."""

    passed: int
    questions: int
    points: float
    of: float
    next_title: str = ""

    def __str__(self) -> str:
        return f"{self.passed} of {self.questions} questions, up to {self.points:g} of {self.of:g} points"


def standing(assignment: Assignment, entries: Mapping[str, Entry]) -> Standing:
    """What has passed of an exercise, and the question that comes next."""
    questions = assignment.questions.values()
    passed = [question for question in questions if "passed" in entries.get(question.id, {})]
    left = [question.title for question in questions if question not in passed]
    points = sum(question.points for question in passed)
    return Standing(len(passed), len(assignment.questions), points, assignment.points, left[0] if left else "")


def progress_table(progress: Progress, assignments: list[Assignment]) -> str:
    """Where the record lies, and each exercise; of one that is begun, a line a question: passed when, or how often."""
    kept = progress.read()
    lines = [f"kept in {progress.path}"]
    for assignment in assignments:
        entries = kept.get(assignment.name, {})
        lines.append(f"{assignment.name}: {standing(assignment, entries)}")
        lines += [f"  {name:20s} {_line(entries.get(name, {}))}" for name in assignment.questions if entries]
    lines += [progress.warning] if progress.warning else []
    return "\n".join(lines)


def _line(entry: Entry) -> str:
    if "passed" in entry:
        return f"passed {entry['passed'][:10]}"
    failed = len(entry.get("failed", []))
    return f"tried {failed} time{'s' if failed > 1 else ''}" if failed else "-"
