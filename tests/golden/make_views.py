"""Writes views.json: programs of views and in-place changes, and PyTorch's gradients for them.

Run from the root of the clone, with PyTorch 2.13 installed: python -m tests.golden.make_views
"""

import json
from pathlib import Path

import torch

from tests.autograd.view_programs import Run, random_program

PROGRAMS = 160


def record(seed):
    """The program, the instructions PyTorch refuses, its gradients (None where backward raises)."""
    program = random_program(seed, no_grad=seed % 4 == 3)
    run = Run(torch, program)
    try:
        gradients = [[round(v, 10) for v in g.ravel().tolist()] for g in run.gradients()]
    except RuntimeError:
        gradients = None
    return {"seed": seed, "program": program, "refused": sorted(run.refused), "gradients": gradients}


if __name__ == "__main__":
    torch.set_num_threads(1)
    rows = ",\n".join(json.dumps(record(seed)) for seed in range(PROGRAMS))
    Path(__file__).with_name("views.json").write_text(f"[\n{rows}\n]\n", encoding="utf-8")
