"""Grading in containers. An engine that records its command lines, and runs the command here, stands for docker; podman
itself is tried where it is installed and has the image."""

import json
import os
import re
import shlex
import shutil
import sys

import pytest

from edutorch.cli import build_parser, main
from edutorch.course import container
from edutorch.course.grade import grade_handins
from edutorch.course.handins import find_handins
from edutorch.course.notebook import code_cell, read_notebook, write_notebook
from edutorch.course.sandbox import PACKAGE, Limits, Sandbox

FAKE = """#!{python}
import json, os, subprocess, sys
words = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps(words) + "\\n")
if words[0] == "run":
    image = next(n for n, word in enumerate(words) if word.startswith("localhost/"))
    command = words[image + 1 :]
    sys.exit(subprocess.call([{python!r}, *command[1:]], cwd=words[words.index("--workdir") + 1]))
if words[0] == "build":
    print(open(words[words.index("--file") + 1]).read())
    print(sorted(os.listdir(words[-1])), os.path.exists(words[-1] + "/edutorch/_course"))
"""


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """The command lines that the engine was called with."""
    place, log = tmp_path / "bin", tmp_path / "log"
    place.mkdir()
    fake = place / "docker"
    fake.write_text(FAKE.format(python=sys.executable, log=str(log)))
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE.parent))
    return lambda: [json.loads(line) for line in log.read_text().splitlines()]


@pytest.fixture
def handed_in(toy, tmp_path):
    """Two submissions."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, factor in (("ada", 2), ("bob", 3)):
        cells = [code_cell(f"# question: double\ndef double(x):\n    return {factor} * x", {}, [], "double")]
        write_notebook({**read_notebook(toy / "exercises" / "toy.ipynb"), "cells": cells}, folder / f"{name}.ipynb")
    return folder


def test_each_submission_has_a_container_without_network_and_with_bounds(engine, toy_assignment, handed_in):
    handins = find_handins([handed_in], "toy")
    report = grade_handins(toy_assignment, handins, container="docker", jobs=1)
    assert [row.points for row in report.rows] == [4, 0]
    runs = [words for words in engine() if words[0] == "run"]
    names = [words[words.index("--name") + 1] for words in runs]
    assert len(set(names)) == 2
    assert {words[-1] for words in engine() if words[0] == "rm"} == set(names)
    for words in runs:
        assert words[words.index("--network") + 1] == "none" and "--read-only" in words
        assert words[words.index("--cap-drop") + 1] == "ALL" and "--memory" in words and "--pids-limit" in words
        folders = [words[n + 1] for n, word in enumerate(words) if word == "--volume"]
        assert [folder.partition(":")[0] for folder in folders] == [words[words.index("--workdir") + 1]]


def test_the_label_is_the_engines_where_kernels_have_users_of_their_own():
    assert Sandbox("limits", True, container="docker").label == "sandboxed with docker"
    assert "not sandboxed" in Sandbox("limits", False, container="docker").label


def test_the_image_has_edutorch_without_the_course(engine, capfd):
    assert main(["image", "--base", "some/base", "--", "--network", "host"]) == 0
    told = capfd.readouterr().out
    assert "FROM some/base" in told and "numpy==" in told and "['Containerfile', 'edutorch'] False" in told
    assert told.strip().endswith(container.image_name())
    (words,) = engine()
    assert words[:3] == ["build", "--tag", container.image_name()] and words[-3:-1] == ["--network", "host"]


def test_an_engine_that_is_not_there_is_named(toy, handed_in, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    words = ["grade", "--sandbox", "docker", str(toy / "solutions" / "toy.ipynb"), str(handed_in)]
    assert main(words) == 2
    assert "docker is not installed" in capsys.readouterr().err


def test_why_there_is_no_image_is_said_by_the_engine(toy, handed_in, engine, tmp_path, capsys):
    """Its daemon may not run."""
    (tmp_path / "bin" / "docker").write_text("#!/bin/sh\necho 'Cannot connect to the daemon' >&2\nexit 1\n")
    assert main(["grade", "--sandbox", "docker", str(toy / "solutions" / "toy.ipynb"), str(handed_in)]) == 2
    told = capsys.readouterr().err
    assert "`edutorch image --engine docker` builds: Cannot connect to the daemon" in told


def test_grading_md_says_how_an_image_is_made():
    """Each command of edutorch that it shows is one; what it says of the image is so."""
    text = (PACKAGE / "GRADING.md").read_text(encoding="utf-8")
    shown = [line.strip() for line in text.splitlines() if line.startswith("    edutorch ")]
    shown += re.findall(r"`(edutorch image [^`]+)`", text)
    assert len(shown) >= 6
    for line in shown:
        build_parser().parse_args(shlex.split(line)[1:])
    chapter = text[text.index("## `--sandbox docker`") : text.index("## What an answer can reach")]
    assert f"`{container.BASE}`" in chapter and "podman import - debian-python" in chapter
    assert "PIP_BREAK_SYSTEM_PACKAGES=1" in container.containerfile("localhost/debian-python")  # Debian asks for it


def _podman_works() -> bool:
    try:
        container.require("podman")
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _podman_works(), reason="podman is not installed, or has no image of this version of edutorch")
def test_with_podman_itself(toy_assignment, handed_in):
    report = grade_handins(toy_assignment, find_handins([handed_in], "toy"), container="podman", limits=Limits())
    assert [(row.points, row.sandbox) for row in report.rows] == [
        (4, "sandboxed with podman"),
        (0, "sandboxed with podman"),
    ]
