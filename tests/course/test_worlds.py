"""The worlds to act in: a grid, and a cart with a pole, which is held against gymnasium's CartPole-v1."""

import json
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.course.worlds import ARROWS, Grid, discounted_returns, fallen, push

GAMES = json.loads((Path(__file__).parents[1] / "golden" / "cart_pole.json").read_text())
UP, RIGHT, DOWN, LEFT = range(4)


@pytest.mark.parametrize("policy", GAMES)
def test_a_cart_with_a_pole_moves_as_gymnasiums(policy):
    for game in GAMES[policy]:
        states = [np.array(game["states"][0])]
        for action in game["actions"]:
            states.append(push(states[-1], action))
        np.testing.assert_allclose(states[::10], game["states"], rtol=0, atol=1e-12)
        np.testing.assert_allclose(states[::10], game["shown"], rtol=2e-7, atol=2e-8)  # shown in float32
        np.testing.assert_allclose(states[-1], game["last"], rtol=2e-7, atol=2e-8)
        assert [bool(fallen(state)) for state in states] == [False] * (len(states) - 1) + [game["fell"]]


def test_many_carts_move_as_one():
    states, actions = np.linspace(-0.2, 0.2, 24).reshape(2, 3, 4), np.array([[0, 1, 1], [1, 0, 1]])
    after = push(states, actions)
    assert after.shape == (2, 3, 4)
    for place in np.ndindex(2, 3):
        np.testing.assert_allclose(after[place], push(states[place], actions[place]), rtol=1e-14)


def test_a_pole_falls_beyond_12_degrees_and_a_cart_beyond_2_meters_40():
    states = np.zeros((5, 4))
    states[1:3, 0], states[3:, 2] = (2.39, -2.41), np.radians((11.9, -12.1))
    assert fallen(states).tolist() == [False, False, True, False, True]
    assert not fallen(np.array([0.0, 9.0, 0.0, -9.0])), "speeds do not count"


def test_a_grid_numbers_its_cells_and_knows_its_start():
    grid = Grid("..#", "3S.")
    assert (grid.height, grid.width, grid.size, grid.start) == (2, 3, 6, 4)


@pytest.mark.parametrize(
    ("cell", "action", "expected"),
    [
        (4, UP, (1, 0.0, False)),
        (4, RIGHT, (5, 0.0, False)),
        (4, LEFT, (3, 3.0, True)),
        (4, DOWN, (4, 0.0, False)),  # out of the grid
        (5, UP, (5, 0.0, False)),  # into a wall
        (5, RIGHT, (5, 0.0, False)),
        (0, LEFT, (0, 0.0, False)),
        (0, UP, (0, 0.0, False)),
    ],
)
def test_a_step_in_a_grid(cell, action, expected):
    assert Grid("..#", "3S.").step(cell, action) == expected


def test_an_arrow_for_each_action():
    assert [ARROWS[action] for action in (UP, RIGHT, DOWN, LEFT)] == list("↑→↓←")


@pytest.mark.parametrize("rows", [("..", "..."), ("S.", ".x"), ("..", ".."), ("SS", "..")])
def test_a_grid_that_cannot_be_is_refused(rows):
    with pytest.raises(ValueError, match="Grid: "):
        Grid(*rows)


def test_a_return_is_the_sum_of_the_rewards_to_come_each_discounted():
    rewards = torch.tensor([[1.0, 0.0], [-2.0, 4.0], [8.0, 3.0]], dtype=torch.float64)
    returns = discounted_returns(rewards, 0.5)
    assert returns.tolist() == [[2.0, 2.75], [2.0, 5.5], [8.0, 3.0]]
    assert returns.dtype == torch.float64
    torch.testing.assert_close(discounted_returns(rewards[:, 1], 0.5), returns[:, 1])
    torch.testing.assert_close(discounted_returns(rewards[2:], 0.5), rewards[2:])


@pytest.mark.parametrize("shape", [(), (0,), (0, 3)])
def test_a_game_without_steps_has_no_returns(shape):
    with pytest.raises(ValueError, match="one step or more"):
        discounted_returns(torch.zeros(shape), 0.9)
