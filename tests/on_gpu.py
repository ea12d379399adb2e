"""The suite over CuPy itself, on a machine with an NVIDIA GPU: `make test-gpu`, or `python -m tests.on_gpu`.

    python -m tests.on_gpu                        both parts, results in ./gpu-results
    python -m tests.on_gpu --parts device         the tests that compute on the GPU, alone

Needs no network and no notebook tools: Python with numpy, cupy, pytest and pytest-xdist; PyTorch, hypothesis and
safetensors where they are there. Chapters and grading compute nothing on a GPU and are left out. Each part ends
within --limit seconds; what it printed, its JUnit file and, for all, summary.txt stay in the folder. Exits with 1
where a test failed or a part did not end.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ON_DEVICE = "cuda or device or cupy"  # what the tests that compute on a GPU are called, or their parameters
PARTS = {"device": ON_DEVICE, "rest": f"not ({ON_DEVICE})"}
LEFT_OUT = ("tests/chapters", "tests/course")
TO_REPORT = 30  # seconds for a part that was stopped to say what it found so far


def run_part(name, folder, limit, processes, extra):
    """Runs one part; whether it came to its end in time."""
    command = [sys.executable, "-m", "pytest", "tests", "-q", "-n", str(processes), "-k", PARTS[name]]
    command += ["--tb=short", "-rfE", "--durations=15", f"--junitxml={folder / name}.xml", "-p", "no:cacheprovider"]
    command += [f"--ignore={each}" for each in LEFT_OUT] + extra
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")  # the processes share the cores
    with open(folder / f"{name}.txt", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **one_thread})
        try:
            process.wait(limit)
            return True
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # pytest then reports the tests that ran
        try:
            process.wait(TO_REPORT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return False


def summary(report):
    """(failures, lines) of a JUnit file: how many tests passed, failed, were skipped and why."""
    if not report.exists():
        return 1, ["no report"]
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    reasons = Counter(skip.get("message") for case in cases for skip in case.iter("skipped"))
    skipped = sum(reasons.values())
    lines = [f"{len(cases) - len(failed) - skipped} passed, {len(failed)} failed, {skipped} skipped"]
    lines += [f"  {count:5d}  {reason}" for reason, count in reasons.most_common()]
    lines += [f"  FAILED {case.get('classname')}::{case.get('name')}" for case in failed]
    return len(failed), lines


def gpu_name():
    """The GPU that the tests find, or that they find none and use the stand-in for CuPy."""
    import edutorch
    from tests.conftest import REAL_CUPY

    return edutorch.cuda.get_device_name() if REAL_CUPY else "no GPU: the stand-in for CuPy"


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.on_gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--out", type=Path, default=Path("gpu-results"), help="folder for the results")
    parser.add_argument("--limit", type=int, default=500, help="seconds for each part")
    parser.add_argument("--processes", default="auto", help="how many processes share the GPU")
    given, extra = parser.parse_known_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    lines, bad = [gpu_name()], False
    for name in given.parts:
        ended = run_part(name, given.out, given.limit, given.processes, extra)
        failures, found = summary(given.out / f"{name}.xml")
        bad = bad or failures > 0 or not ended
        lines += [f"{name}: {found[0]}" + ("" if ended else f"; stopped after {given.limit} s"), *found[1:]]
    given.out.joinpath("summary.txt").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
