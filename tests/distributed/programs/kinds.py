"""Three ways to train one network in two processes, side by side: edutorch run --nproc 2 kinds.py

Synchronous: each step, the gradients of both halves of the batch are averaged. Local SGD: each process takes k steps on
its own, then the weights are averaged (Stich 2019). Pipeline: each process has half of the layers; activations go one
way, their gradients come back, four micro-batches at a time (Huang et al. 2019, GPipe)."""

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

STEPS, BATCH, MICRO_BATCHES, LOCAL_STEPS = 48, 32, 4, 8

dist.init_process_group("gloo")
rank, size = dist.get_rank(), dist.get_world_size()
if size != 2:
    raise SystemExit("start this with two processes: --nproc 2")
torch.manual_seed(0)
inputs = torch.randn(STEPS * BATCH, 16)
targets = (inputs[:, 0] * inputs[:, 1] > 0).long() + 2 * (inputs[:, 2] > inputs[:, 3]).long()
held_out = torch.randn(1000, 16)
held_targets = (held_out[:, 0] * held_out[:, 1] > 0).long() + 2 * (held_out[:, 2] > held_out[:, 3]).long()
loss_function = nn.CrossEntropyLoss()


def network():
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(16, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 4))


def sgd(model):
    return torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.5)


def batch(step, part=slice(None)):
    rows = slice(step * BATCH, (step + 1) * BATCH)
    return inputs[rows][part], targets[rows][part]


def size_of(model):
    return 4 * sum(p.numel() for p in model.parameters())


def train(model, optimizer, x, y):
    optimizer.zero_grad()
    loss_function(model(x), y).backward()
    optimizer.step()


def synchronous():
    net = network()
    model = DistributedDataParallel(net)
    optimizer = sgd(model)
    for step in range(STEPS):
        train(model, optimizer, *batch(step, slice(rank, None, 2)))
    return net, STEPS, STEPS * size_of(net)


def average(model):
    for parameter in model.parameters():
        dist.all_reduce(parameter.data)
        parameter.data /= size


def local_sgd():
    net = network()
    optimizer = sgd(net)
    for step in range(STEPS):
        train(net, optimizer, *batch(step, slice(rank, None, 2)))
        if (step + 1) % LOCAL_STEPS == 0:
            average(net)
    rounds = STEPS // LOCAL_STEPS
    return net, rounds, rounds * size_of(net)


def pipeline():
    net = network()
    half = net[:2] if rank == 0 else net[2:]
    optimizer = sgd(half)
    count = BATCH // MICRO_BATCHES
    for step in range(STEPS):
        x, y = batch(step)
        optimizer.zero_grad()
        kept = []
        for xs, ys in zip(x.split(count), y.split(count), strict=True):
            if rank == 0:
                hidden = half(xs)
                dist.send(hidden.detach(), 1)
                kept.append(hidden)
            else:
                hidden = torch.empty(count, 64)
                dist.recv(hidden, 0)
                hidden.requires_grad_()
                (loss_function(half(hidden), ys) / MICRO_BATCHES).backward()
                kept.append(hidden)
        for hidden in kept:
            if rank == 0:
                gradient = torch.empty_like(hidden)
                dist.recv(gradient, 1)
                hidden.backward(gradient)
            else:
                dist.send(hidden.grad, 0)
        optimizer.step()
    for parameter in net[:2].parameters():
        dist.broadcast(parameter.data, 0)
    for parameter in net[2:].parameters():
        dist.broadcast(parameter.data, 1)
    return net, 2 * STEPS * MICRO_BATCHES, 2 * STEPS * BATCH * 64 * 4


def alone():
    net = network()
    optimizer = sgd(net)
    for step in range(STEPS):
        train(net, optimizer, *batch(step))
    return net, 0, 0


for kind in (alone, synchronous, pipeline, local_sgd):
    net, messages, sent = kind()
    with torch.no_grad():
        loss = loss_function(net(held_out), held_targets).item()
    if rank == 0:
        print(f"{kind.__name__:12} loss {loss:.7f}  {messages:4} messages  {sent / 1e6:.3f} MB", flush=True)
dist.destroy_process_group()
