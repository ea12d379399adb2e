"""`q = exercise("03_autograd", "exp")`, and q.check(), q.hint(), q.solution() in a notebook."""

from __future__ import annotations

import atexit
import contextlib
import os
import random
from collections.abc import Collection
from pathlib import Path
from typing import Any

from .answers import Found, find_answers, without_leftovers
from .assignment import Assignment, Question, load_assignment
from .compare import Difference
from .diagnose import Verdict
from .files import course_root
from .grade import judge
from .in_process import NO_PROCESSES
from .message import Actions, Message
from .notebook import NotebookError, marked_question, read_notebook
from .practice import Practice
from .record import Progress, progress_folder, progress_table, standing
from .report import case_text, feedback_lines
from .run import Workers
from .source import show_source
from .stub import is_blank, is_untouched
from .submission import Submission, names_defined_in, told_of_rivals

ATTEMPTS_BEFORE_SOLUTION = 2
DONE = "That was the last question: run the last cell."
IN_BROWSER = "(Checked in the browser, in this notebook's own process, by the same checks.)"
WRITE_BELOW = "Write your answer in this form, and run it:"
_workers = Workers()
atexit.register(_workers.close)


class Exercise:
    """One question, for the learner to work with.

    `case` is the smallest failing case of the last check, a Difference, or None; a notebook has it under
    the name `case` as well."""

    def __init__(self, assignment: Assignment, question: Question, folder: Path) -> None:
        self.assignment, self.question = assignment, question
        self.progress = Progress(progress_folder(folder))
        self.folder = folder
        self.case: Difference | None = None

    def __repr__(self) -> str:
        practice = "  .practice()" if self.question.variant else ""
        return f"{self.question.title}: .check()  .hint()  .solution(){practice}"

    def check(self) -> Message:
        """Run the answer cell, as last executed, in a fresh process against the public checks."""
        self.case = None
        source, note = self._answer()
        if source is None:
            return Message("No answer cell found.", note)
        outside = names_outside(source, self.assignment.own_cells)
        submission = Submission({self.question.id: source}, {}, outside)
        one = Assignment(
            self.assignment.name,
            self.assignment.title,
            self.assignment.setup,
            {self.question.id: self.question},
            released=True,
        )
        if is_untouched(source, self.question.stub):
            return Message("Not attempted yet.", "Write your answer in the cell above, run it, check again.")
        (verdict,) = judge(one, submission, public_only=True, workers=_workers)
        _prepare_for_the_next()
        self.case = verdict.case
        _define_in_notebook("case", verdict.case)
        if verdict.counts:
            self.progress.record_attempt(self.assignment.name, self.question.id, source, verdict.passed)
        notes = [note, self.progress.warning, IN_BROWSER if NO_PROCESSES else ""]
        return self._tell(verdict, "\n\n".join(filter(None, notes)))

    def _tell(self, verdict: Verdict, note: str) -> Message:
        if verdict.passed:
            return self._success(note)
        if verdict.state == "by hand":
            return Message("Written.", "No machine reads this: a person does, and gives the points.", note)
        if not verdict.counts:
            return Message(f"Not yet an answer: {verdict.words}.", *feedback_lines(verdict), note)
        lines = [*feedback_lines(verdict), note]
        return Message(f"Not yet: {verdict.words}.", *lines, case=case_text(verdict), actions=self._ways_on())

    def _ways_on(self) -> Actions:
        return {"a hint": self.hint, "the solution": self.solution}

    def _success(self, note: str) -> Message:
        """At most fifteen lines: what comes next, why it works, and the progress; the sources are folded."""
        question = self.question
        told = standing(self.assignment, self.progress.read().get(self.assignment.name, {}))
        more = question.hidden_checks
        checks = "check, with other inputs, runs" if more == 1 else "checks, with other inputs, run"
        later = f"{more} more {checks} when it is graded." if more else ""
        following = _sentence(f"Next: {told.next_title}") if told.next_title else DONE
        actions: Actions = {"one solution": self.solution}
        if question.source:
            actions["the library's own"] = lambda: show_source(question.source)
        another = "`q.practice()` draws another one, with other numbers and without points." if question.variant else ""
        title = f"✓ {question.title}: as expected."
        return Message(title, later, question.why, another, f"So far: {told}. {following}", note, actions=actions)

    def hint(self) -> Message:
        """The next of three hints: a question, a smaller case worked out, the lines shuffled."""
        hints = self.question.hints
        if not hints:
            return Message("No hint for this question.")
        number = self.progress.next_hint(self.assignment.name, self.question.id, len(hints))
        return Message(f"Hint {number + 1} of {len(hints)}", hints[number])

    def solution(self) -> Message:
        """The reference answer, after two different failed attempts or a passed one."""
        entry = self.progress.question(self.assignment.name, self.question.id)
        left = ATTEMPTS_BEFORE_SOLUTION - len(entry.get("failed", []))
        if left > 0 and "passed" not in entry:
            return Message(
                "Not yet.",
                f"The solution comes after {left} more different attempt{'s' * (left > 1)}: "
                "check an answer, or ask for q.hint().",
            )
        try:
            reference = load_assignment(course_root() / "solutions" / f"{self.assignment.name}.ipynb")
        except (FileNotFoundError, NotebookError):
            return Message("This installation has no solutions.", "Ask the person who gave you the exercise.")
        answer = reference.questions[self.question.id].answer
        return Message("One solution", self.question.why, listing=answer)

    def practice(self, seed: int | None = None, answer: Any = None) -> Message:
        """Draw a problem like this question's, with other numbers; with an answer, whether it is the right one.

        seed: the number of the problem, by default any. As often as one likes; it gives no points, and is not kept."""
        seed = random.randrange(1, 1000) if seed is None else seed
        try:
            drawn = Practice(self.assignment, self.question, seed)
        except ValueError as error:
            return Message("Nothing to draw.", str(error))
        if answer is not None:
            return _told(f"Practice {seed}", drawn.verdict(answer))
        stub = f"q.practice({seed}, {drawn.stub()})"
        return Message(
            f"{self.question.title} (practice {seed})",
            drawn.shown(),
            WRITE_BELOW,
            listing="" if _put_below(stub) else stub,
        )

    def _answer(self) -> tuple[str | None, str]:
        """The source that counts, and a note about it: the cell as last executed, in its place in the saved notebook.

        Of several answers there the one is taken that `edutorch grade` would take."""
        executed = executed_answer(self.question.id)
        text = self.question.form == "text"
        saved = saved_answers(notebook_path(self.folder, self.assignment.name), self.question.id, text)
        chosen = saved.chosen(self.question.stub)
        notes = [told_of_rivals(saved, self.question.stub)]
        if chosen is None:
            source = executed
        elif executed is None:
            source = chosen.source
            notes += [] if text else ["The answer cell was not run here: checked as it stands in the saved notebook."]
        elif any(executed in answer.sources for answer in saved.answers):
            source = chosen.source
        else:
            source = chosen.headed(executed)
        if source is None:
            return None, (
                f"Run the cell that begins with `# question: {self.question.id}` (keep that line), then check again."
            )
        source, left_out = (source, "") if text else without_leftovers(source)
        return source, "\n\n".join(filter(None, [*notes, left_out]))


def _told(title: str, verdict: Verdict) -> Message:
    """What came of an answer to a problem that was drawn."""
    if verdict.passed:
        return Message(f"✓ {title}: as expected.", "`q.practice()` draws another one.")
    begins = "Not yet" if verdict.counts else "Not yet an answer"
    return Message(f"{title}. {begins}: {verdict.words}.", *feedback_lines(verdict), case=case_text(verdict))


def _sentence(text: str) -> str:
    """The text with a period, unless it already ends in a punctuation mark."""
    return text if text.endswith(("?", "!", ".")) else f"{text}."


def exercise(name: str, question: str, folder: str | os.PathLike[str] | None = None) -> Exercise:
    """The question `question` of the exercise `name`, as "03_autograd", "exp".

    The checks come from the course's own copy of the exercise, else from the notebook in `folder` (by
    default here). Raises FileNotFoundError or KeyError, naming what there is."""
    place = Path(folder) if folder is not None else Path.cwd()
    assignment = load_assignment(find_exercise(name, place))
    if question not in assignment.questions:
        raise KeyError(f"{name} has no question {question!r}; it has {', '.join(assignment.questions)}")
    _prepare_for_the_next()
    return Exercise(assignment, assignment.questions[question], place)


def progress(folder: str | os.PathLike[str] | None = None) -> Message:
    """What has passed, by exercise, in the copy of the course that contains `folder` (by default the current one)."""
    place = Path(folder) if folder is not None else Path.cwd()
    kept = Progress(progress_folder(place))
    assignments = [load_assignment(path) for path in released_exercises(place)]
    return Message("Your progress", case=progress_table(kept, assignments))


def released_exercises(folder: Path) -> list[Path]:
    """The course's released exercises, and those that only the learner's copy around `folder` has."""
    places = [progress_folder(folder)]
    with contextlib.suppress(FileNotFoundError):
        places.append(course_root())
    found = {path.name: path for place in places for path in (place / "exercises").glob("*.ipynb")}
    return [found[name] for name in sorted(found)]


def find_exercise(name: str, folder: Path) -> Path:
    """The exercise's file: in the course, else in `folder`. Raises FileNotFoundError."""
    places = [folder / f"{name}.ipynb", folder / "exercises" / f"{name}.ipynb"]
    with contextlib.suppress(FileNotFoundError):
        places.insert(0, course_root() / "exercises" / f"{name}.ipynb")
    for path in places:
        if path.is_file():
            return path
    raise FileNotFoundError(f"no exercise {name}.ipynb in {', '.join(str(p.parent) for p in places)}")


def notebook_path(folder: Path, name: str) -> Path:
    """The learner's notebook: what Jupyter says it is, else NAME.ipynb in the folder."""
    told = os.environ.get("JPY_SESSION_NAME", "")
    return Path(told) if told.endswith(".ipynb") else folder / f"{name}.ipynb"


def _prepare_for_the_next() -> None:
    """Whether to keep a worker: in a notebook more checks will come, but a program that checks once leaves nothing
    running."""
    if _shell() is not None:
        _workers.prepare()
    else:
        _workers.close()


def _shell() -> Any:
    """The IPython shell this runs in, or None."""
    try:
        from IPython import get_ipython  # extra "lab"
    except ModuleNotFoundError:
        return None
    return get_ipython()


def _put_below(source: str) -> bool:
    """A new cell below the one that runs, with this source; False where there is no notebook."""
    shell = _shell()
    if shell is not None:
        shell.set_next_input(source)
    return shell is not None


def _define_in_notebook(name: str, value: object) -> None:
    shell = _shell()
    if shell is not None:
        shell.user_ns[name] = value


def shell_history() -> list[str]:
    """The sources of the cells executed in this notebook, the last one last."""
    shell = _shell()
    return list(shell.history_manager.input_hist_raw) if shell is not None else []


def executed_answer(question: str) -> str | None:
    """The source of the last executed cell with this question's line and more than that."""
    found = [source for source in shell_history() if marked_question(source) == question and not is_blank(source)]
    return found[-1] if found else None


def names_outside(answer: str, own_cells: Collection[str]) -> set[str]:
    """The names that other executed cells define, those of the exercise itself apart."""
    names: set[str] = set()
    for source in shell_history():
        if source != answer and marked_question(source) is None and source not in own_cells:
            names |= names_defined_in(source)
    return names


def saved_answers(path: Path, question: str, text: bool = False) -> Found:
    """The answers to one question in a saved notebook; none where it cannot be read."""
    with contextlib.suppress(NotebookError):
        return find_answers(read_notebook(path)["cells"], [question], [question] * text).get(question, Found())
    return Found()
