"""What `edutorch new` adds can be released; what `edutorch lint` finds has its cell and its rule."""

import pytest

from edutorch.cli import main
from edutorch.course.assignment import FORMS, load_assignment
from edutorch.course.authoring import SKELETONS, new_question
from edutorch.course.lint import RULES, lint
from edutorch.course.notebook import NotebookError, code_cell, course_data, read_notebook, write_notebook
from edutorch.course.release import release_exercise

from .conftest import cell_by_id, with_source


def test_the_skeletons_of_all_forms_are_released_as_they_are(tmp_path, capsys):
    path = tmp_path / "solutions" / "new.ipynb"
    for form in SKELETONS:
        assert main(["new", f"of_{form}", str(path), "--form", form]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:3] == [f"{path}: cell 3: text", f"{path}: cell 4: solution", f"{path}: cell 5: check"]
    assert {fault.rule for fault in lint(path, run=False)} == {"never-run", "unfinished"}
    release_exercise(path)
    assert {fault.rule for fault in lint(path, run=False)} == {"unfinished"}
    questions = load_assignment(path).questions
    assert {name: (question.form, question.points) for name, question in questions.items()} == {
        "of_write": ("write", 4),
        "of_predict": ("predict", 2),
        "of_shape": ("shape", 2),
        "of_order": ("order", 2),
        "of_mend": ("mend", 4),
        "of_witness": ("witness", 4),
        "of_text": ("text", 2),
    }
    assert set(SKELETONS) == set(FORMS)
    with pytest.raises(NotebookError, match="has the question 'of_text' already"):
        new_question(path, "of_text", "text")
    assert main(["new", "Two Words", str(path)]) == 2
    assert "small letters, digits and _" in capsys.readouterr().err


# What an author writes in the place of the example, in the task, the answers and the checks alike.
FILLED = {
    "TODO. ": "",
    "TODO: ": "In words: ",
    "return x + x": "return -x",
    "return 2 * x": "return x * -1",
    "return x * x": "return x",
    "2 * 3": "12 / 2",
    "a.sum(0)": "a.mean(0)",
    "y = x + 1": "y = x + 5",
    "x.sum()": "x.abs().sum()",
    "2 * abs(x)": "-abs(x)",
    "double(3.0) == 6.0": "double(3.0) == -3.0",
    "double(-1.0) == -2.0": "double(-1.0) == 1.0",
    "double(0.25) == 0.5": "double(2) == -2",
    "double(-4) == -8": "double(-4) == 4",
}


def test_skeletons_that_are_filled_in_are_released_and_without_fault(tmp_path):
    path = tmp_path / "solutions" / "new.ipynb"
    for form in SKELETONS:
        new_question(path, f"of_{form}", form)
    text = path.read_text(encoding="utf-8")
    for before, after in FILLED.items():
        assert before in text, before
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    release_exercise(path)
    assert lint(path) == []
    exercise = (tmp_path / "exercises" / "new.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in exercise and "return -x" not in exercise


@pytest.fixture
def notebook(toy):
    return read_notebook(toy / "solutions" / "toy.ipynb")


def about(notebook, identity, **data):
    course_data(cell_by_id(notebook, identity)).update(data)


def without(notebook, *identities):
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in identities]


def twice(notebook, identity):
    notebook["cells"].append(dict(cell_by_id(notebook, identity)))


ANSWER = "# question: double\ndef double(x):\n    ### BEGIN SOLUTION\n    return {}\n    ### END SOLUTION\n"
STUB_SCORES = (
    "# question: double\ndef double(x):\n    return 2 * x\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n"
)
RUN = ("reference-fails", "stub-scores", "mistake-scores", "right-is-refused")
SPOILED = {
    "unknown-role": (lambda n: about(n, "setup", role="set-up"), "cell 2 (setup): "),
    "unknown-form": (lambda n: about(n, "double", form="prose"), "cell 3 (double): "),
    "no-marker": (lambda n: with_source(n, "double", "def double(x): ..."), "cell 3 (double): "),
    "no-such-question": (lambda n: about(n, "double-2", question="half"), "cell 5 (double-2): "),
    "duplicate-question": (lambda n: twice(n, "double"), "cell 7 (double): "),
    "duplicate-id": (lambda n: about(n, "double-2", id="double-1"), "cell 5 (double-1): "),
    "no-check": (lambda n: without(n, "double-1", "double-2"), "cell 3 (double): "),
    "empty-check": (lambda n: with_source(n, "double-1", "# to do"), "cell 4 (double-1): "),
    "unfinished": (lambda n: about(n, "double", why="TODO: why"), "cell 3 (double): "),
    "never-run": (lambda n: cell_by_id(n, "double-1").update(outputs=[]), "cell 4 (double-1): "),
    "no-points": (lambda n: [about(n, f"double-{k}", points=0) for k in (1, 2)], "cell 3 (double): "),
    "no-hidden-check": (lambda n: without(n, "double-2"), "cell 3 (double): "),
    "reference-fails": (lambda n: with_source(n, "double", ANSWER.format("3 * x")), "cell 3 (double): "),
    "stub-scores": (lambda n: with_source(n, "double", STUB_SCORES), "cell 3 (double): "),
    "mistake-scores": (
        lambda n: with_source(n, "double-squares", "# question: double\ndef double(x):\n    return x + x"),
        "cell 6 (double-squares): ",
    ),
    "right-is-refused": (
        lambda n: n["cells"].append(
            code_cell(
                "# question: double\ndef double(x):\n    return x",
                {"role": "right", "id": "double-other", "question": "double"},
                [],
                "other",
            )
        ),
        "cell 7 (double-other): ",
    ),
}


@pytest.mark.parametrize("rule", SPOILED)
def test_a_fault_is_named_with_its_cell_and_rule(notebook, tmp_path, rule):
    spoil, where = SPOILED[rule]
    spoil(notebook)
    write_notebook(notebook, tmp_path / "toy.ipynb")
    faults = [str(fault) for fault in lint(tmp_path / "toy.ipynb", run=rule in RUN)]
    assert any(fault.startswith(f"{where}{rule}: ") for fault in faults), faults


def test_every_rule_is_tried():
    assert set(RULES) == {*SPOILED, "no-notebook"}


def test_the_command(toy, tmp_path, capsys):
    solution = toy / "solutions" / "toy.ipynb"
    assert main(["lint", str(solution)]) == 0 and "nothing is wrong" in capsys.readouterr().out
    (tmp_path / "bad.ipynb").write_text("no notebook")
    assert main(["lint", "--static", str(solution), str(tmp_path / "bad.ipynb")]) == 1
    assert "bad.ipynb: cell 0 (bad.ipynb): no-notebook: " in capsys.readouterr().out
