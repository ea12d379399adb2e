"""`make test-gpu`: its parts hold every test once, and its summary says what failed and what was left out."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests import on_gpu

LINES = [
    ("a::good", "failed", ""),  # and mended since
    ("a::good", "passed", ""),
    ("a::bad", "failed", ""),
    ("b::broken", "passed", ""),  # but not its teardown
    ("b::broken", "failed", ""),
    ("b::absent", "skipped", "no such thing"),
]
SAMPLE = """
import os, pytest

def test_good_device(): ...
def test_late_device(): assert os.path.exists("mended")
@pytest.mark.skip(reason="no such thing")
def test_absent_device(): ...
"""


def record_of(path, lines):
    path.write_text(
        "".join(json.dumps(dict(zip(("test", "outcome", "reason"), line, strict=True))) + "\n" for line in lines)
    )
    return path


def test_the_summary_counts_and_names(tmp_path):
    failures, lines = on_gpu.summary(record_of(tmp_path / "part.jsonl", LINES))
    assert failures == 2 and lines[0] == "1 passed, 2 failed, 1 skipped"
    assert lines[1].split() == ["1", "no", "such", "thing"]
    assert [line.split()[1] for line in lines[2:]] == ["a::bad", "b::broken"]


def test_a_part_of_which_nothing_ran_has_failed(tmp_path):
    assert on_gpu.summary(tmp_path / "part.jsonl") == (1, ["no test has run"])


def test_a_part_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setitem(on_gpu.PARTS, "slow", "no_test_is_called_this")
    monkeypatch.setattr(on_gpu, "TO_REPORT", 10)
    assert on_gpu.run_part("slow", tmp_path, 0.01, 0, []).startswith("stopped after 0.01 s")
    assert (tmp_path / "slow.txt").exists()


def test_an_argument_that_pytest_does_not_know_is_told(tmp_path):
    problem = on_gpu.run_part("facts", tmp_path, 60, 0, ["--no-such-option"])
    assert problem == f"pytest ended with status 4: {tmp_path / 'facts.txt'} says why"
    assert "--no-such-option" in (tmp_path / "facts.txt").read_text()


def test_a_second_call_goes_on_where_the_first_stopped(tmp_path, monkeypatch):
    """A rehearsal with a suite of three tests: what has passed does not run again."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_sample.py").write_text(SAMPLE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(on_gpu.__file__).parents[1]))
    monkeypatch.setattr(on_gpu, "gpu_name", lambda: "a GPU")
    call = ["--parts", "device", "--stand-in", f"--rootdir={tmp_path}", "--import-mode=importlib", "--processes"]
    results = tmp_path / "gpu-results"

    assert on_gpu.main([*call, "2"]) == 1
    lines = results.joinpath("summary.txt").read_text().splitlines()
    assert lines[:3] == ["a GPU", "device: 1 passed, 1 failed, 1 skipped", "      1  no such thing"]
    assert lines[3:] == ["  FAILED tests/test_sample.py::test_late_device"]

    (tmp_path / "mended").touch()
    assert on_gpu.main([*call, "0"]) == 0
    record = [json.loads(line) for line in results.joinpath("device.jsonl").read_text().splitlines()]
    assert len(record) == 4 and record[-1]["test"].endswith("test_late_device") and record[-1]["outcome"] == "passed"


def test_results_of_another_gpu_are_forgotten(tmp_path):
    note = tmp_path / "gpu.txt"
    assert [on_gpu.is_of(gpu, note) for gpu in ("H200", "H200", "stand-in")] == [False, True, False]


def test_every_test_is_in_one_part(root):
    def names(expression):
        command = [
            sys.executable,
            "-m",
            "pytest",
            "tests/test_cuda.py",
            "tests/test_tensor.py",
            "tests/test_devices.py",
        ]
        command += ["--collect-only", "-q", "-p", "no:cacheprovider", "-k", expression]
        environment = {**os.environ, "PYTEST_ADDOPTS": ""}  # which may ask for another form of the list
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        return {line for line in done.stdout.splitlines() if "::" in line}

    facts, device, rest = map(names, on_gpu.PARTS.values())
    assert device and rest and not device & rest and all("cupy" in line.lower() for line in facts)
    assert {line for line in device if "test_cuda" in line} and not {line for line in rest if "test_devices" in line}
