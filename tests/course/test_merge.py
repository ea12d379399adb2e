"""Updates of a notebook that a learner has edited: guesses and answers are kept, and the rest beside."""

import json

import pytest

from edutorch.course.files import lay_copy
from edutorch.course.notebook import read_notebook, source_of

ASK = 'guess = None  # percent, or "skip"\nsix_guess = ask(guess, unit="%")'
TURN = "def relu(x):\n    ...\n\ncheck_turn(relu, (1, 1))"


def code(identity, source, output="as laid", **data):
    stream = {"output_type": "stream", "name": "stdout", "text": [output]}
    metadata = {"edutorch": data} if data else {}
    outputs = [stream] if output else []
    common = {"cell_type": "code", "id": identity, "metadata": metadata, "execution_count": 1}
    return {**common, "outputs": outputs, "source": source.splitlines(keepends=True)}


def write(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


CELLS = {"ask": ASK, "plain": "x = 1", "turn": TURN, "answer": "# question: exp\nraise NotImplementedError"}
CHAPTER = "chapters/00_welcome.ipynb"


@pytest.fixture
def mine(tmp_path):
    """A copy of a course that has a newer version since."""
    course, mine = tmp_path / "course", tmp_path / "mine"
    (course / "exercises").mkdir(parents=True)
    write(course / CHAPTER, *(code(name, source) for name, source in CELLS.items()))
    lay_copy(mine, course)
    newer = {**CELLS, "plain": "x = 2", "ask": ASK.replace('unit="%"', 'unit="%", low=0')}
    write(
        course / CHAPTER, code("first", "import this"), *(code(name, source, "newer") for name, source in newer.items())
    )
    return mine


def edit(mine, **sources):
    notebook = read_notebook(mine / CHAPTER)
    for cell in notebook["cells"]:
        if cell["id"] in sources:
            cell.update(source=sources[cell["id"]], outputs=[])
    added = [code(name, source) for name, source in sources.items() if name not in CELLS]
    write(mine / CHAPTER, *notebook["cells"], *added)


def update(mine):
    laid = lay_copy(mine, mine.parent / "course")
    return laid, {cell["id"]: cell for cell in read_notebook(mine / CHAPTER)["cells"]}


def test_guesses_turns_and_answers_go_into_the_new_version(mine):
    done = "def relu(x):\n    return max(x, 0)\n\ncheck_turn(relu, (1, 1))"
    edit(mine, ask=ASK.replace("None", "90"), turn=done, answer="# question: exp\nmine = 1")
    laid, cells = update(mine)
    assert (laid.merged, laid.beside, laid.outdated) == ([CHAPTER], [], [])
    assert list(cells) == ["first", *CELLS]
    assert source_of(cells["ask"]) == 'guess = 90  # percent, or "skip"\nsix_guess = ask(guess, unit="%", low=0)'
    assert source_of(cells["turn"]) == done and cells["turn"]["outputs"] == []
    assert source_of(cells["answer"]) == "# question: exp\nmine = 1"
    assert source_of(cells["plain"]) == "x = 2" and cells["plain"]["outputs"][0]["text"] == ["newer"]
    assert lay_copy(mine, mine.parent / "course").kept == [CHAPTER]


@pytest.mark.parametrize("edits", [{"plain": "x = 3"}, {"own": "my_cell = 1"}])
def test_what_else_was_edited_is_kept_beside(mine, edits):
    edit(mine, **edits)
    before = (mine / CHAPTER).read_bytes()
    laid, cells = update(mine)
    assert (laid.merged, laid.beside) == ([CHAPTER], ["chapters/00_welcome-yours.ipynb"])
    assert (mine / laid.beside[0]).read_bytes() == before
    assert list(cells) == ["first", *CELLS] and source_of(cells["plain"]) == "x = 2"


def test_what_else_was_edited_in_the_cell_of_a_guess_is_kept_beside_too(mine):
    edit(mine, ask=ASK.replace("None", "90") + "\nother = 3")
    laid, cells = update(mine)
    assert source_of(cells["ask"]) == 'guess = 90  # percent, or "skip"\nsix_guess = ask(guess, unit="%", low=0)'
    assert cells["ask"]["outputs"][0]["text"] == ["newer"]


def test_without_a_record_all_that_differs_is_kept_too(mine):
    edit(mine, ask=ASK.replace("None", "90"))
    (mine / ".edutorch" / "laid.json").unlink()
    laid, cells = update(mine)
    assert laid.merged == [CHAPTER] and source_of(cells["ask"]).startswith("guess = 90")
    assert laid.beside == ["chapters/00_welcome-yours.ipynb"]  # x = 1 may be the learner's


def test_an_unedited_notebook_is_only_refreshed(mine):
    laid, cells = update(mine)
    assert laid.refreshed == [CHAPTER] and source_of(cells["ask"]).startswith("guess = None")
