"""What PyTorch prints for tests/distributed/programs with gloo: python tests/golden/make_distributed.py

Needs PyTorch. Writes distributed.json beside itself: {program: {number of processes: lines}}."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests/distributed/programs"
COUNTS = {"collectives": (1, 2, 3), "train": (1, 2, 3, 4)}


def printed_by_pytorch(name: str, count: int) -> list[str]:
    line = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
    for _ in range(5):  # a process of gloo's now and then aborts as it ends
        done = subprocess.run([*line, str(PROGRAMS / f"{name}.py")], capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            return done.stdout.splitlines()
    raise RuntimeError(done.stderr)


if __name__ == "__main__":
    found = {name: {str(n): printed_by_pytorch(name, n) for n in counts} for name, counts in COUNTS.items()}
    (ROOT / "tests/golden/distributed.json").write_text(json.dumps(found, indent=1) + "\n")
