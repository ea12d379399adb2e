"""`python -m tests.benchmarks`: a row for each piece of work, as a ratio to PyTorch's time.

    python -m tests.benchmarks                        every row, the peers, memory; written to results/ as JSON
    python -m tests.benchmarks --only CNN             the rows whose name contains CNN, printed alone
    python -m tests.benchmarks --seconds 10           longer, and steadier, than 3 seconds a row
    python -m tests.benchmarks --compare OLD.json     then also what has moved since, beyond the noise
    python -m tests.benchmarks growth                 cost against batch, width, depth, length and graph nodes
    python -m tests.benchmarks gpu                    on a GPU: see gpu.py
    python -m tests.benchmarks parallel               in several processes: see parallel.py

Under 1 is faster than PyTorch. One thread is measured by CPU time, two by the clock on the wall.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from . import gpu, growth, memory, parallel, results
from .peers import PEERS
from .rows import ROWS

THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def run_row(index, seconds):
    """Times one row in this process, whose thread pools have their size already; prints JSON."""
    import torch

    import edutorch

    from .measure import compare

    row = ROWS[index]
    torch.set_num_threads(row.threads)
    steps = [row.make_step(module) for module in (edutorch, torch)]
    print(json.dumps(results.row_of(row, compare(*steps, row.threads, seconds, row.calls, row.pairs))))


def run_peer(index, seconds):
    """Times a peer against PyTorch on one thread; prints JSON. A peer that cannot run here says why."""
    import torch

    from .measure import compare

    torch.set_num_threads(1)
    work, name, make = PEERS[index]
    make_step = next(row.make_step for row in ROWS if row.name == work)
    try:
        timing = compare(make(), make_step(torch), 1, seconds, calls=1)
    except Exception as error:  # each library has errors of its own
        print(json.dumps({"work": work, "peer": name, "cannot": f"{type(error).__name__}: {error}"[:100]}))
        return
    found = {"work": work, "peer": name, "ms": timing.ours * 1e3, "ratio": timing.ratio}
    print(json.dumps(found | {"low": timing.low, "high": timing.high}))


def start(kind, index, threads, seconds):
    """A process of its own for a row: thread pools take their size when they are loaded. Returns what it printed."""
    environment = os.environ | dict.fromkeys(THREAD_VARIABLES, str(threads))
    command = [sys.executable, "-m", "tests.benchmarks", f"--{kind}", str(index), "--seconds", str(seconds)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def all_rows(chosen, seconds):
    print(results.HEADING, flush=True)
    rows = []
    for index in chosen:
        rows.append(start("row", index, ROWS[index].threads, seconds))
        print(results.line(rows[-1]), flush=True)
    return rows


def all_peers(seconds):
    found = []
    for index in range(len(PEERS)):
        peer = start("peer", index, 1, seconds)
        found.append(peer)
        figures = f"{peer['ms']:>9.3f} ms{peer['ratio']:>8.2f}" if "ratio" in peer else f"  {peer['cannot']}"
        print(f"{peer['work']:38}{peer['peer']:>20}{figures}", flush=True)
    return found


def all_memory():
    found = memory.figures()
    ours, theirs = found["cnn"]["edutorch"], found["cnn"]["torch"]
    print(f"peak memory of the CNN's step: {ours:.0f} MiB, PyTorch {theirs:.0f} MiB, ratio {ours / theirs:.2f}")
    for name in ("save", "load"):
        print(
            f"peak memory of {name}: {found[name]['edutorch']:.2f} times the file, PyTorch {found[name]['torch']:.2f}"
        )
    return found


def all_imports():
    found = memory.import_seconds()
    ratio = found["edutorch"] / found["numpy"]
    print(f"importing edutorch takes {ratio:.2f} times as long as numpy, PyTorch {found['torch'] / found['numpy']:.1f}")
    return found


def main():
    for name, program in (("gpu", gpu.main), ("growth", growth.main), ("parallel", parallel.main)):
        if sys.argv[1:2] == [name]:
            return program(sys.argv[2:])
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", help="rows whose name contains this, and nothing else")
    parser.add_argument("--seconds", type=float, default=3, help="time for each row")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="figures of an earlier run")
    parser.add_argument("--out", type=Path, default=results.RESULTS, help="folder for the figures")
    for kind in ("row", "peer"):
        parser.add_argument(f"--{kind}", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if importlib.util.find_spec("torch") is None:
        print("The benchmarks compare with PyTorch, which is not installed here: make bench, or pip install torch")
        return 0
    if given.row is not None:
        return run_row(given.row, given.seconds)
    if given.peer is not None:
        return run_peer(given.peer, given.seconds)
    chosen = [i for i, row in enumerate(ROWS) if (given.only or "").lower() in row.name.lower()]
    found = {"date": results.today(), "machine": results.machine(), "versions": results.versions()}
    found["rows"] = all_rows(chosen, given.seconds)
    if given.only is None:
        found |= {"peers": all_peers(given.seconds), "memory": all_memory(), "import_seconds": all_imports()}
        print(results.save(found, given.out))
    if given.compare:
        lines = results.moved(json.loads(given.compare.read_text()), found)
        print("\n".join(["moved since then:", *lines] if lines else ["nothing has moved beyond the noise"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
