"""Writes optim.json: what PyTorch's optimisers and schedules do. Needs torch 2.13:

python tests/golden/make_optim.py
"""

import json
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from optim_cases import OPTIMIZERS, SCHEDULES, descend, schedule  # noqa: E402

recorded = {
    "optimizers": {n: [descend(torch, n, o) for o in many] for n, many in OPTIMIZERS.items()},
    "schedules": {name: schedule(torch, name, options) for name, options in SCHEDULES.items()},
}
(HERE / "optim.json").write_text(json.dumps(recorded) + "\n", encoding="utf-8")
