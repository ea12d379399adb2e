"""Other inputs at each grading: a check that uses the name `rng` draws its inputs, and has other outputs for each seed.

    show(double, torch.tensor([rng.uniform(-9, 9) for _ in range(4)]))      # rng: a random.Random

The outputs in the solution notebook are those of seed 0, which learners can have seen. A grading has a seed of its own:
what is expected then comes from the reference, run with this seed in a process of its own. So an answer that prints
what it was told to print is found out.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from dataclasses import replace
from pathlib import Path

from .assignment import Assignment, Check, Question
from .diagnose import diagnose
from .files import state_folder
from .marks import compare
from .notebook import NotebookError
from .run import QuestionRun, Workers, run_answers
from .submission import names_used_in

TRIED = 1  # the seed that a release tries, beside that of learners
SECRET = "grading-secret"


def is_drawn(check: Check) -> bool:
    """Whether the check has other inputs for each seed."""
    return "rng" in names_used_in(check.source)


def with_seed(assignment: Assignment, seed: int, workers: Workers | None = None) -> Assignment:
    """The exercise with the outputs that the reference gives with this seed. Raises NotebookError where it fails.

    workers: trusted ones, started before."""
    drawn = {name: question for name, question in assignment.questions.items() if any(map(is_drawn, question.checks))}
    assignment = replace(assignment, seed=seed)
    if not drawn or not seed:
        return assignment
    answers = {name: drawn[name].answer for name in drawn}
    runs = run_answers(assignment, answers, compare=False, trusted=True, workers=workers)
    questions = {name: _with_outputs(question, runs[name], seed) for name, question in drawn.items()}
    return replace(assignment, questions={**assignment.questions, **questions})


def _with_outputs(question: Question, run: QuestionRun, seed: int) -> Question:
    checks = []
    for check in question.checks:
        record = run.cell(check.id)
        if is_drawn(check) and (record is None or record["status"] != "ok"):
            raise NotebookError(f"{question.id}: with the seed {seed} the reference fails in the check {check.id}")
        checks.append(replace(check, outputs=record["outputs"]) if is_drawn(check) and record else check)
    return replace(question, checks=checks)


def faults_of_seeds(assignment: Assignment, workers: Workers | None = None) -> list[str]:
    """What is wrong with drawn checks: another seed is to give other outputs, and to accept every right answer."""
    drawn = {name: question for name, question in assignment.questions.items() if any(map(is_drawn, question.checks))}
    if not drawn:
        return []
    try:
        other = with_seed(assignment, TRIED, workers)
    except NotebookError as error:
        return [str(error)]
    right = {name: question for question in drawn.values() for name in (question.id, *question.alternatives)}
    sources = {name: {**each.alternatives, each.id: each.answer}[name] for name, each in right.items()}
    copies = {name: other.questions[each.id] for name, each in right.items()}
    runs = run_answers(replace(other, questions=copies), sources, trusted=True, workers=workers)
    faults = []
    for name, question in copies.items():
        verdict = diagnose(question, runs[name])
        if not verdict.passed:
            faults.append(f"{name}: this right answer is refused with the seed {TRIED}: {verdict.words}")
    for question in drawn.values():
        pairs = zip(question.checks, other.questions[question.id].checks, strict=True)
        same = [check.id for check, now in pairs if is_drawn(check) and not compare(check.outputs, now.outputs)]
        faults += [f"{name}: draws nothing: with the seed {TRIED} it shows what it shows with 0" for name in same]
    return faults


def own_seed(exercise: str, private: Path | None = None) -> int:
    """The seed of one's own gradings of an exercise: of a secret that is made once, and kept in the private folder or
    else in the state folder."""
    digest = hmac.digest(_secret(private), exercise.encode(), hashlib.sha256)
    return int.from_bytes(digest[:4], "big") or 1


def _secret(private: Path | None) -> bytes:
    path = secret_file(private)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        return path.read_bytes()
    except PermissionError as error:
        words = f"{path.parent} cannot be written to or read, where the secret behind your seeds is kept: pass --seed N"
        raise PermissionError(words) from error


def secret_file(private: Path | None = None) -> Path:
    """Where the secret is kept."""
    return (private or state_folder()) / SECRET
