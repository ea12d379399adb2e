"""The course on Colab and Binder, which open notebooks from a branch of a repository on GitHub.

Where GITHUB_REPOSITORY is set, as in a workflow, the site gets a folder `notebooks/`, which the workflow pushes as the
branch of that name: a learner's copy of the course, edutorch's wheel, and the list of packages that Binder installs. The
notebooks there, and no others, begin with a cell that installs the wheel.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from edutorch.course.files import lay_copy
from edutorch.course.notebook import as_lines, read_notebook, write_notebook

ROOT = Path(__file__).resolve().parents[2]
BRANCH = "notebooks"
# Colab has all that the course takes but nbval, which runs the checks; Binder has that too.
INSTALL = "# Installs edutorch where it is not installed yet.\n%pip install --quiet {wheel} nbval"


def repository() -> str:
    """The owner and the name of the repository on GitHub, or "" where the site is not built for one."""
    return os.environ.get("GITHUB_REPOSITORY", "")


def links(repository: str, name: str) -> str:
    """The ways to a notebook on Colab and Binder, as HTML; `name` is its path in the course."""
    colab = f"https://colab.research.google.com/github/{repository}/blob/{BRANCH}/{name}"
    binder = f"https://mybinder.org/v2/gh/{repository}/{BRANCH}?labpath={name}"
    return f'<a href="{colab}">Open in Colab</a> <a href="{binder}">Open in Binder</a>'


def lay_notebooks(folder: Path, repository: str) -> None:
    """Fill the new folder with all that the branch has."""
    lay_copy(folder, ROOT)
    shutil.rmtree(folder / ".edutorch")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    (folder / "requirements.txt").write_text(f"./{wheel.name}[lab]\n")
    address = f"https://raw.githubusercontent.com/{repository}/{BRANCH}/{wheel.name}"
    for path in folder.rglob("*.ipynb"):
        notebook = read_notebook(path)
        source = as_lines(INSTALL.format(wheel=address))
        cell = {"cell_type": "code", "id": "install", "metadata": {}, "source": source}
        notebook["cells"].insert(0, {**cell, "outputs": [], "execution_count": None})
        write_notebook(notebook, path)
