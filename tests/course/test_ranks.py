"""Simulated ranks do what processes do, and say what goes wrong among them."""

import json

import pytest

import edutorch as torch
import edutorch.distributed as dist
from edutorch import nn
from edutorch.course.ranks import simulate_ranks
from edutorch.utils.data import DistributedSampler

from ..distributed.processes import needs_mpi, run


def train():
    """Losses of the mean over all ranks: the same program for processes and for simulated ranks."""
    rank, world_size = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(rank)  # DDP makes the ranks equal
    net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))
    model = nn.parallel.DistributedDataParallel(net)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    generator = torch.Generator()
    generator.manual_seed(1)
    x, y, losses = torch.randn(12, 4, generator=generator), torch.arange(12) % 2, []
    for epoch in range(4):
        sampler = DistributedSampler(x, world_size, rank)
        sampler.set_epoch(epoch)
        mine = list(sampler)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[mine]), y[mine])
        loss.backward()
        optimizer.step()
        mean = loss.detach().clone()
        dist.all_reduce(mean, dist.ReduceOp.AVG)
        losses.append(mean.item())
    return losses


def collectives():
    """What each collective leaves in each rank."""
    rank, world_size = dist.get_rank(), dist.get_world_size()
    own = torch.arange(2.0) + 10 * rank
    found = [own.clone() for _ in range(world_size)]
    parts = [own + each for each in range(world_size)]
    summed, sent, all_of_them, spread = own.clone(), own.clone(), [own.clone() for _ in parts], own.clone()
    dist.all_reduce(summed)
    dist.broadcast(sent, src=1)
    dist.all_gather(all_of_them, own)
    dist.reduce_scatter(spread, parts, dist.ReduceOp.MAX)
    given, reduced, exchanged = torch.zeros(2), own.clone(), [torch.zeros(2) for _ in parts]
    dist.scatter(given, parts if rank == 0 else None, src=0)
    dist.reduce(reduced, dst=1)
    dist.all_to_all(exchanged, parts)
    dist.gather(own, found if rank == 0 else None, dst=0)
    objects = [None] * world_size
    dist.all_gather_object(objects, {"rank": rank})
    passed = torch.zeros(2)
    request = dist.isend(own, (rank + 1) % world_size)
    dist.recv(passed, (rank - 1) % world_size)
    request.wait()
    tensors = [summed, sent, spread, given, passed, *all_of_them, *exchanged]
    tensors += [reduced] if rank == 1 else [*found] if rank == 0 else []
    return [[each.tolist() for each in tensors], objects]


PROGRAM = """
import json, sys
import edutorch as torch
from tests.course.test_ranks import {name}
torch.distributed.init_process_group("mpi")
rank, size = torch.distributed.get_rank(), torch.distributed.get_world_size()
found = [None] * size
torch.distributed.all_gather_object(found, {name}())
if rank == 0:
    print(json.dumps(found))
"""


@needs_mpi
@pytest.mark.parametrize("program", [train, collectives])
def test_real_processes_find_the_same(program, tmp_path, root):
    script = tmp_path / "program.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(root)!r})\n" + PROGRAM.format(name=program.__name__))
    done = run(3, script, root)
    assert done.status == 0, done.err
    here = json.loads(json.dumps(simulate_ranks(3, program)))
    there = json.loads(done.out.splitlines()[-1])
    if program is collectives:
        assert here == there
    else:
        assert [pytest.approx(each, rel=1e-5) for each in here] == there


def waits_for_nobody():
    if dist.get_rank() == 0:
        dist.all_reduce(torch.ones(2))


def all_send_first():
    dist.send(torch.ones(2), 1 - dist.get_rank())
    dist.recv(torch.ones(2), 1 - dist.get_rank())


def ask_for_different_things():
    dist.all_reduce(torch.ones(2)) if dist.get_rank() else dist.barrier()


def send_another_shape():
    dist.recv(torch.ones(3), 0) if dist.get_rank() else dist.send(torch.ones(2), 1)


@pytest.mark.parametrize(
    "program, told",
    [
        (waits_for_nobody, "all_reduce SUM of float32 .2.: rank 0 of 2 has waited for 0.0 s; rank 1 has ended"),
        (all_send_first, "rank 0 of 2 has waited .* rank 1 waits in send of float32 .2. to rank 0"),
        (ask_for_different_things, "rank 0 calls barrier; rank 1 calls all_reduce SUM of float32 .2."),
        (send_another_shape, "rank 0 sends float32 .2., but rank 1 of 2 receives into a tensor of float32 .3."),
    ],
)
def test_who_waits_is_named(program, told):
    with pytest.raises(dist.DistBackendError, match=told) as caught:
        simulate_ranks(2, program)
    assert caught.value.__notes__[0].endswith("of 2")
    assert not dist.is_initialized()


def test_each_rank_has_inputs_and_random_numbers_of_its_own_and_prints_once(capsys):
    def program(numbers):
        rank = dist.get_rank()
        drawn = torch.rand(1).item()
        print("begin", rank)
        for _ in range(3):
            dist.barrier()
            numbers.append(rank)
        return drawn, numbers

    torch.manual_seed(3)
    numbers = []
    (a, first), (b, second) = simulate_ranks(2, program, numbers)
    assert a == b == torch.rand(1).item()
    assert (first, second, numbers) == ([0, 0, 0], [1, 1, 1], [])
    assert capsys.readouterr().out == "begin 0\nbegin 1\n"


def test_an_error_of_a_rank_is_raised_and_a_program_catches_no_wait():
    def program():
        try:
            dist.barrier()
        except Exception:
            return "caught"
        if dist.get_rank() == 1:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        simulate_ranks(2, program)
    assert caught.value.__notes__ == ["raised in rank 1 of 2"]


def test_a_rank_knows_whom_it_has_sent_to():
    def program():
        request = dist.isend(torch.ones(1), (dist.get_rank() + 1) % 3)
        dist.recv(torch.ones(1), (dist.get_rank() - 1) % 3)
        request.wait()
        return dist.group.WORLD.partners()

    assert simulate_ranks(3, program) == [{1}, {2}, {0}]


def test_recv_from_anybody_is_refused():
    with pytest.raises(NotImplementedError, match="recv"):
        simulate_ranks(2, lambda: dist.recv(torch.ones(1)))
