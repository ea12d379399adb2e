"""Makes cart_pole.json: games of gymnasium's CartPole-v1. Run by hand where gymnasium (1.4.0) is installed."""

import json
from pathlib import Path

import gymnasium
import numpy as np

POLICIES = {
    "at random": lambda state, chance: int(chance.integers(2)),
    "to the right": lambda state, chance: 1,
    "to where it falls": lambda state, chance: int(state[2] + state[3] > 0),
}


def played(env, policy, seed):
    """A game's pushes, at most 200, its states as gymnasium computes them and shows them, and whether it fell."""
    shown, chance, fell = env.reset(seed=seed)[0], np.random.default_rng(seed), False
    game = {"actions": [], "states": [list(map(float, env.state))], "shown": [shown.tolist()]}
    while not fell and len(game["actions"]) < 200:
        game["actions"].append(policy(env.state, chance))
        shown, _, fell, _, _ = env.step(game["actions"][-1])
        game["states"].append(list(map(float, env.state)))
        game["shown"].append(shown.tolist())
    return {**game, "states": game["states"][::10], "shown": game["shown"][::10], "last": shown.tolist(), "fell": fell}


env = gymnasium.make("CartPole-v1").unwrapped
golden = {name: [played(env, policy, seed) for seed in range(3)] for name, policy in POLICIES.items()}
Path(__file__).with_name("cart_pole.json").write_text(json.dumps(golden) + "\n")
