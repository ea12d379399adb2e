"""Each optimizer's steps against PyTorch's, and what all of them share."""

import copy
import json
import warnings

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn
from tests.golden.optim_cases import OPTIMIZERS, descend

CASES = [(name, i) for name, many in OPTIMIZERS.items() for i in range(len(many))]


@pytest.fixture(scope="module")
def golden(root):
    return json.loads((root / "tests/golden/optim.json").read_text())["optimizers"]


@pytest.mark.parametrize(("name", "i"), CASES)
def test_steps_are_pytorchs(name, i, golden):
    for got, expected in zip(descend(torch, name, OPTIMIZERS[name][i]), golden[name][i], strict=True):
        # PyTorch keeps NAdam's mu_product and ASGD's eta in float32, whatever the parameter's dtype
        rel = 1e-6 if name in ("NAdam", "ASGD") else 1e-9
        assert got == pytest.approx(expected, rel=rel, abs=1e-11)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_on_both_devices_and_in_float32(name, device):
    p = torch.ones(3, device=device, requires_grad=True)
    optimizer = getattr(torch.optim, name)([p], lr=0.01)
    for _ in range(3):
        optimizer.zero_grad()
        (p * p).sum().backward()
        optimizer.step()
    assert p.dtype is torch.float32 and p.device.type == device and float(p.detach()[0]) < 1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_state_dict_goes_on_where_it_stopped(name):
    def run(interrupted):
        p = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
        options = {"momentum": 0.9} if name == "SGD" else {}
        optimizer = getattr(torch.optim, name)([p], lr=0.01, **options)
        for step in range(6):
            if interrupted and step == 3:
                state = copy.deepcopy(optimizer.state_dict())
                optimizer = getattr(torch.optim, name)([p], lr=0.5, **options)
                optimizer.load_state_dict(state)
            optimizer.zero_grad()
            (p**4).sum().backward()
            optimizer.step()
        return p.tolist()

    assert run(True) == run(False)


def test_parameter_groups_have_their_own_options():
    a, b = (torch.ones(1, requires_grad=True) for _ in range(2))
    optimizer = torch.optim.SGD([{"params": [a]}, {"params": [b], "lr": 1.0}], lr=0.5)
    (a + b).sum().backward()
    optimizer.step()
    assert (a.item(), b.item()) == (0.5, 0.0)
    c = torch.ones(1, requires_grad=True)
    optimizer.add_param_group({"params": c, "lr": 2.0})
    assert [g["lr"] for g in optimizer.param_groups] == [0.5, 1.0, 2.0]


def test_named_parameters_are_taken():
    a = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([("weight", a)], lr=0.5)
    assert optimizer.param_groups[0]["param_names"] == ["weight"]
    assert optimizer.state_dict()["param_groups"][0]["params"] == [0]


def test_zero_grad_and_skipped_parameters():
    a, b = (torch.ones(1, requires_grad=True) for _ in range(2))
    optimizer = torch.optim.Adam([a, b], lr=0.5)
    (a * 2).sum().backward()
    optimizer.step()
    assert b.item() == 1.0 and b not in optimizer.state
    optimizer.zero_grad(set_to_none=False)
    assert a.grad.tolist() == [0.0]
    optimizer.zero_grad()
    assert a.grad is None


def test_closure_is_called_with_recording_on_and_its_loss_returned():
    p = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimizer.step(closure).item() == 1.0
    assert p.item() == pytest.approx(0.8)


def test_a_step_counts_as_a_change_in_place():
    p = torch.ones(1, requires_grad=True)
    y = p * p
    optimizer = torch.optim.SGD([p], lr=0.1)
    p.grad = torch.ones(1)
    optimizer.step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()


def test_hooks_and_repr():
    p = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=0.1)
    calls = []
    optimizer.register_step_pre_hook(lambda o, a, k: calls.append("before"))
    optimizer.register_step_post_hook(lambda o, a, k: calls.append("after")).remove()
    optimizer.step()
    assert calls == ["before"]
    assert repr(optimizer).startswith("SGD (\nParameter Group 0\n    capturable: False\n    dampening: 0\n")


def test_a_parameter_named_twice_is_warned_about():
    with pytest.warns(UserWarning, match="duplicate parameters"):
        torch.optim.SGD(LEAF + LEAF)


LEAF = [torch.ones(1, requires_grad=True)]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: torch.optim.SGD([]), ValueError, "empty parameter list"),
        (lambda: torch.optim.SGD(LEAF[0]), TypeError, r"iterable of Tensors.*write \[tensor\]"),
        (lambda: torch.optim.SGD(torch.nn.Linear(1, 1)), TypeError, r"SGD\(model.parameters\(\), ...\)"),
        (lambda: torch.optim.SGD([1.0]), TypeError, "can only optimize Tensors"),
        (lambda: torch.optim.SGD([LEAF[0] * 2]), ValueError, "non-leaf"),
        (lambda: torch.optim.SGD([{"params": LEAF}, {"params": LEAF}]), ValueError, "more than one"),
        (lambda: torch.optim.SGD(LEAF, lr=-1), ValueError, "Invalid learning rate: -1"),
        (lambda: torch.optim.SGD(LEAF, nesterov=True), ValueError, "Nesterov momentum requires"),
        (lambda: torch.optim.Adam(LEAF, betas=(1.0, 0.9)), ValueError, "beta parameter at index 0"),
        (lambda: torch.optim.Adam(LEAF, differentiable=True), NotImplementedError, "differentiable"),
        (lambda: torch.optim.Adam(LEAF, learning_rate=1), TypeError, "learning_rate"),
        (lambda: torch.optim.Adam(LEAF, foreach=True, fused=True), RuntimeError, "together"),
        (lambda: torch.optim.SGD([("a", LEAF[0]), torch.ones(1)]), ValueError, "with/without names"),
        (
            lambda: torch.optim.SGD([("a", LEAF[0])]).add_param_group({"params": torch.ones(1)}),
            ValueError,
            "with/without names",
        ),
        (lambda: torch.optim.SGD({"params": LEAF}.values()), TypeError, "can only optimize"),
        (lambda: torch.optim.SGD([{"params": {LEAF[0]}}]), TypeError, "a set has no order"),
        (
            lambda: torch.optim.SGD(LEAF).load_state_dict({"state": {}, "param_groups": []}),
            ValueError,
            "different number",
        ),
        (lambda: torch.optim.Optimizer(LEAF, {}).step() or _with_grad(), NotImplementedError, "must implement"),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


def _with_grad():
    p = torch.ones(1, requires_grad=True)
    p.grad = torch.ones(1)
    torch.optim.Optimizer([p], {}).step()


def test_rprop_steps_on_after_gradients_that_are_no_numbers():
    """As PyTorch 2.13: an infinite gradient has a direction, nan has none."""
    p = torch.ones(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Rprop([p], lr=0.1)
    seen = []
    for gradient in ([1.0, float("nan")], [-float("inf"), 1.0], [-1.0, 1.0]):
        p.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        seen.append(p.tolist())
    assert seen == [pytest.approx(each) for each in ([0.9, 1.0], [0.9, 0.9], [0.95, 0.78])]


class Own(torch.optim.Optimizer):
    """An optimizer as PyTorch's tutorials write one: with a step() of its own."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})

    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.data.add_(p.grad, alpha=-group["lr"])
        return "stepped"


class Further(torch.optim.SGD):
    def step(self, closure=None):
        return super().step(closure)


@pytest.mark.parametrize("cls", [Own, Further, torch.optim.SGD])
def test_hooks_and_schedules_know_of_a_step_of_ones_own(cls):
    p = nn.Parameter(torch.ones(2))
    p.grad = torch.ones(2)
    optimizer, calls = cls([p], lr=0.1), []
    optimizer.register_step_pre_hook(lambda *given: calls.append(given))
    optimizer.register_step_post_hook(lambda *given: calls.append(given))
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.step(closure=None)
        scheduler.step()
    assert calls == [(optimizer, (optimizer,), {"closure": None})] * 2
    np.testing.assert_allclose(p.tolist(), [0.9, 0.9], rtol=1e-6)
    with pytest.warns(UserWarning, match="before `optimizer.step"):
        torch.optim.lr_scheduler.StepLR(cls([p], lr=0.1), 1).step()


def test_a_hook_before_a_step_changes_its_arguments():
    p = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([p], lr=0.1)
    handle = optimizer.register_step_pre_hook(lambda o, args, kwargs: ((o, lambda: "replaced"), {}))
    assert optimizer.step() == "replaced"
    handle.remove()
    optimizer.register_step_pre_hook(lambda o, args, kwargs: 3)
    with pytest.raises(RuntimeError, match=r"tuple of \(new_args, new_kwargs\), but got 3"):
        optimizer.step()


def test_a_schedule_says_nothing_of_steps_it_cannot_count():
    p = nn.Parameter(torch.ones(2))

    class Wrapper(torch.optim.Optimizer):
        def __init__(self, base):  # without Optimizer's own
            self.base, self.param_groups = base, base.param_groups

        def step(self, closure=None):
            return self.base.step(closure)

    wrapper, patched = Wrapper(torch.optim.SGD([p], lr=0.1)), torch.optim.SGD([p], lr=0.1)
    patched.step = lambda closure=None: None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for optimizer in (wrapper, patched):
            scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
            optimizer.step()
            scheduler.step()
