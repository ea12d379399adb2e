"""From what an answer's cells gave to one verdict: state, points, the smallest failing case."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from .assignment import Check, Mistake, Question
from .compare import NOTHING, STATES, Difference, fingerprint
from .run import QuestionRun

ANSI = re.compile(r"\x1b\[[0-9;]*m")
ARROW = re.compile(r"^-+> *(\d+ .*)$", re.MULTILINE)
ENDS = {
    "timeout": "slow",
    "died": "died",
    "memory": "memory",
    "processes": "processes",
    "output": "output",
    "disk": "disk",
    "message": "died",
    "damaged": "damaged",
}
ASK = {
    "exception": "What does the last line of the message say, and what did that line expect?",
    "outside": "A check sees the answer cell alone. Can what it needs be defined inside it?",
    "type": "What does your code return? Does every path through it return something?",
    "shape": "Which shape has each value on the way? Print x.shape after every line.",
    "dtype": "Where does a number of another dtype come in?",
    "nan": "Which step gives 0/0, inf - inf or the log of a negative number?",
    "near": "Close, but not a rounding error. Is a step approximated, or computed in another order?",
    "mutated": "Which line writes into its input, and what would a copy change?",
    "slow": "Does every loop end? What changes in it from one round to the next?",
    "values": "Can you work this one case out on paper, and compare step by step?",
    "memory": "How many numbers does your largest array hold?",
    "processes": "What starts a process or a thread here, and how often?",
    "output": "Which loop prints, and how often does it run?",
    "disk": "Why does this answer write files?",
    "died": "Did the code end the process itself, or recurse without end?",
}


@dataclass
class Verdict:
    """What came of one question. `case` is the smallest failing case, never one of a hidden check."""

    question: str
    title: str
    state: str
    points: float
    of: float
    case: Difference | None = None
    message: str = ""
    ask: str = ""
    mistake: str = ""
    note: str = ""
    checks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return self.state == "passed"

    @property
    def words(self) -> str:
        """The state in words."""
        return STATES[self.state]

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return asdict(self)


def untouched(question: Question) -> Verdict:
    """The verdict of an answer cell that is still the stub."""
    return Verdict(question.id, question.title, "untouched", 0.0, question.points)


def missing(question: Question, reason: str) -> Verdict:
    """The verdict where there is no answer to run."""
    return Verdict(question.id, question.title, "missing", 0.0, question.points, message=reason)


def diagnose(
    question: Question, run: QuestionRun, names_outside: Collection[str] = (), public_only: bool = False
) -> Verdict:
    """The verdict of a run. `names_outside` are names the notebook defines in its other cells."""
    checks = [check for check in question.checks if not (public_only and check.hidden)]
    verdict = Verdict(question.id, question.title, "passed", 0.0, sum(c.points for c in checks))
    if run.problem:
        verdict.state, verdict.message = "damaged", run.problem
        return verdict
    failed = _answer_state(run, verdict)
    for check in checks:
        record = run.cell(check.id) or {"status": "not run", "differences": [], "outputs": []}
        good = record["status"] == "ok" and not record["differences"]
        earned = check.points if good else 0.0
        verdict.points += earned
        verdict.checks.append(
            {"id": check.id, "hidden": check.hidden, "points": earned, "of": check.points, "passed": good}
        )
        failed = failed or not good
    if failed:
        _explain(question, checks, run, verdict, names_outside)
    return verdict


def _answer_state(run: QuestionRun, verdict: Verdict) -> bool:
    """Whether set-up or answer cell failed by themselves; the verdict then says how."""
    for record in run.cells:
        if record["role"] in ("check", "record") or record["status"] == "ok":
            continue
        if record["status"] == "not run":
            verdict.state = "damaged"
            verdict.message = "its kernel did not start"
        else:
            verdict.state = ENDS.get(record["status"], "exception")
            verdict.case = _raised(record, "running the answer cell")
        if record["role"] == "setup":
            verdict.state, verdict.message = "damaged", "the exercise's own set-up failed"
        return True
    return False


def _explain(
    question: Question, checks: list[Check], run: QuestionRun, verdict: Verdict, names_outside: Collection[str]
) -> None:
    """Fill in state, case, message and the question to think about."""
    if verdict.state == "passed":
        verdict.state, verdict.case, hidden = _smallest_failure(checks, run)
        if hidden:
            verdict.note = "the cases in sight are as expected; a hidden check, other inputs, is not"
            verdict.case = None
    if verdict.case is not None and verdict.case.name in names_outside:
        verdict.state = "outside"
        verdict.message = f"{verdict.case.name!r} is defined in another cell of the notebook"
    elif verdict.case is not None and verdict.case.name and not verdict.case.frames:
        verdict.message = f"the check uses {verdict.case.name!r}, which the answer cell lacks"
        verdict.ask = "Has a name been changed, or a line of the answer cell been lost?"
    verdict.ask = verdict.ask or ASK.get(verdict.state, "")
    mistake = known_mistake(question, run)
    if mistake is not None:
        verdict.mistake, verdict.message, verdict.ask = mistake.id, mistake.message, mistake.ask


def _smallest_failure(checks: list[Check], run: QuestionRun) -> tuple[str, Difference | None, bool]:
    """State and case of the smallest failure, a public one first; and whether it is hidden."""
    for hidden in (False, True):
        found: list[Difference] = []
        for check in checks:
            record = run.cell(check.id)
            if check.hidden != hidden or record is None or record["status"] == "not run":
                continue
            if record["status"] in ENDS:
                return ENDS[record["status"]], _raised(record, "running the check"), hidden
            differences = [_as_difference(item) for item in record["differences"]]
            if record["status"] == "error":  # what was to come after it was not shown: no case
                differences = [item for item in differences if item.got != NOTHING]
            found += differences
            if record["status"] == "error":
                found.append(_raised(record, "running the check", size=10**9))
        if found:
            smallest = min(found, key=lambda difference: difference.size)
            return smallest.state, smallest, hidden
    return "damaged", None, False


def _as_difference(item: dict[str, Any]) -> Difference:
    name = item["name"] if isinstance(item["name"], str) else None  # a learner's process sent it
    return Difference(**{**item, "frames": tuple(item["frames"]), "name": name})


def _raised(record: dict[str, Any], doing: str, size: int = 0) -> Difference:
    """The exception that ended a cell, or how else it ended, as a case."""
    errors = [output for output in record["outputs"] if output["output_type"] == "error"]
    if not errors or record["status"] in ENDS:
        state = ENDS.get(record["status"], "exception")
        got = f"{STATES[state]} after {record['seconds']:.1f} s"
        frames = _own_frames(errors[0]["traceback"]) if errors else ()
        return Difference(state, doing, "an end", got, size=size, frames=frames)
    error = errors[0]
    text = f"{error['ename']}: {error['evalue']}".rstrip(": ")
    name = re.match(r"name '(\w+)' is not defined", str(error["evalue"]))
    return Difference(
        "exception",
        doing,
        "no exception",
        text[:2000],
        size=size,
        frames=_own_frames(error["traceback"]),
        name=name.group(1) if name and error["ename"] == "NameError" else None,
    )


def _own_frames(traceback: Any) -> tuple[str, ...]:
    """Of IPython's traceback, the frames that stand in cells: the library's own are left out."""
    lines = traceback if isinstance(traceback, list) else []
    plain = [ANSI.sub("", line) for line in lines if isinstance(line, str)]
    frames = []
    for frame in plain:
        if frame.startswith("Cell In") and "show(" not in frame:
            frames += [f"line {line}" for line in ARROW.findall(frame)]
    return tuple(frames[-8:])


def known_mistake(question: Question, run: QuestionRun) -> Mistake | None:
    """The planted mistake whose public outputs are exactly these, if there is one."""
    if not question.mistakes:
        return None
    mark = run_fingerprint(question, run)
    return next((mistake for mistake in question.mistakes if mark and mistake.fingerprint == mark), None)


def run_fingerprint(question: Question, run: QuestionRun) -> str:
    """The fingerprint of a run's public checks; "" where they did not all run."""
    outputs, errors = [], []
    for check in question.checks:
        if check.hidden:
            continue
        record = run.cell(check.id)
        if record is None or record["status"] not in ("ok", "error"):
            return ""
        outputs.append(record["outputs"])
        raised = [out["ename"] for out in record["outputs"] if out["output_type"] == "error"]
        errors.append(raised[0] if raised else "")
    try:
        return fingerprint(outputs, errors)
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError):
        return ""
