"""Marks: the results of an answer, piece by piece, as hashes that can be compared but not read.

A mark is of one case of a check, or of one part of it where the value is a dict of parts. A planted mistake is
known by the marks in which it differs from the reference; an answer that has all of these makes that mistake,
whatever else it does. So two mistakes at once are both reported, and for an answer in parts, how many are right.

Where the outputs are the answer itself, its marks have a salt, and are slow to compute: to find a part by trying takes
about as long as asking q.check() each time. One is computed once in a process.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence

from .cases import Encoded, describe
from .compare import NOTHING, NUMBER, Difference, compare_outputs, shown_cases, shown_text
from .notebook import Output

Marks = dict[str, str]
COST = 2**25  # bytes that a slow mark is made of: some 0.03 s, in a browser 0.2 s
ANYHOW = "*"  # in a mistake: wrong in this place, whatever is there


def marks_of(outputs: list[Output], salt: str = "") -> Marks:
    """The marks of one check's outputs: "0" for the first case, "0/a" for its part a, "printed", "error".

    With a salt they are slow to compute."""
    return {place: _hash(text, salt and f"{salt}/{place}") for place, text in _marked(outputs).items()}


def _marked(outputs: list[Output]) -> dict[str, str]:
    """What marks are of, by place."""
    marks: dict[str, str] = {}
    for place, case in enumerate(shown_cases(outputs)):
        marks |= {at: _text(part) for at, part in by_place(place, case["value"]).items()}
    if text := shown_text(outputs):
        marks["printed"] = _text(NUMBER.sub(lambda found: _digits(found.group()), text))
    raised = [output["ename"] for output in outputs if output["output_type"] == "error"]
    return marks | ({"error": _text(raised[0])} if raised else {})


def by_place(place: int, value: Encoded) -> dict[str, Encoded]:
    """A case's value, or each of its parts."""
    if "keys" in value:
        return {f"{place}/{key}": item for key, item in zip(value["keys"], value["items"], strict=True)}
    return {str(place): value}


def marks_of_checks(outputs: Mapping[str, list[Output]], salts: Mapping[str, str] | None = None) -> Marks:
    """The marks of several checks, by their ids; none where a process sent what cannot be read."""
    found = {}
    try:
        for name, each in outputs.items():
            marks = marks_of(each, (salts or {}).get(name, ""))
            found.update({f"{name}:{place}": mark for place, mark in marks.items()})
        return found
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError):
        return {}


def unlike(mistake: Marks, reference: Marks, anyhow: bool = False) -> Marks:
    """The marks in which a mistake differs from the reference; "" stands for what it lacks."""
    places = {place: mistake.get(place, "") for place in {**reference, **mistake}}
    return {
        place: ANYHOW if anyhow else mark for place, mark in sorted(places.items()) if mark != reference.get(place, "")
    }


def made(mistake: Marks, given: Marks, reference: Marks) -> bool:
    """Whether what was given has all the marks of a mistake."""
    if not mistake or not given:
        return False
    return all(
        given.get(place, "") not in ("", reference.get(place, "")) if mark == ANYHOW else given.get(place, "") == mark
        for place, mark in mistake.items()
    )


def compare(expected: list[Output], got: list[Output], rtol: float = 1e-6, atol: float = 1e-8) -> list[Difference]:
    """The differences between two cells' outputs; where the expected ones are sealed, how many parts are right."""
    seal = seal_of(expected)
    if seal is None:
        return compare_outputs(expected, got, rtol, atol)
    given = marks_of_checks({"": got}, {"": expected[0].get("salt", "")})
    right = sum(given.get(f":{place}") == mark for place, mark in seal.items())
    if right == len(seal) == len(given):
        return []
    values = "; ".join(describe(case["value"]) for case in shown_cases(got)) or shown_text(got) or NOTHING
    return [Difference("values", "your answer", "something else", values, f"{right} of {len(seal)} right")]


def sealed(outputs: list[Output], salt: str = "") -> list[Output]:
    """Outputs that are the answer itself, as their marks."""
    return [{"output_type": "sealed", "salt": salt, "marks": marks_of(outputs, salt)}]


def expected_marks(outputs: list[Output], salt: str = "") -> Marks:
    """The marks of a check's expected outputs, sealed or not."""
    seal = seal_of(outputs)
    return marks_of(outputs, salt) if seal is None else seal


def seal_of(outputs: Sequence[Output]) -> Marks | None:
    """The marks that stand for sealed outputs; None where they are not sealed."""
    return outputs[0]["marks"] if outputs and outputs[0]["output_type"] == "sealed" else None


def _text(value: object) -> str:
    return json.dumps(_rounded(value), sort_keys=True)


@functools.lru_cache(maxsize=100_000)
def _hash(text: str, salt: str) -> str:
    content = text.encode("utf-8", "replace")
    if not salt:
        return hashlib.sha256(content).hexdigest()[:12]
    # Salt and content, over and over: OpenPGP's iterated and salted key (RFC 4880, 3.7.1.3). Pyodide has no scrypt.
    block = (salt.encode() + content) * 1000
    slow = hashlib.sha256()
    for _ in range(-(-COST // len(block))):
        slow.update(block)
    return slow.hexdigest()[:18]


def _rounded(value: object) -> object:
    """Numbers to three digits: equal for equal mistakes. Of an exception its type and the missing name count."""
    if isinstance(value, dict):
        ignored = ("frames", "text") if value.get("type") == "error" else ()
        return {key: _rounded(item) for key, item in value.items() if key not in ignored}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return _digits(value) if isinstance(value, float) else value


def _digits(number: str | float) -> str:
    value = float(number)
    return "0" if abs(value) < 1e-9 else f"{value:.3g}"
