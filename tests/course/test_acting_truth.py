"""What exercise 16 calls right is what the library does."""

import re

import pytest

import edutorch as torch
from edutorch import distributions, nn
from edutorch.course import worlds

from .pages import Page

PAGE = Page("16_acting")


@pytest.mark.parametrize("part", "abcdefgh")
def test_what_the_table_learns(part, names):
    *steps, last = PAGE.rows("update")[part]
    exec(PAGE.program("update"), names)
    exec("\n".join(steps), names)
    assert eval(last, names) == PAGE.answer("update")[part]


@pytest.mark.parametrize("part", "abcdefghi")
def test_which_number_of_each_row(part, names):
    assert PAGE.shape(part, names) == PAGE.answer("shapes")[part]


def test_the_returns_are_those_of_the_library_and_of_the_definition(names):
    exec(PAGE.questions["returns"].answer, names)
    torch.manual_seed(0)
    rewards = torch.randn(7, 3, dtype=torch.float64)
    found = names["discounted_returns"](rewards, 0.9)
    assert torch.equal(found, worlds.discounted_returns(rewards, 0.9))
    for t in range(7):
        by_definition = sum(0.9 ** (k - t) * rewards[k] for k in range(t, 7))
        assert torch.allclose(found[t], by_definition)


def test_the_log_probability_is_that_of_the_library(names):
    """The same numbers, and the same gradients: 1 for the action taken, minus the probabilities."""
    exec(PAGE.questions["chosen"].answer, names)
    torch.manual_seed(0)
    actions, found = torch.randint(0, 3, (5, 4)), []
    for kind in (names["Categorical"], distributions.Categorical):
        torch.manual_seed(1)
        scores = torch.randn(4, 3, requires_grad=True)
        result = kind(logits=scores).log_prob(actions)
        result.sum().backward()
        found.append((result, scores.grad))
        wanted = (nn.functional.one_hot(actions, 3) - scores.softmax(1)).sum(0)
        assert torch.allclose(scores.grad, wanted, atol=1e-5)
    for ours, theirs in zip(*found, strict=True):
        assert torch.allclose(ours, theirs)


def test_the_loss_of_a_dqn_is_that_of_its_formula(names):
    exec(PAGE.questions["target"].answer, names)
    torch.manual_seed(0)
    network, older = nn.Linear(3, 2), nn.Linear(3, 2)
    states, following, rewards = torch.randn(5, 3), torch.randn(5, 3), torch.randn(5)
    actions, done = torch.tensor([0, 1, 1, 0, 1]), torch.tensor([False, True, False, False, True])
    loss = names["dqn_loss"](network, older, states, actions, rewards, following, done, 0.9)
    by_hand = 0.0
    for k in range(5):
        target = rewards[k].item() + (0.0 if done[k] else 0.9 * max(older(following[k]).tolist()))
        apart = abs(network(states[k]).tolist()[int(actions[k])] - target)
        by_hand += (apart**2 / 2 if apart < 1 else apart - 0.5) / 5
    assert loss.item() == pytest.approx(by_hand, abs=1e-5)
    loss.backward()
    assert older.weight.grad is None
    assert network.weight.grad.any()


def test_the_loss_to_be_mended_believes_that_every_state_is_worth_the_same(names):
    """1 / (1 - discount) everywhere is where it comes to rest, with a reward of 1 in each step, ends or not."""
    exec(PAGE.questions["target"].stub, names)
    states, ends = torch.zeros(2, 2), torch.tensor([False, True])
    given = (states, torch.zeros(2, dtype=torch.int64), torch.ones(2), states, ends, 0.75)
    assert names["dqn_loss"](lambda x: 0 * x + 1 / (1 - 0.75), None, *given).item() == 0
    exec(PAGE.questions["target"].answer, names)
    assert names["dqn_loss"](lambda x: 0 * x + 4.0, lambda x: 0 * x + 4.0, *given).item() > 1


def test_gather_takes_what_the_page_says(names):
    exec(PAGE.program("shapes"), names)
    torch.manual_seed(0)
    q, index = torch.randn(4, 2), torch.randint(0, 2, (4, 3))
    result = q.gather(1, index)
    assert all(result[i, j] == q[i, index[i, j]] for i in range(4) for j in range(3))


def test_the_worked_cases(names):
    """Of the second hints."""
    exec(PAGE.program("update"), names)
    exec("learn(2, 0, 4, 0, False)", names)
    assert names["Q"][2, 0].item() == 6
    assert worlds.discounted_returns(torch.tensor([1.0, 2.0, 8.0]), 0.5).tolist() == [4.0, 6.0, 8.0]
    one = distributions.Categorical(logits=torch.zeros(2)).log_prob(torch.tensor(1))
    assert (round(one.item(), 3), one.shape) == (-0.693, ())
    exec(PAGE.questions["target"].answer, names)
    ten, nothing = (lambda x: 0 * x + 10.0), (lambda x: torch.zeros_like(x))
    states, ends = torch.zeros(2, 2), torch.tensor([False, True])
    given = (states, torch.zeros(2, dtype=torch.int64), torch.ones(2), states, ends, 0.9)
    assert names["dqn_loss"](nothing, ten, *given).item() == pytest.approx((9.5 + 0.5) / 2)  # targets 10 and 1
    logits = torch.zeros(1, 2, requires_grad=True)
    loss = -2 * distributions.Categorical(logits=logits).log_prob(torch.tensor([1])).mean()
    loss.backward()
    assert (round(loss.item(), 3), logits.grad.tolist()) == (1.386, [[1.0, -1.0]])


def test_the_order_plays_on(names):
    """The steps that a game by hand remembers, a new game after each end among them."""
    (source,) = (check.source for check in PAGE.questions["loop"].checks if check.hidden)
    names |= {"answer": "CFBDE", "__name__": "loop"}
    exec(source.partition("show(played")[0], names)
    memory, seen = names["played"](1, 4)
    assert memory == [(1, 1, 10, 3, False), (3, 0, 30, 4, False), (4, 0, 40, 5, False), (5, 1, 50, 7, True)]
    assert seen == [1, 2, 3, 4]
    memory, _ = names["played"](1, 5)
    assert memory[4][0] == 1


def test_the_pole_learns_to_stand(capsys):
    """By the library's own pieces, as by the learner's."""
    found: dict = {}
    for source in [*PAGE.assignment.setup, PAGE.cell("receipt")]:
        exec(source, found)
    before, after = re.findall(r"(?:beginning|end): (\d+)", capsys.readouterr().out)
    assert int(after) > 6 * int(before)
