"""A folder of submissions to 03_autograd, good and bad: `python -m tests.course.make_submissions DIR`.

Each is the released exercise with answers put in, as a learner's saved notebook is.
"""

import copy
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from edutorch.course.assignment import load_assignment
from edutorch.course.notebook import Notebook, as_lines, course_data, read_notebook, write_notebook

ROOT = Path(__file__).resolve().parents[2]
SOLUTION = ROOT / "solutions" / "03_autograd.ipynb"
EXERCISE = ROOT / "exercises" / "03_autograd.ipynb"

LOOP = """\
# question: exp
while True:
    try:
        while True:
            pass
    except KeyboardInterrupt:
        pass
"""
CRASH = "# question: exp\nimport ctypes\nctypes.string_at(0)\n"


def with_answers(answers: Mapping[str, str], exercise: Path = EXERCISE) -> Notebook:
    """The released notebook with `answers` (question id to source) in its answer cells."""
    notebook = copy.deepcopy(read_notebook(exercise))
    for cell in notebook["cells"]:
        data = course_data(cell)
        if data.get("role") == "solution" and data["question"] in answers:
            cell["source"] = as_lines(answers[data["question"]])
    return notebook


def make_submissions(folder: Path) -> list[Path]:
    """Write the six: reference, stub, planted mistakes, endless loop, crash, no notebook."""
    folder.mkdir(parents=True, exist_ok=True)
    questions = load_assignment(SOLUTION).questions
    reference = {name: question.answer for name, question in questions.items()}
    mistakes = {name: question.mistakes[0].source for name, question in questions.items()}
    submissions = {
        "ann_reference": reference,
        "ben_stub": {},
        "cho_mistakes": mistakes,
        "dia_loop": {**reference, "exp": LOOP},
        "eli_crash": {**reference, "exp": CRASH},
    }
    for name, answers in submissions.items():
        write_notebook(with_answers(answers), folder / f"{name}.ipynb")
    (folder / "fay_no_notebook.ipynb").write_text("My dog ate it.\n")
    return sorted(folder.glob("*.ipynb"))


if __name__ == "__main__":
    print(json.dumps([str(path) for path in make_submissions(Path(sys.argv[1]))], indent=1))
