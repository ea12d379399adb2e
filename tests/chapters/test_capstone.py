"""What chapter 10 says, and its run on the reference answers, on none, and with one wrong piece."""

import ast
import json
import re
from pathlib import Path

import pytest

from edutorch.course import my_framework, rehearse
from edutorch.course.assignment import load_assignment
from edutorch.course.framework import framework_parts
from edutorch.course.pieces import LIBRARY, YOURS
from edutorch.course.record import Progress
from tests.chapters.reading import cells
from tests.chapters.test_content import output_of

CHAPTER = "10_capstone"


@pytest.fixture(scope="module")
def chapter() -> dict:
    """The names that its cells `net` and `train` define."""
    names: dict = {}
    for cell in cells(CHAPTER, "code"):
        if cell["id"] in ("net", "train"):
            exec("".join(cell["source"]), names)
    return names


@pytest.fixture
def copy(root: Path, tmp_path: Path):
    """Records answers as passed: the reference's of all exercises, with words of one exchanged."""

    def passed(question: str = "", old: str = "", new: str = "") -> Path:
        for path in sorted((root / "solutions").glob("*.ipynb")):
            assignment = load_assignment(path)
            for name, each in assignment.questions.items():
                wrong = name == question and old in each.answer
                answer = each.answer.replace(old, new) if wrong else each.answer
                Progress(tmp_path).record_attempt(assignment.name, name, answer, passed=True)
        return tmp_path

    return passed


def test_the_best_of_the_four_is_not_the_right_one():
    shown = re.findall(r"network (\w):.*reads ([\d.]+) %", output_of(CHAPTER, "with_factors"))
    reads = {name: float(share) for name, share in shown}
    assert reads["B"] > reads["A"] > reads["C"] > reads["D"] > 50


def test_pytorchs_losses_are_those_of_the_golden_file(root: Path):
    source = next("".join(cell["source"]) for cell in cells(CHAPTER, "code") if cell["id"] == "pytorch")
    recorded = ast.literal_eval(re.search(r"PYTORCH = (\[.*\])", source)[1])
    assert recorded == pytest.approx(json.loads((root / "tests/golden/capstone.json").read_text()), rel=1e-5)
    assert "ten steps: below 0.0001" in output_of(CHAPTER, "PYTORCH =")


def test_the_run_reads_more_than_95_percent():
    assert float(re.search(r"test set: ([\d.]+) %", output_of(CHAPTER, "my_framework() as receipt"))[1]) > 95


def test_on_the_reference_answers_it_trains_to_95_percent(chapter, copy, root):
    with my_framework(copy(), root / "exercises") as receipt:
        net, losses, _ = chapter["train"](564)
    assert {piece.whose for piece in receipt.pieces} == {YOURS}, str(receipt)
    assert not [piece for piece in receipt.pieces if piece.failure] and not receipt.notes
    steps = {piece.name: piece.calls for piece in receipt.pieces if piece.name.startswith("SGD.")}
    assert steps == {"SGD.step": 564, "SGD.update": 564 * 6}
    assert losses[:10] == pytest.approx(json.loads((root / "tests/golden/capstone.json").read_text()), rel=1e-4)
    assert chapter["accuracy_of"](net) > 95


def test_on_no_answer_it_runs_on_the_library_alone(chapter, tmp_path, root):
    with my_framework(tmp_path, root / "exercises") as receipt:
        _, losses, _ = chapter["train"](3)
    assert {piece.whose for piece in receipt.pieces} == {LIBRARY} and losses == chapter["train"](3)[1]


def test_a_wrong_piece_shows_in_rehearsal_and_curve(chapter, copy, root):
    folder = copy("slope", "slope = (log_p", "slope = 3 * (log_p")
    rows = rehearse(lambda: chapter["train"](2)[1], 564, framework_parts(folder, root / "exercises")).rows
    differs = [row.pieces for row in rows if "DIFFERS: the loss of step 2 is" in row.verdict]
    assert differs == ["SoftmaxCrossEntropy.forward"]
    with my_framework(folder, root / "exercises") as receipt:
        _, losses, _ = chapter["train"](3)
    assert losses[1] != pytest.approx(chapter["train"](3)[1][1], rel=1e-3)
    assert {piece.whose for piece in receipt.pieces if piece.name == "SoftmaxCrossEntropy.forward"} == {YOURS}
