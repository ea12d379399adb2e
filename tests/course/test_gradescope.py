"""What Gradescope gets: a results.json for each submission, and an autograder that makes it in its layout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from edutorch.cli import main
from edutorch.course.diagnose import Verdict
from edutorch.course.drawn import own_seed
from edutorch.course.gradescope import VISIBILITY, write_results
from edutorch.course.notebook import code_cell, read_notebook, write_notebook
from edutorch.course.release import release_exercise
from edutorch.course.results import Row

from .conftest import HIDDEN, toy_notebook, with_source

CHECKS = [{"id": "b-1", "hidden": False, "points": 1, "of": 1, "passed": True}]
CHECKS += [{"id": "b-2", "hidden": True, "points": 0, "of": 3, "passed": False}]


@pytest.mark.parametrize("hidden", VISIBILITY)
def test_hidden_checks_are_a_test_of_their_own_and_seen_when_the_instructor_says(tmp_path, hidden):
    right = Verdict("a", "A", "passed", 4, 4)
    wrong = Verdict("b", "B", "values", 1, 4, message="use `x < 1`", checks=CHECKS)
    write_results(Row("x.ipynb", 5, 8, [right, wrong], "b: sign"), tmp_path / "results.json", hidden, 1.26)
    result = json.loads((tmp_path / "results.json").read_text())
    names = ("name", "score", "max_score", "status", "visibility", "output_format")
    assert [tuple(test[name] for name in names) for test in result["tests"]] == [
        ("A", 4, 4, "passed", "visible", "text"),
        ("B", 1, 1, "passed", "visible", "text"),
        ("B, other inputs", 0, 3, "failed", hidden, "text"),
    ]
    assert "use `x < 1`" in result["tests"][1]["output"] and result["tests"][2]["output"] == ""
    assert (result["score"], result["execution_time"], result["stdout_visibility"]) == (5, 1.3, "hidden")


@pytest.fixture(scope="module")
def source(toy, tmp_path_factory):
    """The zip file, unpacked as in /autograder/source."""
    folder = tmp_path_factory.mktemp("autograder") / "source"
    words = ["--hidden-tests", "hidden", "--wheels", str(folder / "no wheels")]
    target = folder.parent / "new" / "autograder.zip"
    assert main(["gradescope", str(target), str(toy / "solutions" / "toy.ipynb"), *words]) == 2
    assert main(["gradescope", str(target), str(toy / "solutions" / "toy.ipynb"), *words[:2]]) == 0
    with zipfile.ZipFile(target) as file:
        file.extractall(folder)
        assert {file.getinfo(name).external_attr >> 16 for name in ("setup.sh", "run_autograder")} == {0o100755}
    return folder


def test_the_zip_has_the_package_one_solution_and_scripts_that_bash_reads(source):
    assert [path.name for path in source.rglob("*.ipynb")] == ["solution.ipynb"]
    assert (source / "edutorch" / "course" / "autograder.py").is_file()
    assert "nbval==" in (source / "requirements.txt").read_text()
    if bash := shutil.which("bash"):
        for name in ("setup.sh", "run_autograder"):
            assert subprocess.run([bash, "-n", str(source / name)]).returncode == 0
    setup = (source / "setup.sh").read_text()
    assert "chmod 600 solution.ipynb edutorch.json" in setup and "--no-index" not in setup


def test_wheels_travel_along_and_nothing_is_fetched(toy, tmp_path):
    (tmp_path / "a-1-py3-none-any.whl").write_bytes(b"wheel")
    words = ["gradescope", str(tmp_path / "a.zip"), str(toy / "solutions" / "toy.ipynb"), "--wheels", str(tmp_path)]
    assert main(words) == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert file.read("wheels/a-1-py3-none-any.whl") == b"wheel"
        assert b"install --no-index --find-links wheels -r" in file.read("setup.sh")


def run(source, tmp_path, *files):
    """What /autograder/results/results.json holds after a run on these submitted files, by name and content."""
    for name in ("submission", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "source").symlink_to(source)
    for name, content in files:
        if isinstance(content, str):
            (tmp_path / "submission" / name).write_text(content)
        else:
            write_notebook(content, tmp_path / "submission" / name)
    environment = {**os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, "-P", "-m", "edutorch.course.autograder", str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads((tmp_path / "results" / "results.json").read_text())


def test_a_submission_is_graded_in_gradescopes_layout(source, tmp_path, toy):
    answer = "# question: double\ndef double(x):\n    return 2 * x if np.size(x) < 3 or np.ndim(x) == 2 else x"
    notebook = with_source(read_notebook(toy / "exercises" / "toy.ipynb"), "double", answer)
    result = run(source, tmp_path, ("mine.ipynb", notebook), ("notes.csv", "mine"))
    told = [(test["name"], test["score"], test["max_score"], test["visibility"]) for test in result["tests"]]
    assert told == [("Double", 1, 1, "visible"), ("Double, other inputs", 0, 3, "hidden")]
    assert result["execution_time"] > 0 and "sandboxed" in result["output"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([], "no notebook was handed in"),
        ([("report.pdf", "%PDF")], "no notebook but report.pdf"),
        ([("a.ipynb", "My dog ate it.")], "not JSON"),
    ],
)
def test_whatever_is_handed_in_has_a_result_with_a_reason(source, tmp_path, files, reason):
    result = run(source, tmp_path, *files)
    assert result["score"] == 0 and result["tests"] == [] and reason in result["output"]


def handed_in(toy, body):
    answer = f"# question: double\ndef double(x):\n    {body}"
    return "mine.ipynb", with_source(read_notebook(toy / "exercises" / "toy.ipynb"), "double", answer)


def test_a_private_check_that_draws_has_the_seeds_inputs_in_the_zip(toy, tmp_path):
    """The private folder's check takes the public one's place, and expects what the reference gives with this seed."""
    solution, private = tmp_path / "solutions" / "toy.ipynb", tmp_path / "private"
    about = {"role": "check", "question": "double", "id": "double-2", "points": 5, "hidden": True, "timeout": 3}
    check = code_cell(f"{HIDDEN}print(double(rng.randrange(10**6)))", about, [], "double-2")
    for path, cells in ((solution, toy_notebook()["cells"]), (private / "toy.ipynb", [check])):
        path.parent.mkdir()
        write_notebook({**toy_notebook(), "cells": cells}, path)
    release_exercise(solution, private=private)
    printed = read_notebook(private / "toy.ipynb")["cells"][0]["outputs"][-1]["text"].strip()
    words = ["gradescope", str(tmp_path / "a.zip"), str(solution), "--private", str(private)]
    assert main([*words, "--seed", "9"]) == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        file.extractall(tmp_path / "source")
        assert not [name for name in file.namelist() if "secret" in name or "private" in name]
    assert json.loads((tmp_path / "source" / "edutorch.json").read_text())["seed"] == 9
    told = []
    for body in ("return 2 * x", f"return {printed} if isinstance(x, int) else 2 * x"):
        place = tmp_path / str(len(told))
        place.mkdir()
        result = run(tmp_path / "source", place, handed_in(toy, body))
        told.append((result["score"], [test["max_score"] for test in result["tests"]]))
    assert told == [(6, [1, 5]), (1, [1, 5])]
    assert main(words) == 0  # the seed is one's own, as in edutorch grade
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert json.loads(file.read("edutorch.json"))["seed"] == own_seed("toy", private)


def test_a_broken_autograder_says_so(source, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(source, broken)
    (broken / "solution.ipynb").unlink()
    result = run(broken, tmp_path)
    assert result["score"] == 0 and "the autograder could not grade this" in result["output"]
