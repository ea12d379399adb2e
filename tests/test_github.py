"""What stands around the code: workflow, hooks, changelog and citation say what README.md and pyproject.toml say."""

import re
import tomllib
from pathlib import Path

import pytest

import edutorch


@pytest.fixture(scope="module")
def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def workflow(root: Path) -> str:
    return (root / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")


def commands(workflow: str, system: str) -> list[str]:
    """The lines that the workflow runs where its condition is `system`."""
    steps = re.findall(rf"if: runner.os {system} 'Windows'\n +run: (?:\|\n)?((?:.+\n)+?)(?=\n|\Z|      - )", workflow)
    return [line.strip() for step in steps for line in step.splitlines()]


def test_the_workflow_calls_the_two_commands_of_the_readme(workflow: str, root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert [line.split()[:2] for line in commands(workflow, "!=")] == [["make", "lab"], ["make", "test"]]
    assert {"    make lab", "    make test"} <= set(readme.splitlines())


def test_on_windows_it_calls_the_lines_for_windows(workflow: str, root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    windows = readme.partition("### Windows")[2].partition("###")[0]
    shown = [line.strip() for line in windows.splitlines() if line.startswith("    ")]
    assert [line.removesuffix(" --version") for line in commands(workflow, "==")] == shown
    assert len(shown) == 6


def test_the_workflow_covers_the_pythons_that_are_promised(workflow: str, project: dict) -> None:
    (pythons,) = re.findall(r"python: \[(.*)\]", workflow)
    versions = re.findall(r'"(3\.\d+)"', pythons)
    assert project["requires-python"] == f">={versions[0]}"
    named = [each.rpartition(" ")[2] for each in project["classifiers"] if re.search(r":: 3\.\d+$", each)]
    assert set(named) <= set(versions)
    assert "os: [ubuntu-latest, macos-latest, windows-latest]" in workflow


def test_the_site_is_made_by_make_site(root: Path) -> None:
    workflow = (root / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8")
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"- run: (.*)", workflow) == ["make site"]
    assert "\nsite: $(VENV)/.site $(WITH_PYODIDE)\n" in makefile
    assert "path: site\n" in workflow


def test_the_hooks_use_the_ruff_of_the_project(root: Path, project: dict) -> None:
    hooks = (root / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    (ruff,) = [line for line in project["optional-dependencies"]["dev"] if line.startswith("ruff")]
    assert re.findall(r"additional_dependencies: (.*)", hooks) == [f'["{ruff}"]'] * 2
    assert re.findall(r"entry: ruff (\w+)", hooks) == ["check", "format"]


def test_the_citation_is_of_this_version_under_this_license(root: Path, project: dict) -> None:
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^([\w-]+): *(.*)$", citation, re.M))
    required = {"cff-version", "message", "title", "authors"}
    known = required | {"type", "abstract", "version", "license", "keywords"}
    assert required <= set(fields) <= known  # names that schema 1.2.0 has
    assert fields["cff-version"] == "1.2.0" and fields["type"] == "software"
    assert fields["version"] == edutorch.__version__ and fields["license"] == project["license"]
    assert project["description"] in fields["title"]
    keywords = citation.partition("keywords:\n")[2]
    assert re.findall(r"^  - (.*)$", keywords, re.M) == project["keywords"]


def test_the_changelog_names_this_version_and_knows_no_other_kind_of_change(root: Path) -> None:
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert edutorch.__version__ in changelog and "\n## [Unreleased]\n" in changelog
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", changelog, re.M)) <= kinds


def test_each_issue_template_has_what_the_form_needs(root: Path) -> None:
    folder = root / ".github" / "ISSUE_TEMPLATE"
    forms = sorted(path.stem for path in folder.glob("*.yml") if path.stem != "config")
    assert forms == ["bug", "chapter", "question"]
    for form in forms:
        text = (folder / f"{form}.yml").read_text(encoding="utf-8")
        assert {"name", "description", "body"} <= set(re.findall(r"^(\w+):", text, re.M))
        ids = re.findall(r"^    id: (\w+)$", text, re.M)
        assert len(ids) == len(set(ids)) == text.count("- type: ") == text.count("      label: ")
