"""Writes saved.json: which changes in place of inputs and outputs PyTorch's backward lets pass, operation by operation.

python -m tests.golden.make_saved   (PyTorch 2.13)
"""

import json
from pathlib import Path

import torch

from tests.golden.saved_cases import CASES, verdicts

if __name__ == "__main__":
    lines = [f"  {json.dumps(name)}: {json.dumps(verdicts(torch, name))}" for name in CASES]
    Path(__file__).with_name("saved.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
