"""`python -m tests.benchmarks parallel`: do n processes train n times as fast? Measured, and forecast for many.

    python -m tests.benchmarks parallel                  1 to 4 processes, 1 second a figure: about two minutes
    python -m tests.benchmarks parallel --seconds 0.2    shorter

Each process has one BLAS thread. Strong scaling shares one batch among the processes; in weak scaling each has a batch of
that size. All is printed and written to tests/benchmarks/results/, with a drawing of the forecast. Run it on an idle
machine: processes that wait for a core look like processes that wait for each other. It has never been run on a cluster.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import edutorch
from edutorch.distributed import launch
from edutorch.distributed.groups import is_mpi_available

from . import forecast
from .gpu import processor
from .parallel_work import MODELS

RESULTS = Path(__file__).with_name("results")
COUNTS = (1, 2, 3, 4)
FORECASTS = (8, 64, 512)
BATCH = 48  # which 1 to 4 processes share evenly
SIZES = (1, 1_000_000)  # float32 numbers
ROOT = Path(__file__).resolve().parents[2]


def run(count, words, threads=1):
    """parallel_work in so many processes: what rank 0 printed."""
    line = launch.command(count, ["-m", "tests.benchmarks.parallel_work", *words])
    known = launch.environment() | dict.fromkeys(launch.THREADS, str(threads))
    done = subprocess.run(line, env=known, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def works(count, batch):
    """Each model with its part of the batch (strong), and with the whole batch (weak)."""
    return sorted({f"{name}:{each}" for name in MODELS for each in (batch, batch // count)})


def measure(counts, batch, seconds):
    """The figures of each number of processes, and of one process with two BLAS threads."""
    found = {}
    for count in counts:
        words = ["--seconds", str(seconds), "--work", ",".join(works(count, batch))]
        words += ["--sizes", ",".join(map(str, SIZES))]
        found[str(count)] = run(count, words)
    parts = sorted({batch // count for count in (2, 4, 8)} | {batch})
    smaller = ",".join(f"{name}:{part}" for name in MODELS for part in parts)
    found["alone"] = run(1, ["--seconds", str(seconds), "--work", smaller])
    whole = ",".join(f"{name}:{batch}" for name in MODELS)
    found["two threads"] = run(1, ["--seconds", str(seconds), "--work", whole], threads=2)
    return found


def flops_and_bytes(name):
    """Of one sample: forward, and twice as many backward; and the bytes of the gradients."""
    layers, shape = MODELS[name]
    model = layers(edutorch)
    return 3 * model.summary((1, *shape)).total_flops, 4 * sum(p.numel() for p in model.parameters())


def model_of(measured, cores):
    """The machine and each model's work, from what one process and two measured."""
    two = measured["2"]["all_reduce"]
    machine = forecast.fit_machine(two[str(SIZES[0])], two[str(SIZES[1])], 4 * SIZES[1], cores)
    fitted = {}
    for name in MODELS:
        steps = {int(work.split(":")[1]): each for work, each in measured["alone"]["steps"].items() if name in work}
        fitted[name] = forecast.fit_work({b: each["seconds"] for b, each in steps.items()}, *flops_and_bytes(name))
    return machine, fitted


def table(measured, counts, batch, machine, fitted):
    """A row for each model, kind of scaling and number of processes."""
    rows = []
    for name in MODELS:
        one = measured["1"]["steps"][f"{name}:{batch}"]["seconds"]
        for weak in (False, True):
            for count in counts:
                each = batch if weak else batch // count
                step = measured[str(count)]["steps"][f"{name}:{each}"]
                rows.append(
                    {
                        "model": name,
                        "scaling": "weak" if weak else "strong",
                        "processes": count,
                        "batch": each,
                        "ms": 1e3 * step["seconds"],
                        "waiting": step["waiting"],
                        "bytes": step["bytes"],
                        "speedup": one / step["seconds"] * (count if weak else 1),
                        "forecast": forecast.speedup(machine, fitted[name], batch, count, weak),
                    }
                )
            for count in FORECASTS:
                expected = forecast.speedup(machine, fitted[name], batch, count, weak, own_cores=True)
                rows.append(
                    {"model": name, "scaling": "weak" if weak else "strong", "processes": count, "forecast": expected}
                )
    return rows


def show(found):
    machine, cores = found["machine"], found["machine"]["cores"]
    print(
        f"{found['cpu']}, {cores} cores; latency {1e6 * machine['latency']:.1f} µs, {machine['bandwidth'] / 1e9:.2f} GB/s"
    )
    for name, work in found["work"].items():
        print(f"{name}: {work['bytes']:,} bytes of gradients, {work['speed'] / 1e9:.1f} GFLOP/s in one process")
        print(f"    one process with two BLAS threads: {found['two_threads'][name]:.2f} times as fast as with one")
    print(
        f"{'':5}{'scaling':>8}{'processes':>10}{'ms a step':>11}{'waiting':>9}{'MB a step':>11}{'speed-up':>10}{'forecast':>10}"
    )
    for row in found["rows"]:
        head = f"{row['model']:5}{row['scaling']:>8}{row['processes']:>10}"
        if "ms" in row:
            body = f"{row['ms']:>11.2f}{row['waiting']:>9.0%}{row['bytes'] / 1e6:>11.2f}{row['speedup']:>10.2f}"
        else:
            body = f"{'':>41}"
        print(f"{head}{body}{row['forecast']:>10.2f}")
    print("From 8 processes on as if each had a core of its own, and every two were as near as on this machine.")


def draw(found, path):
    """Speed-up over processes: the forecast as lines, what was measured as points."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "edutorch"
    from matplotlib import pyplot as plt

    machine = forecast.Machine(**found["machine"])
    counts = sorted({*COUNTS, *FORECASTS, 16, 32, 128, 256})
    figure, all_axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True)
    for axes, scaling in zip(all_axes, ("strong", "weak"), strict=True):
        axes.plot(counts, counts, ":", color="gray", label="n times as fast")
        for color, (name, each) in zip(("tab:blue", "tab:orange"), found["work"].items(), strict=False):
            work = forecast.Work(**each)
            line = [
                forecast.speedup(machine, work, found["batch"], n, scaling == "weak", own_cores=True) for n in counts
            ]
            axes.plot(counts, line, color=color, label=f"{name}, forecast for a core each")
            rows = [r for r in found["rows"] if (r["model"], r["scaling"]) == (name, scaling) and "speedup" in r]
            label = f"{name}, measured on {machine.cores} cores"
            axes.plot([r["processes"] for r in rows], [r["speedup"] for r in rows], "o", color=color, label=label)
        axes.set_xscale("log", base=2)
        axes.set_yscale("log", base=2)
        axes.set_xlabel("processes")
        axes.set_title(f"{scaling} scaling")
    all_axes[0].set_ylabel("speed-up")
    all_axes[0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def file_name(found):
    return f"parallel-{re.sub('[^a-z0-9]+', '-', found['cpu'].lower()).strip('-')}-{found['date']}"


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks parallel",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=1, help="time for each figure")
    parser.add_argument("--processes", type=int, default=max(COUNTS), help="from 1 to this many")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the figures")
    given = parser.parse_args(arguments)
    if not is_mpi_available():
        print(f"MPI is not installed: {launch.INSTALL}")
        return 0
    counts = tuple(range(1, max(2, given.processes) + 1))
    measured = measure(counts, BATCH, given.seconds)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    machine, fitted = model_of(measured, cores)
    one, two = measured["1"]["steps"], measured["two threads"]["steps"]
    found = {
        "cpu": processor() or "cpu",
        "date": datetime.date.today().isoformat(),
        "batch": BATCH,
        "machine": asdict(machine),
        "work": {name: asdict(work) for name, work in fitted.items()},
        "two_threads": {n: one[f"{n}:{BATCH}"]["seconds"] / two[f"{n}:{BATCH}"]["seconds"] for n in MODELS},
        "rows": table(measured, counts, BATCH, machine, fitted),
    }
    show(found)
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / f"{file_name(found)}.json"
    path.write_text(json.dumps(found, indent=1) + "\n")
    draw(found, path.with_suffix(".svg"))
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
