"""Navigation and static outputs of chapters."""

import json

import pytest

from edutorch.course.chapters import WIDGET, course_map, course_order, navigation, tidy, whole_course
from edutorch.course.notebook import read_notebook, source_of


def lay(root, name, title, outputs=()):
    code = {
        "cell_type": "code",
        "id": "c",
        "metadata": {},
        "execution_count": 1,
        "source": "1  \n2",
        "outputs": list(outputs),
    }
    heading = {"cell_type": "markdown", "id": "h", "metadata": {}, "source": [f"# {title}"]}
    notebook = {"cells": [heading, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(notebook))
    return path


@pytest.fixture
def course(tmp_path):
    lay(tmp_path, "chapters/00_welcome.ipynb", "0. Welcome: when?")
    lay(tmp_path, "chapters/02_lines.ipynb", "2. Lines: what is a house worth?")
    lay(tmp_path, "exercises/02_lines.ipynb", "Exercise 2: lines")
    return tmp_path


def test_each_leads_to_the_one_before_and_the_one_after(course):
    order = course_order(course)
    assert [f"{path.parent.name}/{path.stem}" for path in order] == [
        "chapters/00_welcome",
        "chapters/02_lines",
        "exercises/02_lines",
    ]
    assert [navigation(path, order) for path in order] == [
        "Contents · [2. Lines →](../chapters/02_lines.ipynb)",
        "[← 0. Welcome](../chapters/00_welcome.ipynb) · [Contents](../chapters/00_welcome.ipynb)"
        " · [Exercise 2 →](../exercises/02_lines.ipynb)",
        "[← 2. Lines](../chapters/02_lines.ipynb) · [Contents](../chapters/00_welcome.ipynb)",
    ]


def test_the_map_has_a_row_for_each_number(course):
    for name, rest in {"00_welcome": "0. Welcome: when?", "02_lines": "2. Lines: what is a house worth?"}.items():
        lay(course, f"chapters/{name}.ipynb", f"{rest}\n\n**20 minutes**")
    assert course_map(course).splitlines() == [
        "| | chapter | minutes | exercise |",
        "| --- | --- | --- | --- |",
        "| 0 | [Welcome: when?](../chapters/00_welcome.ipynb) | 20 | |",
        "| 2 | [Lines: what is a house worth?](../chapters/02_lines.ipynb) | 20"
        " | [Lines](../exercises/02_lines.ipynb): 0 questions |",
    ]


def test_the_map_needs_the_minutes_of_each_chapter(course):
    with pytest.raises(ValueError, match="00_welcome.ipynb: say under the title how long"):
        course_map(course)


def test_nobody_is_handed_the_progress_of_another(course):
    path = lay(
        course, "chapters/01_mine.ipynb", "1. Mine: yes?", [{"output_type": "stream", "name": "stdout", "text": "7"}]
    )
    tidy([path])
    assert read_notebook(path)["cells"][2]["outputs"] != []
    path.write_text(path.read_text().replace('"id": "c"', '"id": "progress"'))
    tidy([path])
    assert read_notebook(path)["cells"][2]["outputs"] == []


def test_tidying_puts_navigation_first_and_last_once(course):
    path = course / "chapters/02_lines.ipynb"
    tidy([path])
    once = path.read_text()
    cells = read_notebook(path)["cells"]
    assert [cell["id"] for cell in cells] == ["navigation", "h", "c", "navigation-end"]
    assert source_of(cells[0]) == source_of(cells[3]) and "Contents" in source_of(cells[0])
    assert source_of(cells[2]) == "1\n2"
    tidy([path])
    assert path.read_text() == once


def test_tidying_keeps_the_picture_of_a_widget_and_drops_a_bar(course):
    picture = {"data": {WIDGET: {}, "text/html": "<img>", "text/plain": "says six"}, "metadata": {}}
    bar = {"data": {WIDGET: {}, "text/plain": "0%"}, "metadata": {}}
    outputs = [{"output_type": "display_data", **each} for each in (picture, bar)]
    path = lay(course, "chapters/03_x.ipynb", "3. X", outputs)
    tidy([path])
    (left,) = read_notebook(path)["cells"][2]["outputs"]
    assert left["data"] == {"text/html": "<img>", "text/plain": "says six"}


def test_tidying_joins_what_was_printed_in_pieces(course):
    pieces = [
        {"output_type": "stream", "name": name, "text": [text]}
        for name, text in [("stdout", "a"), ("stdout", " b\n"), ("stderr", "c"), ("stdout", "d\n")]
    ]
    path = lay(course, "chapters/03_x.ipynb", "3. X", pieces)
    tidy([path])
    outputs = read_notebook(path)["cells"][2]["outputs"]
    assert [(each["name"], each["text"]) for each in outputs] == [
        ("stdout", ["a b\n"]),
        ("stderr", ["c"]),
        ("stdout", ["d\n"]),
    ]


def test_a_solution_gets_the_navigation_of_its_exercise_and_hands_it_on(course):
    lay(course, "solutions/02_lines.ipynb", "Exercise 2: lines")
    tidy(whole_course(course))
    lines = [
        source_of(read_notebook(course / folder / "02_lines.ipynb")["cells"][0])
        for folder in ("solutions", "exercises")
    ]
    assert lines[0] == lines[1] and lines[0].startswith("[← 2. Lines]")
