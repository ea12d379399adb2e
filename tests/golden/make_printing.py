"""Writes printing.json: how PyTorch 2.13 prints the tensors below under the options below.

Run where torch is installed: python tests/golden/make_printing.py
"""

import json
from pathlib import Path

import torch

RAND = "torch.rand({}, generator=torch.Generator().manual_seed({}))"

TENSORS = [
    # no dimensions
    "torch.tensor(3.5)",
    "torch.tensor(2.0)",
    "torch.tensor(7)",
    "torch.tensor(True)",
    "torch.tensor(float('nan'))",
    "torch.tensor(-0.0)",
    "torch.tensor(1e-9)",
    # nothing in it
    "torch.tensor([])",
    "torch.zeros(0, 3)",
    "torch.zeros(2, 0, 3)",
    "torch.zeros(0).long()",
    "torch.zeros(0, 2).int()",
    "torch.zeros(0, requires_grad=True)",
    # dtypes
    "torch.arange(5)",
    "torch.arange(5).int()",
    "torch.arange(-3, 3).to(torch.int8)",
    "torch.arange(4).to(torch.uint8)",
    "torch.arange(4).to(torch.int16)",
    "torch.tensor([True, False])",
    "torch.tensor([[True], [False]])",
    "torch.tensor([1.5, 2]).half()",
    "torch.tensor([0.1, 2]).double()",
    "torch.tensor([2.0, 3.0]).double()",
    "torch.tensor([-(2**63), 2**63 - 1])",
    "torch.tensor([65504.0, 0.1]).half()",
    # whole numbers, fractions, wide ranges
    "torch.zeros(3)",
    "torch.ones(2, 2)",
    "torch.tensor([1.0, 10.0, 100.0])",
    "torch.tensor([1.0, 1000.0])",
    "torch.tensor([1.0, 1001.0])",
    "torch.tensor([1.5, 1600.0])",
    "torch.tensor([1e8, 3.0])",
    "torch.tensor([1e9])",
    "torch.tensor([1e-4])",
    "torch.tensor([9e-5])",
    "torch.tensor([1e-5, 1.0])",
    "torch.tensor([1e-40, 2e-40])",
    "torch.tensor([1e308, 1e-308], dtype=torch.float64)",
    "torch.tensor([-1.0, 2.5, -100.0])",
    "torch.tensor([0.00012, 0.1])",
    "torch.tensor([99999.995])",
    "torch.tensor([0.99999])",
    "torch.tensor([-0.0, 0.0])",
    # not finite
    "torch.tensor([1.0, float('inf')])",
    "torch.tensor([1.5, float('-inf'), float('nan')])",
    "torch.tensor([float('nan')])",
    "torch.tensor([float('inf'), 1e9])",
    "torch.full((2, 3), float('-inf'))",
    # shapes
    RAND.format("3", 1),
    RAND.format("20", 2),
    RAND.format("3, 4", 3),
    RAND.format("2, 3, 4", 4),
    RAND.format("2, 1, 2, 3", 5),
    RAND.format("2, 30", 6),
    RAND.format("1, 1", 7),
    RAND.format("3, 4", 8) + ".t()",
    RAND.format("4, 6", 9) + "[::2, 1::2]",
    RAND.format("1", 10) + ".expand(3, 2)",
    "torch.arange(24).reshape(2, 3, 4)",
    "torch.arange(100)",
    "torch.arange(100).reshape(10, 10) * 1000",
    # summaries
    "torch.arange(1000)",
    "torch.arange(1001)",
    "torch.arange(1001.0)",
    "torch.zeros(2, 1000)",
    "torch.zeros(1000, 2)",
    "torch.arange(40000).reshape(200, 200)",
    "torch.ones(7, 6, 50)",
    "torch.ones(10, 10, 11, 1)",
    "torch.arange(2000.0) / 7",
    "torch.zeros(3000).bool()",
    # in the graph
    "torch.tensor([1.0], requires_grad=True)",
    "torch.tensor(1.0, requires_grad=True)",
    "torch.ones(3, requires_grad=True) + 1",
    "torch.ones(3, requires_grad=True) * 2",
    "torch.ones(3, requires_grad=True).sum()",
    "torch.zeros(2, 2, requires_grad=True).reshape(4).exp()",
    "torch.ones(2, 2, dtype=torch.float64, requires_grad=True)",
    "torch.ones(2, 2, requires_grad=True).sqrt()",
    "torch.ones(3, requires_grad=True).detach()",
    "torch.rand(9, 9, requires_grad=True) * 0",
]

OPTIONS = [
    {"profile": "default"},
    {"profile": "short"},
    {"profile": "full", "linewidth": 200},
    {"profile": "default", "precision": 8},
    {"profile": "default", "sci_mode": True},
    {"profile": "default", "sci_mode": False, "precision": 2},
    {"profile": "default", "threshold": 5, "edgeitems": 2},
    {"profile": "default", "threshold": 3, "edgeitems": 0},
    {"profile": "default", "linewidth": 30},
]

FORMATS = [
    ("torch.tensor(3.14159)", ".2f"),
    ("torch.tensor(3.14159)", ""),
    ("torch.tensor(7)", "04d"),
    ("torch.tensor(True)", ""),
    ("torch.tensor(0.5, requires_grad=True) * 3", ".4f"),
    ("torch.tensor([1.0, 2.0])", ""),
    ("torch.tensor(12345.678)", ">12,.1f"),
]


def main() -> None:
    """Print all and write them beside this file."""
    printed = []
    for options in OPTIONS:
        torch.set_printoptions(**options)
        texts = [[code, repr(eval(code))] for code in TENSORS]
        if options["profile"] == "full":  # what is summarized otherwise is long here
            texts = [[code, text] for code, text in texts if len(text) < 2000]
        printed.append({"options": options, "texts": texts})
    torch.set_printoptions(profile="default")
    formats = [[code, spec, format(eval(code), spec)] for code, spec in FORMATS]
    path = Path(__file__).with_name("printing.json")
    path.write_text(json.dumps({"printed": printed, "formats": formats}, indent=1))


if __name__ == "__main__":
    main()
