"""Wrong arguments, and what each call says before any process is asked: in one process, without MPI."""

import datetime
from types import SimpleNamespace

import pytest

import edutorch as torch
from edutorch import distributed as dist
from edutorch.distributed import groups
from tests.distributed.processes import needs_mpi, run_text


def test_without_a_group_each_call_says_what_to_call_first():
    x = torch.ones(2)
    assert dist.is_available() and not dist.is_initialized()
    for call in (
        lambda: dist.all_reduce(x),
        lambda: dist.broadcast(x, 0),
        lambda: dist.send(x, 1),
        dist.barrier,
        dist.get_rank,
        dist.get_world_size,
        lambda: dist.new_group([0]),
    ):
        with pytest.raises(ValueError, match="please make sure to call init_process_group"):
            call()
    with pytest.raises(ValueError, match="Invalid process group specified"):
        dist.destroy_process_group()
    assert dist.get_rank(dist.GroupMember.NON_GROUP_MEMBER) == -1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: dist.init_process_group("glue"), ValueError, "backend 'glue' is unknown: use 'mpi', 'gloo' or 'nccl'"),
        (lambda: dist.all_reduce([1.0]), TypeError, "parameter `tensor` of all_reduce to be a Tensor, not list"),
        (lambda: dist.broadcast(torch.ones(2).numpy(), 0), TypeError, "not an array: torch.from_numpy makes a tensor"),
        (lambda: dist.all_reduce(torch.ones(2), "sum"), TypeError, "op should be one of torch.distributed.ReduceOp"),
        (
            lambda: dist.all_reduce(torch.ones(2).bool()),
            TypeError,
            r"ReduceOp.SUM is not for torch.bool: use BOR, BAND, or tensor.to\(torch.uint8\)",
        ),
        (lambda: dist.all_reduce(torch.ones(2).long(), dist.ReduceOp.AVG), TypeError, "AVG is not for torch.int64"),
        (lambda: dist.reduce(torch.ones(2), 0, dist.ReduceOp.BXOR), TypeError, "BXOR is not for torch.float32"),
        (lambda: dist.P2POp(dist.send, torch.ones(2), 0), ValueError, "op should be torch.distributed.isend or"),
        (lambda: dist.batch_isend_irecv([]), ValueError, "give a list of torch.distributed.P2POp"),
    ],
)
def test_a_wrong_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_without_mpi4py_it_says_what_installs_it(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError("No module named 'mpi4py'", name="mpi4py")

    monkeypatch.setattr(groups.importlib, "import_module", missing)
    with pytest.raises(ModuleNotFoundError, match=r"needs MPI: pip install 'edutorch-course\[mpi\]' installs it"):
        dist.init_process_group("gloo")
    monkeypatch.setattr(groups.importlib.util, "find_spec", lambda name: None)
    assert not dist.is_mpi_available() and not dist.is_gloo_available() and not dist.is_torchelastic_launched()


def test_a_rank_that_is_not_that_of_mpi():
    comm = SimpleNamespace(Get_rank=lambda: 1, Get_size=lambda: 2)
    with pytest.raises(ValueError, match="rank=0, but this is rank 1 of MPI's 2 processes"):
        groups._check_place(comm, 2, 0)
    with pytest.raises(dist.DistNetworkError, match="there should be 4 processes .* but MPI has started 2"):
        groups._check_place(comm, 4, 1)


def test_the_rank_on_a_machine(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert dist.get_node_local_rank() == 3
    monkeypatch.delenv("LOCAL_RANK")
    assert dist.get_node_local_rank(fallback_rank=1) == 1
    with pytest.raises(RuntimeError, match="LOCAL_RANK is not in the environment"):
        dist.get_node_local_rank()


@needs_mpi
def test_what_processes_that_stand_refuse(tmp_path, root):
    done = run_text(
        2,
        """
rank, size = begin()
def refused(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except (ValueError, TypeError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"
x = torch.ones(3)
if rank == 0:
    print(refused(dist.init_process_group, "mpi"))
    print(refused(dist.broadcast, x, 5))
    print(refused(dist.broadcast, x))
    print(refused(dist.all_gather, [x], x))
    print(refused(dist.all_gather, [x, torch.ones(4)], x))
    print(refused(dist.all_gather, [torch.ones(4)] * 2, x))
    print(refused(dist.gather, x, [x, x], 1))
    print(refused(dist.all_gather_into_tensor, torch.ones(5), x))
    print(refused(dist.all_to_all_single, torch.ones(3), x))
    print(refused(dist.all_to_all_single, torch.ones(4), torch.ones(4), None, [1, 2]))
    print(refused(dist.all_gather_object, [None], 1))
    print(refused(dist.scatter_object_list, [], [1, 2]))
    print(refused(dist.send, x, 0))
    print(refused(dist.recv, x, 0))
    print(refused(dist.new_group, [0, 0]))
    print(refused(dist.get_global_rank, dist.group.WORLD, 2))
    sys.stdout.flush()
dist.barrier()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    first = dist.new_group([0])
    assert dist.all_reduce(x, group=first) is None
show(len(caught), caught[0].message if caught else "in the group", dist.get_rank(first), x.tolist())
works = [dist.all_reduce(torch.full((2,), float(rank)), dist.ReduceOp.AVG, async_op=True) for _ in range(3)]
show([work.wait() and work.is_completed() and work.is_success() for work in works])
strided = torch.zeros(2, 3).t()
strided += rank + 1
dist.all_reduce(strided)
show(strided.tolist(), strided.stride())
late = dist.irecv(strided, 1 - rank)
dist.isend(strided + rank, 1 - rank).wait()
while not late.is_completed():
    pass
late.wait()
show(strided[0].tolist())
nothing = torch.zeros(0)
dist.all_reduce(nothing)
dist.monitored_barrier(timeout=datetime.timedelta(seconds=60))
w = torch.ones(2, requires_grad=True)
y = (w * w).sum()
dist.broadcast(w.data, 0)
dist.destroy_process_group()
dist.init_process_group(init_method="env://", world_size=size, rank=rank)
show(dist.get_backend(), os.environ["LOCAL_WORLD_SIZE"])
""",
        tmp_path,
        root,
    )
    assert done.status == 0, done.err[-3000:]
    assert done.out.splitlines() == [
        "ValueError: trying to initialize the default process group twice!",
        "ValueError: Global rank 5 is not part of group of ranks [0, 1]",
        "ValueError: broadcast: give either src or group_src, the rank of the process",
        "ValueError: all_gather: tensor_list should have a tensor for each of the 2 processes, but has 1",
        "ValueError: all_gather: the tensors of tensor_list should have one dtype and one shape, but are float32 [3],"
        " float32 [4]",
        "ValueError: all_gather: tensor_list should have tensors of float32 [3], as the other argument, but has float32"
        " [4]",
        "ValueError: Argument ``gather_list`` must NOT be specified on non-destination ranks.",
        "ValueError: all_gather_into_tensor: float32 [5] is not 2 times float32 [3], one for each of the 2 processes",
        "ValueError: all_to_all_single: input has 3 rows, which 2 processes cannot share equally: give input_split_sizes",
        "ValueError: all_to_all_single: input_split_sizes [1, 2] should be 2 numbers with the sum 4",
        "ValueError: all_gather_object: object_list should have a place for each of the 2 processes, but has 1",
        "ValueError: Expected argument scatter_object_output_list to be a list of size at least 1.",
        "ValueError: isend: rank 0 sends to itself: send and recv are for two processes",
        "ValueError: irecv: rank 0 receives from itself: that is for two processes",
        "ValueError: new_group: ranks [0, 0] should be different, each from 0 to 1",
        "ValueError: Group rank 2 is not part of group of 2 processes",
        "0 in the group 0 [1.0, 1.0, 1.0]",
        "1 Running all_reduce on global rank 1 which does not belong to the given group. -1 [1.0, 1.0, 1.0]",
        "[True, True, True]",
        "[True, True, True]",
        "[[3.0, 3.0], [3.0, 3.0], [3.0, 3.0]] (1, 3)",
        "[[3.0, 3.0], [3.0, 3.0], [3.0, 3.0]] (1, 3)",
        "[4.0, 4.0]",
        "[3.0, 3.0]",
        "mpi 2",
        "mpi 2",
    ]


def test_timeouts_are_half_an_hour_by_default():
    assert dist.default_pg_timeout == datetime.timedelta(minutes=30)
