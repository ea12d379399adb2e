"""L-BFGS: the same points as PyTorch, its state, its refusals."""

import json

import pytest

import edutorch as torch
from edutorch.optim.line_search import Point, StrongWolfe
from tests.golden.optim_cases import LBFGS, walk_the_valley


@pytest.mark.parametrize("i", range(len(LBFGS)))
def test_steps_are_pytorchs(i, root):
    golden = json.loads((root / "tests/golden/optim.json").read_text())["lbfgs"][i]
    for row, expected in zip(walk_the_valley(torch, LBFGS[i]), golden, strict=True):
        assert row == pytest.approx(expected, rel=1e-6, abs=1e-8)


def fit(x, optimizer, steps):
    def closure():
        optimizer.zero_grad()
        loss = ((x[1] - x[0] ** 2) ** 2 * 100 + (1 - x[0]) ** 2).sum()
        loss.backward()
        return loss

    return [optimizer.step(closure).item() for _ in range(steps)]


@pytest.mark.parametrize("line_search", [None, "strong_wolfe"])
def test_it_finds_the_lowest_place_on_both_devices(line_search, device):
    x = torch.tensor([0.8, 0.5], device=device, requires_grad=True)
    losses = fit(x, torch.optim.LBFGS([x], lr=0.5, line_search_fn=line_search), 8)
    assert losses[-1] < 1e-6 < losses[0] and x.tolist() == pytest.approx([1, 1], abs=1e-2)


def test_state_dict_goes_on_where_it_stopped():
    x = torch.tensor([-1.0, 0.5], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([x], max_iter=3, line_search_fn="strong_wolfe")
    fit(x, optimizer, 2)
    y = x.detach().clone().requires_grad_()
    again = torch.optim.LBFGS([y], max_iter=3, line_search_fn="strong_wolfe")
    again.load_state_dict(optimizer.state_dict())
    assert fit(x, optimizer, 3) == fit(y, again, 3) and x.tolist() == y.tolist()


def test_where_the_gradient_is_zero_nothing_moves():
    x = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.LBFGS([x])
    assert fit(x, optimizer, 2) == [0, 0] and x.tolist() == [1, 1]
    assert optimizer.state[x]["func_evals"] == 2


def test_a_line_search_ends_where_both_conditions_hold():
    def look(step):  # (step - 3)^2, its minimum far from the first try
        return Point(step, (step - 3) ** 2, None, 2 * (step - 3))

    for first in (0.01, 1.0, 3.0, 50.0):
        wolfe = StrongWolfe(look, look(0.0), 1e-9, 25)
        found = wolfe.search(first)
        assert found.loss <= 9 - 1e-4 * 6 * found.step and abs(found.slope) <= 0.9 * 6
        assert wolfe.looks <= 10


def test_wrong_calls():
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(ValueError, match="parameter groups"):
        torch.optim.LBFGS([{"params": [x]}, {"params": [torch.ones(1, requires_grad=True)]}])
    with pytest.raises(RuntimeError, match="only 'strong_wolfe' is supported"):
        torch.optim.LBFGS([x], line_search_fn="wolfe")
    with pytest.raises(ValueError, match="Invalid learning rate: -1"):
        torch.optim.LBFGS([x], lr=-1)
    with pytest.raises(TypeError, match="needs a closure"):
        torch.optim.LBFGS([x]).step()
