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

from .compare import Difference
from .kernel import CellRun, GuardedKernel, KernelLost
from .kernels import Kernels
from .marks import compare, marks_of_checks, seal_of
from .notebook import NotebookError, course_data, read_notebook, source_of
from .sandbox import Limits

DEFAULT_TIMEOUT = 60.0
ENGINE = "__import__('edutorch.course.checking', fromlist=['run_check'])."  # leaves no name in the kernel


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
        data = course_data(self.cell)
        if self.parent.lost or self.parent.kernel is None:
            self._record(CellRun("not run"), [])
            self.raise_cell_error("Not run: a cell before it failed")
        if self.options["check"] and not self.cell.outputs:
            self.raise_cell_error("Check never run in the reference: nothing to compare with")
        run = self._run(self.parent.kernel, float(data.get("timeout", DEFAULT_TIMEOUT)))
        self.test_outputs = run.outputs
        differences = self._differences(run) if self.options["check"] else []
        self._record(run, differences)
        if run.status != "ok":
            self.parent.lost = run.status if self._ends_the_run(run) else None
            trace = "\n".join(run.error["traceback"]) if run.error else ""
            self.raise_cell_error(f"Cell execution: {run.status}", trace)
        if differences:
            first = differences[0]
            text = f"{first.call}\n  expected {first.expected}\n  got      {first.got}"
            self.raise_cell_error(f"Cell outputs differ: {first.state} {first.where}", text)

    def _run(self, kernel: GuardedKernel, timeout: float) -> CellRun:
        """The cell with what belongs around it, see checking.py."""
        data, role, source = course_data(self.cell), self.options["role"], self.cell.source
        if role in ("check", "record"):
            seed = data.get("seed", f"0/{data.get('id', '')}")
            return kernel.run(f"{ENGINE}run_check({source!r}, {seed!r})", timeout)
        if role != "solution":
            return kernel.run(source, timeout)
        about = f"{data.get('swaps', {})!r}, {data.get('without', [])!r}"
        kernel.run(f"{ENGINE}prepare({about})", DEFAULT_TIMEOUT)
        run = kernel.run(source, timeout)
        if run.status == "ok":
            kernel.run(f"{ENGINE}take_answer({source!r}, {about})", DEFAULT_TIMEOUT)
        return run

    def _ends_the_run(self, run: CellRun) -> bool:
        return run.status != "error" or self.options["role"] not in ("check", "record")

    def _differences(self, run: CellRun) -> list[Difference]:
        data = course_data(self.cell)
        return compare(self.cell.outputs, run.outputs, data.get("rtol", 1e-6), data.get("atol", 1e-8))

    def _record(self, run: CellRun, differences: list[Difference]) -> None:
        identity = course_data(self.cell).get("id", "")
        seal = seal_of(self.cell.outputs) if self.options["check"] else None
        salt = {} if seal is None else {identity: self.cell.outputs[0].get("salt", "")}
        self.parent.records.append(
            {
                "id": identity,
                "marks": marks_of_checks({identity: run.outputs}, salt) if salt else None,
                "role": self.options["role"],
                "status": run.status,
                "seconds": round(run.seconds, 3),
                "outputs": run.outputs,
                "differences": [difference.as_dict() for difference in differences],
            }
        )


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
