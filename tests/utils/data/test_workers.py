"""DataLoader with worker processes: order, seeds, errors, deaths, and nothing left behind."""

import multiprocessing
import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset, get_worker_info

pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create:UserWarning")


class Numbers(Dataset):
    """0 to n - 1; `act(i)` runs first, in the worker."""

    def __init__(self, n=12, act=lambda i: None):
        self.n = n
        self.act = act

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        self.act(i)
        return i


def blocks(main=None):
    """The names of the blocks of shared memory that workers of a process have made."""
    folder = Path("/dev/shm")
    names = folder.glob(f"edutorch_{main or os.getpid()}_*") if folder.is_dir() else []
    return {path.name for path in names}


@pytest.fixture(autouse=True)
def nothing_left_behind():
    yield
    assert not blocks()


def ended(pid):
    """Whether a process is gone, or a zombie that nobody has waited for yet."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def wait_until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@pytest.mark.parametrize("num_workers", [1, 2, 3])
def test_batches_come_in_order_though_the_first_are_slow(num_workers):
    slow_at_first = Numbers(act=lambda i: time.sleep(0.05 if i < 2 else 0))
    loader = DataLoader(slow_at_first, batch_size=2, num_workers=num_workers)
    assert [b.tolist() for b in loader] == [[i, i + 1] for i in range(0, 12, 2)]


def test_out_of_order_all_come_once():
    may_go = multiprocessing.Event()
    numbers = Numbers(act=lambda i: i == 0 and may_go.wait(60))
    iterator = iter(DataLoader(numbers, num_workers=2, in_order=False))
    first = next(iterator).item()
    may_go.set()
    assert first != 0
    assert sorted([first, *(batch.item() for batch in iterator)]) == list(range(12))


def test_they_are_other_processes():
    class Pids(Numbers):
        def __getitem__(self, i):
            return os.getpid(), get_worker_info().id, get_worker_info().num_workers

    pids = {tuple(t.item() for t in batch) for batch in DataLoader(Pids(), num_workers=2)}
    assert {(worker, count) for _, worker, count in pids} == {(0, 2), (1, 2)}
    assert os.getpid() not in {pid for pid, _, _ in pids}
    assert get_worker_info() is None


@pytest.mark.parametrize("size", [10, 300_000])
def test_batches_of_any_size_arrive_whole_and_writable(size):
    class Arrays(Numbers):
        def __getitem__(self, i):
            return {"x": np.full(size, i, np.float32), "y": (i, f"name {i}")}

    for i, batch in enumerate(DataLoader(Arrays(5), batch_size=1, num_workers=2)):
        assert batch["x"].shape == (1, size)
        assert (batch["x"].numpy() == i).all()
        assert batch["y"][0].tolist() == [i] and list(batch["y"][1]) == [f"name {i}"]
        batch["x"][0, 0] = 7.0  # the memory is this process's own
        assert batch["x"][0, 0].item() == 7.0


def test_data_sets_of_functions_that_no_pickle_knows():
    names = {}
    code = "class Local(Dataset):\n __len__ = lambda s: 4\n __getitem__ = lambda s, i: i * 10\n"
    exec(code, {"Dataset": Dataset}, names)
    loader = DataLoader(names["Local"](), batch_size=2, num_workers=2)
    assert [b.tolist() for b in loader] == [[0, 10], [20, 30]]


def test_the_workers_have_seeds_of_their_own_those_of_pytorch():
    # from PyTorch 2.13 with the same data set, base seed 5 and two workers
    class Draw(Numbers):
        def __getitem__(self, i):
            info = get_worker_info()
            return info.seed, torch.rand(1).item(), random.random(), np.random.rand()

    class Five(torch.Generator):
        def random64(self, count):
            return np.full(count, 5, np.uint64)

    loader = DataLoader(Draw(2), num_workers=2, generator=Five())
    drawn = [[t.item() for t in batch] for batch in loader]
    assert [seed for seed, *_ in drawn] == [5, 6]
    for worker_id, (seed, uniform, python, numpy) in enumerate(drawn):
        torch.manual_seed(seed)
        assert uniform == torch.rand(1).item()
        assert python == random.Random(seed).random()
        words = np.random.SeedSequence([worker_id, 5, 0, 0]).generate_state(4)
        assert numpy == np.random.RandomState(words).rand()


def test_worker_init_fn_runs_first_and_may_change_the_data_set():
    def begin(worker_id):
        get_worker_info().dataset.offset = 100 * worker_id

    class Offset(Numbers):
        def __getitem__(self, i):
            return i + self.offset

    loader = DataLoader(Offset(4), num_workers=2, worker_init_fn=begin)
    assert [b.item() for b in loader] == [0, 101, 2, 103]


class Stream(IterableDataset):
    """0 to n - 1, the workers by turns; or each worker all of them."""

    def __init__(self, n, share=True):
        self.n = n
        self.share = share

    def __iter__(self):
        info = get_worker_info()
        return iter(range(info.id, self.n, info.num_workers) if self.share else range(self.n))


def test_a_stream_shared_by_its_workers():
    loader = DataLoader(Stream(7), num_workers=2, batch_size=None)
    assert list(loader) == [0, 1, 2, 3, 4, 5, 6]
    batches = [b.tolist() for b in DataLoader(Stream(7), num_workers=2, batch_size=2)]
    assert batches == [[0, 2], [1, 3], [4, 6], [5]]
    dropped = DataLoader(Stream(7), num_workers=2, batch_size=2, drop_last=True)
    assert [b.tolist() for b in dropped] == [[0, 2], [1, 3], [4, 6]]


def test_a_stream_whose_workers_end_at_different_times():
    class Uneven(IterableDataset):
        def __iter__(self):
            return iter([0] * 9 if get_worker_info().id == 0 else [1] * 2)

    got = list(DataLoader(Uneven(), num_workers=2, batch_size=None))
    assert got == [0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]


def test_a_stream_that_nobody_shares_comes_from_each_worker():
    assert sorted(DataLoader(Stream(3, share=False), num_workers=2, batch_size=None)) == [0, 0, 1, 1, 2, 2]


class Odd(Exception):
    """Cannot be made from a message alone."""

    def __init__(self, a, b):
        super().__init__(a, b)


@pytest.mark.parametrize(
    ("error", "arrives_as"),
    [
        (ValueError("no good"), ValueError),
        (KeyError("no good"), KeyError),
        (Odd("no good", 2), RuntimeError),
        (IndexError("no good"), IndexError),
    ],
)
def test_an_exception_arrives_with_its_traceback(error, arrives_as):
    def fail(i):
        if i == 3:
            raise error

    loader = DataLoader(Numbers(6, fail), num_workers=2)
    iterator = iter(loader)
    assert [next(iterator).item() for _ in range(3)] == [0, 1, 2]
    with pytest.raises(arrives_as) as caught:
        next(iterator)
    message = str(caught.value)
    assert f"Caught {type(error).__name__} in DataLoader worker process 1.\nOriginal Trace" in message
    assert "in fail\n    raise error" in message and "no good" in message
    assert [batch.item() for batch in iterator] == [4, 5]  # the pass goes on, as in PyTorch


def test_an_exception_type_that_pickle_cannot_find():
    class Hidden(Exception):
        pass

    def fail(i):
        raise Hidden("no good")

    with pytest.raises(RuntimeError, match="Caught Hidden in DataLoader worker process 0"):
        next(iter(DataLoader(Numbers(6, fail), num_workers=1)))


def test_worker_init_fn_may_fail():
    def begin(worker_id):
        raise ValueError("not today")

    with pytest.raises(ValueError, match="in DataLoader worker process 0"):
        next(iter(DataLoader(Numbers(), num_workers=1, worker_init_fn=begin)))


def test_a_stream_may_fail_to_begin_and_begin_again():
    class Second(IterableDataset):
        passes = 0

        def __iter__(self):
            self.passes += 1
            if self.passes == 1:
                raise ValueError("not yet")
            return iter([7])

    loader = DataLoader(Second(), batch_size=None, num_workers=1, persistent_workers=True)
    with pytest.raises(ValueError, match="not yet"):
        next(iter(loader))
    assert list(loader) == [7]
    loader._iterator._shut_down()


def test_a_sample_that_cannot_be_sent_is_an_error_and_no_hang():
    class Lambdas(Numbers):
        def __getitem__(self, i):
            return lambda: i

    loader = DataLoader(Lambdas(), num_workers=1, collate_fn=list)
    with pytest.raises(Exception, match="worker process 0 while sending a batch"):
        next(iter(loader))


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "killed by signal SIGKILL"),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), "killed by signal SIGTERM"),
        (lambda: os._exit(3), "exit code 3"),
        (lambda: sys.exit(4), "exit code 4"),
    ],
)
def test_a_worker_that_dies_is_named(end, cause):
    iterator = iter(DataLoader(Numbers(12, lambda i: end() if i == 5 else None), num_workers=2))
    pids = [process.pid for process in iterator._pool.processes]
    with pytest.raises(RuntimeError, match=f"worker .pid.s. {pids[1]}. exited unexpectedly: {cause}"):
        list(iterator)
    assert all(ended(pid) for pid in pids)


def test_a_worker_killed_from_outside_is_no_hang():
    iterator = iter(DataLoader(Numbers(1000, lambda i: time.sleep(0.01)), num_workers=2))
    next(iterator)
    os.kill(iterator._pool.processes[0].pid, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="killed by signal SIGKILL"):
        list(iterator)


def test_an_index_that_cannot_be_read_is_no_hang():
    class Unreadable:
        def __reduce__(self):
            return (int, ("no number",))

    loader = DataLoader(Numbers(), sampler=[Unreadable()], num_workers=1)
    with pytest.raises(ValueError, match=r"(?s)DataLoader worker process 0.*invalid literal for int"):
        next(iter(loader))


def test_an_index_that_cannot_be_sent_is_no_hang():
    iterator = iter(DataLoader(Numbers(), sampler=[0, lambda: 1], num_workers=1, prefetch_factor=1))
    with pytest.raises(Exception, match="pickle"):
        next(iterator)
    assert all(ended(process.pid) for process in iterator._pool.processes)


def test_timeout():
    loader = DataLoader(Numbers(4, lambda i: time.sleep(30)), num_workers=1, timeout=0.2)
    iterator = iter(loader)
    # the worker sleeps on: it is ended all the same
    iterator._pool.patience = 0.1
    with pytest.raises(RuntimeError, match="DataLoader timed out after 0.2 seconds"):
        next(iterator)


def test_leaving_a_loop_early_ends_the_workers():
    data = TensorDataset(torch.zeros(64, 50_000))
    for _ in (loader := iter(DataLoader(data, batch_size=8, num_workers=2))):
        pids = [process.pid for process in loader._pool.processes]
        break
    assert not all(ended(pid) for pid in pids)
    del loader
    wait_until(lambda: all(ended(pid) for pid in pids))


def test_a_finished_pass_ends_the_workers():
    iterator = iter(DataLoader(Numbers(), num_workers=2))
    pids = [process.pid for process in iterator._pool.processes]
    assert len(list(iterator)) == 12
    assert all(ended(pid) for pid in pids)
    assert next(iterator, None) is None


def test_persistent_workers_stay():
    class Pids(Numbers):
        def __getitem__(self, i):
            return os.getpid()

    loader = DataLoader(Pids(), num_workers=2, persistent_workers=True)
    first, second = ({batch.item() for batch in loader} for _ in range(2))
    assert first == second and len(first) == 2
    loader._iterator._shut_down()


def test_persistent_workers_that_died_are_replaced():
    loader = DataLoader(Numbers(), num_workers=2, persistent_workers=True)
    assert len(list(loader)) == 12
    os.kill(loader._iterator._pool.processes[0].pid, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="killed by signal SIGKILL"):
        list(loader)
    assert [batch.item() for batch in loader] == list(range(12))
    loader._iterator._shut_down()


def test_persistent_workers_after_a_pass_that_was_left_early():
    big = TensorDataset(torch.arange(20).reshape(20, 1).expand(20, 20_000))
    loader = DataLoader(big, batch_size=2, num_workers=2, persistent_workers=True)
    for _ in range(3):
        next(iter(loader))
    assert [batch[0][:, 0].tolist() for batch in loader] == [[i, i + 1] for i in range(0, 20, 2)]
    stream = DataLoader(Stream(5), batch_size=None, num_workers=2, persistent_workers=True)
    assert [list(stream), list(stream)] == [[0, 1, 2, 3, 4]] * 2
    loader._iterator._shut_down(), stream._iterator._shut_down()


def test_a_shuffled_pass_is_the_same_with_and_without_workers():
    def order(**arguments):
        torch.manual_seed(3)
        loader = DataLoader(Numbers(30), batch_size=4, shuffle=True, **arguments)
        return [[b.tolist() for b in loader] for _ in range(2)], torch.rand(1).item()

    assert order() == order(num_workers=2) == order(num_workers=3, prefetch_factor=5)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no folder to look for blocks in")
def test_large_batches_do_go_through_shared_memory():
    data = TensorDataset(torch.zeros(8, 100_000))
    iterator = iter(DataLoader(data, num_workers=2))
    next(iterator)
    wait_until(lambda: blocks())


def test_without_room_in_shared_memory_batches_go_through_the_pipe(monkeypatch):
    monkeypatch.setattr("edutorch.utils.data.shared._room_for", lambda size: False)
    data = TensorDataset(torch.arange(400_000.0).reshape(4, -1))
    got = [batch[0][0, 0].item() for batch in DataLoader(data, num_workers=2)]
    assert got == [0.0, 100_000.0, 200_000.0, 300_000.0]


def test_tasks_larger_than_a_pipe_holds():
    order = list(range(300_000)) * 2
    data = TensorDataset(torch.arange(300_000))
    loader = DataLoader(data, batch_size=150_000, sampler=order, num_workers=1, prefetch_factor=4)
    assert [batch[0][0].item() for batch in loader] == [0, 150_000, 0, 150_000]


def test_prefetch_factor_zero_is_refused_when_iterated():
    with pytest.raises(AssertionError, match="prefetch_factor must be greater than 0"):
        iter(DataLoader(Numbers(), num_workers=1, prefetch_factor=0))


def test_more_workers_than_processors_warn():
    with pytest.warns(UserWarning, match="This DataLoader will create 500 worker processes"):
        DataLoader(Numbers(), num_workers=500)
