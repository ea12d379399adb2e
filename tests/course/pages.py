"""What stands on the page of an exercise, for the tests that hold it true."""

import re

from edutorch.course.assignment import load_assignment
from edutorch.course.notebook import read_notebook, source_of

from .conftest import cell_by_id
from .make_submissions import SOLUTION


class Page:
    """The exercise of a solution notebook: its texts, the programs in them, and the reference answers."""

    def __init__(self, name: str) -> None:
        self.path = SOLUTION.parent / f"{name}.ipynb"
        self.assignment = load_assignment(self.path)
        self.questions = self.assignment.questions

    def cell(self, identity: str) -> str:
        """The source of a cell."""
        return source_of(cell_by_id(read_notebook(self.path), identity))

    def program(self, question: str) -> str:
        """The first program in the text of a question."""
        return self.cell(f"text-{question}").partition("```python\n")[2].partition("```")[0]

    def rows(self, question: str) -> dict[str, list[str]]:
        """The pieces of code in each row of a question's table, by its letter."""
        lines = re.findall(r"^\| ([a-i]) \| (.*) \|$", self.cell(f"text-{question}"), re.MULTILINE)
        return {letter: re.findall(r"`([^`]+)`", line) for letter, line in lines}

    def shape(self, part: str, names: dict) -> object:
        """The shape that a part of the question "shapes" has; "error" for a RuntimeError."""
        exec(self.program("shapes"), names)
        try:
            return tuple(eval(self.rows("shapes")[part][0], names).shape)
        except RuntimeError:
            return "error"

    def setup(self) -> dict:
        """What the first cell defines."""
        names: dict = {}
        exec(self.assignment.setup[0], names)
        return names

    def answer(self, question: str) -> dict:
        """The parts of a reference answer."""
        names: dict = {}
        exec(self.questions[question].answer, names)
        return names["answer"]
