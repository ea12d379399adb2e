"""REINFORCE on a small lake of ice with holes, with a baseline and an entropy bonus."""

import torch
import torch.nn as nn
from torch.distributions.categorical import Categorical

MAP = ["SFFF", "FHFH", "FFFH", "HFFG"]
MOVES = {0: (0, -1), 1: (1, 0), 2: (0, 1), 3: (-1, 0)}

torch.manual_seed(7)
slips = torch.distributions.Bernoulli(probs=torch.tensor(0.1))


def step(place, action):
    """The next place, the reward, and whether the walk is over; one time in ten the ice decides."""
    if slips.sample():
        action = int(torch.randint(4, (1,)))
    row = min(max(place // 4 + MOVES[action][0], 0), 3)
    column = min(max(place % 4 + MOVES[action][1], 0), 3)
    tile = MAP[row][column]
    return 4 * row + column, {"G": 1.0, "H": -1.0}.get(tile, -0.01), tile in "GH"


policy = nn.Embedding(16, 4)
nn.init.zeros_(policy.weight)
optimizer = torch.optim.SGD(policy.parameters(), lr=0.5)
baseline, total = 0.0, 0.0
for episode in range(1, 121):
    place, log_probs, entropies, rewards, over = 0, [], [], [], False
    while not over and len(rewards) < 40:
        choice = Categorical(logits=policy(torch.tensor(place)))
        action = choice.sample()
        log_probs.append(choice.log_prob(action))
        entropies.append(choice.entropy())
        place, reward, over = step(place, action.item())
        rewards.append(reward)
    gain = sum(0.95**t * r for t, r in enumerate(rewards))
    loss = -(gain - baseline) * torch.stack(log_probs).sum() - 0.01 * torch.stack(entropies).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    baseline += 0.1 * (gain - baseline)
    total += rewards[-1]
    if episode % 20 == 0:
        print(f"{episode}: reached or sank {total / 20:+.2f}, loss {loss.item():.4f}, steps {len(rewards)}")
        total = 0.0

final = Categorical(logits=policy.weight.detach())
print("".join("<v>^"[int(a)] for a in final.probs.argmax(-1)))
print(f"mean entropy {final.entropy().mean():.4f}, perplexity {final.perplexity().max():.4f}")
