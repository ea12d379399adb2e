"""Reading the chapters: their cells, sources, tags and outputs."""

import json
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "chapters"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


@cache
def chapter(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))


def cells(name: str, kind: str) -> list[dict]:
    return [cell for cell in chapter(name)["cells"] if cell["cell_type"] == kind]


def text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def sources(name: str, kind: str) -> list[str]:
    return [text(cell["source"]) for cell in cells(name, kind)]


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def output_texts(cell: dict) -> list[str]:
    """Everything a cell has put out that is text, without the pictures in it."""
    found = []
    for output in cell["outputs"]:
        found.append(text(output.get("text", "")))
        found += [text(v) for k, v in output.get("data", {}).items() if k.startswith("text/") or "svg" in k]
    return [re.sub(r"base64,[^\"]*", "", each) for each in found]


def output_of(name: str, identity: str) -> str:
    """The text that the code cell with this id has put out."""
    (cell,) = (each for each in cells(name, "code") if each["id"] == identity)
    return "\n".join(output_texts(cell))


def numbers_in(name: str, identity: str, pattern: str) -> list[float]:
    """The numbers that the group of `pattern` finds in that text."""
    return [float(each.replace(",", "")) for each in re.findall(pattern, output_of(name, identity))]


def prose_of(name: str) -> str:
    """All of the chapter's prose, in one line."""
    return re.sub(r"\s+", " ", "\n".join(sources(name, "markdown")))
