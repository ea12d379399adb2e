"""A model of data-parallel training: how long a step takes with n processes. Its numbers are measured with one and two.

    compute  = fixed + b flops / speed, with b samples in each process
    exchange = 2 (n - 1) latency + 2 (n - 1) / n bytes / bandwidth, a ring all-reduce
    step     = compute, by as much longer as processes share a core, + exchange

Nothing is hidden behind the compute: where the exchange goes on during backward, a step is faster than this. Ring
all-reduce: Patarasuk and Yuan 2009."""

from dataclasses import dataclass


@dataclass
class Machine:
    """seconds of latency for each message, bytes a second between two processes, and cores."""

    latency: float
    bandwidth: float
    cores: int


@dataclass
class Work:
    """A step: fixed seconds, flops for each sample, flops a second, and the bytes of all gradients."""

    fixed: float
    flops: float
    speed: float
    bytes: int


def exchange_seconds(machine, size, processes):
    """A ring all-reduce."""
    if processes == 1:
        return 0.0
    rounds = 2 * (processes - 1)
    return rounds * machine.latency + rounds / processes * size / machine.bandwidth


def step_seconds(machine, work, batch, processes, own_cores=False):
    """One step with `batch` samples in each process. own_cores: as if each process had a core of its own."""
    crowd = 1.0 if own_cores else max(1.0, processes / machine.cores)
    compute = (work.fixed + batch * work.flops / work.speed) * crowd
    return compute + exchange_seconds(machine, work.bytes, processes)


def speedup(machine, work, batch, processes, weak, own_cores=False):
    """How many times as many samples a second n processes train on as one does. strong: they share the batch; weak: each
    has as many samples as one had."""
    each = batch if weak else batch / processes
    rate = each * processes / step_seconds(machine, work, each, processes, own_cores)
    return rate / (batch / step_seconds(machine, work, batch, 1))


def fit_machine(small, large, size, cores):
    """From the seconds that an all_reduce between two processes takes, of nearly nothing and of `size` bytes."""
    return Machine(latency=small / 2, bandwidth=size / max(large - small, 1e-9), cores=cores)


def fit_work(seconds, flops, size):
    """From the seconds of a step of one process, {batch: seconds}: the line through the smallest and largest batch."""
    few, many = min(seconds), max(seconds)
    each = max((seconds[many] - seconds[few]) / (many - few), 1e-9)
    return Work(fixed=max(seconds[few] - few * each, 0.0), flops=flops, speed=flops / each, bytes=size)
