"""Writes the parts of README.md that other files decide, between their two comments: `python -m tests.make_readme`.

exp: the class Exp as ops/exponential.py has it; chapters: the table of chapters and exercises, as in chapter 0; speed:
the newest figures in tests/benchmarks/results. tests/test_readme.py holds them in step."""

import inspect
from pathlib import Path

from edutorch.course.chapters import course_map
from edutorch.ops.exponential import Exp
from tests.benchmarks import results

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "README.md"


def exp() -> str:
    return f"```python\n{inspect.getsource(Exp).rstrip()}\n```"


def chapters() -> str:
    return course_map(ROOT, "")


def speed() -> str:
    return results.readme_table(results.newest())


def in_step(page: str) -> str:
    """The page with its made parts as they should be."""
    for part in (exp, chapters, speed):
        beginning, end = f"<!-- {part.__name__}: made by `python -m tests.make_readme` -->", "<!-- end -->"
        before, _, rest = page.partition(beginning)
        page = f"{before}{beginning}\n\n{part()}\n\n{end}{rest.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(in_step(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
