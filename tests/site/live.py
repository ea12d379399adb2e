"""The course as JupyterLite: a folder of files in which a browser runs JupyterLab and Python, without a server.

`make site` puts it into site/live/ where the parts of Pyodide are in .venv (tests/pyodide/install.py puts them there).
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_server import DEFAULT_STATIC_FILES_PATH
from nbformat.v4.rwbase import rejoin_lines

from edutorch.course.files import lay_copy
from edutorch.course.notebook import read_notebook, write_notebook
from tests.pyodide.install import entry

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / ".venv" / "pyodide" / "node_modules" / "pyodide"
NEEDED = ["numpy", "platformdirs", "matplotlib", "ipywidgets", "tqdm"]  # of edutorch, in a notebook
EXTENSIONS = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager")
MEGABYTES = 50  # of a first visit, until a notebook has run; a test measures them
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# Opens one notebook. Its address names the notebook for good: JupyterLite's `lab` forgets it, and a reload opens nothing.
PAGE = "notebooks/index.html"
# The last one keeps nothing: where a browser refuses the others, a notebook still opens and runs.
STORES = ["asyncStorage", "localStorageWrapper", "memoryStorageDriver"]
SCRIPT = Path(__file__).with_name("static") / "live.js"
ICON = '<link rel="icon" href="../static/favicons/favicon-notebook.ico">'
TOLD = """<p class="live" hidden>
<button onclick="download()">Download this notebook</button>
</p>
<script src="../static/live.js"></script>
<style>
  .live { position: fixed; bottom: 0; z-index: 9999; margin: 0; padding: 0.5em; background: #ffd; color: #000 }
</style>
"""
OVERRIDES = {
    # Every cell is there at once, so that a browser finds words anywhere in a page.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    # JupyterLite has the command, and no place in the menu: a learner hands in the file that it gives.
    "@jupyterlab/mainmenu-extension:plugin": {
        "menus": [{"id": "jp-mainmenu-file", "items": [{"command": "docmanager:download", "rank": 1.5}]}]
    },
}


def build_live(target: Path, parts: Path = PARTS) -> None:
    """Make the folder `target`. Nothing is fetched, and the pages in it fetch nothing from elsewhere.

    Raises FileNotFoundError where Pyodide is not in `parts`, CalledProcessError where JupyterLite fails."""
    if not (parts / "pyodide-lock.json").exists():
        raise FileNotFoundError(f"Pyodide is not in {parts}: `make site` puts it there, where npm is installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ignored = shutil.ignore_patterns("*.map", "*.d.ts", "*.md", "console.html")
        shutil.copytree(parts, folder / "lite" / "static" / "pyodide", ignore=ignored)
        add_library(folder / "lite" / "static" / "pyodide")
        write_settings(folder / "lite")
        lay_course(folder / "course")
        line = [sys.executable, "-m", "jupyterlite_core.app", "build", "--lite-dir", str(folder / "lite")]
        line += ["--contents", str(folder / "course"), "--output-dir", str(target), "--no-unused-shared-packages"]
        subprocess.run(line, cwd=folder / "lite", check=True, capture_output=True, text=True)
    add_what_is_missing(target)


def extension(name: str) -> Path:
    """Where pip has put an extension of JupyterLab; others that are installed do not belong to the site."""
    places = (Path(place) / "share" / "jupyter" / "labextensions" / name for place in (sys.prefix, sys.base_prefix))
    return next(place for place in places if place.exists())


def add_library(pyodide: Path) -> None:
    """The wheel of edutorch beside Pyodide's own, and in their list: `import edutorch` in a cell loads it."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(pyodide)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text())
    wheel = next(pyodide.glob("edutorch_course-*.whl"))
    lock["packages"]["edutorch-course"] = entry("edutorch-course", wheel, NEEDED, ["edutorch"])
    (pyodide / "pyodide-lock.json").write_text(json.dumps(lock))


def write_settings(folder: Path) -> None:
    """Packages come from this folder alone, never from PyPI; JupyterLite has two extensions, whatever is installed."""
    settings = {"litePluginSettings": {KERNEL: {"disablePyPIFallback": True}}}
    stores = {f"{kind}StorageDrivers": STORES for kind in ("contents", "settings")}
    config = {"appName": "edutorch", "exposeAppInBrowser": True, "enableMemoryStorage": True, **stores, **settings}
    page = {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}
    (folder / "jupyter-lite.json").write_text(json.dumps(page))
    (folder / "overrides.json").write_text(json.dumps(OVERRIDES))
    build = {"ignore_sys_prefix": True, "federated_extensions": [str(extension(name)) for name in EXTENSIONS]}
    (folder / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": build}))


def add_what_is_missing(target: Path) -> None:
    """The running page says what this browser lacks, as the page that leads to it does: not everybody comes from there.

    JupyterLite also lacks the icons of the browser's tab that its notebooks ask for, which Jupyter's server has."""
    shutil.copy(SCRIPT, target / "static" / SCRIPT.name)
    page = target / PAGE
    page.write_text(page.read_text().replace("</title>", f"</title>{ICON}").replace("</body>", f"{TOLD}</body>"))
    shutil.copytree(Path(DEFAULT_STATIC_FILES_PATH) / "favicons", target / "static" / "favicons")


def lay_course(folder: Path) -> None:
    """A learner's copy of the course; JupyterLite wants each text as one string, and shows no hidden files."""
    lay_copy(folder, ROOT)
    shutil.rmtree(folder / ".edutorch")
    for path in folder.rglob("*.ipynb"):
        notebook = rejoin_lines(nbformat.from_dict(read_notebook(path)))
        notebook["metadata"]["kernelspec"] = {
            "display_name": "Python (Pyodide)",
            "language": "python",
            "name": "python",
        }
        write_notebook(notebook, path)
