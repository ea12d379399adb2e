"""The learner's copy: laid whole, brought up to date, and never written over."""

import json
from pathlib import Path

import pytest

from edutorch.course import files as course_files
from edutorch.course.files import find_copy, lay_copy


def notebook(*cells: dict) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def code(source: str, output: str, *tags: str) -> dict:
    stream = {"output_type": "stream", "name": "stdout", "text": [output]}
    return {
        "cell_type": "code",
        "source": [source],
        "metadata": {"tags": list(tags)},
        "outputs": [stream],
        "execution_count": 1,
        "id": source,
    }


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A small course of two chapters and an exercise, with things that are no part of it."""
    root = tmp_path / "course"
    for folder in ("chapters/.ipynb_checkpoints", "exercises", "solutions"):
        (root / folder).mkdir(parents=True)
    reveal = notebook(code("guess", "3\n"), code("show", "é 4\n", "reveal"))
    (root / "chapters/00_welcome.ipynb").write_text(reveal, encoding="utf-8")
    (root / "chapters/01_more.ipynb").write_text(notebook(code("x", "1\n")))
    (root / "chapters/.ipynb_checkpoints/01_more.ipynb").write_text("a checkpoint")
    (root / "exercises/01_more.ipynb").write_text(notebook())
    (root / "solutions/01_more.ipynb").write_text(notebook())
    return root


WHOLE = ["chapters/00_welcome.ipynb", "chapters/01_more.ipynb", "exercises/01_more.ipynb"]


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_first_start_lays_all_but_the_solutions(course: Path, tmp_path: Path) -> None:
    laid = lay_copy(tmp_path / "mine", course)
    assert laid.new == WHOLE
    assert files(tmp_path / "mine") == [".edutorch/laid.json", *WHOLE]


def test_outputs_of_reveal_cells_are_stripped_and_others_stay(course: Path, tmp_path: Path) -> None:
    lay_copy(tmp_path / "mine", course)
    original = json.loads((course / WHOLE[0]).read_text(encoding="utf-8"))
    mine = json.loads((tmp_path / "mine" / WHOLE[0]).read_text(encoding="utf-8"))
    assert mine["cells"][0] == original["cells"][0]
    assert mine["cells"][1] == original["cells"][1] | {"outputs": [], "execution_count": None}


def test_edits_are_kept_and_untouched_files_refreshed(course: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    lay_copy(mine, course)
    (mine / WHOLE[0]).write_text("my edits")
    assert lay_copy(mine, course).kept == [WHOLE[0]]

    for name in WHOLE[:2]:
        (course / name).write_text(notebook(code("newer", "1\n")))
    (course / "chapters/02_new.ipynb").write_text(notebook())
    laid = lay_copy(mine, course)
    assert laid.new == ["chapters/02_new.ipynb"]
    assert laid.refreshed == [WHOLE[1]]
    assert (laid.kept, laid.outdated) == ([], [WHOLE[0]])
    assert laid.same == [WHOLE[2]]
    assert (mine / WHOLE[0]).read_text() == "my edits"
    assert "newer" in (mine / WHOLE[1]).read_text()


def test_running_a_notebook_is_no_edit(course: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    lay_copy(mine, course)
    ran = notebook(code("x", "another output\n"))
    (mine / WHOLE[1]).write_text(ran)
    assert lay_copy(mine, course).same == WHOLE
    assert (mine / WHOLE[1]).read_text() == ran
    assert course_files.unedited(mine) == [mine / name for name in WHOLE]

    (course / WHOLE[1]).write_text(notebook(code("newer", "1\n")))
    assert lay_copy(mine, course).refreshed == [WHOLE[1]]
    (mine / WHOLE[1]).write_text(notebook(code("edited", "1\n")))
    assert course_files.unedited(mine) == [mine / WHOLE[0], mine / WHOLE[2]]


@pytest.mark.parametrize("record", [None, "{damaged", '{"files": 3}', '{"files": {"a": 3}}'])
def test_without_a_record_whatever_differs_is_the_learners(course: Path, tmp_path: Path, record: str | None) -> None:
    mine = tmp_path / "mine"
    lay_copy(mine, course)
    (mine / WHOLE[1]).write_text("my edits")
    (mine / ".edutorch/laid.json").unlink()
    if record is not None:
        (mine / ".edutorch/laid.json").write_text(record)
    laid = lay_copy(mine, course)
    assert laid.outdated == [WHOLE[1]]
    assert (mine / WHOLE[1]).read_text() == "my edits"


def test_an_interrupted_start_leaves_whole_files_and_goes_on(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(source: Path) -> bytes:
        if source.name == "01_more.ipynb":
            raise OSError("no space left on device")
        return learners_version(source)

    learners_version = course_files.learners_version
    monkeypatch.setattr(course_files, "learners_version", full_disk)
    with pytest.raises(OSError, match="no space"):
        lay_copy(tmp_path / "mine", course)
    assert files(tmp_path / "mine") == WHOLE[:1]
    monkeypatch.undo()
    laid = lay_copy(tmp_path / "mine", course)
    assert (laid.same, laid.new) == (WHOLE[:1], WHOLE[1:])


def test_a_file_in_the_place_of_the_folder(course: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("not a folder")
    with pytest.raises(NotADirectoryError, match="mine is a file; name a folder"):
        lay_copy(tmp_path / "mine", course)


def test_the_copy_is_found_from_inside_above_and_anywhere(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course_files, "_last_copy_file", lambda: tmp_path / "state" / "last-course")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with pytest.raises(FileNotFoundError, match="no copy of the course .* `edutorch start"):
        find_copy()

    mine = tmp_path / "home" / "mine"
    lay_copy(mine, course)
    assert find_copy(mine) == find_copy(mine / "chapters") == find_copy(mine.parent) == mine
    course_files.remember_copy(mine)
    assert find_copy() == mine
    with pytest.raises(FileNotFoundError, match="no copy of the course at .*elsewhere"):
        find_copy(elsewhere)  # a folder that was named is not passed over for another

    lay_copy(tmp_path / "home" / "second", course)
    with pytest.raises(FileNotFoundError, match="several copies of the course here: mine, second"):
        find_copy(tmp_path / "home")
