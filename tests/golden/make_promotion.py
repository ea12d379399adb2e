"""Writes promotion.json: the dtype of every operation on every two dtypes, in PyTorch 2.13.

Run where torch is installed: python tests/golden/make_promotion.py
"""

import json
from collections.abc import Callable
from pathlib import Path

import torch
from promotion_cases import BINARY, DTYPES, KINDS, REDUCTIONS, TENSORS_ONLY, UNARY, operands


def dtype_of(operation: Callable[..., torch.Tensor], *operands: object) -> str:
    """The dtype of what an operation gives; "error" where it raises."""
    try:
        return str(operation(torch, *operands).dtype).removeprefix("torch.")
    except RuntimeError:
        return "error"


def main() -> None:
    """Run all and write them beside this file."""
    answers = {}
    for name, operation in BINARY.items():
        for first in DTYPES:
            for second in DTYPES:
                for kind in KINDS[:2] if name in TENSORS_ONLY else KINDS:
                    x, y = operands(torch, first, second, kind)
                    answers[f"{name} {first} {second} {kind}"] = dtype_of(operation, x, y)
    for name, operation in {**UNARY, **REDUCTIONS}.items():
        for first in DTYPES:
            x = torch.ones(2, 2, dtype=getattr(torch, first))
            answers[f"{name} {first}"] = dtype_of(operation, x)
    Path(__file__).with_name("promotion.json").write_text(json.dumps(answers, indent=0) + "\n")


if __name__ == "__main__":
    main()
