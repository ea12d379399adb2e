"""Data-parallel training: n processes on n-th parts of each batch, which start from different numbers."""

import os

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data.distributed import DistributedSampler

dist.init_process_group("gloo")
rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
torch.manual_seed(100 + rank)


def mean(value):
    value = value.detach().clone()
    dist.all_reduce(value)
    return value.item() / size


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.hidden, self.out = nn.Linear(4 * 16, 30), nn.Linear(30, 3)
        self.register_buffer("scale", torch.full((1,), 1.0 + rank))

    def forward(self, x):
        x = nn.functional.max_pool2d(self.conv(x).relu(), 2)
        return self.out(self.hidden(x.flatten(1)).tanh()) * self.scale


torch.manual_seed(0)
inputs, targets = torch.randn(48, 1, 8, 8), torch.randint(0, 3, (48,))
torch.manual_seed(100 + rank)
model = DistributedDataParallel(Net(), bucket_cap_mb=0.002)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
dataset = TensorDataset(inputs, targets)
sampler = DistributedSampler(dataset, shuffle=True, seed=3)
for epoch in range(5):
    sampler.set_epoch(epoch)
    for x, y in DataLoader(dataset, batch_size=24 // size, sampler=sampler):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        shown = mean(loss)
        if rank == 0:
            print(f"{shown:.7f}")

# gradients of two parts of the batch added up before they are averaged
optimizer.zero_grad()
x, y = inputs[rank::size], targets[rank::size]
with model.no_sync():
    nn.functional.cross_entropy(model(x[::2]), y[::2]).backward()
own = model.module.out.bias.grad.clone()
nn.functional.cross_entropy(model(x[1::2]), y[1::2]).backward()
if rank == 0:
    print("no_sync", " ".join(f"{g:.7f}" for g in model.module.out.bias.grad.tolist()))
assert size == 1 or not torch.equal(own, model.module.out.bias.grad)
states = [None] * size
dist.all_gather_object(states, [p.tolist() for p in model.parameters()])
assert all(state == states[0] for state in states)
dist.destroy_process_group()
