"""The command `edutorch`: what each subcommand does with its arguments, and how mistakes are met."""

import argparse
import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from edutorch import __version__, cli
from edutorch.course import files as course_files


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, where the course has one chapter and no copy was laid before."""
    chapter = tmp_path / "course" / "chapters" / "00_welcome.ipynb"
    chapter.parent.mkdir(parents=True)
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    chapter.write_text(json.dumps(notebook))
    monkeypatch.setattr(course_files, "course_root", lambda: tmp_path / "course")
    monkeypatch.setattr(course_files, "_last_copy_file", lambda: tmp_path / "state" / "last-course")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments that JupyterLab would be started with."""
    labapp = pytest.importorskip("jupyterlab.labapp", reason="JupyterLab is not installed (extra lab)")
    given: list[str] = []
    monkeypatch.setattr(labapp.LabApp, "launch_instance", lambda argv: given.extend(argv))
    return given


def subcommands() -> list[str]:
    actions = cli.build_parser()._actions
    (choices,) = [a.choices for a in actions if isinstance(a, argparse._SubParsersAction)]
    return list(choices)


@pytest.mark.parametrize("command", subcommands())
def test_each_subcommand_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    assert f"usage: edutorch {command}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["nonsense"], ["start", "a", "b"], ["info", "--verbose"]])
def test_a_wrong_line_is_a_usage_message_and_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    assert end.value.code == 2
    assert "usage: edutorch" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"edutorch {__version__}\n"


def test_start_lays_a_copy_and_says_what_it_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["start"]) == 0
    copy = home / "my-course"
    assert (copy / "chapters" / "00_welcome.ipynb").is_file()
    assert capsys.readouterr().out == f"Your copy of the course: {copy}\n  laid: 1 file\n"

    (copy / "chapters" / "00_welcome.ipynb").write_text("mine")
    chapter = course_files.course_root() / "chapters" / "00_welcome.ipynb"
    chapter.write_text(chapter.read_text().replace("{}", '{"new": 1}'))
    assert cli.main(["start"]) == 0
    out = capsys.readouterr().out
    assert "  kept as you edited it: 1 file\n" in out
    assert "the course has a newer chapters/00_welcome.ipynb; rename yours" in out


def test_start_on_a_file_is_one_line_and_status_2(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "notes").write_text("")
    assert cli.main(["start", "notes"]) == 2
    assert capsys.readouterr().err == "edutorch start: notes is a file; name a folder for the course\n"


def test_lab_opens_the_welcome_of_the_copy_here(home: Path, lab: list[str]) -> None:
    cli.main(["start"])
    cli.main(["lab", "--no-browser", "--port", "8899"])
    assert f"--ServerApp.root_dir={home / 'my-course'}" in lab
    assert "--LabApp.default_url=/lab/tree/chapters/00_welcome.ipynb" in lab
    assert lab[-3:] == ["--no-browser", "--port", "8899"]


def test_lab_opens_the_notebook_named(home: Path, lab: list[str]) -> None:
    cli.main(["start", "mine"])
    other = home / "mine" / "exercises" / "a b.ipynb"
    other.parent.mkdir()
    other.write_text("{}")
    cli.main(["lab", "mine/exercises/a b.ipynb"])
    assert f"--ServerApp.root_dir={home / 'mine'}" in lab
    assert "--LabApp.default_url=/lab/tree/exercises/a%20b.ipynb" in lab


def test_lab_finds_the_last_copy_from_anywhere(
    home: Path, lab: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.main(["start", "mine"])
    monkeypatch.chdir(tmp_path / "course")
    cli.main(["lab"])
    assert f"--ServerApp.root_dir={home / 'mine'}" in lab


@pytest.mark.parametrize("words", [["lab"], ["lab", "."], ["lab", "nowhere"]])
def test_lab_without_a_copy_says_what_to_do(
    home: Path, lab: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    err = capsys.readouterr().err
    assert err.startswith("edutorch lab: ") and err.count("\n") == 1
    assert ("nowhere" if "nowhere" in words else "edutorch start my-course") in err
    assert lab == []


def test_run_of_a_missing_script(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["run", "nowhere.py"])
    assert end.value.code == 2
    assert "edutorch run: error: argument script: no such file: nowhere.py" in capsys.readouterr().err


def test_info_names_versions_devices_and_the_course(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["info"]) == 0
    facts = dict(line.split(None, 1) for line in capsys.readouterr().out.splitlines())
    assert facts["edutorch"].startswith(__version__)
    assert facts["numpy"][0].isdigit()
    assert facts["course"] == str(course_files.course_root())
    assert facts["devices"].startswith("cpu")


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_a_closed_pipe_and_a_full_disk_give_no_traceback(root, tmp_path, monkeypatch, capsys):
    line = f"{sys.executable} -c 'import sys; from edutorch import cli; sys.exit(cli.main([\"info\"]))' | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")

    (tmp_path / "long.py").write_text("for _ in range(9000): print('line')")
    (tmp_path / "own.py").write_text("import os\na, b = os.pipe()\nos.close(a)\nos.write(b, b'x')")
    main = "import sys; from edutorch import cli; sys.exit(cli.main(sys.argv[1:]))"
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    for words, ending in (
        ("info", ">&-"),
        ("--help", "| true"),
        ("--version", ">&-"),
        (f"run {tmp_path}/long.py", "| head -1"),
        (f"run {tmp_path}/long.py", ">&-"),
    ):
        line = f"{sys.executable} -c '{main}' {words} {ending}"
        done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], cwd=root, capture_output=True, text=True)
        assert done.returncode == 0 and "Traceback" not in done.stderr, (line, done.stderr)
    own = [sys.executable, "-c", main, "run", str(tmp_path / "own.py")]
    done = subprocess.run(own, cwd=root, capture_output=True, text=True)
    assert done.returncode == 1 and "BrokenPipeError" in done.stderr  # of the script's own pipe

    def full(args):
        raise OSError(errno.EROFS, "Read-only file system", "work.ipynb")

    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.set_defaults(call=full)
    monkeypatch.setattr(cli, "build_parser", lambda: parser)
    assert cli.main(["info"]) == 2
    assert "Read-only file system" in capsys.readouterr().err
