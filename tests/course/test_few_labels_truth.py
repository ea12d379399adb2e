"""What exercise 15 calls right is what the library does."""

import re

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.nn import functional as F

from .pages import Page

PAGE = Page("15_few_labels")


@pytest.mark.parametrize("part", "abcdefghi")
def test_what_a_step_changes(part, names):
    expected, (program, seen) = PAGE.answer("frozen")[part], PAGE.rows("frozen")[part]
    torch.manual_seed(0)
    exec(PAGE.program("frozen"), names)
    before = eval(seen, names).detach().clone()
    if expected == "error":
        with pytest.raises(RuntimeError):
            exec(program, names)
    else:
        exec(program, names)
        assert torch.equal(eval(seen, names), before) == (expected == "stays")


@pytest.mark.parametrize("part", "abcdefghi")
def test_shapes_of_pairs_and_of_crowds(part, names):
    assert PAGE.shape(part, names) == PAGE.answer("shapes")[part]


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("swap", [False, True])
def test_the_triplet_loss_is_that_of_the_library(names, swap, reduction):
    """Its values and gradients, for both norms and an eps that shows."""
    exec(PAGE.questions["triplet"].answer, names)
    for p, eps in ((2, 1e-6), (1, 0.3)):
        found = []
        for loss_of in (names["triplet_margin_loss"], F.triplet_margin_loss):
            torch.manual_seed(0)
            codes = [torch.randn(20, 4).requires_grad_() for _ in range(3)]
            loss = loss_of(*codes, 0.7, p, eps, swap, reduction=reduction)
            loss.sum().backward()
            found.append([loss, *(code.grad for code in codes)])
        for ours, theirs in zip(*found, strict=True):
            assert torch.allclose(ours, theirs, atol=1e-6)


def test_the_similarity_is_that_of_the_library(names):
    exec(PAGE.questions["similarity"].answer, names)
    torch.manual_seed(0)
    cases = [
        ((5, 3), (5, 3), 1),
        ((5, 1, 3), (4, 3), 2),
        ((4, 3), (5, 1, 3), 2),
        ((2, 3, 4), (3, 1), 1),
        ((3,), (3,), 0),
    ]
    for shape1, shape2, dim in cases:
        for eps in (1e-8, 2.0):
            found = []
            x1, x2 = torch.randn(shape1), torch.randn(shape2)
            for similarity in (names["cosine_similarity"], F.cosine_similarity):
                a, b = x1.clone().requires_grad_(), x2.clone().requires_grad_()
                value = similarity(a, b, dim, eps)
                if eps < 1:  # the gradient of a length below eps is PyTorch's own affair
                    (value**2).sum().backward()
                found.append([value, *(x.grad for x in (a, b) if x.grad is not None)])
            for ours, theirs in zip(*found, strict=True):
                assert torch.allclose(ours, theirs, atol=1e-5)
    assert names["cosine_similarity"](torch.zeros(1, 3), torch.ones(1, 3)).item() == 0


def test_the_worked_cases(names):
    """Of the second hints."""
    norm = nn.BatchNorm1d(2).requires_grad_(False)
    norm(torch.tensor([[4.0, 5.0], [6.0, 5.0]]))
    assert torch.allclose(norm.running_mean, torch.tensor([0.5, 0.5]))
    exec(PAGE.questions["triplet"].answer, names)
    three = torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 0.0]]), torch.tensor([[0.0, 4.0]])
    for swap in (False, True):
        assert names["triplet_margin_loss"](*three, 2.0, swap=swap).item() == pytest.approx(1, abs=1e-5)
    exec(PAGE.questions["similarity"].answer, names)
    two = torch.tensor([[3.0, 4.0]]), torch.tensor([[10.0, 0.0]])
    assert names["cosine_similarity"](*two).item() == pytest.approx(0.6)
    assert names["cosine_similarity"](*two, eps=20.0).item() == pytest.approx(0.075)
    assert torch.tensor([2.0, 0.0, 0.0]).softmax(0)[0].item() == pytest.approx(0.79, abs=0.005)
    logits = torch.tensor([[4.0, 0.0], [0.0, 2.0]])
    assert logits.softmax(1)[:, 0].tolist() == pytest.approx([0.98, 0.12], abs=0.005)
    assert logits.softmax(1).mean(0)[0].item() == pytest.approx(0.55, abs=0.005)
    assert logits.mean(0).softmax(0)[0].item() == pytest.approx(0.73, abs=0.005)


def test_the_order_is_a_round_of_pseudo_labels(names):
    """The same weights as by hand."""
    (source,) = (check.source for check in PAGE.questions["round"].checks if check.hidden)
    names |= {"answer": "DCAB", "__name__": "round"}
    exec(source.partition("show(after_the_round")[0], names)
    sizes, weight = names["after_the_round"](7)

    torch.manual_seed(7)
    model = nn.Linear(2, 3)
    images, labels, pool = torch.randn(6, 2), torch.tensor([0, 1, 2, 0, 1, 2]), 3 * torch.randn(20, 2)
    names["fit"](model, images, labels)
    probabilities = model(pool).softmax(1)
    sure = [k for k, row in enumerate(probabilities.tolist()) if max(row) > 0.9]
    guesses = probabilities.argmax(1)[sure]
    names["fit"](model, torch.cat([images, pool[sure]]), torch.cat([labels, guesses]))
    assert sizes == [6, 6 + len(sure)] and 0 < len(sure) < 20
    assert torch.allclose(weight, model.weight, atol=1e-6)


def test_the_detour_is_a_product_of_two_small_matrices(names):
    """What LoRA learns is a change of the weight of rank 2 at most, and it can be added to the weight."""
    exec(PAGE.questions["lora"].answer, names)
    torch.manual_seed(0)
    linear, x, goal = nn.Linear(6, 5), torch.randn(30, 6), torch.randn(30, 5)
    made = names["LoRA"](linear, 2, 0.5)
    before = nn.functional.mse_loss(made(x), goal).item()
    optimizer = torch.optim.Adam(made.parameters(), lr=0.05)
    for _ in range(30):
        optimizer.zero_grad()
        F.mse_loss(made(x), goal).backward()
        optimizer.step()
    assert F.mse_loss(made(x), goal).item() < 0.95 * before
    merged = F.linear(x, linear.weight + 0.5 * made.B @ made.A, linear.bias)
    assert torch.allclose(made(x), merged, atol=1e-5)
    assert torch.linalg.matrix_rank((made.B @ made.A).detach()).item() == 2


def test_codes_learned_from_triplets_find_more(capsys):
    """By the library's own pieces, as by the learner's."""
    found: dict = {}
    for source in [*PAGE.assignment.setup, PAGE.cell("receipt")]:
        exec(source, found)
    pixels, untrained, learned = map(float, re.findall(r": ([\d.]+) %", capsys.readouterr().out))
    assert learned > pixels + 5 > untrained
