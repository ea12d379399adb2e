"""Every command where a folder may not be written to, a file not read, nobody reads the output, or a console has few
letters: a sentence, and no traceback."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import edutorch
from edutorch.course import files as course_files
from edutorch.course.results import Report, Row, write_json

from .test_cli_course import answered, course  # noqa: F401 (a fixture)

# A child that takes the course of this test for the course.
MAIN = """
import sys
from pathlib import Path
from edutorch import cli
from edutorch.course import commands, files
root = Path(sys.argv[1])
files.course_root = commands.course_root = lambda: root
sys.exit(cli.main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def bound() -> list[str]:
    """What stands before a command that is to heed the modes of files, which root does not."""
    if os.name == "nt":
        pytest.skip("Windows has no modes of files")
    if os.geteuid():
        return []
    line = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if shutil.which("setpriv") is None or subprocess.run([*line, "true"], capture_output=True).returncode:
        pytest.skip("root may write everywhere, and setpriv cannot forbid it here")
    return line


@pytest.fixture
def places(course: Path, tmp_path: Path):  # noqa: F811
    """A copy of the course, a report, a script and a solution, to be locked by the test; unlocked again at the end."""
    course_files.lay_copy(tmp_path / "copy", course)
    exercise = tmp_path / "copy" / "exercises" / "01_double.ipynb"
    answered(exercise, exercise, "return x + x")
    shutil.copytree(course, tmp_path / "course")
    write_json(Report("01_double", "Double", [Row("ann.ipynb", 4, 4)]), tmp_path / "kept.json")
    (tmp_path / "script.py").write_text("print('ran')")
    (tmp_path / "locked").mkdir()
    yield tmp_path
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o755)


def lock(place: Path) -> None:
    """Nothing in it can be written; a file cannot be read either."""
    for path in [place, *place.rglob("*")] if place.is_dir() else [place]:
        path.chmod(0o555 if path.is_dir() else 0o444 if place.is_dir() else 0)


def run(places: Path, words: str, bound: list[str] = [], **more: str) -> subprocess.CompletedProcess[str]:  # noqa: B006
    environment = {**os.environ, "HOME": str(places / "locked"), "XDG_STATE_HOME": str(places / "locked"), **more}
    line = [*bound, sys.executable, "-c", MAIN, str(places / "course"), *words.split()]
    done = subprocess.run(line, cwd=places, env=environment, capture_output=True, timeout=300)
    coding = more.get("PYTHONIOENCODING", "utf-8")
    return subprocess.CompletedProcess(line, done.returncode, done.stdout.decode(coding), done.stderr.decode(coding))


@pytest.mark.parametrize(
    ("locked", "words", "status", "told"),
    [
        ("script.py", "run script.py", 2, "script.py cannot be read: permission denied"),
        ("kept.json", "report kept.json", 2, "edutorch report: .*kept.json"),
        ("locked", "report kept.json --csv locked/x.csv", 2, "edutorch report: .*cannot be written to"),
        ("locked", "report kept.json --html locked/pages", 2, "edutorch report: .*locked/pages"),
        ("course/solutions/01_double.ipynb", "release --check", 2, "edutorch release: .*cannot be read"),
        ("course", "release", 2, "edutorch release: .*Permission denied"),
        ("copy", "reset double copy", 2, "edutorch reset: .*Permission denied"),
        ("locked", "start locked/new", 2, "edutorch start: .*Permission denied"),
        (
            "locked",
            "grade --unsafe course/solutions/01_double.ipynb copy/exercises --json locked/x",
            2,
            "cannot be written to",
        ),
        ("copy", "progress copy", 0, ""),
    ],
)
def test_where_it_may_not_write_or_read(places, bound, locked, words, status, told):
    lock(places / locked)
    done = run(places, words, bound)
    assert done.returncode == status and "Traceback" not in done.stderr, done
    assert re.search(told, done.stderr), done.stderr


def test_a_check_shows_its_verdict_where_progress_cannot_be_kept(places):
    (places / "copy" / ".edutorch" / "progress.json").mkdir()  # a folder stands where the file would be
    done = run(places, "check copy/exercises/01_double.ipynb")
    assert done.returncode == 0 and "double               as expected" in done.stdout
    assert done.stderr.startswith("edutorch check: Your progress could not be kept: ")


COMMANDS = [
    "--help",
    "check --help",
    "info",
    "progress copy",
    "check copy/exercises/01_double.ipynb",
    "report kept.json",
    "release --check",
    "reset double copy",
    "run script.py",
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.parametrize("words", COMMANDS)
def test_where_nobody_reads(places, words):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        line = [sys.executable, "-c", MAIN, str(places / "course"), *words.split()]
        done = subprocess.run(line, cwd=places, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=300)
    finally:
        os.close(writer)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_script_whose_reader_has_left(places):
    (places / "long.py").write_text("for i in range(100_000):\n    print(i)", encoding="utf-8")
    line = [sys.executable, "-m", "edutorch", "run", "long.py"]  # as a user starts it: the words stand in sys.argv
    environment = {**os.environ, "PYTHONPATH": str(Path(edutorch.__file__).parent.parent)}
    running = subprocess.Popen(line, cwd=places, stdout=-1, stderr=-1, text=True, env=environment)
    assert running.stdout.readline() == "0\n"
    running.stdout.close()
    with running.stderr:
        assert running.stderr.read() == ""
    assert running.wait(60) == 0


@pytest.mark.parametrize("coding", ["cp1252", "ascii"])
@pytest.mark.parametrize("words", COMMANDS)
def test_where_the_console_is_not_utf_8(places, words, coding):
    (places / "script.py").write_text("import torch\nprint('λ', torch.ones(1))", encoding="utf-8")
    exercise = places / "copy" / "exercises" / "01_double.ipynb"
    answered(exercise, exercise, "return '✗ → λ'")
    done = run(places, words, PYTHONIOENCODING=coding, PYTHONUTF8="0")
    assert "Traceback" not in done.stderr and done.returncode == int(words.startswith("check copy")), done
    if words.startswith("run"):
        assert done.stdout.split() == ["\\u03bb", "tensor([1.])"]
