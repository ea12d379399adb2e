"""pytest plugin for the notebooks of the course: `pytest -p tests.notebooks --nbval chapters`.

Chapters and solutions must give the outputs they were stored with. Exercises, whose answers are
missing, must run: nbval's lax mode. Both in one run, so that one last line counts everything.

Numbers may differ by rounding, which each processor does in its own way, and which training makes larger.

Chapters are executed with every guess skipped. What a cell's metadata list under `edutorch.tries` (reference
answers of "your turn" cells, changes that the text proposes) runs in the cell's place first, each a test."""

import copy
import importlib
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Generator, Iterator
from decimal import Decimal
from pathlib import Path
from unittest import mock

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from edutorch.course.notebook import course_data
from edutorch.course.prediction import SKIP_ALL

NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")

# Solution notebooks: in the course's own kernels, their checks compared with a tolerance.
pytest_plugins = ["edutorch.course.plugin"]


class CourseNotebook(IPyNbFile):
    """A notebook run as JupyterLab runs it: what ends in ";" shows nothing, also under nbval."""

    def collect(self) -> Iterator[IPyNbCell]:
        """The cells, each after what is to be tried in its place."""
        for found in super().collect():
            cell = ChapterCell.from_parent(
                self, name=found.name, cell_num=found.cell_num, cell=found.cell, options=found.options
            )
            for number, attempt in enumerate(course_data(cell.cell).get("tries", [])):
                yield TriedCell.from_parent(
                    self,
                    name=f"{cell.name}, try {number}",
                    cell_num=cell.cell_num,
                    cell=tried_cell(cell.cell, attempt),
                    options=defaultdict(bool, {**cell.options, "check": True}),
                    wanted=attempt.get("prints", "✓"),
                )
            yield cell

    def setup(self) -> None:
        """Start the kernel, and make it keep its history, which IPython reads for the ";"."""
        with mock.patch.dict(os.environ, {SKIP_ALL: "1"}):
            super().setup()
        self.kernel.execute_cell_input = self.execute_with_history

    def execute_with_history(self, source: str, allow_stdin: bool | None = None) -> str:
        """The id of the request that runs `source`, as RunningKernel.execute_cell_input gives it."""
        return self.kernel.kc.execute(source, allow_stdin=allow_stdin, stop_on_error=False)


class ChapterCell(IPyNbCell):
    """A cell whose output must be the stored one, up to rounding."""

    def compare_outputs(self, test: list, ref: list, skip_compare: object = None) -> bool:
        """Whether the words are equal, and the numbers up to rounding."""
        return super().compare_outputs([*map(_rounded_like, test, ref), *test[len(ref) :]], ref, skip_compare)


def _rounded_like(output: dict, stored: dict) -> dict:
    """The output, with the stored text where that is the same up to rounding."""
    rounded = copy.deepcopy(output)
    for name, made, kept in (
        ("text", rounded, stored),
        ("text/plain", rounded.get("data", {}), stored.get("data", {})),
    ):
        if name in made and name in kept:
            made[name] = like(made[name], kept[name])
    return rounded


def like(text: str, stored: str) -> str:
    """The stored text, if all that differs are numbers, by one in the last of at least three digits or by 1e-5."""
    words, stored_words = ([NUMBER.sub("#", line).split() for line in each.splitlines()] for each in (text, stored))
    pairs = zip(NUMBER.findall(text), NUMBER.findall(stored), strict=False)
    return stored if words == stored_words and all(one == other or _near(one, other) for one, other in pairs) else text


def _near(text: str, stored: str) -> bool:
    one, other = (Decimal(each.replace(",", "")) for each in (text, stored))
    _, digits, power = other.as_tuple()
    last = Decimal(10) ** power if power < 0 and len(digits) >= 3 else 0
    return abs(one - other) <= max(last, abs(other) * Decimal("1e-5"))


class TriedCell(IPyNbCell):
    """A cell with another source, whose output must match a pattern."""

    def __init__(self, *, wanted: str, **options: object) -> None:
        super().__init__(**options)
        self.wanted = wanted

    def compare_outputs(self, test: list, ref: list, skip_compare: object = None) -> bool:
        """Whether the pattern is found in what the cell put out."""
        shown = "\n".join(str(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in test)
        self.comparison_traceback = [f"{self.wanted!r} is not in the output:\n{shown}"]
        return re.search(self.wanted, shown) is not None


def tried_cell(cell: dict, attempt: dict) -> dict:
    """The cell with the source of `attempt`, or with its replacements made, each of which must be possible."""
    changed = copy.deepcopy(cell)
    for old, new in attempt.get("replace", {}).items():
        assert old in changed["source"], f"{old!r} is to be replaced, and is not in the cell"
        changed["source"] = changed["source"].replace(old, new)
    changed["source"] = attempt.get("source", changed["source"])
    changed.update(outputs=[], execution_count=1)
    return changed


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect chapters and exercises as course notebooks, exercises as under --nbval-lax."""
    collectors = yield
    for place, collector in enumerate(collectors):
        if type(collector) is IPyNbFile:
            collectors[place] = notebook = CourseNotebook.from_parent(parent, path=file_path)
            notebook.compare_outputs = "exercises" not in file_path.parts
    return collectors


def pytest_configure(config: pytest.Config) -> None:
    """Give the kernels this clone's edutorch and a state folder of their own.

    Matplotlib makes its list of fonts now, once: made in a kernel, it prints a line about that."""
    if not hasattr(config, "workerinput"):
        importlib.import_module("matplotlib.font_manager")
    state = tempfile.TemporaryDirectory(prefix="edutorch-tests-")
    config.add_cleanup(state.cleanup)
    root = str(Path(__file__).resolve().parent.parent)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = state.name
