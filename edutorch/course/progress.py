"""What a learner has passed, kept in the course folder with its source, and nowhere else."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

from .files import RECORD
from .notebook import write_text
from .stub import essence

FOLDER, FILE = ".edutorch", "progress.json"


class Progress:
    """The record in `FOLDER/.edutorch/progress.json`: by exercise, by question.

    A record that cannot be read is set aside under another name, and said so, never overwritten."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FOLDER / FILE
        self.warning = ""

    def read(self) -> dict[str, dict[str, dict[str, Any]]]:
        """All that is kept; {} where nothing is."""
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            parts = [data, *data.values()] if isinstance(data, dict) else [None]
            parts += [entry for part in parts if isinstance(part, dict) for entry in part.values()]
            if all(isinstance(part, dict) for part in parts):
                return data
        except OSError:
            return {}
        except (json.JSONDecodeError, UnicodeDecodeError):
            pass
        aside = self.path.with_suffix(".damaged.json")
        with contextlib.suppress(OSError):
            self.path.replace(aside)
        self.warning = f"{self.path.name} could not be read and was set aside as {aside.name}"
        return {}

    def question(self, exercise: str, question: str) -> dict[str, Any]:
        """The record of one question: passed, source, failed (hashes of attempts), hints."""
        return self.read().get(exercise, {}).get(question, {})

    def record_attempt(self, exercise: str, question: str, source: str, passed: bool) -> None:
        """Keep a passed answer's source, or count a failed one."""
        entry = self.question(exercise, question)
        if passed:
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            entry.update(passed=now, source=source)
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

    def _write(self, exercise: str, question: str, entry: dict[str, Any]) -> None:
        data = self.read()
        data.setdefault(exercise, {})[question] = entry
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", self.path)
        except OSError as error:  # a check is worth showing all the same
            self.warning = f"Your progress could not be kept: {error}"


def progress_folder(start: Path | None = None) -> Path:
    """The learner's copy of the course that `start` lies in, else the folder itself."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / RECORD).exists() or (folder / FOLDER / FILE).exists():
            return folder
    return start


def progress_table(folder: Path, exercises: dict[str, list[str]]) -> str:
    """A line a question: passed when, or how often tried. `exercises`: question ids by name."""
    progress = Progress(progress_folder(folder))
    kept, lines = progress.read(), []
    for name, questions in exercises.items():
        entries = kept.get(name, {})
        done = sum("passed" in entries.get(question, {}) for question in questions)
        lines.append(f"{name}: {done} of {len(questions)}")
        lines += [f"  {question:20s} {_line(entries.get(question, {}))}" for question in questions]
    lines += [progress.warning] if progress.warning else []
    return "\n".join(lines)


def _line(entry: dict[str, Any]) -> str:
    if "passed" in entry:
        return f"passed {entry['passed'][:10]}"
    failed = len(entry.get("failed", []))
    return f"tried {failed} time{'s' if failed > 1 else ''}" if failed else "-"
