"""pytest plugin: nbval's notebooks, cells and kernels with repairs, for the notebooks of exercises.

What differs from nbval, and was seen to matter: the kernel cannot hang or be lost silently; a cell
after a timeout fails and is not XFAIL; a check that was never run in the reference fails; comments
such as NBVAL_SKIP in a learner's cell mean nothing; numbers have a tolerance; a file is claimed
once; under xdist a notebook stays on one worker.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from .cell_run import CellRun, differences_of, ends_the_question, record_of, run_cell
from .compare import Difference
from .kernel import KernelLost
from .kernels import Kernels
from .notebook import NotebookError, course_data, read_notebook, source_of
from .sandbox import Limits


class ExerciseNotebook(IPyNbFile):
    """A notebook of one question to grade, or a solution notebook as a whole."""

    def collect(self) -> Iterator[ExerciseCell]:
        """A test for each code cell; options come from its metadata alone, planted answers are left out."""
        self.nb = nbformat.from_dict(read_notebook(self.path))
        cells = [cell for cell in self.nb.cells if cell.cell_type == "code"]
        self.records: list[dict[str, Any]] = []
        for number, cell in enumerate(cells):
            cell["source"] = source_of(cell)
            role = course_data(cell).get("role", "setup")
            options = defaultdict(bool, check=role == "check", role=role)
            if role not in ("mistake", "right", "variant"):
                yield ExerciseCell.from_parent(self, name=f"Cell {number}", cell_num=number, cell=cell, options=options)

    def setup(self) -> None:
        """Take a kernel of the run's, or start one."""
        self.own: Kernels | None = None
        kernels = getattr(self.config, "edutorch_kernels", None)
        if kernels is None:
            kernels = self.own = Kernels(Limits())
        self.lost: str | None = None
        self.label = kernels.sandbox.label
        try:
            self.kernel = kernels.take()
        except KernelLost:
            self.lost = "damaged"

    def teardown(self) -> None:
        """Stop the kernel and hand in what its cells gave."""
        if self.kernel is not None:
            self.kernel.stop()
        if self.own is not None:
            self.own.close()
        results = getattr(self.config, "edutorch_results", None)
        if results is not None:
            line = {"question": self.path.stem, "sandbox": self.label, "cells": self.records}
            with open(results, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


class ExerciseCell(IPyNbCell):
    """One cell of it."""

    parent: ExerciseNotebook

    def setup(self) -> None:
        """No XFAIL after a timeout: such a cell fails."""

    def runtest(self) -> None:
        """Execute the cell, compare a check's outputs. Raises NbCellError if it fails."""
        if self.parent.lost or self.parent.kernel is None:
            self._record(CellRun("not run"), [])
            self.raise_cell_error("Not run: a cell before it failed")
        if self.options["check"] and not self.cell.outputs:
            self.raise_cell_error("Check never run in the reference: nothing to compare with")
        run = run_cell(self.cell, self.cell.source, self.parent.kernel.run, fenced=self.parent.own is None)
        self.test_outputs = run.outputs
        differences = differences_of(self.cell, run)
        self._record(run, differences)
        if run.status != "ok":
            self.parent.lost = run.status if ends_the_question(self.cell, run) else None
            trace = "\n".join(run.error["traceback"]) if run.error else ""
            self.raise_cell_error(f"Cell execution: {run.status}", trace)
        if differences:
            first = differences[0]
            text = f"{first.call}\n  expected {first.expected}\n  got      {first.got}"
            self.raise_cell_error(f"Cell outputs differ: {first.state} {first.where}", text)

    def _record(self, run: CellRun, differences: list[Difference]) -> None:
        self.parent.records.append(record_of(self.cell, run, differences))


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Claim the notebooks of exercises from nbval, which collects them as well."""
    collectors = yield
    nbval = [collector for collector in collectors if isinstance(collector, IPyNbFile)]
    if nbval and _has_checks(file_path):
        others = [collector for collector in collectors if collector not in nbval]
        return [*others, ExerciseNotebook.from_parent(parent, path=file_path)]
    return collectors


def _has_checks(path: Path) -> bool:
    try:
        cells = read_notebook(path)["cells"]
    except NotebookError:
        return False
    return any(course_data(cell).get("role") in ("check", "record") for cell in cells)


def pytest_configure(config: pytest.Config) -> None:
    """Cells of a notebook share a kernel: they cannot be spread over xdist's workers."""
    if getattr(config.option, "dist", "no") in ("load", "worksteal"):
        config.option.dist = "loadfile"
