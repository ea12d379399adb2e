"""Proximal policy optimization on a cart with a pole: vectorized carts, generalized advantages, clipped losses."""

import random

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.distributions.categorical import Categorical


class CartPole:
    """A cart on a track is pushed left or right so that the pole on it stays up: Barto, Sutton and Anderson, 1983."""

    gravity, cart, pole, half_length, force, tau = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)

    def reset(self):
        self.state, self.steps = self.random.uniform(-0.05, 0.05, 4), 0
        return self.state.astype(np.float32)

    def step(self, action):
        x, v, angle, turning = self.state
        mass, push = self.cart + self.pole, self.force if action == 1 else -self.force
        pull = (push + self.pole * self.half_length * turning**2 * np.sin(angle)) / mass
        down = self.gravity * np.sin(angle) - np.cos(angle) * pull
        bend = down / (self.half_length * (4 / 3 - self.pole * np.cos(angle) ** 2 / mass))
        speed = pull - self.pole * self.half_length * bend * np.cos(angle) / mass
        self.state = self.state + self.tau * np.array([v, speed, turning, bend])
        self.steps += 1
        fell = abs(self.state[0]) > 2.4 or abs(self.state[2]) > 12 * np.pi / 180
        return self.state.astype(np.float32), 1.0, fell or self.steps == 500


class Carts:
    """Several carts at once; one that has fallen starts again."""

    def __init__(self, n):
        self.carts, self.lengths = [CartPole(seed) for seed in range(n)], []

    def reset(self):
        return np.stack([cart.reset() for cart in self.carts])

    def step(self, actions):
        states, rewards, ends = [], [], []
        for cart, action in zip(self.carts, actions):
            state, reward, end = cart.step(action)
            if end:
                self.lengths.append(cart.steps)
                state = cart.reset()
            states.append(state), rewards.append(reward), ends.append(end)
        return np.stack(states), np.array(rewards, dtype=np.float32), np.array(ends, dtype=np.float32)


def layer_init(layer, std=np.sqrt(2), bias_const=0.0):
    torch.nn.init.orthogonal_(layer.weight, std)
    torch.nn.init.constant_(layer.bias, bias_const)
    return layer


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.critic = nn.Sequential(layer_init(nn.Linear(4, 32)), nn.Tanh(), layer_init(nn.Linear(32, 1), std=1.0))
        self.actor = nn.Sequential(layer_init(nn.Linear(4, 32)), nn.Tanh(), layer_init(nn.Linear(32, 2), std=0.01))

    def get_value(self, x):
        return self.critic(x)

    def get_action_and_value(self, x, action=None):
        probs = Categorical(logits=self.actor(x))
        if action is None:
            action = probs.sample()
        return action, probs.log_prob(action), probs.entropy(), self.critic(x)


def main(num_steps=64, num_envs=4, updates=4, gamma=0.99, gae_lambda=0.95, clip_coef=0.2, minibatch_size=64):
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    torch.backends.cudnn.deterministic = True
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    envs, agent = Carts(num_envs), Agent().to(device)
    optimizer = optim.Adam(agent.parameters(), lr=2.5e-3, eps=1e-5)
    obs = torch.zeros((num_steps, num_envs, 4)).to(device)
    actions, logprobs, rewards, dones, values = (torch.zeros((num_steps, num_envs)).to(device) for _ in range(5))
    next_obs, next_done = torch.Tensor(envs.reset()).to(device), torch.zeros(num_envs).to(device)
    for update in range(1, updates + 1):
        optimizer.param_groups[0]["lr"] = (1.0 - (update - 1.0) / updates) * 2.5e-3
        for step in range(num_steps):
            obs[step], dones[step] = next_obs, next_done
            with torch.no_grad():
                action, logprob, _, value = agent.get_action_and_value(next_obs)
                values[step] = value.flatten()
            actions[step], logprobs[step] = action, logprob
            next_obs, reward, done = envs.step(action.cpu().numpy())
            rewards[step] = torch.tensor(reward).to(device).view(-1)
            next_obs, next_done = torch.Tensor(next_obs).to(device), torch.Tensor(done).to(device)
        with torch.no_grad():
            next_value, advantages, last = agent.get_value(next_obs).reshape(1, -1), torch.zeros_like(rewards), 0
            for t in reversed(range(num_steps)):
                going = 1.0 - (next_done if t == num_steps - 1 else dones[t + 1])
                following = next_value if t == num_steps - 1 else values[t + 1]
                delta = rewards[t] + gamma * following * going - values[t]
                advantages[t] = last = delta + gamma * gae_lambda * going * last
            returns = advantages + values
        flat = (
            obs.reshape((-1, 4)),
            actions.reshape(-1),
            logprobs.reshape(-1),
            advantages.reshape(-1),
            returns.reshape(-1),
        )
        b_obs, b_actions, b_logprobs, b_advantages, b_returns = flat
        b_values, b_inds, clipped = values.reshape(-1), np.arange(num_steps * num_envs), []
        for _ in range(2):
            np.random.shuffle(b_inds)
            for start in range(0, len(b_inds), minibatch_size):
                mb = b_inds[start : start + minibatch_size]
                _, newlogprob, entropy, newvalue = agent.get_action_and_value(b_obs[mb], b_actions.long()[mb])
                logratio = newlogprob - b_logprobs[mb]
                ratio = logratio.exp()
                with torch.no_grad():
                    approx_kl = ((ratio - 1) - logratio).mean()
                    clipped += [((ratio - 1.0).abs() > clip_coef).float().mean().item()]
                adv = b_advantages[mb]
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
                pg_loss = torch.max(-adv * ratio, -adv * torch.clamp(ratio, 1 - clip_coef, 1 + clip_coef)).mean()
                newvalue = newvalue.view(-1)
                v_clipped = b_values[mb] + torch.clamp(newvalue - b_values[mb], -clip_coef, clip_coef)
                v_unclipped = (newvalue - b_returns[mb]) ** 2
                v_loss = 0.5 * torch.max(v_unclipped, (v_clipped - b_returns[mb]) ** 2).mean()
                loss = pg_loss - 0.01 * entropy.mean() + v_loss * 0.5
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                optimizer.step()
        y_pred, y_true = b_values.cpu().numpy(), b_returns.cpu().numpy()
        explained = 1 - np.var(y_true - y_pred) / np.var(y_true)
        print(f"update {update}: carts fallen {len(envs.lengths)}, mean length {np.mean(envs.lengths):.1f}")
        print(
            f"  value loss {v_loss.item():.3f}, policy loss {pg_loss.item():.3f}, entropy {entropy.mean().item():.3f}"
        )
        print(f"  kl {approx_kl.item():.4f}, clipped {np.mean(clipped):.3f}, explained variance {explained:.3f}")


main()
