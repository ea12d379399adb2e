"""Writes ops.npz, nn.npz and arrays.npz: what PyTorch 2.13 answers in every case of ops_cases.py, nn_cases.py
and array_cases.py, values and gradients.

Run where torch is installed, from the root of the clone: python -m tests.golden.make_ops
"""

import warnings
from pathlib import Path

import numpy as np
import torch

from tests.golden import array_cases, nn_cases, ops_cases
from tests.golden.ops_cases import FLOATS, inputs_of, weights_of


def answers(cases: dict, topic: str, case: str, dtype: torch.dtype) -> tuple[np.ndarray, list[np.ndarray]]:
    """The value of a case, and the gradient of its weighted sum for each floating input."""
    inputs = [
        (x.to(dtype) if x.is_floating_point() else x).requires_grad_(wanted)
        for x, wanted in ((torch.from_numpy(array), wanted) for array, wanted in inputs_of(topic, case, cases))
    ]
    value = cases[topic][case][0](torch, *inputs)
    if not isinstance(value, torch.Tensor):
        return np.asarray(value), []
    leaves = [x for x in inputs if x.requires_grad]
    if not (value.requires_grad and leaves):
        return value.detach().numpy(), []
    total = (value * torch.from_numpy(weights_of(value.shape)).to(value.dtype)).sum()
    gradients = torch.autograd.grad(total, leaves, allow_unused=True, materialize_grads=True)
    return value.detach().numpy(), [gradient.numpy() for gradient in gradients]


def write(name: str, cases: dict) -> None:
    """Run all cases and write their answers beside this file."""
    arrays = {}
    for topic, of_topic in cases.items():
        for case in of_topic:
            for dtype in FLOATS:
                value, gradients = answers(cases, topic, case, getattr(torch, dtype))
                arrays[f"{topic}|{case}|{dtype}"] = value
                if dtype == "float64":
                    for i, gradient in enumerate(gradients):
                        arrays[f"{topic}|{case}|gradient {i}"] = gradient
    np.savez_compressed(Path(__file__).with_name(name), **arrays)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    write("ops.npz", ops_cases.CASES)
    write("nn.npz", nn_cases.CASES)
    write("arrays.npz", array_cases.CASES)
