"""Who handed in what: the files of a folder as learning platforms export it, each with its student.

Nobody gets lost: a folder without a notebook, and a file that is not one, are hand-ins with a reason. A student is
known by the names that Moodle and Canvas give to files, else by the folder a file lies in, else by the file's own name;
a roster says what each of them is called.
"""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .notebook import NotebookError

MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?")
# What was typed in has no number of a file.
CANVAS = re.compile(r"(?P<name>[^\W_]+)(?P<late>_LATE)?_(?P<number>\d+)_(?:\d+_|(?=text\.html$))(?P<rest>.+)")
OTHER_WORK = (".pdf", ".py", ".zip", ".html", ".txt", ".docx", ".rar", ".7z", ".gz")  # handed in for a notebook
NOTHING = "handed in nothing"


@dataclass(frozen=True)
class Export:
    """What the name of an exported file says: the platform, whose it is there, and how a file's name must begin that is
    to go back to the same student."""

    platform: str = ""
    name: str = ""
    number: str = ""
    prefix: str = ""

    def __iter__(self) -> Iterator[str]:
        return iter((self.platform, self.name, self.number, self.prefix))


@dataclass
class HandIn:
    """One submission: `name` is its path relative to what was given; `path` is None where there is nothing to read."""

    path: Path | None
    name: str
    student: str
    reason: str = ""
    late: bool = False
    names: tuple[str, ...] = ()  # by which a roster may know the student
    export: Export = Export()


def find_handins(paths: Sequence[Path], exercise: str = "") -> list[HandIn]:
    """The named files, and everything in the named folders, at any depth; `exercise`: a file so called names nobody.

    What begins with a dot was handed in by nobody: checkpoints, a Mac's copies; nor was __MACOSX."""
    found: dict[Path, HandIn] = {}
    for given in sorted(set(paths)):
        is_folder = given.is_dir() and given.suffix != ".ipynb"
        top = given if is_folder else given.parent
        for path, reason in _inside(given) if is_folder else [(given, "")]:
            below = path.relative_to(top)
            name = below if len(set(paths)) == 1 or not is_folder else Path(top.name) / below
            handin = _handed_in(path, below, top, exercise, reason)
            handin.name = name.as_posix()
            found.setdefault(path, handin)
    names = [handin.name for handin in found.values()]
    for path, handin in found.items():
        handin.name = handin.name if names.count(handin.name) == 1 else path.as_posix()
    return [found[path] for path in sorted(found)]


def _inside(top: Path) -> Iterator[tuple[Path, str]]:
    """Each notebook in a folder, and an entry with the reason for each student without one."""
    for path in _entries(top):
        if path.suffix.lower() == ".ipynb":
            yield path, ""
        elif path.is_dir():
            yield from _folder(path)
        elif path.name.lower().endswith(OTHER_WORK) and (path.suffix != ".txt" or ".ipynb" in path.name):
            yield path, f"no notebook but {path.name}: {_what_to_do([path])}"


def _folder(folder: Path) -> Iterator[tuple[Path, str]]:
    notebooks = list(_notebooks(folder))
    files = [path for path in _entries(folder) if path.is_file()]
    if notebooks and any(path.parent == folder for path in notebooks):
        yield from ((path, "") for path in notebooks)
        return
    if files and not notebooks:
        names = ", ".join(path.name for path in files)
        yield folder, f"no notebook but {names}: {_what_to_do(files)}"
        return
    folders = [path for path in _entries(folder) if path.is_dir()]
    for path in folders:
        yield from _folder(path)
    if not folders:
        yield folder, "an empty folder"


def _what_to_do(files: Sequence[Path]) -> str:
    if any(".ipynb" in path.name for path in files):
        return "a notebook's name ends in .ipynb; rename it"
    if any(path.suffix.lower() in (".zip", ".rar", ".7z", ".gz") for path in files):
        return "unpack it"
    return "a notebook is asked for"


def _notebooks(folder: Path) -> Iterator[Path]:
    for path in _entries(folder):
        if path.suffix.lower() == ".ipynb":
            yield path
        elif path.is_dir():
            yield from _notebooks(path)


def _entries(folder: Path) -> list[Path]:
    """What is in a folder, except for links to other folders; nothing if it can't be read."""
    with contextlib.suppress(OSError):
        entries = [path for path in folder.iterdir() if not path.name.startswith((".", "__MACOSX"))]
        return sorted(path for path in entries if not (path.is_symlink() and path.is_dir()))
    return []


def _handed_in(path: Path, below: Path, top: Path, exercise: str, reason: str) -> HandIn:
    """Of whom a file is, by its path below the folder given."""
    readable = None if reason else path
    for part in below.parts:
        if found := MOODLE.fullmatch(part) or CANVAS.fullmatch(part):
            name, number = found["name"], found["number"]
            late = bool(found.groupdict().get("late"))
            platform = "moodle" if found.re is MOODLE else "canvas"
            back = f"{name}_{number}_assignfeedback_file_" if platform == "moodle" else part[: found.start("rest")]
            export = Export(platform, name, number, back)
            return HandIn(readable, "", f"{name} ({number})", reason, late, (name, number), export)
    words = tuple(word for part in reversed(below.parts) for word in [Path(part).stem, *re.split(r"[\W_]+", part)])
    folder = below if path.is_dir() and reason else below.parent
    stem = path.name.removesuffix(path.suffix)
    if folder.parts:
        student = folder.as_posix()
    else:
        student = top.resolve().name if exercise and stem.startswith(exercise) else stem
    return HandIn(readable, "", student, reason, False, (student, *words))


class Roster:
    """Who is in the course: a CSV file with a head, a line each; the first column is what a student is called.

    The other columns, of any names, hold what else they are known by: name, family name, e-mail, a platform's number.
    Letters' case, spaces, points and the order of a name's parts do not matter."""

    def __init__(self, file: Path) -> None:
        """Raises NotebookError if the file is no such table."""
        try:
            with open(file, encoding="utf-8-sig", newline="") as lines:
                rows = [[cell.strip() for cell in row] for row in csv.reader(lines)][1:]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise NotebookError(f"{file} cannot be read as a roster: {error}") from error
        self.students = [row[0] for row in rows if row and row[0]]
        if not self.students or len(set(self.students)) < len(self.students):
            raise NotebookError(f"{file} is no roster: a line with names of columns, then one for each student, once")
        self._known: dict[str, set[str]] = {}
        for row in rows:
            pairs = [f"{one} {other}" for one, other in zip(row, row[1:], strict=False)]
            mailboxes = [cell.partition("@")[0] for cell in row if "@" in cell]
            for key in {key for text in (*row, *pairs, *mailboxes) for key in _keys(text)}:
                self._known.setdefault(key, set()).add(row[0])

    def find(self, names: Iterable[str]) -> str | None:
        """The student that the first unambiguous one of these names means; None if there is none."""
        for name in names:
            found = self._known.get(next(iter(_keys(name)), ""), set())
            if len(found) == 1:
                return next(iter(found))
        return None

    def assign(self, handins: list[HandIn]) -> list[HandIn]:
        """The same hand-ins with the students' own names, and one for each student of whom there is nothing."""
        for handin in handins:
            handin.student = self.find(handin.names) or handin.student
        present = {handin.student for handin in handins}
        return handins + [HandIn(None, "", name, NOTHING) for name in self.students if name not in present]


def _keys(text: str) -> list[str]:
    """A name without case and punctuation, from each of its words on: annlee, leeann."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return ["".join(words[start:] + words[:start]) for start in range(len(words))]
