"""The suite over CuPy itself, on a machine with an NVIDIA GPU: `make test-gpu`, or `python -m tests.on_gpu`.

    python -m tests.on_gpu                        all parts, results in ./gpu-results
    python -m tests.on_gpu --parts facts device   the tests that compute on the GPU, alone
    python -m tests.on_gpu --stand-in             the same over the stand-in for CuPy: a rehearsal

Needs no network and no notebook tools: Python with numpy, cupy and pytest; pytest-xdist, PyTorch, hypothesis and
safetensors where they are there. Chapters and grading compute nothing on a GPU and are left out.

Each part ends within --limit seconds, under nine minutes. What it printed and what became of each test stay in the
folder, and, for all parts, summary.txt. Called again it goes on: what has passed is not run a second time (--fresh
begins anew). Exits with 1 where a test failed or some have not run yet.
"""

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

COMPUTES = "cuda or device"  # what the tests that compute on a GPU are called, or their parameters
PARTS = {
    "facts": "cupy",  # about CuPy itself: what the others stand on
    "device": f"({COMPUTES}) and not cupy",
    "rest": f"not ({COMPUTES} or cupy)",
}
LEFT_OUT = ("tests/chapters", "tests/course")
TO_REPORT = 30  # seconds for a part that was stopped to say what it found so far
RECORD = "EDUTORCH_TEST_RECORD"  # names the file of outcomes; this module is a plugin of pytest where it is set
STAND_IN = "EDUTORCH_STAND_IN"  # makes tests/conftest.py use the stand-in even beside a GPU


# ---- as a plugin of pytest


def pytest_collection_modifyitems(config, items):
    """Leaves out what has passed, or was skipped, in an earlier call."""
    known = outcomes(Path(os.environ[RECORD]))
    done = {test for test, (outcome, _) in known.items() if outcome in ("passed", "skipped")}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in done])
    items[:] = [item for item in items if item.nodeid not in done]


def pytest_runtest_logreport(report):
    """Writes what became of a test, in the one process that hears of all."""
    if os.environ.get("PYTEST_XDIST_WORKER") is None and (report.when == "call" or report.outcome != "passed"):
        reason = report.longrepr[2].removeprefix("Skipped: ") if report.skipped else ""
        with open(os.environ[RECORD], "a") as record:
            record.write(json.dumps({"test": report.nodeid, "outcome": report.outcome, "reason": reason}) + "\n")


# ---- the parts


def outcomes(record):
    """{test: (outcome, reason)} of a part's file; of several outcomes the last."""
    entries = map(json.loads, record.read_text().splitlines() if record.exists() else ())
    return {entry["test"]: (entry["outcome"], entry["reason"]) for entry in entries}


def run_part(name, folder, limit, processes, extra):
    """Runs one part, or what is left of it. Returns why it did not come to its end, "" if it did."""
    command = [sys.executable, "-m", "pytest", "tests", "-q", "-k", PARTS[name], "-p", "tests.on_gpu"]
    command += ["-n", str(processes)] if importlib.util.find_spec("xdist") else []
    command += ["--tb=short", "-rfE", "--durations=15", "-p", "no:cacheprovider"]
    command += [f"--ignore={each}" for each in LEFT_OUT] + extra
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")  # the processes share the cores
    environment = {**os.environ, **one_thread, RECORD: str((folder / f"{name}.jsonl").absolute())}
    environment.pop("PYTEST_XDIST_WORKER", None)  # of a suite in which this is called: here it is the first process
    with open(folder / f"{name}.txt", "ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            status = process.wait(limit)
            known = status in (0, 1, 5)  # passed, failed, nothing left to run
            return "" if known else f"pytest ended with status {status}: {log.name} says why"
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # pytest then reports the tests that ran
        try:
            process.wait(TO_REPORT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return f"stopped after {limit} s: call it again, and it goes on"


def summary(record):
    """(failures, lines) of a part's file: how many tests passed, failed, were skipped and why."""
    found = outcomes(record)
    if not found:
        return 1, ["no test has run"]
    count = Counter(outcome for outcome, _ in found.values())
    reasons = Counter(reason for outcome, reason in found.values() if outcome == "skipped")
    lines = [f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped"]
    lines += [f"  {number:5d}  {reason}" for reason, number in reasons.most_common()]
    lines += [f"  FAILED {test}" for test, (outcome, _) in found.items() if outcome == "failed"]
    return count["failed"], lines


def gpu_name():
    """The GPU that the tests find, or that they find none and use the stand-in for CuPy."""
    import edutorch
    from tests.conftest import REAL_CUPY

    return edutorch.cuda.get_device_name() if REAL_CUPY else "no GPU: the stand-in for CuPy"


def is_of(gpu, note):
    """Whether the folder's earlier results are of this GPU; notes that those to come are."""
    same = note.exists() and note.read_text() == gpu
    note.write_text(gpu)
    return same


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.on_gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--out", type=Path, default=Path("gpu-results"), help="folder for the results")
    parser.add_argument("--limit", type=int, default=500, help="seconds for each part")
    parser.add_argument("--processes", default="auto", help="how many processes share the GPU")
    parser.add_argument("--stand-in", action="store_true", help="use the stand-in for CuPy even beside a GPU")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    given, extra = parser.parse_known_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    if given.stand_in:
        os.environ[STAND_IN] = "1"
    lines, bad = [gpu_name()], False
    fresh = given.fresh or not is_of(lines[0], given.out / "gpu.txt")
    for name in given.parts:
        record = given.out / f"{name}.jsonl"
        if fresh:
            record.unlink(missing_ok=True)
        problem = run_part(name, given.out, given.limit, given.processes, extra)
        failures, found = summary(record)
        bad = bad or failures > 0 or problem != ""
        lines += [f"{name}: {found[0]}" + (f"; {problem}" if problem else ""), *found[1:]]
        given.out.joinpath("summary.txt").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
