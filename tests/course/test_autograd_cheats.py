"""Ways to get through 03_autograd without doing what it asks."""

import os
import tempfile

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.diagnose import diagnose
from edutorch.course.run import run_answers

from .make_submissions import SOLUTION

# Question, the answer, the points that are given for it.
CHEATS = {
    "takes the library's class": ("exp", "Exp = torch.ops.exponential.Exp", 0),
    "inherits from the library's class": ("mul", "class Mul(torch.ops.arithmetic.Mul): pass", 0),
    "replaces by the library's class": ("mend_tanh", "Tanh = torch.ops.activation.Tanh", 0),
    "goes by the name": ("witness", "def accepts(Square): return Square.__name__ == 'Square'", 0),
    "goes by the bases": ("witness", "def accepts(Square): return len(Square.__mro__) == 3", 0),
    "goes by the order": (
        "witness",
        "calls = []\ndef accepts(Square):\n    calls.append(Square)\n    return len(calls) == 1",
        0,
    ),
    "reads what is expected": (
        "grad_holds",
        "import glob, os\n"
        "found = glob.glob('{place}/**/*.ipynb', recursive=True)\n"
        "found += glob.glob('{place}/**/job.json', recursive=True)\n"
        "print('FOUND', found)\nanswer = {{}}",
        0,
    ),
}


@pytest.fixture(scope="module")
def runs():
    """Without bubblewrap, where more can be reached."""
    assignment = load_assignment(SOLUTION)
    questions = {name: assignment.questions[cheat[0]] for name, cheat in CHEATS.items()}
    assignment.questions = {f"c{n}": question for n, question in enumerate(questions.values())}
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        patch.setattr(tempfile, "tempdir", place)
        os.chmod(place, 0o755)
        sources = [source for _, source, _ in CHEATS.values()]
        sources[-1] = sources[-1].format(place=place)
        answers = {f"c{n}": source for n, source in enumerate(sources)}
        results = run_answers(assignment, answers)
    return {name: (question, results[f"c{number}"]) for number, (name, question) in enumerate(questions.items())}


@pytest.mark.parametrize("name", list(CHEATS))
def test_it_is_not_worth_it(runs, name):
    question, run = runs[name]
    verdict = diagnose(question, run)
    assert verdict.points == CHEATS[name][2] and not verdict.passed, verdict


def test_what_is_expected_stands_in_no_file(runs):
    printed = runs["reads what is expected"][1].cell("answer")["outputs"]
    assert printed[0]["text"] == "FOUND []\n"
