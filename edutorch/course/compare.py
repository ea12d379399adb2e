"""Comparing the output of a check with the expected one, number by number, outside the kernel.

Each difference has one of the states that a learner is told: see `STATES`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .cases import CASE, Case, Encoded, describe
from .notebook import Output

STATES = {
    "passed": "as expected",
    "untouched": "not attempted",
    "missing": "the answer cell is missing",
    "form": "not in the form that is asked for",
    "refused": "uses what it is to replace",
    "exception": "exception",
    "outside": "uses a name defined outside the answer cell",
    "type": "wrong type",
    "shape": "wrong shape",
    "dtype": "wrong dtype",
    "nan": "nan where a number was expected",
    "near": "nearly equal",
    "mutated": "an input was changed",
    "slow": "too slow",
    "values": "wrong values",
    "output": "printed too much",
    "memory": "used too much memory",
    "processes": "started too many processes",
    "disk": "wrote too much",
    "died": "the process died",
    "damaged": "could not be run",
    "by hand": "to be graded by hand",
    "graded": "graded by hand",
}
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\b(?:nan|inf)\b")
NOTHING = "nothing was shown"
OTHER_PARTS = "another number of parts, or other keys"
PRINTED_SIZE = 10**6  # cases, which say what was called, are shown before printed lines
SPECIAL = {
    "FormError": "form",
    "CallsItself": "refused",
    "TakenApart": "refused",
}  # exceptions of ours that have their own state
# Relative differences with which two processors compute the same: their vector units round tanh and long sums in ways
# of their own. The largest number of a tensor counts, too, since numbers that cancel to nearly 0 keep their rounding
# errors. Where all of them cancel, nothing tells how large the numbers were that they came from: 10 is assumed.
ROUNDING = {"float16": 5e-3, "float32": 1e-5, "float64": 0.0}
ASSUMED = 10.0
NEARLY = 1e-3  # relative difference up to which a wrong number is called nearly equal


@dataclass(repr=False)
class Difference:
    """One case that is not as expected. `size` orders cases: the smallest is shown."""

    state: str
    call: str
    expected: str
    got: str
    where: str = ""
    size: int = 0
    frames: tuple[str, ...] = ()
    name: str | None = None

    def as_dict(self) -> dict[str, object]:
        """For a JSON file."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"case      {self.call}", f"expected  {self.expected}", f"yours     {self.got}"]
        lines += [f"where     {self.where}"] if self.where else []
        return "\n".join([*lines, *(f"  {frame}" for frame in self.frames)])

    __repr__ = __str__  # a learner looks at q.case


def compare_outputs(expected: list[Output], got: list[Output], rtol: float, atol: float) -> list[Difference]:
    """The differences between two cells' outputs: case by case, then their printed text."""
    differences = []
    want, have = shown_cases(expected), shown_cases(got)
    for index, case in enumerate(want):
        found = _compare_case(case, have[index] if index < len(have) else None, rtol, atol)
        differences += [found] if found else []
    if len(have) > len(want):
        text = f"{len(have)} cases"
        differences.append(Difference("values", "number of cases", f"{len(want)} cases", text))
    wanted = shown_text(expected)  # if a check prints nothing, lines printed for debugging do no harm
    return differences + (_compare_text(wanted, shown_text(got), rtol, atol) if wanted else [])


def shown_cases(outputs: list[Output]) -> list[Case]:
    """The cases among a cell's outputs."""
    found = [output["data"].get(CASE) for output in outputs if "data" in output]
    return [case for case in found if isinstance(case, dict) and isinstance(case.get("value"), dict)]


def shown_text(outputs: list[Output]) -> str:
    """All that was printed, and the results that are no cases."""
    parts = []
    for output in outputs:
        if output["output_type"] == "stream" and output["name"] == "stdout":
            parts.append("".join(output["text"]))
        elif "data" in output and CASE not in output["data"]:
            parts.append("".join(output["data"].get("text/plain", "")))
    return "\n".join(line.rstrip() for line in "".join(parts).splitlines())


def _compare_case(want: Case, have: Case | None, rtol: float, atol: float) -> Difference | None:
    call, size = want["call"], want.get("size", 0)
    wanted = describe(want["value"])
    if have is None:
        return Difference("values", call, wanted, NOTHING, size=size)
    try:
        found = difference(want["value"], have["value"], rtol, atol)
        given = describe(have["value"])
        frames = tuple(map(str, have["value"].get("frames", ())))
        name = have["value"].get("name")
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        # The learner's process may send anything.
        return Difference("values", call, wanted, "a value that cannot be read", size=size)
    if found is None:
        return None
    return Difference(found[0], call, wanted, given, found[1], size, frames, name)


def difference(want: Encoded, have: Encoded, rtol: float, atol: float) -> tuple[str, str] | None:
    """State and place of the first difference between two encoded values; None if there is none."""
    if have["type"] == "error" or want["type"] == "error":
        return _error_difference(want, have)
    if want["type"] != have["type"] and not {want["type"], have["type"]} <= {"Tensor", "Parameter"}:
        return "type", f"expected {want['type']}, got {have['type']}"
    if want.get("shape") != have.get("shape"):
        return "shape", f"expected {tuple(want['shape'])}, got {tuple(have['shape'])}"
    if want.get("keys") != have.get("keys") or len(want.get("items", ())) != len(have.get("items", ())):
        return "shape", OTHER_PARTS
    for index, (one, other) in enumerate(zip(want.get("items", ()), have.get("items", ()), strict=True)):
        if found := difference(one, other, rtol, atol):
            return found[0], f"part {index}: {found[1]}".rstrip(": ")
    if want.get("text") != have.get("text"):
        return "values", ""
    found = _number_difference(want, have, rtol, atol)
    if found is None and want.get("dtype") != have.get("dtype"):
        found = "dtype", f"expected {want['dtype']}, got {have['dtype']}"
    if found is None and want.get("mutated", []) != have.get("mutated", []):
        found = "mutated", f"input {have['mutated']} is not what it was before the call"
    return found


def _error_difference(want: Encoded, have: Encoded) -> tuple[str, str] | None:
    if want["type"] == have["type"] and want["error"] == have["error"]:
        return None
    if have["type"] == "error":
        state = SPECIAL.get(have["error"], "exception")
        return state, "" if want["type"] != "error" else f"expected {want['error']}"
    return "values", f"expected {want['error']}, but nothing was raised"


def _number_difference(want: Encoded, have: Encoded, rtol: float, atol: float) -> tuple[str, str] | None:
    """Numbers within rtol and atol are equal, as in numpy.isclose; so are 0. and -0. Both are at least what the dtype
    of the expected ones holds."""
    wanted, given = want.get("values", ()), have.get("values", ())
    rtol, atol = tolerances(precision(want), _largest(wanted), rtol, atol)
    if len(wanted) != len(given):
        return "shape", f"expected {len(wanted)} numbers, got {len(given)}"
    shape, worst = want.get("shape", []), ""
    for index, (one, other) in enumerate(zip(wanted, given, strict=True)):
        if _close(one, other, rtol, atol):
            continue
        place = f"at {_position(index, shape)}: " if shape else ""
        text = f"{place}expected {_word(one)}, got {_word(other)}"
        if str(other) == "nan":
            return "nan", text
        if not _close(one, other, NEARLY, NEARLY * 1e-2):
            return "values", text
        worst = worst or text
    return ("near", worst) if worst else None


def tolerances(dtype: str, largest: float, rtol: float, atol: float) -> tuple[float, float]:
    """rtol and atol, both at least what a floating dtype holds of numbers up to `largest`."""
    rounding = ROUNDING.get(dtype, 0.0)
    return max(rtol, rounding), max(atol, rounding * 1e-2 * max(largest, ASSUMED))


def precision(value: Encoded) -> str:
    """The floating dtype an encoded value was computed in, "" where it is none. A Python float that float32 holds
    exactly comes from a float32 tensor's item(), or is a simple number."""
    if "dtype" in value:
        return str(value["dtype"]).rpartition(".")[2]
    numbers = value.get("values", ())
    if not numbers or not all(isinstance(each, float) for each in numbers):
        return ""
    with np.errstate(over="ignore"):
        return "float32" if all(float(np.float32(each)) == each for each in numbers) else "float64"


def _largest(numbers: Iterable[object]) -> float:
    return max((abs(each) for each in numbers if isinstance(each, float)), default=0.0)


def _word(number: object) -> str:
    return f"{number:.9g}" if isinstance(number, float) else str(number)


def _close(one: Any, other: Any, rtol: float, atol: float) -> bool:
    if one is None or other is None or isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if one == other:
        return True
    want, have = float(one), float(other)
    if math.isnan(want) or math.isinf(want) or math.isinf(have):
        return want == have or (math.isnan(want) and math.isnan(have))
    return abs(want - have) <= atol + rtol * abs(want)


def _position(index: int, shape: list[int]) -> str:
    place = []
    for length in reversed(shape):
        place.append(index % length)
        index //= length
    return f"[{', '.join(map(str, reversed(place)))}]"


def _compare_text(want: str, have: str, rtol: float, atol: float) -> list[Difference]:
    """Printed lines are equal where their words are and their numbers are within the tolerance."""
    wanted, given = want.splitlines(), have.splitlines()
    for index in range(max(len(wanted), len(given))):
        one = wanted[index] if index < len(wanted) else "(no such line)"
        other = given[index] if index < len(given) else NOTHING
        if not _same_line(one, other, rtol, atol):
            state = "nan" if "nan" in other and "nan" not in one else "values"
            state = "near" if state != "nan" and _same_line(one, other, NEARLY, 0) else state
            size = PRINTED_SIZE + index
            return [Difference(state, "printed", one, other[:500], f"in line {index + 1}", size)]
    return []


def _same_line(one: str, other: str, rtol: float, atol: float) -> bool:
    if NUMBER.sub("#", one).split() != NUMBER.sub("#", other).split():
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(_close(float(a), float(b), rtol, atol) for a, b in pairs)
