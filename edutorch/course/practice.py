"""Fresh variants: a question's problem with other numbers, to practice on, as often as one likes and without points.

    def variant(random):                     # in the solution notebook, a cell with the role "variant"
        rows, columns = random.sample(range(2, 9), 2)
        return Problem(
            begin=f"x = torch.zeros({rows}, {columns})",
            parts={"a": "x.sum(0)", "b": "x.T"},
            mistakes={"shapes-axes-from-one": {"a": "x.sum(1)"}},
        )

What is asked is source that a learner sees, and what is right comes of running it: no answer is written down. What a
planted mistake would give is found in the same way, so that its message fits the new numbers.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from ..autograd.base import TensorBase
from ..random import fork_rng
from .assignment import Assignment, Check, Question
from .cases import CASE, encode, encode_error
from .diagnose import Verdict, diagnose
from .forms import FormError, assemble, letters_of, parts
from .marks import compare, marks_of_checks, sealed, unlike
from .mistakes import marks_of_reference
from .run import QuestionRun

CHECK = "practice"
RAISED = (RuntimeError, ValueError, TypeError, IndexError)  # others are slips of the one who wrote the variant
Outputs = list[dict[str, Any]]


@dataclass
class Problem:
    """What is drawn. begin: source that runs anew for each part; parts: source whose last line is what is asked for.

    asked: an expression of that line, `{}`, for what is not simply its value: "len({})". words, lists: as in `parts`.
    text: what else is to be said. mistakes: by the id of a planted one, the parts in which it differs: source, or a
    value that is no string, or a word.

    In a question of the form order, `lines` are the lines by letters and `right` an order of them; letters are drawn
    anew. They run `rounds` times, `parts` are looked at behind them, and a mistake is another order."""

    begin: str
    parts: dict[str, str]
    mistakes: dict[str, Any] = field(default_factory=dict)
    asked: str = "{}"
    words: Sequence[str] = ()
    lists: bool = False
    text: str = ""
    lines: dict[str, str] = field(default_factory=dict)
    right: str = ""
    rounds: int = 1


class Practice:
    """The problem that a seed draws for a question. Raises ValueError for a question that has none to draw."""

    def __init__(self, assignment: Assignment, question: Question, seed: int) -> None:
        if not question.variant:
            drawn = [each.id for each in assignment.questions.values() if each.variant]
            raise ValueError(
                f"{question.id!r} has one problem alone; others are drawn for {', '.join(drawn) or 'none'}"
            )
        random, self.names = Random(seed), dict[str, Any]()
        for source in (*assignment.setup, question.variant):
            exec(compile(source, f"<variant of {question.id}>", "exec"), self.names)
        self.form, self.problem = question.form, self.names["variant"](random)
        self.letters = _shuffled(self.problem.lines, random)
        problem, ordered = self.problem, self.form == "order"
        self.answer: Any = self._order(problem.right) if ordered else self._values(problem.parts)
        expected = self._outputs(self.answer)
        check = Check(CHECK, "", expected if self.form == "order" else sealed(expected), points=1)
        self.question = replace(question, checks=[check], mistakes=[])
        self.question.mistakes = [
            replace(each, marks=self._marks(self.wrong(each.id)), anyhow=False)
            for each in question.mistakes
            if each.id in self.problem.mistakes
        ]

    def verdict(self, answer: Any) -> Verdict:
        """What the engine that checks the question says of this answer."""
        return diagnose(self.question, self._run(answer))

    def wrong(self, mistake: str) -> Any:
        """The answer that makes a planted mistake."""
        changed = self.problem.mistakes[mistake]
        return self._order(changed) if self.form == "order" else dict(self.answer) | self._values(changed)

    def shown(self) -> str:
        """The problem, in Markdown."""
        problem = self.problem
        code = f"```python\n{problem.begin}\n```" if problem.begin else ""
        return "\n\n".join(filter(None, [problem.text, code, self._listed(), self._form()]))

    def _listed(self) -> str:
        """The lines by their new letters; else the parts, as a table."""
        if self.form == "order":
            by_new_letter = sorted(self.letters.items(), key=lambda pair: pair[1])
            return "\n".join(f"    {new}   {self.problem.lines[old]}" for old, new in by_new_letter)
        rows = [[name, *_program(source)] for name, source in self.problem.parts.items()]
        if not any(program for _, program, _ in rows):
            rows = [[name, last] for name, _, last in rows]
        rows = [[""] * len(rows[0]), ["---"] * len(rows[0]), *rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _form(self) -> str:
        """What an answer looks like."""
        if self.form == "order":
            return ""
        if self.problem.words:
            *most, last = [f'`"{word}"`' for word in self.problem.words]
            return f"For each write {', '.join(most)} or {last}."
        if self.form == "shape":
            return 'Which shape has each? Write a tuple such as `(2, 3)`, or `"error"`.'
        asked = "" if "?" in self.problem.text else "What comes out? "
        return f'{asked}Write a number for each, or `"error"`.'

    def stub(self) -> str:
        """The form of the answer, as source."""
        if self.form == "order":
            return '""'
        return "{" + ", ".join(f'"{name}": None' for name in self.problem.parts) + "}"

    def _order(self, letters: str) -> str:
        return "".join(self.letters[letter] for letter in letters)

    def _values(self, sources: Mapping[str, Any]) -> dict[str, Any]:
        """What comes of running each."""
        return {name: self._value(source) for name, source in sources.items()}

    def _value(self, source: Any) -> Any:
        if not isinstance(source, str) or source in ("error", *self.problem.words):
            return source
        *before, last = source.split("\n")
        try:
            value = self._evaluated(before, self.problem.asked.replace("{}", last))
        except RAISED:
            return "error"
        if self.form == "shape" and isinstance(value, TensorBase):
            return tuple(value.array.shape)
        return value.array.tolist() if isinstance(value, TensorBase) else value

    def _evaluated(self, lines: Sequence[str], expression: str) -> Any:
        """The value of an expression, after the beginning and these lines."""
        names, program = dict(self.names), "\n".join([self.problem.begin, *lines])
        with fork_rng(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a wrong order
            exec(compile(program, "<practice>", "exec"), names)
            return eval(compile(ast.parse(expression, mode="eval"), "<practice>", "eval"), names)

    def _outputs(self, answer: Any) -> Outputs:
        """What a check of the answer shows. Raises FormError."""
        if self.form != "order":
            names, options = list(self.problem.parts), {"words": self.problem.words, "lists": self.problem.lists}
            return [_case("your answer", encode(parts(answer, names, shapes=self.form == "shape", **options)))]
        lines = {new: self.problem.lines[old] for old, new in self.letters.items()}
        program = assemble(lines, answer)
        cases = [_case(part, self._looked_at(program, part)) for part in self.problem.parts.values()]
        return [*cases, _case("lines used", encode(len(letters_of(lines, answer))))]

    def _looked_at(self, program: str, part: str) -> dict[str, Any]:
        try:
            return encode(self._evaluated([program] * self.problem.rounds, part))
        except Exception as error:  # of the learner's order
            return encode_error(error)

    def _run(self, answer: Any) -> QuestionRun:
        """As a worker gives it."""
        record: dict[str, Any] = {"id": CHECK, "role": "check", "status": "ok", "differences": [], "outputs": []}
        try:
            record["outputs"] = self._outputs(answer)
            expected = self.question.checks[0].outputs
            record["differences"] = [each.as_dict() for each in compare(expected, record["outputs"])]
        except FormError as error:
            raised = {"output_type": "error", "ename": "FormError", "evalue": str(error), "traceback": []}
            record |= {"status": "error", "outputs": [raised]}
        return QuestionRun(self.question.id, [record])

    def _marks(self, wrong: Any) -> dict[str, str]:
        return unlike(marks_of_checks({CHECK: self._outputs(wrong)}), marks_of_reference(self.question))


def _program(source: str) -> tuple[str, str]:
    """A part's lines before the last one, and the last one, as Markdown."""
    *before, last = source.split("\n")
    return ", ".join(f"`{line}`" for line in before), f"`{last}`"


def _shuffled(lines: Mapping[str, str], random: Random) -> dict[str, str]:
    """New letters for lines, by the old ones."""
    return dict(zip(lines, random.sample(list(lines), len(lines)), strict=True))


def _case(call: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {CASE: {"call": call, "size": 1, "value": value}}}


def faults(assignment: Assignment, seeds: Sequence[int] = range(10)) -> list[str]:
    """What is wrong with an exercise's variants: drawn problems are to differ, to take the right answer, and to tell
    each planted mistake that they name."""
    drawn = [question for question in assignment.questions.values() if question.variant]
    return [f"{question.id}: {fault}" for question in drawn for fault in _faults_or_error(assignment, question, seeds)]


def _faults_or_error(assignment: Assignment, question: Question, seeds: Sequence[int]) -> list[str]:
    try:
        return _faults(assignment, question, seeds)
    except Exception as error:  # of the author's source, in what is drawn, in the parts, or in a mistake's
        return [f"the variant raises {type(error).__name__}: {error}"]


def _faults(assignment: Assignment, question: Question, seeds: Sequence[int]) -> list[str]:
    known, shown, told = {mistake.id for mistake in question.mistakes}, set[str](), set[str]()
    found: dict[str, None] = {}
    for seed in seeds:
        try:
            practice = Practice(assignment, question, seed)
        except FormError as error:
            return [f"practice {seed} has an answer, or a mistake, that is in another form: {error}"]
        named = set(practice.problem.mistakes)
        shown.add(practice.shown())
        if not practice.verdict(practice.answer).passed:
            found[f"practice {seed} refuses its own answer, {practice.answer}"] = None
        for mistake in sorted(named & known):
            verdict = practice.verdict(practice.wrong(mistake))
            told |= set(verdict.mistake.split())
        found |= dict.fromkeys(
            f"the variant names {name}, which is no mistake of the question" for name in named - known
        )
        found |= dict.fromkeys(f"{name} is never told" for name in named & known - told if seed == seeds[-1])
    few = [f"only {len(shown)} different problems of {len(seeds)}"] if len(shown) < len(seeds) / 2 else []
    return [*found, *few]
