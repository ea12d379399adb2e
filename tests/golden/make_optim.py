"""Writes optim.json: what PyTorch's optimisers and schedules do. Needs torch 2.13:

python tests/golden/make_optim.py
"""

import json
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from optim_cases import (  # noqa: E402
    LBFGS,
    OPTIMIZERS,
    SCHEDULES,
    descend,
    schedule,
    walk_the_valley,
)

recorded = {
    "optimizers": {n: [descend(torch, n, o) for o in many] for n, many in OPTIMIZERS.items()},
    "lbfgs": [walk_the_valley(torch, options) for options in LBFGS],
    "schedules": {name: schedule(torch, name, options) for name, options in SCHEDULES.items()},
}
(HERE / "optim.json").write_text(json.dumps(recorded) + "\n", encoding="utf-8")
