"""What every chapter has: design.md's rules for chapters, as far as a machine can hold them."""

import ast
import json
import re

import pytest

from edutorch.course.files import learners_version
from tests.chapters.reading import FOLDER, NAMES, cells, chapter, output_texts, sources, tags, text

TAGS = {"nbval-ignore-output", "reveal", "raises-exception"}
ABSOLUTE_PATH = re.compile(r"(?<![\w./:<])/(?:[\w.-]+/)+[\w.-]+|\b[A-Z]:\\\w")
NOT_IN_A_CHAPTER = (
    "urllib",
    "requests",
    "download=True",
    "http:",
    "https:",
    "np.random",
    "import random",
    "import time",
)

every_chapter = pytest.mark.parametrize("name", NAMES)


def test_there_are_chapters():
    assert {"00_welcome", "02_linear_regression"} <= set(NAMES)


@every_chapter
def test_cells_are_short(name):
    for source in sources(name, "code"):
        assert len(source.splitlines()) <= 30, source
        assert max(map(len, source.splitlines())) <= 120, source


@every_chapter
def test_at_most_a_screen_of_prose_between_cells_that_do_something(name):
    words = 0
    for cell in chapter(name)["cells"]:
        if cell["cell_type"] == "code":
            words = 0
        else:
            words += len(text(cell["source"]).split())
            assert words <= 320, text(cell["source"])[:200]


@every_chapter
def test_it_opens_with_a_title_and_something_that_runs(name):
    first, second = chapter(name)["cells"][:2]
    assert text(first["source"]).startswith(f"# {int(name[:2])}. ")
    assert second["cell_type"] == "code"
    assert second["outputs"]


@every_chapter
def test_it_ends_with_a_summary_and_the_way_on(name):
    prose = "\n".join(sources(name, "markdown"))
    assert prose.index("\n## Summary") < prose.index("\n## The way on")


@every_chapter
def test_every_code_cell_has_run_in_order_and_well(name):
    code = cells(name, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr", text(output["text"])


@every_chapter
def test_tags_are_known_and_metadata_clean(name):
    for cell in chapter(name)["cells"]:
        assert set(tags(cell)) <= TAGS
        assert set(cell["metadata"]) <= {"tags"}, "no timings, no editor's settings"


@every_chapter
def test_every_guess_asks_and_is_revealed(name):
    open_guess, count = False, 0
    for cell in cells(name, "code"):
        source = text(cell["source"])
        if re.search(r"^guess = ", source, re.MULTILINE):
            assert not open_guess, "a guess was never revealed"
            assert re.search(r"^guess = None\b", source, re.MULTILINE), "None, until the learner guesses"
            assert "\nask(guess, " in source
            assert "Your guess?" in "".join(output_texts(cell))
            open_guess, count = True, count + 1
        if "reveal(guess, " in source:
            assert open_guess, "revealed before it was asked"
            assert "reveal" in tags(cell)
            assert any("your guess: none yet" in each for each in output_texts(cell))
            open_guess = False
    assert not open_guess
    assert count >= 2


@every_chapter
def test_a_learners_copy_has_no_output_that_reveals(name):
    copy = json.loads(learners_version(FOLDER / f"{name}.ipynb"))
    for mine, original in zip(copy["cells"], chapter(name)["cells"], strict=True):
        assert mine["source"] == original["source"]
        if "reveal" in tags(original):
            assert original["outputs"] and mine["outputs"] == []
        elif original["cell_type"] == "code":
            assert mine["outputs"] == original["outputs"]


@every_chapter
def test_there_is_a_control_and_a_way_to_it_by_keyboard(name):
    assert any("play(draw, widgets." in source for source in sources(name, "code"))
    assert any("keyboard" in source and "arrow keys" in source for source in sources(name, "markdown"))


@every_chapter
def test_nothing_is_fetched_and_nothing_left_to_chance(name):
    seeded = False
    for source in sources(name, "code"):
        for each in NOT_IN_A_CHAPTER:
            assert each not in source
        seeded |= "manual_seed(" in source
        if re.search(r"nn\.\w+\(|shuffle=True|rand", source):
            assert seeded, source


@every_chapter
def test_what_is_imported_was_introduced(name):
    """Its name stands, as code, in the prose of this chapter or of an earlier one."""
    prose = "\n".join(source for each in NAMES if each <= name for source in sources(each, "markdown"))
    introduced = {word for code in re.findall(r"`([^`]+)`", prose) for word in re.findall(r"\w+", code)}
    for source in sources(name, "code"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= introduced
            elif isinstance(node, ast.ImportFrom):
                assert {alias.name for alias in node.names} <= introduced


@every_chapter
def test_outputs_name_no_place_on_this_machine(name):
    for cell in cells(name, "code"):
        for each in output_texts(cell):
            assert not ABSOLUTE_PATH.search(each.replace("http://www.w3.org/2000/svg", "")), each
    widgets = json.dumps(chapter(name)["metadata"].get("widgets", {}))
    pictures_gone = re.sub(r"base64,[^\"\\]*", "", widgets)
    assert not re.search(r"/home/|/root/|/Users/|/tmp/", pictures_gone)


def test_the_pattern_for_paths_finds_some():
    for path in ("/home/me/x.py", "in /usr/lib/python3.11/a.py:", "C:\\Users"):
        assert ABSOLUTE_PATH.search(path)
    for harmless in ("edutorch/ops/matmul.py, line 30", "1/2", "</g></svg>", "a / b", "2.3 it/s"):
        assert not ABSOLUTE_PATH.search(harmless)


@every_chapter
def test_links_lead_somewhere(name):
    for link in re.findall(r"\]\(([^)]+)\)", "\n".join(sources(name, "markdown"))):
        assert (FOLDER / link).resolve().is_file(), link
