"""`make test-gpu`: its parts hold every test once, and its summary says what failed and what was left out."""

import subprocess
import sys

from tests import on_gpu

REPORT = """<testsuites><testsuite>
<testcase classname="tests.a" name="good"/>
<testcase classname="tests.a" name="bad"><failure message="x"/></testcase>
<testcase classname="tests.b" name="broken"><error message="x"/></testcase>
<testcase classname="tests.b" name="absent"><skipped message="no such thing"/></testcase>
</testsuite></testsuites>
"""


def test_the_summary_counts_and_names(tmp_path):
    report = tmp_path / "part.xml"
    report.write_text(REPORT)
    failures, lines = on_gpu.summary(report)
    assert failures == 2 and lines[0] == "1 passed, 2 failed, 1 skipped"
    assert lines[1].split() == ["1", "no", "such", "thing"]
    assert [line.split()[1] for line in lines[2:]] == ["tests.a::bad", "tests.b::broken"]


def test_a_part_without_a_report_has_failed(tmp_path):
    assert on_gpu.summary(tmp_path / "part.xml") == (1, ["no report"])


def test_a_part_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setitem(on_gpu.PARTS, "slow", "no_test_is_called_this")
    monkeypatch.setattr(on_gpu, "TO_REPORT", 10)
    assert not on_gpu.run_part("slow", tmp_path, 0.01, 0, [])
    assert (tmp_path / "slow.txt").exists()


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
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        return {line for line in done.stdout.splitlines() if "::" in line}

    device, rest = map(names, on_gpu.PARTS.values())
    assert device and rest and not device & rest
    assert {line for line in device if "test_cuda" in line} and not {line for line in rest if "test_devices" in line}
