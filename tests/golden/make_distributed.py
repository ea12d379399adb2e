"""What PyTorch prints for tests/distributed/programs with gloo: python tests/golden/make_distributed.py

Needs PyTorch. Writes distributed.json beside itself: {program: {number of processes: lines}}."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests/distributed/programs"
COUNTS = {"collectives": (1, 2, 3), "train": (1, 2, 3, 4), "kinds": (2,)}


def printed_by_pytorch(name: str, count: int) -> list[str]:
    line = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
    for _ in range(5):  # a process of gloo's now and then aborts as it ends
        done = subprocess.run([*line, str(PROGRAMS / f"{name}.py")], capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            return done.stdout.splitlines()
    raise RuntimeError(done.stderr)


# (length, number of processes, shuffle, seed, drop_last, epoch)
SAMPLERS = [
    (10, 3, True, 0, False, 0),
    (10, 3, True, 0, False, 1),
    (10, 3, True, 5, True, 2),
    (2, 4, True, 0, False, 0),
    (3, 5, False, 0, True, 0),
    (7, 2, False, 0, False, 0),
    (9, 3, False, 0, True, 0),
]


def indices(data, case):
    """The indices that each process gets from the DistributedSampler of torch.utils.data or of edutorch's."""
    length, count, shuffle, seed, drop_last, epoch = case
    samplers = [data.DistributedSampler(range(length), count, i, shuffle, seed, drop_last) for i in range(count)]
    for sampler in samplers:
        sampler.set_epoch(epoch)
    assert all(len(sampler) == len(list(sampler)) for sampler in samplers)
    return [list(sampler) for sampler in samplers]


if __name__ == "__main__":
    import torch.utils.data.distributed

    found = {name: {str(n): printed_by_pytorch(name, n) for n in counts} for name, counts in COUNTS.items()}
    found["samplers"] = [indices(torch.utils.data.distributed, case) for case in SAMPLERS]
    (ROOT / "tests/golden/distributed.json").write_text(json.dumps(found, indent=1) + "\n")
