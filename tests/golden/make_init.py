"""Writes init.json: PyTorch 2.13's answers in the cases of init_cases.py.

Run where torch is installed: python tests/golden/make_init.py
"""

import json
import warnings
from pathlib import Path

import torch
from init_cases import CLIPS, INITS, gains, values

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    answers = {
        "inits": {name: values(torch, name) for name in INITS},
        "gains": gains(torch),
        "clips": {name: clip(torch) for name, clip in CLIPS.items()},
    }
    path = Path(__file__).with_name("init.json")
    path.write_text(json.dumps(answers, indent=1) + "\n", encoding="utf-8")
