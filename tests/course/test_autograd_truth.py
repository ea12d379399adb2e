"""The predictions that exercise 03 asks for are what the library really does."""

import pytest

import edutorch as torch
from edutorch.course.assignment import load_assignment

from .make_submissions import SOLUTION


def reference(question):
    names = {}
    exec(load_assignment(SOLUTION).questions[question].answer, names)
    return names["answer"]


def twice(x):
    (x * x).backward()
    (x * x).backward()


def same_graph_twice(x):
    y = x * x
    y.backward()
    y.backward()


PROGRAMS = {
    "a": lambda x: (x * x).backward(),
    "b": twice,
    "c": same_graph_twice,
    "d": lambda x: (x * torch.tensor([1.0, 3.0])).backward(),
    "e": lambda x: (x.detach() * x).backward(),
}


@pytest.mark.parametrize("part", list(PROGRAMS))
def test_what_grad_holds(part):
    x = torch.tensor(2.0, requires_grad=True)
    expected = reference("grad_holds")[part]
    if expected == "error":
        with pytest.raises(RuntimeError):
            PROGRAMS[part](x)
    else:
        PROGRAMS[part](x)
        assert x.grad.item() == expected


def test_shapes():
    x = torch.ones(3, 1, requires_grad=True)
    b = torch.ones(4, requires_grad=True)
    w = torch.ones(4, 5, requires_grad=True)
    h = x + b
    y = h @ w
    y.sum().backward()
    shapes = {"h": h, "y": y, "x.grad": x.grad, "b.grad": b.grad, "w.grad": w.grad}
    assert {name: tuple(t.shape) for name, t in shapes.items()} == reference("shapes")
