"""What exercise 12 calls right is what the library does."""

import functools

import pytest

import edutorch as torch
import edutorch.distributed as dist
from edutorch import nn
from edutorch.course.notebook import course_data, read_notebook
from edutorch.course.ranks import simulate_ranks
from edutorch.nn.parallel import DistributedDataParallel, buckets
from edutorch.utils.data import DataLoader, DistributedSampler, TensorDataset

from ..distributed.processes import needs_mpi, run_text
from .pages import Page

PAGE = Page("12_parallel")
QUESTIONS = PAGE.questions


def defined(question: str) -> dict:
    """The names that the reference answer leaves."""
    names: dict = {"torch": torch, "nn": nn, "dist": dist}
    exec(QUESTIONS[question].answer, names)
    return names


def cost() -> dict:
    return defined("cost")["answer"]


def buckets_of(text: str) -> list[int]:
    """The bytes of each bucket that DDP makes in a program."""

    def run():
        names = {"nn": nn}
        exec(text, names)
        return [bucket.flat.nbytes for bucket in names["model"].reducer.buckets]

    return simulate_ranks(1, run)[0]


def test_the_buckets_of_question_1(monkeypatch):
    text = PAGE.program("cost")
    found = buckets_of(text)
    assert (len(found), found[0] / 1e6) == (cost()["a"], cost()["c"])
    assert len(buckets_of(text.replace(", bucket_cap_mb=3", ""))) == cost()["b"]
    monkeypatch.setattr(buckets, "MEGABYTE", 10**6)  # a MB of the page, not of the library: that makes no difference
    monkeypatch.setattr(buckets, "FIRST_BYTES", 10**6)
    assert buckets_of(text) == found


def test_what_a_ring_of_4_sends():
    all_reduce = defined("ring")["all_reduce"]
    numbers = sum(buckets_of(PAGE.program("cost"))) // 4

    def run():
        all_reduce(torch.ones(numbers))
        return dist.group.WORLD.bytes_given / 1e6

    assert simulate_ranks(4, run) == [cost()["d"]] * 4


def test_the_steps_of_an_epoch():
    data = TensorDataset(torch.zeros(60_000))
    loader = DataLoader(data, batch_size=64, sampler=DistributedSampler(data, 4, 3))
    assert len(loader) == cost()["g"]
    assert cost()["e"] == 100 / (20 + 80 / 4) and cost()["f"] == 100 / 20 and cost()["h"] == 4 * 0.1


def test_the_shapes_of_question_6():
    data = TensorDataset(torch.randn(1000, 3, 32, 32), torch.arange(1000) % 10)

    def run():
        names = {"nn": nn, "data": data, "DataLoader": DataLoader, "DistributedSampler": DistributedSampler}
        exec(PAGE.program("shapes"), names)
        net, batches, model = names["net"], names["batches"], names["model"]
        x, y = batches[0]
        scores = model(x)
        loss = nn.functional.cross_entropy(scores, y)
        loss.backward()
        found = [torch.empty(()) for _ in range(4)]
        dist.all_gather(found, loss.detach())
        row = torch.cat([p.grad.reshape(-1) for p in [*net[0].parameters(), *net[1].parameters()]])
        tensors = [x, batches[-1][1], scores, net[0].weight, net[0].weight.grad, net[1].running_mean, row]
        return [tuple(each.shape) for each in [*tensors, torch.stack(found)]]

    assert simulate_ranks(4, run) == [list(defined("shapes")["answer"].values())] * 4


def test_averages_of_equal_batches_are_those_of_ddp():
    average_gradients = defined("average")["average_gradients"]
    x, y = torch.randn(8, 3), torch.arange(8) % 2

    def run(wrap):
        torch.manual_seed(0)
        net = nn.Linear(3, 2)
        model = DistributedDataParallel(net) if wrap else net
        mine = slice(dist.get_rank(), None, 2)
        nn.functional.cross_entropy(model(x[mine]), y[mine]).backward()
        if not wrap:
            average_gradients(net.parameters(), 4)
        return net.weight.grad

    for ours, theirs in zip(simulate_ranks(2, run, False), simulate_ranks(2, run, True), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_the_sampler_is_the_librarys():
    yours = defined("sampler")["DistributedSampler"].__iter__
    for examples in (1, 2, 5, 9, 12):
        for ranks in (1, 2, 3, 5):
            for options in ({}, {"drop_last": True}, {"shuffle": False}, {"seed": 7}):
                for rank in range(ranks):
                    sampler = DistributedSampler(range(examples), ranks, rank, **options)
                    sampler.set_epoch(examples)
                    assert list(yours(sampler)) == list(sampler)


def test_the_program_to_be_mended_waits_as_the_page_says():
    names: dict = {"torch": torch, "dist": dist}
    (start,) = (data["start"] for cell in read_notebook(PAGE.path)["cells"] if "start" in (data := course_data(cell)))
    exec(start, names)
    batches = [(torch.eye(3), torch.arange(3))]
    validate = functools.partial(names["validate"], lambda x: x)
    assert simulate_ranks(1, validate, batches) == [100.0]
    with pytest.raises(dist.DistBackendError) as caught:
        simulate_ranks(2, validate, batches)
    told = " ".join(line.strip() for line in PAGE.cell("text-deadlock").splitlines() if line.startswith("    "))
    assert str(caught.value).replace("0.0 s", "2.0 s").startswith(told)


@needs_mpi
def test_the_ring_and_the_averages_among_real_processes(tmp_path, root):
    """With chunks of a megabyte, which no process sends before the other one receives."""
    text = f"""
dist = torch.distributed
dist.init_process_group("mpi")
{QUESTIONS["ring"].answer}
{QUESTIONS["average"].answer}
rank, n = dist.get_rank(), dist.get_world_size()
x = torch.arange(1_000_003.0) % 7 + rank
all_reduce(x)
assert torch.equal(x, 3 * (torch.arange(1_000_003.0) % 7) + 3)
p = torch.zeros(2, requires_grad=True)
p.grad = None if rank == 0 else torch.tensor([1.0 * rank, 4.0])
average_gradients([p], [0, 3, 1][rank])
assert p.grad.tolist() == [1.25, 4.0]
"""
    done = run_text(3, text, tmp_path, root)
    assert done.status == 0, done.err


def test_the_last_cell_runs_behind_the_answers(tmp_path, monkeypatch, capsys):
    """In a notebook the answers have left their names, a class DistributedSampler among them."""
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    sources = [PAGE.assignment.setup[0], *(question.answer for question in QUESTIONS.values())]
    for source in [*sources, PAGE.cell("receipt")]:
        exec(source, names)
    counts = {piece.name: piece.calls for piece in names["receipt"].pieces if piece.exercise == "12_parallel"}
    assert counts.keys() == {"DistributedSampler.__iter__", "all_reduce"} and all(counts.values())
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first.replace("rank 0: 100 % right", "rank 1: 100 % right") == second
