"""How cost grows with batch, width, depth, length and the number of graph nodes; and whether a loop's memory does.

python -m tests.benchmarks growth      every curve, of edutorch and of PyTorch; written to results/, or to --out FOLDER
"""

import argparse
import gc
import json
import math
import os
import time
from pathlib import Path

from . import work
from .results import RESULTS, machine, today, versions

LEAST_SECONDS, MOST_CALLS = 0.3, 200
LOOP_STEPS = 2000


def mlp(torch, batch=64, width=64, depth=2):
    """A training step of an MLP with `depth` hidden layers of one width."""
    nn = torch.nn
    layers = [nn.Linear(64, width), nn.ReLU()]
    for _ in range(depth - 1):
        layers += [nn.Linear(width, width), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(width, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    return work.training_step(torch, model, optimizer, nn.CrossEntropyLoss(), *work.digits(torch, 64, batch=batch))


def recurrent(torch, length):
    """An LSTM 16-32 over `length` steps, batch 8, forward and backward."""
    layer = torch.nn.LSTM(16, 32)
    inputs = torch.tensor(work.random_array(length, 8, 16))

    def step():
        layer(inputs)[0].sum().backward()

    return step


CURVES = {
    "batch": ([2**n for n in range(0, 13, 2)], lambda torch, n: mlp(torch, batch=n)),
    "width": ([2**n for n in range(4, 12)], lambda torch, n: mlp(torch, width=n)),
    "depth": ([2**n for n in range(0, 8)], lambda torch, n: mlp(torch, depth=n)),
    "length": ([2**n for n in range(2, 11)], recurrent),
    "graph nodes": ([1000, 3000, 10_000, 30_000, 100_000], lambda torch, n: work.chain_of_adds(torch, length=n)),
}


def seconds_of(step):
    """The least CPU seconds of a call."""
    step()
    least, deadline, calls = math.inf, time.perf_counter() + LEAST_SECONDS, 0
    while calls < 3 or (time.perf_counter() < deadline and calls < MOST_CALLS):
        start = time.process_time()
        step()
        least = min(least, time.process_time() - start)
        calls += 1
    return least


def curves(modules, sizes=None):
    """{curve: {"sizes": [...], module's name: milliseconds for each size}}"""
    found = {}
    for name, (all_sizes, make) in CURVES.items():
        chosen = all_sizes[:sizes]
        row = found[name] = {"sizes": chosen}
        for module in modules:
            row[module.__name__] = []
        for n in chosen:
            for module in modules:
                row[module.__name__].append(seconds_of(make(module, n)) * 1e3)
                gc.collect()
    return found


def resident():
    """MiB of memory that this process holds now."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def loop_growth(torch, steps=LOOP_STEPS):
    """MiB by which a training loop's memory grows from its 200th step to its last."""
    step = work.tiny_mlp_step(torch)
    for _ in range(200):
        step()
    before = resident()
    for _ in range(steps - 200):
        step()
    return resident() - before


def draw(found, path):
    """The curves, log-log, as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "growth"
    figure, axes = plt.subplots(1, len(found), figsize=(3.2 * len(found), 3.2), layout="constrained")
    for ax, (name, row) in zip(axes, found.items(), strict=True):
        for module, style in (("edutorch", "o-"), ("torch", "s--")):
            if module in row:
                ax.loglog(row["sizes"], row[module], style, label={"torch": "PyTorch"}.get(module, module))
        ax.set(xlabel=name, title=f"a step against {name}")
    axes[0].set_ylabel("CPU time of a step (ms)")
    axes[0].legend()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main(arguments=()):
    import torch

    import edutorch

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks growth")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the figures")
    out = parser.parse_args(arguments).out
    for module in (edutorch, torch):
        module.set_num_threads(1)  # a second one that waits would count, too
    found = {"machine": machine(), "versions": versions(), "loop_mib": {}}
    found["loop_mib"] = {each.__name__: loop_growth(each) for each in (edutorch, torch)}
    found["milliseconds"] = curves((edutorch, torch))
    for name, row in found["milliseconds"].items():
        ratios = [a / b for a, b in zip(row["edutorch"], row["torch"], strict=True)]
        print(f"{name:12}", *(f"{n}: {ratio:.2f}" for n, ratio in zip(row["sizes"], ratios, strict=True)), sep="  ")
    for name in ("edutorch", "torch"):
        nodes = found["milliseconds"]["graph nodes"][name]
        print(f"100,000 nodes cost {nodes[-1] / nodes[0]:.0f} times 1,000 in {name}")
    print("memory of a loop of 2,000 steps grows by", {k: f"{v:.2f} MiB" for k, v in found["loop_mib"].items()})
    out.mkdir(exist_ok=True, parents=True)
    path = out / f"growth-{today()}.json"
    path.write_text(json.dumps(found, indent=1) + "\n")
    draw(found["milliseconds"], path.with_suffix(".svg"))
    print(path, "and its picture")
    return 0
