"""What each process of `python -m tests.benchmarks parallel` does: training steps, and all_reduces of several sizes.

Rank 0 prints one line of JSON."""

import argparse
import json
import statistics
import time

import numpy as np

import edutorch as torch
import edutorch.distributed as dist

from .work import cnn_layers, digits, mlp_layers

MODELS = {"MLP": (mlp_layers, (784,)), "CNN": (cnn_layers, (1, 28, 28))}


def make_step(name, batch):
    """One step of data-parallel training on a batch of this size in each process."""
    layers, shape = MODELS[name]
    torch.manual_seed(0)
    model = torch.nn.parallel.DistributedDataParallel(layers(torch))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loss_function = torch.nn.CrossEntropyLoss()
    inputs, targets = digits(torch, *shape, batch=batch)

    def step():
        optimizer.zero_grad()
        loss_function(model(inputs), targets).backward()
        optimizer.step()

    return step


def figures_of(step, seconds, least=5):
    """The median seconds of a step, the share of them spent waiting, and the bytes given to MPI in each."""
    world = dist.group.WORLD
    for _ in range(2):
        step()
    times, waits, given = [], [], world.bytes_given
    steps = enough(step, seconds, least)
    given = world.bytes_given
    for _ in range(steps):
        dist.barrier()
        waited = world.seconds_waited
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
        waits.append(world.seconds_waited - waited)
    return {
        "seconds": statistics.median(times),
        "waiting": sum(waits) / sum(times),
        "bytes": (world.bytes_given - given) // steps,
    }


def enough(step, seconds, least):
    """How many steps take about so long; the same number in all processes."""
    start = time.perf_counter()
    step()
    number = torch.tensor(max(least, round(seconds / max(time.perf_counter() - start, 1e-6))))
    dist.all_reduce(number, dist.ReduceOp.MIN)
    return int(number)


def all_reduce_seconds(count, seconds):
    """The median seconds of an all_reduce of so many float32 numbers, of MPI alone."""
    world, array = dist.group.WORLD, np.zeros(count, np.float32)

    def step():
        world.data.Allreduce(world.mpi.IN_PLACE, array)

    times = []
    for _ in range(enough(step, seconds, 10)):
        world.data.Barrier()
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", default="", help="model:batch, separated by commas")
    parser.add_argument("--sizes", default="", help="numbers in an all_reduce, separated by commas")
    parser.add_argument("--seconds", type=float, default=1)
    given = parser.parse_args()
    dist.init_process_group("mpi")
    found = {"processes": dist.get_world_size(), "steps": {}, "all_reduce": {}}
    for work in filter(None, given.work.split(",")):
        name, batch = work.split(":")
        found["steps"][work] = figures_of(make_step(name, int(batch)), given.seconds)
    for size in filter(None, given.sizes.split(",")):
        found["all_reduce"][size] = all_reduce_seconds(int(size), given.seconds / 2)
    if dist.get_rank() == 0:
        print(json.dumps(found), flush=True)
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
