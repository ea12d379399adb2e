"""Writes the parts of README.md that other files decide, between their two comments: `python -m tests.make_readme`.

exp: the class Exp as ops/exponential.py has it; chapters: the table of chapters and exercises, with the minutes that
each chapter states under its title. tests/test_readme.py holds both in step."""

import inspect
import re
from pathlib import Path

from edutorch.course.notebook import read_notebook, source_of
from edutorch.ops.exponential import Exp

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "README.md"


def exp() -> str:
    return f"```python\n{inspect.getsource(Exp).rstrip()}\n```"


def chapters() -> str:
    """A row for each number: its chapter with the minutes it takes, and its exercise with its questions."""
    numbers = sorted({path.name[:2] for path in [*notebooks("chapters"), *notebooks("exercises")]})
    lines = ["| | chapter | minutes | exercise |", "| --- | --- | --- | --- |"]
    for number in numbers:
        of_chapter = [f"{link(path)} | {minutes(path)}" for path in notebooks("chapters", number)] or [" | "]
        of_exercise = [f"{link(path)}: {questions(path)} questions" for path in notebooks("exercises", number)] or [""]
        lines.append(f"| {int(number)} | {'; '.join(of_chapter)} | {'; '.join(of_exercise)} |")
    return re.sub(" +", " ", "\n".join(lines))


def notebooks(folder: str, number: str = "") -> list[Path]:
    return sorted((ROOT / folder).glob(f"{number}*.ipynb"))


def link(path: Path) -> str:
    """The title without its number, leading to the notebook."""
    title = re.sub(r"^# (Exercise )?\d+[.:] *", "", first_cell(path).splitlines()[0])
    return f"[{title[0].upper()}{title[1:]}]({path.relative_to(ROOT).as_posix()})"


def minutes(path: Path) -> str:
    """How long a chapter takes, as the cell with its title says it: "20 minutes", "20 to 30 minutes"."""
    found = re.search(r"(\d+(?: to \d+)?)[ -]minutes?\b", first_cell(path))
    if found is None:
        raise ValueError(f"{path.relative_to(ROOT)}: say under the title how long it takes, such as '**30 minutes**'")
    return found[1]


def questions(path: Path) -> int:
    found = {cell["metadata"].get("edutorch", {}).get("question") for cell in read_notebook(path)["cells"]}
    return len(found - {None})


def first_cell(path: Path) -> str:
    """The source of the cell that has the title."""
    return next(source for cell in read_notebook(path)["cells"] if (source := source_of(cell)).startswith("# "))


def in_step(page: str) -> str:
    """The page with its made parts as they should be."""
    for part in (exp, chapters):
        beginning, end = f"<!-- {part.__name__}: made by `python -m tests.make_readme` -->", "<!-- end -->"
        before, _, rest = page.partition(beginning)
        page = f"{before}{beginning}\n\n{part()}\n\n{end}{rest.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(in_step(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
