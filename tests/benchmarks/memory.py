"""Peak memory of work, of saving and of loading, each in a process of its own; and what importing takes."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from . import networks, work

IMPORTS = ("numpy", "edutorch", "torch")
IMPORT_PAIRS = 15


def peak():
    """The most memory that this process has held so far, in MiB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def of_the_cnn(torch):
    """MiB that the CNN's training step adds to what the process holds after importing."""
    before = peak()
    step = work.cnn_step(torch)
    for _ in range(5):
        step()
    return peak() - before


def of_saving(torch, size=networks.FILE_BYTES):
    """Peak memory of saving a state dict, the tensors included, in sizes of the file."""
    before = peak()
    state = {f"layer{i}.weight": torch.ones(size // 4 // 10) for i in range(10)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.pt"
        torch.save(state, path)
        return (peak() - before) * 2**20 / path.stat().st_size


def of_loading(torch, size=networks.FILE_BYTES):
    """Peak memory of loading the same, the loaded tensors included, in sizes of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.pt"
        line = (
            f"import {torch.__name__} as torch; torch.save({{str(i): torch.ones({size // 40}) for i in range(10)}},"
            f" {str(path)!r})"
        )
        subprocess.run([sys.executable, "-c", line], check=True)
        before = peak()
        torch.load(path)
        return (peak() - before) * 2**20 / path.stat().st_size


WORK = {"cnn": of_the_cnn, "save": of_saving, "load": of_loading}


def start(name, module):
    """WORK[name](module) in a process of its own."""
    line = (
        f"import json, {module} as torch; from tests.benchmarks import memory;"
        f" print(json.dumps(memory.WORK[{name!r}](torch)))"
    )
    done = subprocess.run([sys.executable, "-c", line], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def figures():
    """{name: {ours, PyTorch's}}: MiB for the CNN, sizes of the file for saving and loading."""
    return {name: {module: start(name, module) for module in ("edutorch", "torch")} for name in WORK}


def import_seconds(pairs=IMPORT_PAIRS):
    """{module: median CPU seconds of a process that imports it}, less those of a process that imports nothing."""
    found = {name: [] for name in ("sys", *IMPORTS)}
    for turn in range(pairs + 1):
        for name, times in found.items():
            seconds = cpu_seconds([sys.executable, "-c", f"import {name}"])
            if turn:  # the first one fills the file system's cache
                times.append(seconds)
    middle = {name: statistics.median(times) for name, times in found.items()}
    return {name: middle[name] - middle["sys"] for name in IMPORTS}


def cpu_seconds(command):
    """CPU seconds of a process; it may keep what it compiles, as most people's may."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = os.times()
    subprocess.run(command, check=True, env=environment)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
