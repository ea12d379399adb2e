"""The loops and the matrix products say the same."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.ops.conv_loops import conv2d_by_loops


@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1}, {"padding": 2, "dilation": 2}, {"stride": 3}])
def test_conv2d_by_loops(options, device):
    torch.manual_seed(0)
    x, w, b = torch.randn(2, 2, 6, 5), torch.randn(3, 2, 2, 3), torch.randn(3)
    x, w, b = (each.double().to(device) for each in (x, w, b))
    fast, slow = torch.conv2d(x, w, b, **options), conv2d_by_loops(x, w, b, **options)
    np.testing.assert_allclose(slow.cpu().numpy(), fast.cpu().numpy(), rtol=1e-12, atol=1e-12)
    assert torch.equal(conv2d_by_loops(x, w), conv2d_by_loops(x, w, torch.zeros(3, dtype=x.dtype, device=device)))
