"""Writes programs.json: what each program of tests/programs prints under PyTorch. Needs torch 2.13,
torchvision and tensorboard:

python tests/golden/make_programs.py
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

printed = {
    path.stem: subprocess.run(
        [sys.executable, "-W", "ignore", str(path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for path in sorted((HERE.parent / "programs").glob("*.py"))
}
(HERE / "programs.json").write_text(json.dumps(printed, indent=1) + "\n", encoding="utf-8")
