"""No answer that lies among installed packages, or beside them, is in reach of a kernel."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from edutorch.course import mounts

from .test_sandbox import KINDS

ANSWER = "the answer"
# Where clones, editable installs and other projects leave theirs, from the folder that has the environment.
PLANTED = {
    "a clone that pip has made": "venv/src/edutorch-course/solutions/03.ipynb",
    "a clone beside the packages": "venv/lib/clone/solutions/03.ipynb",
    "a repository of them": "{site}/.git/objects/03",
    "a clone among them": "{site}/course/solutions/03.ipynb",
    "a file of nobody": "{site}/answers.py",
    "what a .pth names": "elsewhere/solutions/03.ipynb",
    "a notebook of a package": "{site}/other/lesson.ipynb",
    "solutions of a package": "{site}/other/solutions/three.py",
    "a package of another Python": "venv/lib/python3.1/site-packages/course/answers.py",
    "another framework": "{site}/torch/__init__.py",
}
SEEN = {"a package": "{site}/other/__init__.py"}
RECORD = "torch/__init__.py,,\nother/__init__.py,,\nother/lesson.ipynb,,\nother/solutions/three.py,sha256=x,9\nother-1.dist-info/RECORD,,\n"
INSIDE = """
for name, path in {places!r}.items():
    try:
        print(name, ":", open(path).read() == {answer!r})
    except OSError:
        print(name, ":", "out of reach")
import numpy, edutorch
print("packages : are there")
"""
OUTSIDE = """
import json, sys
from dataclasses import replace
from edutorch.course.kernel import GuardedKernel
from edutorch.course.sandbox import Limits, Sandbox, best_sandbox

kind, source = json.loads(sys.argv[1])
sandbox = best_sandbox()
if sandbox.kind != kind:
    sandbox = Sandbox(kind, False)
kernel = GuardedKernel(sandbox, Limits())
kernel.wait_until_ready()
run = kernel.run(source, 30)
kernel.stop()
print("".join(output.get("text", "") or str(output.get("evalue")) for output in run.outputs))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A folder with a virtual environment that sees the packages of this one, and with answers in all places."""
    folder = tmp_path_factory.mktemp("environment")
    for above in (folder, *list(folder.parents)[:2]):
        above.chmod(0o755)
    venv.create(folder / "venv", symlinks=os.name == "posix")
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    for place in (*PLANTED.values(), *SEEN.values()):
        path = folder / place.format(site=site)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ANSWER)
    (site / "other-1.dist-info").mkdir()
    (site / "other-1.dist-info" / "RECORD").write_text(RECORD)
    packages = [name for name in sys.path if name.endswith(mounts.SITES)]
    (site / "these.pth").write_text("\n".join([*packages, str(folder / "elsewhere")]))
    return folder, site


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "limits"])
def test_no_answer_among_the_packages_is_in_reach(environment, kind):
    folder, site = environment
    places = {name: str(folder / place.format(site=site)) for name, place in {**PLANTED, **SEEN}.items()}
    assert all(Path(path).read_text() == ANSWER for path in places.values())
    source = INSIDE.format(places=places, answer=ANSWER)
    command = [str(folder / "venv" / "bin" / "python"), "-c", OUTSIDE, json.dumps([kind, source])]
    around = {**os.environ, "PYTHONPATH": str(mounts.PACKAGE.parent)}
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=True)
    told = dict(line.split(" : ") for line in done.stdout.strip().splitlines())
    assert told.pop("packages") == "are there" and told.pop("a package") == "True"
    assert told == dict.fromkeys(PLANTED, "out of reach")


def distribution(site, record=None):
    """A site with a package `numbers`, with a record or as Debian has it, and something of nobody."""
    for name in ("numbers", "numbers-1.dist-info", "clone/solutions", "numbers/clone"):
        (site / name).mkdir(parents=True)
    (site / "numbers" / "__init__.py").touch()
    (site / "module.py").touch()
    if record:
        (site / "numbers-1.dist-info" / "RECORD").write_text(record)


def foreign(site, monkeypatch, package=mounts.PACKAGE):
    monkeypatch.setattr(mounts, "PACKAGE", package)
    return sorted(str(path.relative_to(site)) for path in mounts._foreign_in(site))


def test_what_no_record_names_is_covered(tmp_path, monkeypatch):
    distribution(tmp_path, '"numbers/__init__.py",sha256=a,1\nmodule.py,,\n')
    assert foreign(tmp_path, monkeypatch) == ["clone"]


def test_where_a_distribution_has_no_record_its_code_is_left_in_sight(tmp_path, monkeypatch):
    distribution(tmp_path)
    assert foreign(tmp_path, monkeypatch) == ["clone"]


def test_edutorch_runs_from_a_clone_of_which_nothing_else_is_there(tmp_path, monkeypatch):
    distribution(tmp_path, "numbers/__init__.py,,\nmodule.py,,\n")
    package = tmp_path / "clone" / "edutorch"
    package.mkdir()
    assert foreign(tmp_path, monkeypatch, package) == ["clone/solutions"]
