"""A class of thirty who hand in 03_autograd, as Moodle or Canvas export it: `python -m tests.course.make_class DIR moodle`.

What each answers is drawn from their number alone: right, right in another way, a planted mistake, nothing. Four hand in
no notebook that can be graded, two loop, some took hints.
"""

import copy
import random
import sys
from pathlib import Path

from edutorch.course.assignment import load_assignment
from edutorch.course.notebook import Notebook, course_data, write_notebook

from .make_submissions import LOOP, SOLUTION, with_answers

NAMES = """Ada Bo Cem Dina Emil Fay Gus Hana Ivo Jun Kai Lea Mia Nil Oda Pia Quin Rui Sol Tea Udo Vera Wim Xia Yan Zoe
Ana Ben Cho Dia""".split()
NO_NOTEBOOK = {7: "report.pdf", 15: "03_autograd.ipynb.txt", 23: "all.zip"}
NO_JSON, LOOPS, LATE = 29, (11, 19), (4, 18)


def students() -> list[str]:
    """Thirty full names."""
    return [f"{name} {'Lee' if number % 2 else 'Müller'}" for number, name in enumerate(NAMES)]


def make_class(folder: Path, platform: str) -> Path:
    """Write the thirty hand-ins, named as `platform` ("moodle" or "canvas") names them, and roster.csv beside them."""
    hand_ins = folder / "hand-ins"
    hand_ins.mkdir(parents=True)
    lines = ["id,name,email,number"]
    for number, name in enumerate(students()):
        place = _place(hand_ins, platform, number, name)
        place.parent.mkdir(exist_ok=True)
        lines.append(f"s{number:02},{name},{name.split()[0].lower()}@example.edu,{1000 + number}")
        if number in NO_NOTEBOOK:
            place.write_bytes(b"no notebook")
        elif number == NO_JSON:
            place.write_text("My dog ate it.\n")
        else:
            write_notebook(_notebook(number), place)
    (folder / "roster.csv").write_text("\n".join([*lines, "s30,Eve Late,eve@example.edu,1030"]) + "\n")
    return hand_ins


def _place(folder: Path, platform: str, number: int, name: str) -> Path:
    file = NO_NOTEBOOK.get(number, "03_autograd.ipynb")
    if platform == "moodle":
        return folder / f"{name}_{1000 + number}_assignsubmission_file_" / file
    first, last = name.lower().split()
    late = "_LATE" if number in LATE else ""
    return folder / f"{last}{first}{late}_{1000 + number}_{5000 + number}_{file}"


def _notebook(number: int) -> Notebook:
    draw, answers = random.Random(number), {}
    for name, question in load_assignment(SOLUTION).questions.items():
        kind = draw.choices(["right", "other", "mistake", "stub"], [10 + number, 5, 30 - number, 3])[0]
        if kind == "right":
            answers[name] = question.answer
        elif kind == "other":
            answers[name] = draw.choice([*question.alternatives.values()] or [question.answer])
        elif kind == "mistake":
            answers[name] = draw.choice(question.mistakes).source
    if number in LOOPS:
        answers["exp"] = LOOP
    return _with_hints(with_answers(answers), draw)


def _with_hints(notebook: Notebook, draw: random.Random) -> Notebook:
    """Some of the cells that check have asked for hints."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if course_data(cell).get("role") == "ask" and draw.random() < 0.2:
            text = f"Hint {draw.randint(1, 3)} of 3\n..."
            cell["outputs"] = [{"output_type": "display_data", "data": {"text/plain": [text]}, "metadata": {}}]
    return notebook


if __name__ == "__main__":
    print(make_class(Path(sys.argv[1]), sys.argv[2]))
