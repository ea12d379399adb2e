"""A folder as it comes from a course of thirty: every thing in it is a row with a reason, and the files
that come of it are whole."""

import copy
import csv
import json
import os
from collections import Counter

import pytest

from edutorch.cli import main
from edutorch.course.answers import LONGEST_ANSWER
from edutorch.course.assignment import load_assignment
from edutorch.course.handins import find_handins
from edutorch.course.notebook import NotebookError, read_notebook, write_notebook
from edutorch.course.submission import read_submission

from .conftest import cell_by_id, toy_notebook, with_source

RIGHT = "# question: double\ndef double(x):\n    return x + x"
WRONG = "# question: double\ndef double(x):\n    return 3 * x"
LONG = "a" * 249
STRANGE = os.fsdecode(b"\xff\n=1+1.ipynb")


def changed(notebook, **data):
    """The right answer, its cell's metadata edited."""
    notebook = with_source(copy.deepcopy(notebook), "double", RIGHT)
    cell_by_id(notebook, "double")["metadata"]["edutorch"].update(data)
    return notebook


def without_ids(notebook):
    """Right, saved by an old Jupyter, with a byte order mark, and everything but the line lost."""
    cells = [{**cell, "metadata": {}} for cell in changed(notebook)["cells"]]
    for cell in cells:
        del cell["id"]
    return "\ufeff" + json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 0})


@pytest.fixture(scope="module")
def folder(toy, tmp_path_factory):
    folder = tmp_path_factory.mktemp("messy")
    stub = read_notebook(toy / "exercises" / "toy.ipynb")
    texts = {
        "empty.ipynb": "",
        "list.ipynb": "[]",
        "number.ipynb": '{"cells": [], "nbformat": 4, "nbformat_minor": ' + "9" * 5000 + "}",
        "nul.ipynb": '{"cells": ["\0"]}',
        "version3.ipynb": '{"worksheets": 3, "cells": [], "nbformat": 3}',
        "version5.ipynb": '{"cells": [], "nbformat": 5}',
        "no_cells.ipynb": '{"cells": [], "nbformat": 4}',
        "old.ipynb": without_ids(stub),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "latin.ipynb").write_bytes('{"é": 1}'.encode("latin-1"))
    (folder / "utf16.ipynb").write_text("{}", encoding="utf-16")
    (folder / "folder.ipynb").mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "zeros.ipynb").symlink_to("/dev/zero")
    (folder / "stolen.ipynb").symlink_to(toy / "solutions" / "toy.ipynb")
    (folder / "nowhere.ipynb").symlink_to("none")
    for name in ("stub with spaces.ipynb", f"{LONG}.ipynb", STRANGE, "李.ipynb"):
        write_notebook(stub, folder / name)
    for name, answer in (("ann", RIGHT), ("ben", WRONG)):
        (folder / name).mkdir()
        notebook = with_source(copy.deepcopy(stub), "double", answer)
        write_notebook(notebook, folder / name / "toy.ipynb")
    rich = changed(stub, points=1000, role="solution", timeout=1e9, hidden=True, id="double-2")
    write_notebook(rich, folder / "rich.ipynb")
    write_notebook(changed(stub, role="check", question=["double"]), folder / "other_role.ipynb")
    huge = with_source(copy.deepcopy(stub), "double", RIGHT + "\n#" + "x" * LONGEST_ANSWER)
    write_notebook(huge, folder / "huge.ipynb")
    for place in (".ipynb_checkpoints", "__MACOSX"):
        (folder / place).mkdir()
        write_notebook(stub, folder / place / "toy.ipynb")
    (folder / "._toy.ipynb").write_bytes(b"\0\5\26\7")
    (folder / "notes.txt").write_text("no submission")
    return folder


@pytest.fixture(scope="module")
def graded(toy, folder, tmp_path_factory):
    """Where the outputs are, of one run over the whole folder."""
    out = tmp_path_factory.mktemp("out")
    options = [("--json", "new/grades.json"), ("--csv", "grades.csv")]
    options += [("--html", "html"), ("--gradescope", "gradescope")]
    words = [word for option, name in options for word in (option, str(out / name))]
    assert main(["grade", "--unsafe", str(toy / "solutions" / "toy.ipynb"), str(folder), *words]) == 0
    return out


@pytest.fixture(scope="module")
def rows(graded):
    rows = json.loads((graded / "new" / "grades.json").read_text(encoding="utf-8"))["rows"]
    return {row["submission"]: row for row in rows}


REASONS = {
    "empty.ipynb": "it is not JSON",
    "list.ipynb": "no list of cells",
    "number.ipynb": "it is not JSON",
    "nul.ipynb": "it is not JSON",
    "version3.ipynb": "notebook format 3",
    "version5.ipynb": "notebook format 5",
    "no_cells.ipynb": "the answer cell is missing",
    "latin.ipynb": "not UTF-8",
    "utf16.ipynb": "not UTF-8",
    "folder.ipynb": "it is a folder",
    "pipe.ipynb": "no file with contents",
    "zeros.ipynb": "is a link",
    "stolen.ipynb": "is a link",
    "nowhere.ipynb": "is a link",
    "stub with spaces.ipynb": "not attempted",
    f"{LONG}.ipynb": "not attempted",
    STRANGE.encode("utf-8", "backslashreplace").decode(): "not attempted",
    "李.ipynb": "not attempted",
    "huge.ipynb": "characters, more than the 200,000",
}


@pytest.mark.parametrize(("name", "reason"), REASONS.items())
def test_what_cannot_be_graded_is_a_row_with_the_reason(rows, name, reason):
    row = {key.encode("utf-8", "backslashreplace").decode(): row for key, row in rows.items()}[name]
    assert row["points"] == 0 and row["of"] == 4 and reason in row["reason"]


def test_every_submission_has_one_row(rows, folder):
    graded = {"old.ipynb", "rich.ipynb", "other_role.ipynb"}
    named = {name for name in rows if "/" not in name}
    assert len(named) == len(REASONS) + len(graded) and graded <= named
    (ann, ben) = sorted(name for name in rows if "/" in name)
    assert (ann.split("/")[-2:], ben.split("/")[-2:]) == (["ann", "toy.ipynb"], ["ben", "toy.ipynb"])
    assert (rows[ann]["points"], rows[ben]["points"]) == (4, 0)


@pytest.mark.parametrize("name", ["old", "rich", "other_role"])
def test_metadata_of_a_submission_give_no_points_and_take_none(rows, name):
    assert (rows[f"{name}.ipynb"]["points"], rows[f"{name}.ipynb"]["of"]) == (4, 4)


def test_the_files_are_whole_one_for_each(graded, rows):
    with open(graded / "grades.csv", encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["points"] for line in lines] == [str(row["points"]) for row in rows.values()]
    assert {line["percent"] for line in lines} == {"0.0", "100.0"}
    assert [line["reason"] for line in lines] == [row["reason"] for row in rows.values()]
    for kind in ("html", "json"):
        place = graded / ("gradescope" if kind == "json" else kind)
        files = [file for file in place.iterdir() if file.name != "index.html"]
        assert len(files) == len(rows) and all(file.name.endswith(f".{kind}") for file in files)
    scores = [json.loads(file.read_text())["score"] for file in graded.glob("gradescope/*")]
    assert sorted(scores) == sorted(row["points"] for row in rows.values())
    assert not [file for file in graded.rglob("*") if file.name.startswith(".")]


def test_the_table_has_a_line_each(graded, rows, capsys):
    assert main(["report", str(graded / "new" / "grades.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(rows) + 3  # the head, a line between, the sum of it
    assert any(r" \udcff\n=1+1.ipynb " in line for line in lines)


def test_a_linked_folder_does_not_lead_to_the_solution(toy, tmp_path, capsys):
    (tmp_path / "eve").symlink_to(toy / "solutions")
    words = [str(toy / "solutions" / "toy.ipynb"), str(tmp_path / "eve" / "toy.ipynb")]
    assert main(["grade", "--unsafe", *words]) == 0
    assert "is a link" in capsys.readouterr().out
    assert find_handins([tmp_path]) == []


def test_outputs_that_cannot_be_written_are_found_out_before_the_work(toy, tmp_path, capsys):
    solution, file = str(toy / "solutions" / "toy.ipynb"), tmp_path / "file"
    file.touch()
    for options in (["--json", str(tmp_path)], ["--html", str(file)], ["--csv", f"{file}/x.csv"]):
        assert main(["grade", "--unsafe", solution, str(file), *options]) == 2
    for options in (["--jobs", "0"], ["--memory", "1"]):
        assert main(["grade", "--unsafe", solution, str(file), *options]) == 2
    error = capsys.readouterr().err
    assert "is a folder" in error and "file: 0 of 4" not in error


def test_an_output_that_fails_does_not_lose_the_others(toy, folder, tmp_path, monkeypatch, capsys):
    def no_room(report, path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("edutorch.course.results.write_json", no_room)
    solution, outputs = str(toy / "solutions" / "toy.ipynb"), tmp_path / "grades.csv"
    words = ["--json", str(tmp_path / "grades.json"), "--csv", str(outputs)]
    assert main(["grade", "--unsafe", solution, str(folder / "empty.ipynb"), *words]) == 2
    assert "No space left" in capsys.readouterr().err and "empty.ipynb" in outputs.read_text()


ODD = [None, True, -1, 1e308, [], {}, "", "x" * 100_000, "\0", "\ud800", [["a"]], [None], ["\ud800"], {"a": {}}]
ODD += [{"edutorch": []}, {"edutorch": {"role": ["solution"], "question": {}}}]
DEEP = '{"a": ' * 5000 + "1" + "}" * 5000


def places(part, above=()):
    """The way to each part of a notebook."""
    yield above
    parts = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, inside in parts:
        yield from places(inside, (*above, key))


def with_part(part, place, value):
    """A copy with this value in that place."""
    if not place:
        return value
    key, *below = place
    changed = part.copy()
    changed[key] = with_part(part[key], below, value)
    return changed


def test_whatever_stands_anywhere_in_a_notebook_it_is_read_or_refused_with_a_reason(toy, toy_assignment, tmp_path):
    notebook = with_source(read_notebook(toy / "exercises" / "toy.ipynb"), "double", RIGHT)
    notebook["metadata"]["edutorch"] = {}
    whole = json.dumps(notebook)
    texts = [whole[:length] for length in range(0, len(whole), 100)]
    for place in places(notebook):
        texts += [json.dumps(with_part(notebook, place, value)) for value in ODD]
        texts.append(json.dumps(with_part(notebook, place, "@")).replace('"@"', DEEP))
    came = Counter()
    for text in texts:
        (tmp_path / "a.ipynb").write_text(text)
        try:
            came["right" if read_submission(tmp_path / "a.ipynb", toy_assignment).answers else "no answer"] += 1
        except NotebookError as error:
            came["refused"] += 1
            assert 20 < len(str(error)) < 200
    assert min(came[each] for each in ("right", "no answer", "refused")) > 10


SOURCES = {
    "minus": "-" * 100_000 + "1",
    "brackets": "(" * 100_000,
    "calls": "f(" * 60_000 + ")" * 60_000,
    "sum": "1" + "+1" * 90_000,
    "names": "a" + ".b" * 90_000,
    "choices": "x = " + "1 if 2 else " * 15_000 + "3",
    "functions": "lambda: " * 20_000 + "1",
    "nul": "x = '\0'",
    "half a character": "x = '\ud800'",
    "branches": "if 1: pass\n" + "elif 1: pass\n" * 14_000,
}


@pytest.mark.parametrize("source", list(SOURCES.values()), ids=list(SOURCES))
def test_no_source_is_too_much_for_the_reader(toy, toy_assignment, tmp_path, source):
    notebook = read_notebook(toy / "exercises" / "toy.ipynb")
    answer = f"# question: double\n{source}"
    notebook["cells"].append({"cell_type": "code", "id": "x", "metadata": {}, "source": source})
    write_notebook(with_source(notebook, "double", answer), tmp_path / "a.ipynb")
    assert read_submission(tmp_path / "a.ipynb", toy_assignment).answers == {"double": answer}


@pytest.mark.parametrize(
    ("cell", "change", "words"),
    [
        ("double-2", {"id": "double-1"}, "'double-1' is there twice"),
        ("double-1", {"id": "answer"}, "'answer' is there twice"),
        ("double-squares", {"message": ...}, "KeyError: 'message'"),
        ("double-1", {"question": "triple"}, "'triple', which has no solution cell"),
        ("double", {"form": "sing"}, "has form 'sing'"),
    ],
)
def test_a_solution_notebook_with_a_slip_is_refused(tmp_path, cell, change, words):
    notebook = toy_notebook()
    data = cell_by_id(notebook, cell)["metadata"]["edutorch"]
    data.update(change)
    for key in [key for key, value in data.items() if value is ...]:
        del data[key]
    write_notebook(notebook, tmp_path / "toy.ipynb")
    with pytest.raises(NotebookError, match=words):
        load_assignment(tmp_path / "toy.ipynb")
