"""How `make lab` and `make test` find a Python and make .venv, with Pythons that only pretend."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = ("make", "sh", "rm", "touch", "mkdir", "sed")

# A Python of version $VERSION that notes its calls; `-m venv` and `-m pip` work as $CAN says.
PYTHON = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  --version) echo "Python $VERSION" ;;
  *version_info*print*) [ "$NEW" = 1 ] && echo "${0##*/}" || exit 1 ;;
  *version_info*) [ "$NEW" = 1 ] ;;
  "-m venv --clear --without-pip .venv") mkdir -p .venv/bin ;;
  "-m venv"*) mkdir -p .venv/bin; case "$CAN" in *venv*) ;; *) exit 1 ;; esac ;;
  *"pip"*) case "$CAN" in *pip*) ;; *) exit 1 ;; esac ;;
esac
"""


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """A folder with the Makefile and a path on which only the pretending Python is found."""
    if not all(shutil.which(tool) for tool in TOOLS):
        pytest.skip(f"not all of these are installed: {', '.join(TOOLS)}")
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or "")
    (tools / "python3").write_text(PYTHON)
    (tools / "python3").chmod(0o755)
    shutil.copy(root / "Makefile", tmp_path)
    return tmp_path


def make(clone: Path, *, version: str, can: str) -> subprocess.CompletedProcess[str]:
    variables = {
        "PATH": str(clone / "bin"),
        "CALLS": str(clone / "calls"),
        "VERSION": version,
        "NEW": str(int(version > "3.10.99")),
        "CAN": can,
    }
    line = [str(clone / "bin" / "make"), ".venv/.made"]
    return subprocess.run(line, cwd=clone, env=variables, capture_output=True, text=True)


def calls(clone: Path) -> str:
    return (clone / "calls").read_text()


def test_a_python_that_is_too_old_is_named_with_what_to_do(clone: Path) -> None:
    done = make(clone, version="3.10.13", can="venv pip")
    assert done.returncode != 0
    assert "edutorch needs Python 3.11 or later; on the path is: Python 3.10.13." in done.stderr
    assert "PYTHON=/path/to/python3.12" in done.stderr
    assert "venv" not in calls(clone)


def test_an_environment_is_made_once(clone: Path) -> None:
    assert make(clone, version="3.11.2", can="venv pip").returncode == 0
    assert make(clone, version="3.11.2", can="venv pip").returncode == 0
    assert calls(clone).count("-m venv --clear .venv") == 1


def test_without_ensurepip_pip_fills_the_environment(clone: Path) -> None:
    done = make(clone, version="3.11.2", can="pip")
    assert done.returncode == 0, done.stderr
    assert "-m pip --quiet --python .venv/bin/python install pip" in calls(clone)


def test_without_ensurepip_and_pip_the_package_is_named(clone: Path) -> None:
    done = make(clone, version="3.11.2", can="")
    assert done.returncode != 0
    assert "sudo apt install python3-venv" in done.stderr
    assert not os.path.exists(clone / ".venv")
