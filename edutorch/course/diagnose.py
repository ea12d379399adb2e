"""From the results of an answer's cells to one verdict: state, points, the smallest failing case."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from .assignment import Check, Question
from .compare import NOTHING, OTHER_PARTS, SPECIAL, STATES, Difference, shown_text
from .marks import seal_of
from .mistakes import known_mistakes
from .run import QuestionRun
from .submission import names_used_in

MOST_PRINTED = 10  # lines
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
    "type": "Your code gives one type of value, and another is asked for. What turns the one into the other?",
    "nothing": "What does your code return? Does every path through it return something?",
    "shape": "Which shape has each value on the way? Print x.shape after every line.",
    "parts": "How many parts are there to be, and how many has yours? Which one is missing, or one too many?",
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
    "order": "Go through your order line by line: what does each line find, and what does it leave behind?",
    "died": "Did the code end the process itself, or recurse without end?",
}
CHANGED = "statements changed"  # ends the name of the case that counts them, in a question that mends
TOO_MANY = "Compare your cell with the one that you were given: which of your changes can you take back?"


@dataclass
class Verdict:
    """The result of one question. `case` is the smallest failing case, never one of a hidden check."""

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
    printed: str = ""
    checks: list[dict[str, Any]] = field(default_factory=list)
    sandbox: str = ""  # the label of its own run
    answer: str = ""  # what was run
    hints: int = 0  # of which the notebook shows that they were asked for
    key: str = ""  # names everything that it depends on, in a grading
    comment: str = ""  # of a person; this and `by_hand`, why the points are a person's, are a report's alone
    by_hand: str = ""

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return self.state == "passed"

    @property
    def counts(self) -> bool:
        """Whether this was an attempt: there was an answer, in the required form, and it could be run."""
        return self.state not in ("untouched", "missing", "form", "damaged", "by hand")

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


def handed_to_a_person(question: Question, answer: str) -> Verdict:
    """The verdict of a text, until somebody has read it."""
    return Verdict(question.id, question.title, "by hand", 0.0, question.points, answer=answer)


def diagnose(
    question: Question,
    run: QuestionRun,
    names_outside: Collection[str] = (),
    public_only: bool = False,
    answer: str | None = None,
) -> Verdict:
    """The verdict of a run of `answer` (None: it is not known).

    `names_outside` are names that the notebook defines in its other cells."""
    checks = [check for check in question.checks if not (public_only and check.hidden)]
    verdict = Verdict(question.id, question.title, "passed", 0.0, sum(c.points for c in checks), sandbox=run.sandbox)
    if run.problem:
        verdict.state, verdict.message = "damaged", run.problem
        return verdict
    failed = _answer_state(question, run, verdict)
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
        _explain(question, checks, run, verdict, names_outside, answer)
    return verdict


def _answer_state(question: Question, run: QuestionRun, verdict: Verdict) -> bool:
    """Whether set-up or answer cell failed by themselves; the verdict then says how.

    Where the answer is values, an exception is a mistake of form: `answer = {"a": view}` without the quotes."""
    for record in run.cells:
        if record["role"] in ("check", "record") or record["status"] == "ok":
            continue
        if record["status"] == "not run":
            verdict.state = "damaged"
            verdict.message = "its kernel did not start"
        else:
            verdict.case = _raised(record, "running the answer cell")
            verdict.state = verdict.case.state
            if verdict.state == "exception" and question.form in ("predict", "shape", "order"):
                quotes = f': a word or a letter stands in quotes, "{verdict.case.name}"' if verdict.case.name else ""
                verdict.state, verdict.message = "form", f"your answer raises {verdict.case.got}{quotes}"
                verdict.case = None
        if record["role"] == "setup":
            verdict.state, verdict.message = "damaged", "the exercise's own set-up failed"
        return True
    return False


def _explain(
    question: Question,
    checks: list[Check],
    run: QuestionRun,
    verdict: Verdict,
    names_outside: Collection[str],
    answer: str | None,
) -> None:
    """Fill in state, case, message and the question to think about."""
    if verdict.state == "passed":
        verdict.state, verdict.case, hidden = _smallest_failure(checks, run)
        if hidden:
            verdict.note = "the cases in sight are as expected; a hidden check, other inputs, is not"
            verdict.ask = "Which inputs does the text allow, that no case in sight has?"
            verdict.case = None
    verdict.printed = _printed(question, run)
    name = verdict.case.name if verdict.case else None
    if name is not None and name in names_outside and (answer is None or name in names_used_in(answer)):
        verdict.state = "outside"
        verdict.message = f"{name!r} is defined in another cell of the notebook"
    elif verdict.case is not None and name and not verdict.case.frames:
        if question.form == "order":
            verdict.message = f"a line of your order needs {name!r}, and no line before it has made it"
            verdict.ask = "Which line makes it?"
        else:
            verdict.message = f"the check uses {name!r}, which the answer cell lacks"
            verdict.ask = "Has a name been changed, or a line of the answer cell been lost?"
    if verdict.case is not None and verdict.case.call.endswith(CHANGED):
        verdict.ask = TOO_MANY
    verdict.ask = verdict.ask or ASK.get(_kind(verdict, question.form), "")
    if verdict.case is not None and verdict.state in SPECIAL.values():
        verdict.message, verdict.case, verdict.points = verdict.case.got.partition(": ")[2], None, 0.0
        verdict.checks = [{**item, "points": 0.0, "passed": False} for item in verdict.checks]
        if verdict.state == "form":
            return
    mistakes = known_mistakes(question, run)
    if mistakes:
        verdict.mistake = " ".join(mistake.id for mistake in mistakes)
        verdict.message = " And: ".join(dict.fromkeys(mistake.message for mistake in mistakes))
        verdict.ask = mistakes[0].ask


def _kind(verdict: Verdict, form: str) -> str:
    """The state, more closely where the form of the question or the case shows how."""
    case = verdict.case
    if form == "order" and verdict.state in ("values", "shape"):
        return "order"
    if case is not None and verdict.state == "type" and case.got == "None":
        return "nothing"
    return "parts" if case is not None and case.where.endswith(OTHER_PARTS) else verdict.state


def _printed(question: Question, run: QuestionRun) -> str:
    """What the answer printed on its own and in the public checks: its last lines."""
    hidden = {check.id for check in question.checks if check.hidden}
    expected = {check.id: shown_text(check.outputs) for check in question.checks if seal_of(check.outputs) is None}
    lines: list[str] = []
    for record in run.cells:
        if record["role"] == "setup" or record["id"] in hidden:
            continue
        theirs = set(expected.get(record["id"], "").splitlines())
        shown = shown_text([each for each in record["outputs"] if "data" not in each]).splitlines()
        lines += [line for line in shown if line not in theirs] if theirs else shown
    return "\n".join(line[:200] for line in lines[-MOST_PRINTED:])


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
            differences = [as_difference(item) for item in record["differences"]]
            if record["status"] == "error":  # what was to come after it was not shown: no case
                differences = [item for item in differences if item.got != NOTHING]
            found += differences
            if record["status"] == "error":
                found.append(_raised(record, "running the check", size=10**9))
        if found:
            smallest = min(found, key=lambda difference: difference.size)
            return smallest.state, smallest, hidden
    return "damaged", None, False


def as_difference(item: dict[str, Any]) -> Difference:
    """A difference that was kept as JSON."""
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
    state = SPECIAL.get(error["ename"], "exception")
    name = re.match(r"name '(\w+)' is not defined", str(error["evalue"]))
    return Difference(
        state,
        doing,
        "no exception",
        text[:2000],
        size=size,
        frames=_own_frames(error["traceback"]),
        name=name.group(1) if name and error["ename"] == "NameError" else None,
    )


def _own_frames(traceback: Any) -> tuple[str, ...]:
    """The frames of IPython's traceback that are in cells, without the library's own."""
    lines = traceback if isinstance(traceback, list) else []
    plain = [ANSI.sub("", line) for line in lines if isinstance(line, str)]
    frames = []
    for frame in plain:
        if frame.startswith("Cell In") and "show(" not in frame and "run_check(" not in frame:
            frames += [f"line {line}" for line in ARROW.findall(frame)]
    return tuple(frames[-8:])
