"""What README.md shows is so: its parts are in step, its commands and files are there."""

import argparse
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

import edutorch
from edutorch import cli
from edutorch.course.assignment import load_assignment
from edutorch.course.notebook import read_notebook
from tests import make_readme

WINDOWS, UV = ".venv\\Scripts\\", r"uv run --extra \w+ "


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def commands(readme: str) -> list[str]:
    """The lines to type: what is indented and begins a line of a shell, on every system."""
    lines = re.findall(r"^    (\S.*)$", re.sub(r"```.*?```", "", readme, flags=re.DOTALL), re.M)
    return [line.partition("  ")[0] for line in lines if not re.match(r"\w+/ ", line)]


def blocks(readme: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)


def test_its_two_programs_differ_in_the_first_line_alone(readme: str) -> None:
    theirs, ours = (block.splitlines() for block in blocks(readme, "python")[:2])
    assert (theirs[0], ours[0]) == ("import torch", "import edutorch as torch")
    assert theirs[1:] == ours[1:]


def test_its_losses_are_those_that_pytorch_printed(readme: str, root: Path) -> None:
    record = json.loads((root / "tests/golden/readme_losses.json").read_text())
    theirs, ours = blocks(readme, "text")[:2]
    assert theirs.splitlines() == ours.splitlines() == record["printed"]
    assert f"printed by PyTorch {record['torch'].rpartition('.')[0]} on the CPU" in " ".join(readme.split())


def test_what_is_made_from_the_code_and_the_chapters_is_in_step(readme: str) -> None:
    assert readme == make_readme.in_step(readme), "run: python -m tests.make_readme"


def test_the_six_becomes_a_nine_where_the_chapter_says(readme: str, root: Path) -> None:
    outputs = [cell.get("outputs") for cell in read_notebook(root / "chapters" / "00_welcome.ipynb")["cells"]]
    (angle,) = re.findall(r"alt=.*nine from (\d+) degrees on", readme)
    assert f"the result: {angle} degrees" in json.dumps(outputs)


def test_the_picture_of_a_check_shows_a_mistake_that_is_planted(readme: str, root: Path) -> None:
    (text,) = re.findall(r'check_light\.png"[^>]* alt="([^"]*)"', readme)
    mistakes = load_assignment(root / "solutions" / "03_autograd.ipynb").questions["exp"].mistakes
    assert [mistake.id for mistake in mistakes if mistake.message in text] == ["exp-forgets-gy"]


def test_its_pictures_are_there_and_small(readme: str, root: Path) -> None:
    pictures = re.findall(r'(?:src|srcset)="([^"]+)"', readme)
    sizes = {name: (root / name).stat().st_size for name in pictures}
    assert len(sizes) == 4 and max(sizes.values()) < 1_000_000
    assert readme.count("<img ") == len(re.findall(r'<img [^>]*alt="[^"]+"', readme)) == 2


def test_its_commands_are_those_of_the_parser(readme: str) -> None:
    actions = cli.build_parser()._actions
    (choices,) = [a.choices for a in actions if isinstance(a, argparse._SubParsersAction)]
    assert set(re.findall(r"^\| `edutorch (\w+)", readme, re.M)) == set(choices)


def test_each_line_to_type_is_one_that_works(commands: list[str], root: Path) -> None:
    """Python, conda and make aside, which other tests run or nobody can run here."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    extras = "|".join(project["optional-dependencies"])
    wheel = re.escape(f"edutorch_course-{edutorch.__version__}-py3-none-any.whl")
    test = " ".join(re.search(r"-m pytest (.*?)\$\(ARGS\)", makefile, re.DOTALL)[1].split())
    for line in commands:
        line = re.sub(rf"^{UV}", "", line.replace(WINDOWS, ""))
        if line.startswith("edutorch "):
            cli.build_parser().parse_known_args(shlex.split(line)[1:])  # exits where it is wrong
        elif line.startswith("make "):
            assert re.search(rf"^{line.split()[1]}:", makefile, re.M), line
        elif "pip install" in line:
            assert re.fullmatch(rf'(python -m )?pip install (-e )?"(\.|{wheel})\[({extras})\]"', line), line
        elif "pytest" in line:
            assert set(shlex.split(line)[3:]) <= set(re.sub(r"\$\(wildcard |\)", "", test).split()), line
        else:
            assert re.match(r"py -m venv \.venv$|conda (create|activate)", line), line
    assert len(commands) > 15


def test_its_links_lead_to_files_and_headings(readme: str, root: Path) -> None:
    links = re.findall(r"\]\(([^):]+)\)", readme)
    headings = {
        "#" + re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in re.findall("^#+ (.*)", readme, re.M)
    }
    assert links and [link for link in links if link not in headings and not (root / link).is_file()] == []


def test_the_goals_of_make_that_it_names_are_there(readme: str, root: Path) -> None:
    goals = set(re.findall(r"(?:    |`)make (\w+)", readme))
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert {"lab", "test"} <= goals
    assert {goal for goal in goals if not re.search(rf"^{goal}:", makefile, re.M)} == set()


def test_what_the_course_leaves_out_is_not_there_and_the_other_names_are(readme: str) -> None:
    section = re.search(r"leaves out on purpose</summary>(.*?)</details>", readme, re.DOTALL)[1]
    heads = "".join(re.findall(r"^- (.*?):", section, re.MULTILINE))
    names = re.findall(r"`(\w+)`", heads)
    assert len(names) == 19 and not any(hasattr(edutorch.nn.functional, name) for name in names)
    others = re.findall(r"`nn\.(\w+)`", section.replace("`nn.functional`", ""))
    assert len(others) == 6 and all(hasattr(edutorch.nn, name) for name in others)
