"""What README.md shows is so: its program runs, its commands and files are there."""

import argparse
import re
import textwrap
from pathlib import Path

import pytest

from edutorch import cli


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_its_program_trains(readme: str) -> None:
    (program,) = re.findall(r"(?:^    .*\n|^\n)+", readme[readme.index("    import edutorch") :], re.M)[:1]
    names: dict = {}
    exec(textwrap.dedent(program), names)
    assert names["loss"].item() < 0.5 * names["y"].var().item()


def test_its_commands_are_those_of_the_parser(readme: str) -> None:
    actions = cli.build_parser()._actions
    (choices,) = [a.choices for a in actions if isinstance(a, argparse._SubParsersAction)]
    assert set(re.findall(r"^\| `edutorch (\w+)", readme, re.M)) == set(choices)


def test_its_links_lead_to_files(readme: str, root: Path) -> None:
    links = re.findall(r"\]\(([^):]+)\)", readme)
    assert links and [link for link in links if not (root / link).is_file()] == []


def test_the_goals_of_make_that_it_names_are_there(readme: str, root: Path) -> None:
    goals = set(re.findall(r"(?:    |`)make (\w+)", readme))
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert {"lab", "test"} <= goals
    assert {goal for goal in goals if not re.search(rf"^{goal}:", makefile, re.M)} == set()
