"""What `make notebooks` does to chapters after they have run: `python -m edutorch.course.chapters [FILE ...]`.

First and last cells become the line of navigation, the map of the course in chapter 0 names what is there, the
words of a chapter are those of `concepts.toml`, and outputs keep the static picture of each widget, which a reader
without a kernel sees, in place of the widget.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from .assignment import title_of
from .concepts import glossary, index, load_concepts
from .notebook import Cell, Notebook, Output, as_lines, read_notebook, source_of, write_notebook

WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGET_STATES = "application/vnd.jupyter.widget-state+json"
CONTENTS = "00_welcome"
FIRST, LAST, MAP, WORDS = "navigation", "navigation-end", "map", "words"
PROGRESS = "progress"  # the cell whose output is the progress of the person who runs it
NAVIGATION = "Contents"


def course_order(root: Path) -> list[Path]:
    """The notebooks of a course in the order of reading: each chapter, then its exercise."""
    found = [*root.glob("chapters/*.ipynb"), *root.glob("exercises/*.ipynb")]
    return sorted(found, key=lambda path: (path.name[:2], path.parent.name))


def navigation(path: Path, order: list[Path]) -> str:
    """The first and last line of a notebook: previous · contents · next. `path` is one of `order`."""
    place = order.index(path)
    words = []
    if place > 0:
        words.append(f"[← {_label(order[place - 1])}]({_link(order[place - 1])})")
    words.append(NAVIGATION if path.stem == CONTENTS else f"[{NAVIGATION}](../chapters/{CONTENTS}.ipynb)")
    if place + 1 < len(order):
        words.append(f"[{_label(order[place + 1])} →]({_link(order[place + 1])})")
    return " · ".join(words)


def _label(path: Path) -> str:
    """The title up to its colon, with the number of the chapter or exercise in front."""
    number, _, rest = title_of(read_notebook(path), path.stem).partition(".")
    kind = "Exercise" if path.parent.name == "exercises" else "Chapter"
    if not number.strip().isdigit():
        return f"{kind} {int(path.stem[:2])}"
    return f"{int(number)}. {rest.partition(':')[0].strip()}"


def _link(path: Path) -> str:
    return f"../{path.parent.name}/{path.name}"


def course_map(root: Path, to_root: str = "../") -> str:
    """A table with a row for each number: its chapter with the minutes it takes, and its exercise with its questions.

    `to_root` leads from the place of the table to the root of the course. Raises ValueError for a chapter that does
    not say how long it takes."""
    order = course_order(root)
    lines = ["| | chapter | minutes | exercise |", "| --- | --- | --- | --- |"]
    for number in sorted({path.name[:2] for path in order}):
        here = [path for path in order if path.name.startswith(number)]
        chapters = [f"{_titled(path, root, to_root)} | {_minutes(path)}" for path in here if _is_chapter(path)]
        exercises = [f"{_titled(path, root, to_root)}: {_questions(path)}" for path in here if not _is_chapter(path)]
        cells = (str(int(number)), "; ".join(chapters) or "|", "; ".join(exercises))
        lines.append(re.sub(" +", " ", f"| {' | '.join(cells)} |"))
    return "\n".join(lines)


def _is_chapter(path: Path) -> bool:
    return path.parent.name == "chapters"


def _titled(path: Path, root: Path, to_root: str) -> str:
    """The title without its number, leading to the notebook."""
    title = re.sub(r"^# (Exercise )?\d+[.:] *", "", _title_cell(path).splitlines()[0])
    return f"[{title[0].upper()}{title[1:]}]({to_root}{path.relative_to(root).as_posix()})"


def _minutes(path: Path) -> str:
    """How long a chapter takes, according to the cell with its title: "20 minutes", "20 to 30 minutes"."""
    found = re.search(r"(\d+(?: to \d+)?)[ -]minutes?\b", _title_cell(path))
    if found is None:
        raise ValueError(f"{path.name}: say under the title how long it takes, such as '**30 minutes**'")
    return found[1]


def _questions(path: Path) -> str:
    found = {cell["metadata"].get("edutorch", {}).get("question") for cell in read_notebook(path)["cells"]}
    return f"{len(found - {None})} questions"


def words_of(path: Path) -> str:
    """The section with the words of a chapter; in chapter 0, those of all chapters too, each leading to its own."""
    concepts = load_concepts(path.parent)
    mine = glossary([concept for concept in concepts if concept.chapter == path.stem])
    section = f"## Words of this chapter\n\n{mine}"
    return f"{section}\n\nThe words of all chapters: {index(concepts)}" if path.stem == CONTENTS else section


def _title_cell(path: Path) -> str:
    return next(source for cell in read_notebook(path)["cells"] if (source := source_of(cell)).startswith("# "))


def with_navigation(notebook: Notebook, line: str) -> None:
    """Put the line into the first and the last cell, which are added if they are missing."""
    cells: list[Cell] = notebook["cells"]
    if cells[0].get("id") != FIRST:
        cells.insert(0, _navigation_cell(FIRST, cells[0]))
    if cells[-1].get("id") != LAST:
        cells.append(_navigation_cell(LAST, cells[-1]))
    cells[0]["source"] = cells[-1]["source"] = as_lines(line)


def _navigation_cell(identity: str, beside: Cell) -> Cell:
    roles = "edutorch" in beside.get("metadata", {})
    return {
        "cell_type": "markdown",
        "id": identity,
        "metadata": {"edutorch": {"role": "text"}} if roles else {},
        "source": [],
    }


def without_widgets(notebook: Notebook) -> None:
    """Drop what needs a kernel to be shown; a widget's picture and sentence stay."""
    states = notebook.get("metadata", {}).get("widgets", {})
    states.pop(WIDGET_STATES, None)
    if not states:
        notebook.get("metadata", {}).pop("widgets", None)
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code":
            cell["outputs"] = [output for output in cell["outputs"] if _made_static(output)]


def with_whole_streams(notebook: Notebook) -> None:
    """Join the pieces in which the kernel happened to send what a cell printed."""
    for cell in notebook["cells"]:
        joined: list[Output] = []
        for output in cell.get("outputs", []):
            last = joined[-1] if joined else {}
            if output["output_type"] == "stream" and last.get("name") == output["name"]:
                last["text"] = as_lines("".join([*last["text"], *output["text"]]))
            else:
                joined.append(output)
        if "outputs" in cell:
            cell["outputs"] = joined


def _made_static(output: Output) -> bool:
    """Whether anything is left of an output without its widget."""
    data = output.get("data", {})
    if WIDGET not in data:
        return True
    del data[WIDGET]
    return set(data) > {"text/plain"}


def tidy(paths: Iterable[Path]) -> None:
    """Give each notebook its navigation and make its outputs static; of a solution, the released exercise too."""
    for path in paths:
        path = path.resolve()
        root = path.parents[1]
        place = root / "exercises" / path.name if path.parent.name == "solutions" else path
        line = navigation(place, course_order(root))
        for file in {path, place}:
            notebook = read_notebook(file)
            with_navigation(notebook, line)
            if file.parent.name == "chapters":
                without_widgets(notebook)
                with_whole_streams(notebook)
                for cell in notebook["cells"]:
                    cell["source"] = as_lines(re.sub(r"[ \t]+$", "", source_of(cell), flags=re.MULTILINE))
                    if cell.get("id") == MAP:
                        cell["source"] = as_lines(course_map(root))
                    elif cell.get("id") == WORDS:
                        cell["source"] = as_lines(words_of(path))
                    elif cell.get("id") == PROGRESS:
                        cell["outputs"] = []
            write_notebook(notebook, file)


def whole_course(root: Path) -> list[Path]:
    """Every chapter and every solution: a new one changes the navigation of its neighbors."""
    return [*sorted(root.glob("chapters/*.ipynb")), *sorted(root.glob("solutions/*.ipynb"))]


if __name__ == "__main__":
    tidy(map(Path, sys.argv[1:]) if sys.argv[1:] else whole_course(Path.cwd()))
