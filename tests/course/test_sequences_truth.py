"""What exercise 13 calls right is what the library does."""

import math
import re

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.course.notebook import read_notebook, source_of

from .pages import Page

PAGE = Page("13_sequences")


@pytest.mark.parametrize("part", "abcdef")
def test_slopes(part, names):
    expected, line = PAGE.answer("slopes")[part], PAGE.rows("slopes")[part][0]
    if expected == "error":
        with pytest.raises(RuntimeError):
            eval(line, names)
    else:
        assert eval(line, names) == expected


def test_the_slope_of_a_weight_that_is_used_three_times():
    w, h = torch.tensor(2.0, requires_grad=True), torch.tensor(1.0)
    for _ in range(3):
        h = w * h
    h.backward()
    assert w.grad.item() == PAGE.answer("slopes")["g"]


def test_the_clipped_gradient():
    parameters = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    for p, gradient in zip(parameters, (30.0, 40.0), strict=True):
        p.grad = torch.tensor([gradient])
    nn.utils.clip_grad_norm_(parameters, 5.0)
    assert round(parameters[0].grad.item()) == PAGE.answer("slopes")["h"]


@pytest.mark.parametrize("part", "abcdefghi")
def test_shapes_of_many_heads(part, names):
    expected, line = PAGE.answer("heads")[part], PAGE.rows("heads")[part][0]
    exec(PAGE.program("heads"), names)
    names["y"] = torch.zeros(2, 7, 12)
    if expected == "error":
        with pytest.raises(RuntimeError):
            eval(line, names)
    else:
        found = eval(line, names)
        assert tuple(found.shape) == expected


@pytest.mark.parametrize("part", "abcdefgh")
def test_what_a_letter_costs(part, names):
    expected, line = PAGE.answer("letters")[part], PAGE.rows("letters")[part][0]
    exec(PAGE.program("letters"), names)
    found = None
    if expected == "error":
        with pytest.raises((RuntimeError, ValueError)):
            eval(line, names)
    elif part == "g":
        found = sum(p.numel() for p in eval(line, names).parameters())
    else:
        found = eval(line, names).item()
    assert found is None or round(found, 2) == expected


def test_the_block_is_that_of_the_library(names):
    """The order asked for computes what nn.TransformerEncoderLayer(norm_first=True) does."""
    (check,) = (check.source for check in PAGE.questions["block"].checks if "5)" in check.source)
    torch.manual_seed(1)
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True, norm_first=True)
    x, mask = torch.randn(1, 3, 4), torch.ones(3, 3, dtype=torch.bool).triu(1)
    names |= {"answer": "FABCE", "__name__": "block"}
    exec(check.partition("show(after")[0], names)
    lines = names["assemble"](names["LINES"], names["answer"])
    found = names["run_program"](lines, {"torch": torch, "layer": layer, "x": x, "mask": mask})["x"]
    assert torch.allclose(found, layer(x, src_mask=mask), atol=1e-6)


def test_the_written_pieces_are_those_of_the_library(names):
    for question in ("lstm", "attention"):
        exec(PAGE.questions[question].answer, names)
    torch.manual_seed(2)
    cell = names["LSTMCell"](3, 4).double()
    x, state = torch.randn(5, 3, dtype=torch.float64), [torch.randn(5, 4, dtype=torch.float64) for _ in range(2)]
    for found, expected in zip(cell(x, state), nn.LSTMCell.forward(cell, x, state), strict=True):
        assert torch.allclose(found, expected)
    q, k, v = (torch.randn(2, length, 4, dtype=torch.float64) for length in (3, 5, 5))
    mask = torch.rand(3, 5) < 0.7
    mask[:, 0] = True
    options = [{}, {"is_causal": True}, {"attn_mask": mask}, {"attn_mask": mask.double()}]
    for each in options:
        found = names["scaled_dot_product_attention"](q, k, v, **each)
        assert torch.allclose(found, nn.functional.scaled_dot_product_attention(q, k, v, **each))


def test_the_worked_case_of_the_lstm(names):
    """Of the second hint: all gates 0 and a memory of 2."""
    exec(PAGE.questions["lstm"].answer, names)
    cell = names["LSTMCell"](1, 1)
    with torch.no_grad():
        for p in cell.parameters():
            p.zero_()
    h, c = cell(torch.zeros(1, 1), (torch.zeros(1, 1), torch.full((1, 1), 2.0)))
    assert (round(h.item(), 3), c.item()) == (0.381, 1.0)


def test_the_worked_case_of_attention(names):
    """Of the second hint: one query, two keys; the values are such that the weights show."""
    exec(PAGE.questions["attention"].answer, names)
    q, k, v = torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 0.0]]), torch.eye(2)
    weights = names["scaled_dot_product_attention"](q, k, v)
    assert [round(each, 2) for each in weights[0].tolist()] == [0.67, 0.33]
    assert math.isclose(1 / math.sqrt(2), 0.707, abs_tol=1e-3)
    hidden = names["scaled_dot_product_attention"](q, k, v, torch.tensor([[False, True]]))
    assert hidden.tolist() == [[0.0, 1.0]]


def test_the_riddles_are_solved(capsys):
    """By the library's own pieces, as by the learner's: almost all of those that were not seen before."""
    found: dict = {}
    last = PAGE.cell("receipt")
    for source in [*PAGE.assignment.setup, last]:
        exec(source, found)
    assert found["right"] > 95


def test_hints_name_sections_that_are_there(root):
    hints = " ".join(hint for question in PAGE.questions.values() for hint in question.hints)
    named = set(re.findall(r'"([A-Z][a-z][^"]+)"', hints))
    found = [root / "chapters" / f"{name}.ipynb" for name in ("07_optimization", "13_sequences")]
    headings = {
        line for path in found for cell in read_notebook(path)["cells"] for line in source_of(cell).splitlines()
    }
    assert len(named) > 3 and {name for name in named if f"## {name}" not in headings} == set()
