"""What every chapter has: design.md's rules for chapters, as far as a machine can hold them."""

import ast
import json
import re

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.chapters import MAP, WORDS, course_order, navigation, words_of
from edutorch.course.concepts import load_concepts
from edutorch.course.files import learners_version
from edutorch.course.notebook import read_notebook, source_of
from tests.chapters.reading import FOLDER, NAMES, cells, chapter, output_texts, sources, tags, text
from tests.chapters.rules import RULES, RULES_OF_CONCEPTS, WORDS_NOT_TO_USE, faults_by_rule, uses_plain_words

TAGS = {"nbval-ignore-output", "reveal", "raises-exception", "surprise"}
METADATA = {"tags", "jupyter", "edutorch", "alt", "jp-MarkdownHeadingCollapsed"}
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
CONCEPTS = load_concepts(FOLDER)


def test_there_are_chapters():
    assert {"00_welcome", "02_linear_regression"} <= set(NAMES)


@pytest.mark.parametrize("rule", [*RULES, *RULES_OF_CONCEPTS], ids=lambda rule: rule.__name__)
def test_rules(rule):
    found = {name: faults_by_rule(name)[rule.__name__] for name in NAMES}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_every_concept_belongs_to_a_chapter_of_the_course():
    assert {concept.chapter[:2] for concept in CONCEPTS} <= {name[:2] for name in NAMES}


@every_chapter
def test_the_first_and_the_last_cell_lead_on(name):
    line = navigation(FOLDER / f"{name}.ipynb", course_order(FOLDER.parent))
    first, *_, last = (text(cell["source"]) for cell in chapter(name)["cells"])
    assert first == last == line, "run: make notebooks"


@every_chapter
def test_the_words_of_the_chapter_stand_between_summary_and_next(name):
    (words,) = (cell for cell in chapter(name)["cells"] if cell["id"] == WORDS)
    assert text(words["source"]) == words_of(FOLDER / f"{name}.ipynb"), "run: python -m edutorch.course.chapters"
    headings = re.findall(r"^## (.+)$", "\n".join(sources(name, "markdown")), re.MULTILINE)
    assert headings[-3:] == ["Summary", "Words of this chapter", "Next"]


every_exercise = pytest.mark.parametrize(
    "file", sorted(FOLDER.parent.glob("exercises/*.ipynb")), ids=lambda path: path.stem
)


@every_exercise
def test_an_exercise_uses_plain_words(file):
    assert list(uses_plain_words(read_notebook(file))) == []
    assert not re.search(WORDS_NOT_TO_USE, json.dumps(read_notebook(file)["metadata"], ensure_ascii=False))


@every_exercise
def test_an_exercise_counts_its_questions_and_points(file):
    assignment, title = load_assignment(file), source_of(read_notebook(file)["cells"][1])
    number = "no one two three four five six seven eight nine ten".split()[len(assignment.questions)]
    told = " ".join(title.split())
    assert re.search(rf"\b{number} questions, {assignment.points:g} points\b", told, re.IGNORECASE), told[:300]


@every_exercise
def test_an_exercise_leads_on_too(file):
    line = navigation(file, course_order(FOLDER.parent))
    first, *_, last = (source_of(cell) for cell in read_notebook(file)["cells"])
    assert first == last == line, "run: python -m edutorch.course.chapters"


@every_chapter
def test_lines_fit_the_page(name):
    for source in sources(name, "code"):
        assert max(map(len, source.splitlines())) <= 120, source


@every_chapter
def test_at_most_a_screen_of_prose_between_cells_that_do_something(name):
    words = 0
    for cell in chapter(name)["cells"]:
        if cell["cell_type"] == "code":
            words = 0
        elif cell["id"] not in (MAP, WORDS):
            words += len(text(cell["source"]).split())
            assert words <= 320, text(cell["source"])[:200]


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
        assert set(cell["metadata"]) <= METADATA, "no timings, no editor's settings"


@every_chapter
def test_a_learners_copy_has_no_output_that_reveals(name):
    copy = json.loads(learners_version(FOLDER / f"{name}.ipynb"))
    for mine, original in zip(copy["cells"], chapter(name)["cells"], strict=True):
        assert mine["source"] == original["source"]
        assert "edutorch" not in mine["metadata"], "answers of turns stay here"
        if "reveal" in tags(original):
            assert original["outputs"] and mine["outputs"] == []
        elif original["cell_type"] == "code":
            assert len(mine["outputs"]) == len(original["outputs"])


@every_chapter
def test_the_keyboard_is_explained(name):
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
