"""What Colab and Binder open: the links, and the branch that they lead to.

Where Sphinx is not installed these are left out: `make site-test` installs it."""

import re
from pathlib import Path

import pytest

from edutorch.course.notebook import Notebook, read_notebook, source_of
from tests.conftest import ROOT

pytest.importorskip("sphinx", reason="the parts of the site are not installed: make site-test")

from .build import as_page
from .elsewhere import BRANCH, lay_notebooks

NAME = "chapters/01_tensors.ipynb"


def page(name: str = NAME) -> Notebook:
    return as_page(read_notebook(ROOT / name), name)


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("branch") / BRANCH
    lay_notebooks(folder, "someone/a-course")
    return folder


def test_a_page_leads_to_the_notebook_on_the_branch(monkeypatch: pytest.MonkeyPatch, branch: Path) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/a-course")
    shown = "".join(source_of(cell) for cell in page()["cells"])
    (colab,) = re.findall(
        r"https://colab\.research\.google\.com/github/someone/a-course/blob/notebooks/([^\"]+)", shown
    )
    (binder,) = re.findall(r"https://mybinder\.org/v2/gh/someone/a-course/notebooks\?labpath=([^\"]+)", shown)
    assert colab == binder == NAME and (branch / NAME).exists()


def test_without_a_repository_no_page_leads_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert not any(re.search("colab|mybinder", source_of(cell)) for cell in page()["cells"])


def test_its_notebooks_install_the_wheel_that_lies_there(branch: Path) -> None:
    (wheel,) = branch.glob("edutorch_course-*.whl")
    notebooks = sorted(branch.rglob("*.ipynb"))
    assert len(notebooks) == len([*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("exercises/*.ipynb")])
    for notebook in map(read_notebook, notebooks):
        first, *others = (source_of(cell) for cell in notebook["cells"])
        assert (
            f"pip install --quiet https://raw.githubusercontent.com/someone/a-course/{BRANCH}/{wheel.name} nbval"
            in first
        )
        assert not any("pip install --quiet" in each for each in others)
    assert (branch / "requirements.txt").read_text() == f"./{wheel.name}[lab]\n"


def test_the_workflow_publishes_the_branch() -> None:
    workflow = (ROOT / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8")
    assert f"working-directory: site/{BRANCH}\n" in workflow and f"git push --force origin {BRANCH}\n" in workflow
    assert "contents: write" in workflow
