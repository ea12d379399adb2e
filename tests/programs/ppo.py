"""Proximal policy optimization on a pendulum: continuous actions from a diagonal normal distribution."""

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Independent, MultivariateNormal, Normal, kl_divergence


class Pendulum:
    """A rod of length 1 that hangs down; torques of at most 2 are to bring it up and keep it there."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)

    def reset(self):
        self.angle, self.turning = self.random.uniform(-np.pi, np.pi), self.random.uniform(-1, 1)
        return self.seen()

    def seen(self):
        return np.array([np.cos(self.angle), np.sin(self.angle), self.turning], dtype=np.float32)

    def step(self, torque):
        torque = float(np.clip(torque, -2, 2))
        around = (self.angle + np.pi) % (2 * np.pi) - np.pi
        cost = around**2 + 0.1 * self.turning**2 + 0.001 * torque**2
        self.turning = np.clip(self.turning + (15 * np.sin(self.angle) + 3 * torque) * 0.05, -8, 8)
        self.angle += self.turning * 0.05
        return self.seen(), -cost


class ActorCritic(nn.Module):
    def __init__(self, state_dim=3, action_dim=1, action_std=0.6):
        super().__init__()
        self.actor = nn.Sequential(nn.Linear(state_dim, 64), nn.Tanh(), nn.Linear(64, action_dim), nn.Tanh())
        self.critic = nn.Sequential(nn.Linear(state_dim, 64), nn.Tanh(), nn.Linear(64, 1))
        self.register_buffer("action_var", torch.full((action_dim,), action_std**2))

    def policy(self, state):
        mean = 2 * self.actor(state)
        return MultivariateNormal(mean, torch.diag_embed(self.action_var.expand_as(mean)))

    def evaluate(self, state, action):
        dist = self.policy(state)
        return dist.log_prob(action), self.critic(state).squeeze(-1), dist.entropy()


class Memory:
    def __init__(self):
        self.states, self.actions, self.logprobs, self.rewards = [], [], [], []


class PPO:
    def __init__(self, lr=3e-3, gamma=0.95, K_epochs=4, eps_clip=0.2):
        self.gamma, self.K_epochs, self.eps_clip = gamma, K_epochs, eps_clip
        self.policy, self.policy_old = ActorCritic(), ActorCritic()
        self.policy_old.load_state_dict(self.policy.state_dict())
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=lr, betas=(0.9, 0.999))
        self.MseLoss = nn.MSELoss()

    def select_action(self, state, memory):
        with torch.no_grad():
            state = torch.from_numpy(state)
            dist = self.policy_old.policy(state)
            action = dist.sample()
            memory.states.append(state)
            memory.actions.append(action)
            memory.logprobs.append(dist.log_prob(action))
        return action.numpy()

    def update(self, memory):
        rewards, discounted = [], 0
        for reward in reversed(memory.rewards):
            discounted = reward + self.gamma * discounted
            rewards.insert(0, discounted)
        rewards = torch.tensor(rewards, dtype=torch.float32)
        rewards = (rewards - rewards.mean()) / (rewards.std() + 1e-7)
        states, actions = torch.stack(memory.states), torch.stack(memory.actions)
        old_logprobs = torch.stack(memory.logprobs)
        for _ in range(self.K_epochs):
            logprobs, values, entropy = self.policy.evaluate(states, actions)
            ratios = torch.exp(logprobs - old_logprobs)
            advantages = rewards - values.detach()
            surr1 = ratios * advantages
            surr2 = torch.clamp(ratios, 1 - self.eps_clip, 1 + self.eps_clip) * advantages
            loss = -torch.min(surr1, surr2) + 0.5 * self.MseLoss(values, rewards) - 0.01 * entropy
            self.optimizer.zero_grad()
            loss.mean().backward()
            nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
            self.optimizer.step()
        moved = kl_divergence(self.policy_old.policy(states), self.policy.policy(states)).mean()
        self.policy_old.load_state_dict(self.policy.state_dict())
        return loss.mean().item(), moved.item(), ratios.mean().item()


torch.manual_seed(0)
env, agent = Pendulum(0), PPO()
print(agent.policy.policy(torch.zeros(2, 3)))
for episode in range(6):
    memory, state = Memory(), env.reset()
    for _ in range(100):
        state, reward = env.step(agent.select_action(state, memory)[0])
        memory.rewards.append(reward)
    loss, moved, ratio = agent.update(memory)
    print(f"episode {episode}: reward {np.mean(memory.rewards):.3f} loss {loss:.4f} kl {moved:.4f} ratio {ratio:.3f}")

diagonal = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
full = MultivariateNormal(torch.zeros(2), torch.eye(2))
action = torch.tensor([0.3, -0.2])
print(diagonal, f"{diagonal.log_prob(action):.4f} {full.log_prob(action):.4f} {full.entropy():.4f}")
