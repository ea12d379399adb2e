"""Writes readme_losses.json: what the program of README.md's left column prints under PyTorch. Needs torch 2.13:

python tests/golden/make_readme_losses.py
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
page = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
program = re.search(r"```python\n(import torch\n.*?)```", page, re.DOTALL)[1]
printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
record = {"torch": torch.__version__.partition("+")[0], "printed": printed.splitlines()}
(HERE / "readme_losses.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
