"""NCCL on stand-ins for CuPy and for cupy.cuda.nccl; it has never run on GPUs. And tensors on a GPU through MPI."""

import pytest

from edutorch import distributed as dist
from edutorch.distributed import nccl
from tests.conftest import REAL_CUPY
from tests.distributed.processes import needs_mpi, run_text

ON_STAND_INS = """
sys.path.insert(0, os.path.abspath("tests/fake_cupy"))
sys.path.insert(0, os.path.abspath("tests/distributed"))
import cupy
import fake_nccl
cupy.cuda.nccl = fake_nccl
"""


@needs_mpi
@pytest.mark.skipif(REAL_CUPY, reason="the stand-in for CuPy is not used where CuPy is")
def test_collectives_and_training_go_by_nccl(tmp_path, root):
    done = run_text(
        2,
        ON_STAND_INS
        + """
dist.init_process_group("nccl", timeout=datetime.timedelta(seconds=60))
rank, size = dist.get_rank(), dist.get_world_size()
assert dist.is_nccl_available() and dist.get_backend() == "nccl"
x = torch.arange(4, device="cuda") + rank
dist.all_reduce(x)
h = torch.full((2,), 1.0 + rank, device="cuda")
dist.all_reduce(h, dist.ReduceOp.AVG)
t = torch.full((2, 3), float(rank), device="cuda").t()
dist.all_reduce(t, dist.ReduceOp.MAX, async_op=True).wait()
b = torch.full((2,), 5.0 + rank, device="cuda")
dist.broadcast(b, 1)
g = torch.zeros(4, device="cuda")
dist.all_gather_into_tensor(g, h + rank)
s = torch.zeros(2, device="cuda")
dist.reduce_scatter_tensor(s, g)
show(x.tolist(), h.tolist(), t.tolist(), b.tolist(), g.tolist(), s.tolist(), fake_nccl.calls)
fake_nccl.calls.clear()
dist.reduce(h, 0)  # by way of the host
dist.scatter(b, [h, h] if rank == 0 else None)
show(b.tolist(), str(b.device), fake_nccl.calls)
torch.manual_seed(rank)
net = nn.Linear(3, 1).to("cuda")
model = nn.parallel.DistributedDataParallel(net, device_ids=[0])
model(torch.full((2, 3), 1.0 + rank, device="cuda")).sum().backward()
show(net.weight.grad.tolist(), str(net.weight.grad.device), fake_nccl.calls)
""",
        tmp_path,
        root,
    )
    assert done.status == 0, done.err[-3000:]
    first = (
        "[1, 3, 5, 7] [1.5, 1.5] [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]] [6.0, 6.0] [1.5, 1.5, 2.5, 2.5] {} "
        "['allReduce', 'allReduce', 'allReduce', 'broadcast', 'allGather', 'reduceScatter']"
    )
    assert done.out.splitlines() == [
        first.format("[3.0, 3.0]"),
        first.format("[5.0, 5.0]"),
        "[3.0, 3.0] cuda:0 []",
        "[3.0, 3.0] cuda:0 []",
        "[[3.0, 3.0, 3.0]] cuda:0 ['allReduce']",
        "[[3.0, 3.0, 3.0]] cuda:0 ['allReduce']",
    ]


@needs_mpi
@pytest.mark.skipif(REAL_CUPY, reason="the stand-in for CuPy is not used where CuPy is")
def test_without_nccl_gpus_go_through_the_host(tmp_path, root):
    done = run_text(
        2,
        ON_STAND_INS
        + """
rank, size = begin()
x = torch.full((2,), 1.0 + rank, device="cuda")
dist.all_reduce(x)
net = nn.Linear(3, 1).to("cuda")
nn.parallel.DistributedDataParallel(net)(torch.full((2, 3), 1.0 + rank, device="cuda")).sum().backward()
show(x.tolist(), str(x.device), net.weight.grad.tolist(), fake_nccl.calls)
""",
        tmp_path,
        root,
    )
    assert done.status == 0, done.err[-3000:]
    assert done.out.splitlines() == ["[3.0, 3.0] cuda:0 [[3.0, 3.0, 3.0]] []"] * 2


def test_without_gpus_it_says_what_to_use(monkeypatch):
    monkeypatch.setattr(nccl, "find_cupy", lambda: None)
    assert not dist.is_nccl_available()
    with pytest.raises(ValueError, match=r"no GPUs found! Use init_process_group\('gloo'\) on CPUs"):
        nccl.Nccl(None)
