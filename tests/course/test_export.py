"""The package of a learner's own pieces: made, run by itself, refused where there is nothing to make."""

import re
import subprocess
import sys

import pytest

from edutorch import cli
from edutorch.course.assignment import load_assignment
from edutorch.course.export import STEPS, export_framework
from edutorch.course.notebook import NotebookError
from edutorch.course.record import Progress

from .make_submissions import EXERCISE, SOLUTION

EXERCISES = EXERCISE.parent
CLASSIFICATION = SOLUTION.parent / "05_classification.ipynb"
CNN = SOLUTION.parent / "09_cnn.ipynb"


def passed(folder, solution, *names):
    assignment = load_assignment(solution)
    for name in names:
        Progress(folder).record_attempt(assignment.name, name, assignment.questions[name].answer, passed=True)
    return folder


def run(target, *words):
    return subprocess.run([sys.executable, *words], cwd=target, capture_output=True, text=True, timeout=300)


def test_the_package_trains_on_the_learners_pieces_and_its_tests_pass(tmp_path):
    folder = passed(passed(tmp_path / "copy", SOLUTION, "exp"), CLASSIFICATION, "slope")
    target = tmp_path / "mine"
    parts = export_framework(target, folder, EXERCISES)
    assert [part.title for part in parts] == ["Exp.backward, Exp.forward", "SoftmaxCrossEntropy.forward"]
    receipt = (target / "receipt.txt").read_text()
    assert f"SoftmaxCrossEntropy.forward  your code           {STEPS}" in receipt
    assert "3 of 3 pieces are your code" in receipt
    readme = (target / "README.md").read_text()
    assert "| `Exp.forward` | `edutorch.ops.exponential.Exp` | `my_framework/autograd_exp.py` |" in readme
    done = run(target, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_its_network_is_one_that_the_learners_convolution_and_pooling_can_do(tmp_path):
    target = tmp_path / "mine"
    export_framework(target, passed(tmp_path / "copy", CNN, "conv2d", "pool"), EXERCISES)
    receipt = (target / "receipt.txt").read_text()
    for piece in ("conv2d", "max_pool2d"):
        assert re.search(rf"^{piece} +your code +{2 * STEPS}$", receipt, re.MULTILINE), receipt
    assert "2 of 2 pieces are your code" in receipt and "took over" not in receipt
    done = run(target, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_its_tests_fail_where_a_piece_is_wrong(tmp_path):
    folder, target = passed(tmp_path / "copy", CLASSIFICATION, "slope"), tmp_path / "mine"
    export_framework(target, folder, EXERCISES)
    answer = target / "my_framework" / "classification_slope.py"
    text = answer.read_text()
    assert "slope = (log_p" in text
    answer.write_text(text.replace("slope = (log_p", "slope = 2 * (log_p"))
    done = run(target, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "1 failed" in done.stdout and "DIFFERS" in done.stdout, done.stdout + done.stderr


def test_nothing_passed_and_a_folder_in_use_are_refused(tmp_path):
    with pytest.raises(NotebookError, match="no piece has passed yet"):
        export_framework(tmp_path / "mine", tmp_path, EXERCISES)
    folder = passed(tmp_path / "copy", SOLUTION, "exp")
    with pytest.raises(FileExistsError, match="is not empty: name another folder"):
        export_framework(folder, folder, EXERCISES)


def test_the_command(tmp_path, capsys):
    copy = tmp_path / "copy"
    assert cli.main(["start", str(copy)]) == 0
    target = str(tmp_path / "mine")
    assert cli.main(["export", target, "--course", str(copy)]) == 2
    assert "no piece has passed yet" in capsys.readouterr().err
    passed(copy, CLASSIFICATION, "slope")
    assert cli.main(["export", target, "--course", str(copy)]) == 0
    assert "1 piece of your own, with a README and tests." in capsys.readouterr().out
    assert cli.main(["export", target, "--course", str(tmp_path / "elsewhere")]) == 2
    assert "Traceback" not in capsys.readouterr().err
