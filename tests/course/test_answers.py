"""Which cell is the answer: `edutorch check`, q.check() and `edutorch grade` send the same source to the engine."""

from types import SimpleNamespace

import pytest

from edutorch.cli import main
from edutorch.course import exercise, learner
from edutorch.course.answers import find_answers, without_leftovers
from edutorch.course.notebook import code_cell, read_notebook, write_notebook
from edutorch.course.run import QuestionRun

LINE = "# question: double\n"
RIGHT = LINE + "def double(x):\n    return x + x"
BODY = "def double(x):\n    return x + x"
WRONG = LINE + "def double(x):\n    return 3 * x"
TOLD = {"role": "solution", "question": "double"}
STUB = LINE + "def double(x):\n    raise NotImplementedError"


def answer(source, **data):
    return code_cell(source, data or TOLD, [], "")


def bare(source):
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}


TEXT = {"cell_type": "markdown", "metadata": {}, "source": "Now it works."}
ASK = bare("q.check()")
# A notebook's cells, and the source that counts.
NOTEBOOKS = {
    "as handed out": ([answer(RIGHT), ASK], RIGHT),
    "metadata lost": ([bare(RIGHT), ASK], RIGHT),
    "the line lost": ([answer(BODY), ASK], BODY),
    "the line differs": ([answer(WRONG, role="solution", question="triple"), ASK], WRONG),
    "the line wins over metadata": ([answer(RIGHT), bare("# question: other\n1"), ASK], RIGHT),
    "split, the rest empty": ([answer(RIGHT), answer(""), ASK], RIGHT),
    "split, the rest a comment": ([answer(RIGHT), answer("# it works"), ASK], RIGHT),
    "split after the answer": ([answer(RIGHT), answer("print(double(2))"), ASK], RIGHT + "\nprint(double(2))"),
    "split, text between": ([answer(RIGHT), TEXT, answer("print(double(2))"), ASK], RIGHT + "\nprint(double(2))"),
    "split before the line": ([answer("import math"), answer(RIGHT), ASK], "import math\n" + RIGHT),
    "copied, then emptied": ([answer(RIGHT), answer(LINE), ASK], RIGHT),
    "copied, the stub left": ([answer(RIGHT), ASK, answer(STUB)], RIGHT),
    "copied, the first tried": ([answer(WRONG), answer(RIGHT), ASK], RIGHT),
    "a capital": ([bare("# Question: double\n" + BODY), ASK], "# Question: double\n" + BODY),
    "no spaces": ([bare("#question:double\n" + BODY), ASK], "#question:double\n" + BODY),
}


@pytest.fixture
def sent(monkeypatch):
    """What reaches the engine, one dict of answers a call."""
    calls = []

    def run(assignment, answers, **options):
        calls.append(dict(answers))
        return {name: QuestionRun(name, problem="not run in this test") for name in answers}

    monkeypatch.setattr("edutorch.course.grade.run_answers", run)
    return calls


def all_three(toy, folder, cells, executed, monkeypatch):
    file = folder / "toy.ipynb"
    write_notebook({**read_notebook(toy / "exercises" / "toy.ipynb"), "cells": cells}, file)
    shell = SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=executed), user_ns={})
    monkeypatch.setattr(learner, "_shell", lambda: shell)
    monkeypatch.setattr(learner, "course_root", lambda: toy)
    monkeypatch.setattr(learner, "_prepare_for_the_next", lambda: None)
    told = exercise("toy", "double", folder).check()
    main(["check", str(file)])
    main(["grade", "--unsafe", str(toy / "solutions" / "toy.ipynb"), str(file)])
    return told


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_three_take_the_same_answer(toy, tmp_path, sent, monkeypatch, name):
    cells, counts = NOTEBOOKS[name]
    executed = [cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in cells]
    all_three(toy, tmp_path, cells, executed, monkeypatch)
    assert sent == [{"double": counts}] * 3


def test_the_second_of_two_answers_counts_whichever_was_executed_and_it_is_said(toy, tmp_path, sent, monkeypatch):
    told = all_three(toy, tmp_path, [answer(RIGHT), ASK, answer(WRONG)], [WRONG, RIGHT], monkeypatch)
    assert sent == [{"double": WRONG}] * 3
    assert "different answers in the cells 1 and 3: the last, cell 3, counts" in repr(told)


def test_what_is_executed_and_not_saved_yet_is_checked_with_the_other_half(toy, tmp_path, sent, monkeypatch):
    all_three(toy, tmp_path, [answer(WRONG), answer("y = 1"), ASK], [RIGHT], monkeypatch)
    assert sent[0] == {"double": RIGHT + "\ny = 1"}


def test_lines_of_the_notebook_are_left_out_and_it_is_said(toy, tmp_path, sent, monkeypatch, capsys):
    source = RIGHT + "\n!pip install numpy\nq.check()\nexit()"
    told = all_three(toy, tmp_path, [answer(source)], [source], monkeypatch)
    kept = RIGHT + "\n# left out: !pip install numpy\n# left out: q.check()\n# left out: exit()"
    assert sent == [{"double": kept}] * 3
    assert (
        "not run: `!pip install numpy`, `q.check()`, `exit()`" in repr(told) and "`exit()`" in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    "line",
    [
        "%pip install x",
        "%timeit double(2)",
        "%%timeit -n 3",
        "%%time",
        "%matplotlib inline",
        "!ls -l",
        "quit()",
        "sys.exit(0)",
        'q = exercise("toy", "double")',
        "q.hint()",
        "show_source(nn.Linear)",
    ],
)
def test_what_is_left_out(line):
    assert without_leftovers(f"{line}  # now\nx = 1") == (
        f"# left out: {line}  # now\nx = 1",
        f"not run: `{line}  # now`",
    )


@pytest.mark.parametrize(
    "line",
    ["    exit()", "exit = 1", "pip = 2", "%time y = double(2)", "%%bash", "q.check(1)", "# exit()", "quitting()"],
)
def test_what_is_an_answers_own_stays(line):
    assert without_leftovers(line) == (line, "")


def test_an_empty_answer_is_not_attempted(toy, tmp_path, sent, monkeypatch):
    told = all_three(toy, tmp_path, [answer("# my thoughts")], [], monkeypatch)
    assert sent == [] and told.title == "Not attempted yet."


def test_format_3_is_read(tmp_path):
    cell = {"cell_type": "code", "input": RIGHT.splitlines(True), "language": "python", "outputs": []}
    text = {"cell_type": "heading", "level": 1, "source": ["Toy"]}
    write_notebook({"worksheets": [{"cells": [text, cell]}], "nbformat": 3}, tmp_path / "old.ipynb")
    (found,) = find_answers(read_notebook(tmp_path / "old.ipynb")["cells"], ["double"])["double"].answers
    assert found.source == RIGHT and found.numbers == [2]
