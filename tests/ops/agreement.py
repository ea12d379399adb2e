"""What the tests of the operations share: a case of golden/ops_cases.py, nn_cases.py or array_cases.py run
here, held against PyTorch's."""

import functools
import warnings
from pathlib import Path

import numpy as np

import edutorch as torch
from edutorch.autograd.gradcheck import gradcheck, gradgradcheck
from tests.golden import array_cases, nn_cases, ops_cases
from tests.golden.ops_cases import inputs_of, weights_of

CASES = ops_cases.CASES | nn_cases.CASES | array_cases.CASES
FOLDER = Path(__file__).parent.parent / "golden"
TOLERANCE = {"f8": (1e-7, 1e-10), "f4": (3e-5, 3e-6)}  # PyTorch's hardsigmoid has a float32 constant


@functools.cache
def golden():
    """The arrays that make_ops.py wrote."""
    found = {}
    for name in ("ops.npz", "nn.npz", "arrays.npz"):
        with np.load(FOLDER / name) as arrays:
            found.update(arrays)
    return found


def inputs(topic, case, device="cpu", name="float64", requires_grad=True):
    """The tensors of a case."""
    return [
        torch.tensor(
            array.astype(name) if array.dtype.kind == "f" else array,
            device=device,
            requires_grad=requires_grad and wanted,
        )
        for array, wanted in inputs_of(topic, case, CASES)
    ]


def check_values(topic, case, device, name):
    """The value of a case, and in float64 its gradients, are PyTorch's: shape, dtype and numbers."""
    tensors = inputs(topic, case, device, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = CASES[topic][case][0](torch, *tensors)
    expected = golden()[f"{topic}|{case}|{name}"]
    if not isinstance(value, torch.Tensor):
        assert value == expected.tolist()
        return
    same(value, expected)
    wanted = [x for x in tensors if x.requires_grad]
    if name != "float64" or f"{topic}|{case}|gradient 0" not in golden():
        return
    weights = torch.tensor(weights_of(tuple(value.shape)), dtype=value.dtype, device=device)
    gradients = torch.autograd.grad((value * weights).sum(), wanted, allow_unused=True, materialize_grads=True)
    for i, gradient in enumerate(gradients):
        same(gradient, golden()[f"{topic}|{case}|gradient {i}"])


def same(value, expected):
    """Shape, dtype and numbers agree."""
    got = value.detach().cpu().numpy()
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(got, expected, *TOLERANCE.get(got.dtype.str[1:], (0, 0)))


def check_gradients(topic, case, smooth=True):
    """The gradients of a case are those of finite differences; smooth: their own gradients too."""
    function, tensors = CASES[topic][case][0], inputs(topic, case)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gradcheck(lambda *x: function(torch, *x), tensors)
        if smooth:
            gradgradcheck(lambda *x: function(torch, *x), tensors)


def differentiable(topic):
    """The cases of a topic for which PyTorch gave gradients."""
    return [case for case in CASES[topic] if f"{topic}|{case}|gradient 0" in golden()]
