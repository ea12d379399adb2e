"""The incomplete gamma functions as operations."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.autograd.gradcheck import gradcheck, gradgradcheck

A = [[0.5], [3.0]]


def test_values_broadcast_and_keep_dtype_and_device(device):
    x = torch.tensor([0.1, 2.0, 9.0], device=device)
    below, above = (
        torch.special.gammainc(torch.tensor(A, device=device), x),
        torch.igammac(torch.tensor(A, device=device), x),
    )
    assert below.shape == (2, 3) and below.dtype == torch.float32 and below.device.type == device
    np.testing.assert_allclose((below + above).cpu().numpy(), 1, rtol=1e-6)
    assert torch.igamma is torch.special.gammainc and torch.special.gammaincc is torch.igammac


@pytest.mark.parametrize("function", [torch.igamma, torch.igammac])
def test_the_gradient_of_the_second_argument(function):
    a, x = torch.tensor(A, dtype=torch.float64), torch.tensor([0.3, 2.0, 9.0], dtype=torch.float64, requires_grad=True)
    assert gradcheck(lambda x: function(a, x), (x,)) and gradgradcheck(lambda x: function(a, x), (x,))


def test_the_first_argument_has_none():
    a = torch.ones(2, requires_grad=True)
    with pytest.raises(NotImplementedError, match="derivative for 'igamma: input' is not implemented"):
        torch.igamma(a, torch.ones(2)).sum().backward()


def test_live_beside_pytorch():
    theirs = pytest.importorskip("torch")
    random = np.random.RandomState(0)
    a, x = random.uniform(0, 30, 500), random.uniform(0, 40, 500)
    for name in ("igamma", "igammac"):
        for dtype, rtol in (("float64", 1e-8), ("float32", 1e-4)):
            arrays = a.astype(dtype), x.astype(dtype)
            expected = getattr(theirs, name)(*map(theirs.tensor, arrays))
            got = getattr(torch, name)(*map(torch.tensor, arrays))
            np.testing.assert_allclose(got.numpy(), expected.numpy(), rtol, 1e-7)
