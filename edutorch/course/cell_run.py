"""One question as a run of cells: set-up, the answer, its checks, and what is kept of each of them.

Two things run them: plugin.py, for pytest, in a kernel that is a process; and in_process.py, where there are no
processes. What both do is here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .compare import Difference, shown_text
from .marks import compare, marks_of_checks, seal_of
from .notebook import Cell, Output, code_cell, course_data

DEFAULT_TIMEOUT = 60.0
ENGINE = "edutorch.engine"  # the event at which fence.py calls the engine
UNTAKEN = "the answer keeps what checks it from running. Write out what it is to compute."


@dataclass
class CellRun:
    """The result of one cell. `status`: ok, error, timeout, died, memory, processes, output, disk,
    message (one that cannot be read)."""

    status: str = "ok"
    outputs: list[Output] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def error(self) -> Output | None:
        """The exception that ended the cell, if one did."""
        for output in self.outputs:
            if output["output_type"] == "error":
                return output
        return None


Record = dict[str, Any]  # what is kept of a cell that was run, as JSON
Job = dict[str, Any]  # a question with its answer and its checks, or several, as run.py makes them
Run = Callable[[str, float], CellRun]  # runs a source in a kernel, for at most so many seconds


def cells_of(question: Job, do_compare: bool) -> list[Cell]:
    """The cells of one question of a job, whose format run.py knows."""
    setup = enumerate(question["setup"])
    cells = [code_cell(text, {"role": "setup"}, [], f"setup-{n}") for n, text in setup]
    data = {"role": "solution", "id": "answer"} | {key: question[key] for key in ("timeout", "swaps", "without")}
    cells.append(code_cell(question["answer"], data, [], "answer"))
    for check in question["checks"]:
        data = {key: check[key] for key in ("id", "rtol", "atol", "timeout", "seed")}
        role = "check" if do_compare else "record"
        cell = code_cell(check["source"], {**data, "role": role}, [], check["id"])
        cell["outputs"], cell["execution_count"] = check["outputs"], 1
        cells.append(cell)
    return cells


def run_cell(cell: Cell, source: str, run: Run, fenced: bool = False) -> CellRun:
    """Run a cell with what belongs around it, see checking.py; fenced: where fence.py is up, of one question alone."""
    data = course_data(cell)
    role, timeout = data.get("role", "setup"), float(data.get("timeout", DEFAULT_TIMEOUT))
    if role in ("check", "record"):
        seed = data.get("seed", f"0/{data.get('id', '')}")
        return run(_call(fenced, "run_check", source, seed), timeout)
    if role != "solution":
        return run(source, timeout)
    about = source, data.get("swaps", {}), data.get("without", [])
    before = run(_call(fenced, "prepare", *about), DEFAULT_TIMEOUT)
    done = run(source, timeout)
    if done.status == "ok":
        taken = run(_call(fenced, "take_answer"), DEFAULT_TIMEOUT)
        if fenced and not _is_proof(before, taken):
            done.status = "error"
            done.outputs.append({"output_type": "error", "ename": "TakenApart", "evalue": UNTAKEN, "traceback": []})
    return done


def _call(fenced: bool, name: str, *inputs: object) -> str:
    """A cell that calls the engine, and leaves no name in the kernel."""
    words = ", ".join(map(repr, inputs))
    if fenced:
        return f"__import__('sys').audit({ENGINE!r}, {name!r}, {words})"
    return f"__import__('edutorch.course.checking', fromlist=['run_check']).{name}({words})"


def _is_proof(before: CellRun, after: CellRun) -> bool:
    """Whether the engine has taken the answer: it shows what it had shown the hash of."""
    seal, proof = (shown_text(run.outputs).strip() for run in (before, after))
    return hashlib.sha256(proof.encode()).hexdigest() == seal


def ends_the_question(cell: Cell, run: CellRun) -> bool:
    """Whether the cells after this one are not run: an exception in one check is none in the next."""
    return run.status not in ("ok", "error") or (
        run.status == "error" and course_data(cell).get("role") not in ("check", "record")
    )


def differences_of(cell: Cell, run: CellRun) -> list[Difference]:
    """Between what a check gave and what it is compared with; none of another cell."""
    data = course_data(cell)
    if data.get("role") != "check":
        return []
    return compare(cell["outputs"], run.outputs, data.get("rtol", 1e-6), data.get("atol", 1e-8))


def record_of(cell: Cell, run: CellRun, differences: list[Difference]) -> Record:
    """What is kept of a cell that was run, as JSON."""
    data = course_data(cell)
    identity, role = data.get("id", ""), data.get("role", "setup")
    sealed = role == "check" and seal_of(cell["outputs"]) is not None
    salt = {identity: cell["outputs"][0].get("salt", "")} if sealed else {}
    return {
        "id": identity,
        "marks": marks_of_checks({identity: run.outputs}, salt) if salt else None,
        "role": role,
        "status": run.status,
        "seconds": round(run.seconds, 3),
        "outputs": run.outputs,
        "differences": [difference.as_dict() for difference in differences],
    }
