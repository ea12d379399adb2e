"""The course without its solutions, to be handed out: `edutorch release --no-solutions FOLDER`.

What the folder holds can be published, and installed: `pip install FOLDER`, or a wheel with `pip wheel FOLDER`.
Answers, hidden checks and planted mistakes' sources stay where they are, in solutions/.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .files import LAID_FOLDERS, course_root, learners_version
from .notebook import write_text

FILES = ("README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md")


def hand_out(target: Path, root: Path | None = None) -> Path:
    """Write package, chapters, exercises and what builds them into `target`, an empty or new folder.

    root: a clone, by default the one this runs from. Raises FileNotFoundError if it is none, FileExistsError where
    `target` holds something."""
    root = root or course_root()
    project = root / "pyproject.toml"
    if not project.is_file():
        raise FileNotFoundError(f"{root} is no clone: a course without solutions is made from one")
    if target.exists() and any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty: name another folder")
    unwanted = shutil.ignore_patterns("__pycache__", "_course", ".*")
    shutil.copytree(root / "edutorch", target / "edutorch", ignore=unwanted, dirs_exist_ok=True)
    for folder in LAID_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            parts = path.relative_to(root).parts
            if path.is_file() and not any(part.startswith((".", "_")) for part in parts):
                place = target.joinpath(*parts)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(learners_version(path))
    for name in FILES:
        if (root / name).is_file():
            shutil.copy(root / name, target / name)
    text = project.read_text(encoding="utf-8").replace(', "solutions"]', "]")
    write_text(re.sub(r"^solutions = .*\n", "", text, flags=re.MULTILINE), target / "pyproject.toml")
    return target
