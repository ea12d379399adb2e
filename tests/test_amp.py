"""Programs written for mixed precision run, in the precision of their weights, and are told so."""

import pytest

import edutorch as torch
from edutorch import nn


def test_nothing_is_cast_and_a_warning_says_so():
    layer, x = nn.Linear(3, 2), torch.ones(1, 3)
    with pytest.warns(UserWarning, match="autocast: nothing is cast"), torch.autocast("cuda", dtype=torch.bfloat16):
        assert layer(x).dtype == torch.float32
    with torch.cuda.amp.autocast(enabled=False), torch.amp.autocast("cpu", enabled=False):
        assert layer(x).dtype == torch.float32

    @torch.autocast("cpu", enabled=False)
    def decorated(x):
        return layer(x)

    assert torch.equal(decorated(x), layer(x))
    with pytest.raises(RuntimeError, match="unsupported autocast device_type 'tpu'"):
        torch.autocast("tpu")


@pytest.mark.parametrize("make", [torch.amp.GradScaler, torch.cuda.amp.GradScaler, torch.GradScaler])
def test_the_scaler_is_a_disabled_one(make):
    weight = nn.Parameter(torch.ones(1))
    optimizer, scaler = torch.optim.SGD([weight], lr=0.5), make(enabled=True)
    scaler.scale((weight * 3).sum()).backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    assert weight.item() == -0.5 and not scaler.is_enabled() and scaler.get_scale() == 1.0
    scaler.load_state_dict(scaler.state_dict())


def test_functions_marked_for_autocast_are_themselves():
    class Double(torch.autograd.Function):
        @staticmethod
        @torch.cuda.amp.custom_fwd
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        @torch.amp.custom_bwd(device_type="cuda")
        def backward(ctx, gy):
            return 2 * gy

    x = torch.ones(1, requires_grad=True)
    Double.apply(x).backward()
    assert x.grad.item() == 2
