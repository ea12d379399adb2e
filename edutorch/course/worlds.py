"""Two worlds to act in, in NumPy: a grid with rewards in it, and a cart that carries a pole; and a game's returns."""

from __future__ import annotations

import numpy as np

from ..ops.joining import stack
from ..tensor import Tensor

ARROWS = "↑→↓←"  # the actions 0 to 3 in a grid
STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1))  # rows and columns that each of them goes


class Grid:
    """A grid of cells with walls and rewards.

    rows: strings of equal length, a character for each cell: `.` is free, `#` a wall, `S` where one starts, a digit a
    reward, in which a game ends. Cells are numbered row by row, from 0. Raises ValueError for anything else, and where
    there is not one start.

    Attributes: `rows`, `height`, `width`, `start` (a cell), `size` (how many cells)."""

    def __init__(self, *rows: str) -> None:
        if len({len(row) for row in rows}) != 1 or set("".join(rows)) - set(".#S123456789"):
            raise ValueError(f"Grid: rows of equal length of '.', '#', 'S' and digits from 1 to 9, not {rows}")
        if "".join(rows).count("S") != 1:
            raise ValueError(f"Grid: one cell is the start, S, not {''.join(rows).count('S')}")
        self.rows, self.height, self.width = rows, len(rows), len(rows[0])
        self.start, self.size = "".join(rows).index("S"), self.height * self.width

    def step(self, cell: int, action: int) -> tuple[int, float, bool]:
        """The next cell, its reward, and whether the game is over, after an action (0 up, 1 right, 2 down, 3 left).

        A step into a wall, or out of the grid, leads back to the same cell."""
        row, column = cell // self.width + STEPS[action][0], cell % self.width + STEPS[action][1]
        if not (0 <= row < self.height and 0 <= column < self.width) or self.rows[row][column] == "#":
            return cell, 0.0, False
        content = self.rows[row][column]
        return row * self.width + column, float(content) if content.isdigit() else 0.0, content.isdigit()


GRAVITY, CART, POLE, HALF_LENGTH, FORCE, SECONDS = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02  # m/s², kg, kg, m, N, s


def push(state: np.ndarray, action: np.ndarray | int) -> np.ndarray:
    """The state of a cart with a pole 0.02 s later, after a push to the right (action 1) or left (0).

    state: (..., 4), place (m), speed (m/s), angle (radians, 0 is upright) and its speed (radians/s).
    Source: Barto, Sutton and Anderson, Neuronlike adaptive elements that can solve difficult learning
    control problems, 1983, without friction, by Euler's method; gymnasium has it as CartPole-v1."""
    place, speed, angle, turning = np.moveaxis(state, -1, 0)
    sin, cos = np.sin(angle), np.cos(angle)
    pushed = (np.where(action, FORCE, -FORCE) + POLE * HALF_LENGTH * turning**2 * sin) / (CART + POLE)
    gain = (GRAVITY * sin - cos * pushed) / (HALF_LENGTH * (4 / 3 - POLE * cos**2 / (CART + POLE)))
    change = [speed, pushed - POLE * HALF_LENGTH * gain * cos / (CART + POLE), turning, gain]
    return state + SECONDS * np.stack(change, -1)


def fallen(state: np.ndarray) -> np.ndarray:
    """Whether the pole leans more than 12 degrees, or the cart is beyond 2.4 m. (..., 4) -> bool (...)."""
    return (abs(state[..., 0]) > 2.4) | (abs(state[..., 2]) > np.radians(12))


def discounted_returns(rewards: Tensor, discount: float) -> Tensor:
    """What each step of a game brings from there on: its reward, and discount times the return of the next step.

    rewards: (T, ...), several games side by side; the result has the same shape. Raises ValueError for no steps.
    Source: Sutton and Barto, Reinforcement Learning, 2018, section 3.3."""
    if rewards.dim() == 0 or len(rewards) == 0:
        raise ValueError(f"discounted_returns: rewards of one step or more, (T, ...), not {tuple(rewards.shape)}")
    returns = [rewards[-1]]
    for t in range(len(rewards) - 2, -1, -1):
        returns.append(rewards[t] + discount * returns[-1])
    return stack(returns[::-1])
