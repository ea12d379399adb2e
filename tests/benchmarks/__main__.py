"""`python -m tests.benchmarks`: a row for each piece of work, as a ratio to PyTorch's time.

    python -m tests.benchmarks                   every row
    python -m tests.benchmarks --only CNN        the rows whose name contains CNN
    python -m tests.benchmarks --seconds 10      longer, and steadier, than 5 seconds a row
    python -m tests.benchmarks gpu               on a GPU: see gpu.py
    python -m tests.benchmarks parallel          in several processes: see parallel.py

Under 1 is faster than PyTorch. Exits with 1 where a row misses its target.
"""

import argparse
import importlib.util
import os
import subprocess
import sys

from . import gpu, parallel
from .work import ROWS

THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
HEADING = f"{'work':38}{'threads':>8}{'ours':>11}{'PyTorch':>11}{'ratio':>8}{'target':>8}"


def run_row(index, seconds):
    """Time one row in this process, whose thread pools have their size already."""
    import torch

    import edutorch

    from .measure import compare

    row = ROWS[index]
    torch.set_num_threads(row.threads)
    steps = [row.make_step(module) for module in (edutorch, torch)]
    ours, theirs, ratio = compare(*steps, row.threads, seconds, row.calls)
    missed = "" if ratio <= row.target else "  missed"
    print(
        f"{row.name:38}{row.threads:>8}{ours * 1e3:>8.3f} ms{theirs * 1e3:>8.3f} ms"
        f"{ratio:>8.2f}{row.target:>8.2f}{missed}",
        flush=True,
    )
    return bool(missed)


def start_row(index, seconds):
    """A process of its own for a row: thread pools take their size when they are loaded."""
    threads = str(ROWS[index].threads)
    environment = os.environ | dict.fromkeys(THREAD_VARIABLES, threads)
    command = [sys.executable, "-m", "tests.benchmarks", "--row", str(index), "--seconds", str(seconds)]
    return subprocess.run(command, env=environment).returncode


def main():
    if sys.argv[1:2] == ["gpu"]:
        return gpu.main(sys.argv[2:])
    if sys.argv[1:2] == ["parallel"]:
        return parallel.main(sys.argv[2:])
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--seconds", type=float, default=5, help="time for each row")
    parser.add_argument("--row", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if importlib.util.find_spec("torch") is None:
        print("The benchmarks compare with PyTorch, which is not installed here: pip install torch")
        return 0
    if arguments.row is not None:
        return run_row(arguments.row, arguments.seconds)
    chosen = [i for i, row in enumerate(ROWS) if arguments.only.lower() in row.name.lower()]
    print(HEADING, flush=True)
    return max((start_row(index, arguments.seconds) for index in chosen), default=0)


if __name__ == "__main__":
    sys.exit(main())
