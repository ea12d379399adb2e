"""Checking where there are no processes: in a browser, under Pyodide, answers run in the notebook's own process.

The cells are those that a worker would run, and so are the verdicts. What a process gives is lacking: an answer can
reach what the notebook has, and only time is limited, by a trace function that looks at the clock on each line of the
answer. (Where there are processes they are used: a trace function does not stop `while True: pass` there.)
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import linecache
import random
import sys
import time
import traceback
import tracemalloc
from collections.abc import Iterator
from types import CodeType, FrameType, ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..aliases import while_torch
from ..random.generator import default_generator
from .cell_run import CellRun, Job, Record, cells_of, differences_of, ends_the_question, record_of, run_cell
from .checking import restore
from .notebook import Output, source_of
from .withheld import withhold

if TYPE_CHECKING:
    from _typeshed import TraceFunction

LABEL = "in the browser, in the notebook's own process"
NO_PROCESSES = sys.platform == "emscripten"
PATIENCE = 3  # times as long as in a process: a browser computes slowly, and so does what is traced
_numbers = itertools.count(1)


class TooLong(BaseException):
    """The cell has had its time. No Exception, so that an answer's `except Exception` lets it pass."""


class InProcessKernel:
    """Runs cells in a module of their own, which is `__main__` as long as the kernel is open."""

    def __init__(self) -> None:
        self.main = ModuleType("__main__")
        self.deadline = 0.0

    def run(self, source: str, timeout: float) -> CellRun:
        """Execute `source` as a notebook's cell, for at most PATIENCE times `timeout` seconds, and collect
        its outputs."""
        from IPython.utils.capture import capture_output  # extra "lab"

        run, start = CellRun(), time.monotonic()
        self.deadline = start + timeout * PATIENCE
        with capture_output() as captured:
            raised = self._execute(source)
        run.outputs = [{"output_type": "stream", "name": "stdout", "text": captured.stdout}] if captured.stdout else []
        for shown in captured.outputs:
            run.outputs.append({"output_type": "display_data", "data": shown.data, "metadata": {}})
        run.seconds = time.monotonic() - start
        if raised is not None:
            run.status = _status_of(raised)
            run.outputs.append(_as_output(raised))
        return run

    def _execute(self, source: str) -> BaseException | None:
        """Run the source; what it raised."""
        file = f"<cell {next(_numbers)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        try:
            parts = _compiled(source, file)
            sys.settrace(self.trace)
            for code in parts:
                exec(code, vars(self.main))
        except BaseException as error:  # SystemExit and TooLong, too
            return error
        finally:
            sys.settrace(None)
        return None

    def trace(self, frame: FrameType, event: str, _: object) -> TraceFunction | None:
        """Look at the clock on each call, and on each line of a cell. Raises TooLong."""
        if time.monotonic() > self.deadline:
            raise TooLong
        return self.trace if frame.f_code.co_filename.startswith("<") else None


def _compiled(source: str, file: str) -> list[CodeType]:
    """All but the last statement, and that: as a notebook does, it shows the value of a last expression."""
    tree = ast.parse(source, file)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    parts = [compile(tree, file, "exec")]
    if last is not None:
        parts.append(compile(ast.Interactive([last]), file, "single"))
    return parts


def _status_of(raised: BaseException) -> str:
    return "timeout" if isinstance(raised, TooLong) else "memory" if isinstance(raised, MemoryError) else "error"


def _as_output(raised: BaseException) -> Output:
    """An exception as IPython's kernel gives it: a text for each frame of a cell, with an arrow at its line."""
    frames = [frame for frame in traceback.extract_tb(raised.__traceback__) if frame.filename.startswith("<cell ")]
    shown = [f"Cell In, line {frame.lineno}\n----> {frame.lineno} {frame.line}" for frame in frames]
    return {"output_type": "error", "ename": type(raised).__name__, "evalue": str(raised), "traceback": shown}


def run_here(job: Job) -> dict[str, list[Record]]:
    """Run a job, whose format run.py knows; the records of each question's cells, by its name."""
    with while_torch():
        return {question["id"]: _run_question(question, job["compare"]) for question in job["questions"]}


def _run_question(question: Job, compare: bool) -> list[Record]:
    """Run its cells in a kernel of their own; what is kept of each."""
    records, lost = [], False
    with _undone():
        kernel = InProcessKernel()
        sys.modules["__main__"] = kernel.main
        for cell in cells_of(question, compare):
            run = CellRun("not run") if lost else run_cell(cell, source_of(cell), kernel.run)
            records.append(record_of(cell, run, [] if lost else differences_of(cell, run)))
            lost = lost or ends_the_question(cell, run)
    return records


@contextlib.contextmanager
def _undone() -> Iterator[None]:
    """Put back what a run changes outside its own module: the library, the random numbers, `__main__`, the traces."""
    main, trace, memory_traced = sys.modules["__main__"], sys.gettrace(), tracemalloc.is_tracing()
    numbers = random.getstate(), np.random.get_state(), default_generator.get_state()
    try:
        yield
    finally:
        restore()
        sys.settrace(trace)  # at once: what restores puts back the run's own, whose time may be over
        withhold(())
        if not memory_traced:
            tracemalloc.stop()  # left on, all that follows would be several times slower
        sys.modules["__main__"] = main
        random.setstate(numbers[0])
        np.random.set_state(numbers[1])
        default_generator.set_state(numbers[2])
