"""A learner's copy of the course in JupyterLab."""

import os
import sys
import urllib.parse
from pathlib import Path

from . import files as course_files

SETTINGS = Path(__file__).with_name("lab_settings")


def open_lab(arguments: list[str]) -> None:
    """Start JupyterLab on a learner's copy, at its first chapter; returns when it is shut down.

    A first argument without a dash names the copy or a notebook in it; the rest go to JupyterLab.
    Raises FileNotFoundError if there is no copy."""
    try:
        from jupyterlab.labapp import LabApp  # extra "lab"
    except ModuleNotFoundError:
        sys.exit("edutorch lab needs JupyterLab: pip install 'edutorch-course[lab]'")
    copy, notebook, rest = _what_to_open(arguments)
    _trust(course_files.unedited(copy))
    _use_settings()
    path = urllib.parse.quote(notebook.relative_to(copy).as_posix())
    url = f"/lab/tree/{path}" if notebook.is_file() else "/lab"
    options = [f"--ServerApp.root_dir={copy}", f"--LabApp.default_url={url}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Running as root, as in a container: JupyterLab is told to allow it (--allow-root).")
        options.append("--allow-root")
    LabApp.launch_instance(argv=[*options, *rest])


def _what_to_open(arguments: list[str]) -> tuple[Path, Path, list[str]]:
    """The learner's copy, the notebook in it, and the arguments that are left."""
    if not arguments or arguments[0].startswith("-"):
        copy = course_files.find_copy()
        return copy, copy / course_files.WELCOME, arguments
    place = Path(arguments[0]).resolve(strict=True)
    if place.is_dir():
        copy = course_files.find_copy(place)
        return copy, copy / course_files.WELCOME, arguments[1:]
    return course_files.find_copy(place.parent), place, arguments[1:]


def _trust(notebooks: list[Path]) -> None:
    """Tell Jupyter that these came with the course: it shows pictures of trusted notebooks only."""
    import nbformat.sign  # comes with JupyterLab

    notary = nbformat.sign.NotebookNotary()
    for path in notebooks:
        notary.sign(nbformat.read(path, as_version=4))


def _use_settings() -> None:
    """Turn off Jupyter's question about news, and its search for updates on the network."""
    paths = [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
