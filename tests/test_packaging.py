"""The wheel carries the library and the course: enough to start the course without a clone."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds, as pip would lay it into site-packages."""
    pytest.importorskip("hatchling", reason="hatchling is not installed (extra dev)")
    folder = tmp_path_factory.mktemp("wheel")
    line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(line, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("edutorch_course-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site-packages")
    return folder / "site-packages"


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python on the wheel's content, away from the clone, in a home of its own."""
    home = installed.parent / "home"
    home.mkdir(exist_ok=True)
    variables = {"PYTHONPATH": str(installed), "HOME": str(home), "XDG_STATE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=home, env=os.environ | variables, capture_output=True, text=True
    )


def test_the_wheel_holds_every_file_of_the_package_and_no_more(installed: Path, root: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "edutorch", "chapters", "exercises", "solutions"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    if tracked.returncode != 0:
        pytest.skip("no git clone to compare the wheel with")
    names = [name for name in tracked.stdout.split("\0") if name]
    expected = {n if n.startswith("edutorch/") else f"edutorch/_course/{n}" for n in names}
    found = {
        path.relative_to(installed).as_posix()
        for path in installed.rglob("*")
        if path.is_file() and ".dist-info" not in path.as_posix()
    }
    assert "edutorch/py.typed" in found
    assert expected - found == set()
    assert {top.name for top in installed.iterdir() if top.suffix != ".dist-info"} == {"edutorch"}


def test_a_learner_starts_without_a_clone(installed: Path, root: Path) -> None:
    done = run(installed, "-m", "edutorch", "start", "my course")
    assert done.returncode == 0, done.stderr
    copy = installed.parent / "home" / "my course"
    for folder in ("chapters", "exercises"):
        laid = sorted(path.name for path in (copy / folder).glob("*.ipynb"))
        assert laid == sorted(path.name for path in (root / folder).glob("*.ipynb"))
    assert (copy / "chapters" / "00_welcome.ipynb").is_file()
    assert not (copy / "solutions").exists()

    info = run(installed, "-m", "edutorch", "info")
    assert f"course       {installed / 'edutorch' / '_course'}" in info.stdout


def test_importing_the_library_loads_numpy_and_nothing_else(installed: Path) -> None:
    code = """
import sys
before = set(sys.modules)
import edutorch
loaded = [name for name in set(sys.modules) - before if getattr(sys.modules[name], "__file__", None)]
tops = {name.partition(".")[0] for name in loaded}
print(sorted(tops - set(sys.stdlib_module_names) - {"edutorch", "numpy"}))
late = ("edutorch.vision", "edutorch.audio", "edutorch.course", "edutorch.viz", "edutorch.cli")
print([name for name in late if name in sys.modules])
"""
    done = run(installed, "-c", code)
    assert (done.stdout, done.stderr) == ("[]\n[]\n", "")


def test_the_library_imports_where_pyodide_lacks_modules(root: Path) -> None:
    """In a browser there are no processes, no shared memory and no system libraries."""
    code = """
import sys
lacking = "_multiprocessing _posixshmem _ssl _sqlite3 _lzma pwd grp resource fcntl termios curses"
sys.modules.update(dict.fromkeys(lacking.split()))
import edutorch
print(edutorch.ones(3).sum().item())
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("3.0\n", "")
