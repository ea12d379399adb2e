"""What exercise 14 calls right is what the library does."""

import math
import re

import pytest

import edutorch as torch
from edutorch import distributions, nn

from .pages import Page

PAGE = Page("14_generating")


@pytest.mark.parametrize("part", "abcdefgh")
def test_where_the_gradient_goes(part, names):
    expected, (*steps, last) = PAGE.answer("leaks")[part], PAGE.rows("leaks")[part]
    exec(PAGE.program("leaks"), names)
    if expected == "error":
        exec("\n".join(steps), names)
        with pytest.raises((RuntimeError, AttributeError)):
            eval(last, names)
    else:
        exec("\n".join(steps), names)
        assert eval(last, names) == expected


@pytest.mark.parametrize("part", "abcdefghi")
def test_shapes_there_and_back(part, names):
    assert PAGE.shape(part, names) == PAGE.answer("shapes")[part]


def test_the_draw_is_that_of_the_library(names):
    """The same numbers from the same seed, and the same gradients."""
    exec(PAGE.questions["draw"].answer, names)
    found = []
    for kind in (names["Normal"], distributions.Normal):
        torch.manual_seed(0)
        loc, scale = torch.tensor([1.0, -2.0], requires_grad=True), torch.tensor([[3.0], [0.5]], requires_grad=True)
        draws = kind(loc, scale).rsample((4, 3))
        (draws**2).sum().backward()
        found.append((draws, loc.grad, scale.grad))
    for ours, theirs in zip(*found, strict=True):
        assert torch.allclose(ours, theirs)


def test_the_price_is_that_of_the_library(names):
    exec(PAGE.questions["price"].answer, names)
    torch.manual_seed(1)
    p = distributions.Normal(torch.randn(5, 1), torch.rand(5, 1) + 0.1)
    q = distributions.Normal(torch.randn(3), torch.rand(3) + 0.1)
    assert torch.allclose(names["kl_divergence"](p, q), distributions.kl_divergence(p, q), atol=1e-5)
    with pytest.raises(NotImplementedError):
        names["kl_divergence"](p, distributions.Uniform(0.0, 1.0))


def test_the_price_is_a_mean(names):
    """Of the difference of the logarithms, over many draws of p: what a KL divergence is."""
    exec(PAGE.questions["price"].answer, names)
    p, q = distributions.Normal(1.0, 2.0), distributions.Normal(-1.0, 4.0)
    torch.manual_seed(0)
    draws = p.sample((200_000,))
    mean = (p.log_prob(draws) - q.log_prob(draws)).mean().item()
    assert math.isclose(names["kl_divergence"](p, q).item(), mean, abs_tol=0.01)


def test_the_worked_cases(names):
    """Of the second hints."""
    exec(PAGE.questions["price"].answer, names)
    assert names["kl_divergence"](distributions.Normal(5.0, 2.0), distributions.Normal(3.0, 2.0)).item() == 0.5
    assert nn.ConvTranspose2d(1, 1, 2, stride=2)(torch.zeros(1, 1, 3, 3)).shape[-1] == 6
    exec(PAGE.questions["attack"].answer, names)
    weight = torch.tensor([[0.01], [-3.0], [2.0]])
    images = torch.tensor([[0.5, 0.5, 0.9]])
    found = names["attack"](lambda x: torch.cat([torch.zeros(1, 1), x @ weight], 1), images, torch.tensor([0]), 0.2)
    assert torch.allclose(found, torch.tensor([[0.7, 0.3, 1.0]]))


def test_the_order_is_a_step_of_a_gan(names):
    """The same weights as by hand, the detective's loss with forgeries that were drawn without a graph."""
    (source,) = (check.source for check in PAGE.questions["step"].checks if check.hidden)
    names |= {"answer": "DFCA", "__name__": "step"}
    exec(source.partition("show(weights")[0], names)
    found = names["weights_after_the_step"](7)

    torch.manual_seed(7)
    generator, discriminator = nn.Linear(2, 3), nn.Linear(3, 1)
    real, noise = torch.randn(4, 3), torch.randn(4, 2)
    softplus = nn.functional.softplus
    with torch.no_grad():
        forged = generator(noise)
    loss = softplus(-discriminator(real)).mean() + softplus(discriminator(forged)).mean()
    slopes = torch.autograd.grad(loss, list(discriminator.parameters()))
    with torch.no_grad():
        for p, slope in zip(discriminator.parameters(), slopes, strict=True):
            p -= 5 * slope
    loss = softplus(-discriminator(generator(noise))).mean()
    (slope,) = torch.autograd.grad(loss, [generator.weight])
    assert torch.allclose(found[0], generator.weight - 5 * slope, atol=1e-6)
    assert torch.allclose(found[1], discriminator.weight, atol=1e-6)


def test_the_attack_misleads_more_than_chance(names):
    """And changes no pixel by more than it may."""
    exec(PAGE.questions["attack"].answer, names)
    torch.manual_seed(0)
    model, images, labels = nn.Linear(50, 5), torch.rand(100, 50), torch.randint(0, 5, (100,))
    changed = names["attack"](model, images, labels, 0.1).detach()
    coin = (images + 0.1 * torch.randn(images.shape).sign()).clamp(0, 1)
    losses = [nn.functional.cross_entropy(model(x), labels).item() for x in (images, coin, changed)]
    assert losses[2] - losses[0] > 5 * abs(losses[1] - losses[0])
    assert (changed - images).abs().max().item() <= 0.1 + 1e-6
    assert 0 <= changed.min().item() <= changed.max().item() <= 1


def test_the_vae_learns(capsys):
    """By the library's own pieces, as by the learner's."""
    found: dict = {}
    for source in [*PAGE.assignment.setup, PAGE.cell("receipt")]:
        exec(source, found)
    before, after = re.findall(r"error +([\d.]+), price +([\d.]+)", capsys.readouterr().out)
    assert float(after[0]) < 0.3 * float(before[0])
    assert float(after[1]) > float(before[1])
