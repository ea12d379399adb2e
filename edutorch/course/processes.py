"""A function of a notebook in several processes: what `edutorch run --nproc 2` does for a script.

    def hello():
        return f"rank {dist.get_rank()} of {dist.get_world_size()}"

    in_processes(2, hello)  # ["rank 0 of 2", "rank 1 of 2"]

Processes share no memory, so what they get is text: the source of the function and of what it uses. (Engines that wait
for cells would need no start for each; but they outlive a kernel that is killed, and a collective that one of them
never calls.) Where MPI is not installed, the calls of the course give what was recorded.
"""

from __future__ import annotations

import ast
import contextlib
import dis
import inspect
import json
import os
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from ..distributed import launch
from ..distributed.groups import is_mpi_available
from .browser import in_browser
from .leftovers import claim_folder, remove_folder
from .one_rank import NOTEBOOK
from .prediction import WIDTH

SECONDS = 600.0  # for all of it; a group's own timeout is what tells why
RECORDED = "processes.json"
_ROOT = Path(__file__).resolve().parents[2]


def in_processes(count: int, function: Callable[..., object], *arguments: object) -> list[object]:
    """Calls `function(*arguments)` in `count` new processes, which have called init_process_group; prints what they
    print, and gives what they return, as lists, numbers and text, in the order of their ranks.

    function: one of this notebook. What it uses goes with it: its functions, its imports, and plain values. arguments:
    plain values. Raises RuntimeError where a process raises or dies, TypeError for what is not plain."""
    known = call(function, *arguments, count=count)
    if not is_mpi_available():
        found = recorded(known)
    else:
        found = _run(count, program(function, arguments))
    for rank, printed in enumerate(found["printed"]):
        for line in printed:
            print(textwrap.fill(f"rank {rank}: {line}", WIDTH) if len(line) > WIDTH else f"rank {rank}: {line}")
    if found["error"]:
        raise RuntimeError(found["error"])
    return found["results"]


def call(function: Callable[..., object], *arguments: object, count: int) -> str:
    """ "2 x train('MLP')", by which a call was recorded."""
    return f"{count} x {function.__name__}({', '.join(map(repr, arguments))})"


def recorded(known: str) -> dict:
    """What the call gave elsewhere, with a sentence that says so. Raises RuntimeError for one that was not recorded."""
    about = _recordings()
    if known not in about["calls"]:
        raise RuntimeError(f"{known} needs MPI, and is none of the calls that were recorded: {launch.INSTALL}")
    why = "A browser has no processes" if in_browser() else "MPI is not installed here"
    print(f"{why}: these are figures recorded on {about['date']}, {about['where']}.")
    return about["calls"][known]


@cache
def _recordings() -> dict:
    return json.loads((files("edutorch.course") / "embedded" / RECORDED).read_text("utf-8"))


def program(function: Callable[..., object], arguments: tuple[object, ...] = ()) -> str:
    """The text of a program that defines the function as `__call__`, with all it uses.

    Raises TypeError where that is more than functions of the notebook, imports and plain values."""
    parts: dict[str, str] = {}
    _gather(function, parts)
    plain = "".join(f"{_literal('an argument', each)}, " for each in arguments)
    return "\n\n".join([*parts.values(), f"def __call__():\n    return {function.__name__}({plain})\n"])


def _gather(function: Callable[..., object], parts: dict[str, str]) -> None:
    """Adds the source of what the function uses, and then its own."""
    if not isinstance(function, FunctionType):
        raise TypeError(f"in_processes takes a function of the notebook, not {function!r}")
    parts[function.__name__] = ""
    for name in sorted(set(_names(function.__code__)) & function.__globals__.keys() - parts.keys()):
        value = function.__globals__[name]
        if isinstance(value, FunctionType) and value.__module__ == function.__module__:
            _gather(value, parts)
        else:
            parts[name] = (
                _import(name, value) or f"{name} = {_literal(f'{function.__name__} uses {name}, which', value)}"
            )
    parts[function.__name__] = textwrap.dedent(inspect.getsource(function))
    parts[function.__name__] = parts.pop(function.__name__)  # behind what it uses


def _names(code: CodeType) -> Iterator[str]:
    """Of all that the code reads from the notebook; not of attributes."""
    yield from (each.argval for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL")
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _import(name: str, value: object) -> str:
    if isinstance(value, ModuleType):
        return f"import {value.__name__} as {name}"
    module, inside = getattr(value, "__module__", None), getattr(value, "__qualname__", ".")
    if module is None or module == "__main__" or "." in inside:
        return ""
    return f"from {module} import {inside} as {name}"


def _literal(what: str, value: object) -> str:
    with contextlib.suppress(SyntaxError, ValueError):
        if ast.literal_eval(repr(value)) == value:
            return repr(value)
    raise TypeError(
        f"in_processes: {what} is a {type(value).__name__}. Processes share no memory: make it inside the function, or"
        " hand over plain numbers, texts and lists"
    )


def _run(count: int, text: str) -> dict:
    """Runs the program; what the processes printed and returned, and what went wrong."""
    folder = claim_folder("ranks-")
    try:
        (folder / "program.py").write_text(text, encoding="utf-8")
        told = _start(count, folder)
        printed = [_read(folder / f"{rank}.out").splitlines() for rank in range(count)]
        texts = [_read(folder / f"{rank}.json") for rank in range(count)]
        errors = [f"rank {rank}: {_read(folder / f'{rank}.error')}" for rank in range(count)]
    finally:
        remove_folder(folder)
    found = [error for error in errors if not error.endswith(": ")]
    results = [json.loads(each) if each else None for each in texts]
    missing = told if "" in texts and not found else ""
    return {"printed": printed, "results": results, "error": "\n".join(found) or missing}


def _start(count: int, folder: Path) -> str:
    """Starts the processes and waits. "rank 1 ended with signal 9", or what mpiexec says else."""
    line = launch.command(count, ["-m", "edutorch.course.one_rank", str(folder)])
    line.insert(1, "-print-all-exitcodes")
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    variables = launch.environment() | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), launch.PIDS: str(folder)}
    variables[NOTEBOOK] = str(os.getpid())
    with open(folder / "mpiexec", "w+b") as said:
        process = subprocess.Popen(line, env=variables, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        try:
            process.wait(SECONDS)
        finally:
            launch.stop(process, 0)
            launch.free_shared_memory()
        said.seek(0)
        told = said.read()
    return launch.first_death(told, str(folder)) or told.decode(errors="replace").strip()


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""
