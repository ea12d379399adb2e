"""`python -m tests.benchmarks gpu`: training steps on a GPU, as ratios to PyTorch on the same GPU and to two CPU cores.

    python -m tests.benchmarks gpu                     every figure, 1 second each
    python -m tests.benchmarks gpu --seconds 0.3       shorter
    python -m tests.benchmarks gpu --stand-in --quick  a rehearsal on the stand-in for CuPy, into gpu-results/

PyTorch runs eagerly, as a program without compile() does. The GPU works behind the program's back: it is waited for
before each clock reading. What else decides whether a GPU is worth it (copying to it and back, launching, the sizes
from which it wins) is measured too. All is printed and written to tests/benchmarks/results/, under the GPU's name.
"""

import argparse
import datetime
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

from .gpu_work import STEPS
from .results import RESULTS, processor, source

STAND_IN = Path(__file__).parents[1] / "fake_cupy"
CORES = 2  # of the CPU, to compare with
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
BLOCK_SECONDS = 0.02
TRANSFER_BYTES = [2**n for n in range(10, 29, 2)]  # 1 KiB to 256 MiB
MATMUL_SIZES = [2**n for n in range(4, 12)]
ADD_SIZES = [10**n for n in range(2, 8)]
REHEARSAL = "a rehearsal on the stand-in for CuPy: figures of no GPU"
WAITED_FOR = 4096  # of the matrix product that is timed with and without waiting
LAUNCHES = 1000


def seconds_per_call(step, wait, calls):
    """Seconds a call, over a block of calls, the device waited for at both ends."""
    wait()
    start = time.perf_counter()
    for _ in range(calls):
        step()
    wait()
    return (time.perf_counter() - start) / calls


def calls_per_block(step, wait):
    for _ in range(3):
        step()
    return max(1, round(BLOCK_SECONDS / max(seconds_per_call(step, wait, 1), 1e-7)))


def medians(steps, wait, seconds):
    """The median seconds a call of each step, timed in turns, and the median ratios of the first to the others."""
    calls = [calls_per_block(step, wait) for step in steps]
    times = [[] for _ in steps]
    deadline = time.perf_counter() + seconds * len(steps)
    while len(times[-1]) < 3 or time.perf_counter() < deadline:
        for step, number, found in zip(steps, calls, times, strict=True):
            found.append(seconds_per_call(step, wait, number))
    ratios = [[ours / other for ours, other in zip(times[0], found, strict=True)] for found in times]
    return [statistics.median(found) for found in times], [statistics.median(found) for found in ratios]


def median(step, wait, seconds):
    return medians([step], wait, seconds)[0][0]


def no_wait():
    """A CPU has done its work when the call returns."""


# ---- on the CPU, in a process of its own on two cores


def on_cpu(seconds, sizes):
    """The same steps and operations on the CPU: {name: seconds}, {n: seconds}."""
    import edutorch

    found = {"steps": {}, "matmul": {}, "add": {}}
    for name in sizes["steps"]:
        found["steps"][name] = median(STEPS[name](edutorch, "cpu"), no_wait, seconds)
    for n in sizes["matmul"]:
        found["matmul"][n] = median(partial(np.matmul, *pair(edutorch, (n, n), "cpu")), no_wait, seconds / 5)
    for n in sizes["add"]:
        found["add"][n] = median(partial(np.add, *pair(edutorch, (n,), "cpu")), no_wait, seconds / 5)
    return found


def pair(edutorch, shape, device):
    """Two arrays, as ops get them."""
    return [edutorch.randn(*shape, device=device).array for _ in range(2)]


def start_on_cpu(seconds, quick):
    """on_cpu() in a process that may use two cores: thread pools take their size when they are loaded."""
    environment = os.environ | dict.fromkeys(THREAD_VARIABLES, str(CORES))
    command = [sys.executable, "-m", "tests.benchmarks", "gpu", "--seconds", str(seconds), "--on-cpu"]
    command += ["--quick"] if quick else []
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def keep_to_cores():
    if hasattr(os, "sched_setaffinity"):  # not on macOS and Windows, where the threads are limited all the same
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


# ---- on the GPU


def training_steps(edutorch, torch, wait, seconds, cpu):
    """{name: milliseconds of ours, of PyTorch, of two cores, ratios}"""
    rows = {}
    modules = [edutorch] if torch is None else [edutorch, torch]
    for name, on_two_cores in cpu["steps"].items():
        times, ratios = medians([STEPS[name](module, "cuda") for module in modules], wait, seconds)
        row = {"ms": times[0] * 1e3, "two_cores_ms": on_two_cores * 1e3}
        row["times_two_cores"] = row["two_cores_ms"] / row["ms"]
        if torch is not None:
            row |= {"pytorch_ms": times[1] * 1e3, "ratio": ratios[1]}
        rows[name] = row
        print(step_line(name, row), flush=True)
    return rows


def step_line(name, row):
    theirs = f"{row['pytorch_ms']:>8.3f} ms{row['ratio']:>8.2f}" if "ratio" in row else f"{'-':>11}{'-':>8}"
    return f"{name:42}{row['ms']:>8.3f} ms{theirs}{row['two_cores_ms']:>9.2f} ms{row['times_two_cores']:>10.1f}"


def transfers(edutorch, wait, seconds, sizes):
    """[{bytes, GB/s to the device, from pinned memory, back}]"""
    rows = []
    for nbytes in sizes:
        host = edutorch.zeros(nbytes // 4)
        pinned, there = host.pin_memory(), host.to("cuda")
        steps = {"to_device": host.cuda, "pinned_to_device": pinned.cuda, "to_host": there.cpu}
        row = {each: nbytes / median(step, wait, seconds / 10) / 1e9 for each, step in steps.items()}
        rows.append({"bytes": nbytes, **row})
    return rows


def launches(xp, wait):
    """Microseconds of one elementwise operation on one number: given to the device, and waited for each time."""
    x, out = xp.zeros(1, np.float32), xp.zeros(1, np.float32)

    def add():
        xp.add(x, 1, out=out)

    def add_and_wait():
        add()
        wait()

    add_and_wait()
    given = seconds_per_call(add, no_wait, LAUNCHES)
    wait()
    return {
        "given_us": given * 1e6,
        "done_us": seconds_per_call(add, wait, LAUNCHES) * 1e6,
        "waited_for_us": seconds_per_call(add_and_wait, wait, LAUNCHES) * 1e6,
    }


def crossover(edutorch, xp, wait, seconds, cpu, sizes):
    """{"matmul" and "add": [{n, CPU, GPU in microseconds}]}: from which size the GPU is faster."""
    found = {"matmul": [], "add": []}
    for name, work, shape in (("matmul", xp.matmul, 2), ("add", xp.add, 1)):
        for n in sizes[name]:
            there = median(partial(work, *pair(edutorch, (n,) * shape, "cuda")), wait, seconds / 5)
            found[name].append({"n": n, "two_cores_us": cpu[name][str(n)] * 1e6, "gpu_us": there * 1e6})
    return found


def without_waiting(edutorch, xp, wait, n):
    """Milliseconds of one matrix product by a clock that waits for the device, and by one that does not."""
    work = partial(xp.matmul, *pair(edutorch, (n, n), "cuda"))
    seconds_per_call(work, wait, 3)
    alone = statistics.median(seconds_per_call(work, wait, 1) for _ in range(9))
    start = time.perf_counter()
    work()
    early = time.perf_counter() - start
    wait()
    return {"n": n, "waited_ms": alone * 1e3, "not_waited_ms": early * 1e3}


def measure(edutorch, torch, seconds, sizes, cpu):
    """Every figure of this GPU, printed and returned."""
    from edutorch.backend import device_module

    wait, xp = edutorch.cuda.synchronize, device_module("cuda")
    name = edutorch.cuda.get_device_name()
    print(f"{name}; PyTorch {'not on a GPU here' if torch is None else torch.__version__}")
    print(f"{'training step':42}{'ours':>11}{'PyTorch':>11}{'ratio':>8}{f'{CORES} cores':>12}{'times':>10}", flush=True)
    found = {
        "gpu": name,
        "date": datetime.date.today().isoformat(),
        "source": source(),
        "cpu": processor(),
        "versions": versions(torch),
        "steps": training_steps(edutorch, torch, wait, seconds, cpu),
        "transfers_gb_per_s": transfers(edutorch, wait, seconds, sizes["transfer"]),
        "launch": launches(xp, wait),
        "crossover": crossover(edutorch, xp, wait, seconds, cpu, sizes),
        "clock": without_waiting(edutorch, xp, wait, sizes["waited_for"]),
    }
    for key in ("launch", "clock"):
        print(key, {each: round(value, 3) for each, value in found[key].items()})
    for row in found["transfers_gb_per_s"]:
        print({each: round(value, 3) for each, value in row.items()})
    for key, rows in found["crossover"].items():
        print(key, *(f"{row['n']}: {row['two_cores_us']:.1f}/{row['gpu_us']:.1f} us" for row in rows))
    return found


def versions(torch):
    modules = {"python": platform.python_version(), "numpy": np.__version__, "cupy": sys.modules["cupy"].__version__}
    return modules | ({} if torch is None else {"torch": torch.__version__})


def file_name(found):
    return f"{found['gpu'].lower().replace(' ', '-').replace('/', '-')}-{found['date']}.json"


def save(found, folder):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(found)
    path.write_text(json.dumps(found, indent=1) + "\n")
    return path


def torch_on_gpu():
    """PyTorch, where it is installed and computes on a GPU; else None."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch

    return torch if torch.cuda.is_available() else None


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=1, help="time for each figure")
    parser.add_argument("--out", type=Path, help="folder for the figures")
    parser.add_argument("--stand-in", action="store_true", help="rehearse on the stand-in for CuPy")
    parser.add_argument("--quick", action="store_true", help="the first step and small sizes alone")
    parser.add_argument("--on-cpu", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    few = 1 if given.quick else None
    sizes = {"steps": list(STEPS)[:few], "transfer": TRANSFER_BYTES[:few], "matmul": MATMUL_SIZES[:few]}
    sizes |= {"add": ADD_SIZES[:few], "waited_for": 64 if given.quick else WAITED_FOR}
    if given.on_cpu:
        keep_to_cores()
        print(json.dumps(on_cpu(given.seconds, sizes)))
        return 0
    if given.stand_in:
        sys.path.insert(0, str(STAND_IN))
    import edutorch

    if not edutorch.cuda.is_available():
        print("There is no NVIDIA GPU here, or CuPy is not installed: nothing to measure.")
        return 0
    cpu = start_on_cpu(given.seconds, given.quick)
    torch = None if given.stand_in else torch_on_gpu()
    found = measure(edutorch, torch, given.seconds, sizes, cpu) | ({"note": REHEARSAL} if given.stand_in else {})
    print(save(found, given.out or (Path("gpu-results") if given.stand_in else RESULTS)))
    return 0
