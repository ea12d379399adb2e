"""DistributedDataParallel in real processes: what it averages, when, and what it refuses.

Its losses beside PyTorch's: tests/distributed/test_programs.py."""

from tests.distributed.processes import PROLOGUE, needs_mpi, run, run_text

pytestmark = needs_mpi


def lines(done):
    assert done.status == 0, done.err[-3000:]
    return done.out.splitlines()


def test_gradients_are_averages_and_buckets_start_while_backward_walks(tmp_path, root):
    found = lines(
        run_text(
            2,
            """
from torch.nn.parallel import DistributedDataParallel
from torch.nn.parallel.buckets import Bucket
rank, size = begin()
torch.manual_seed(rank)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.wide = nn.Sequential(nn.Linear(600, 600), nn.ReLU(), nn.Linear(600, 600), nn.ReLU())
        self.last = nn.Linear(600, 2).double()
    def forward(self, x):
        return self.last(self.wide(x).double())
net = Net()
model = DistributedDataParallel(net, bucket_cap_mb=1)
show(sorted(str(bucket.flat.dtype) for bucket in model.reducer.buckets))
x = torch.full((3, 600), float(rank + 1))
alone = torch.autograd.grad(net(x).square().sum(), list(net.parameters()))
events = []
start = Bucket.start
Bucket.start = lambda self: events.append("bucket") or start(self)
net.wide[0].weight.register_hook(lambda g: events.append("first layer"))
model(x).square().sum().backward()
for parameter, own in zip(net.parameters(), alone):
    both = [torch.zeros_like(own) for _ in range(size)]
    dist.all_gather(both, own)
    assert torch.allclose(parameter.grad, sum(both) / size, rtol=1e-5, atol=1e-6)
show(events)
show(dist.group.WORLD.bytes_given > 2 * 4 * 600 * 600, dist.group.WORLD.seconds_waited > 0)
""",
            tmp_path,
            root,
        )
    )
    assert found[:2] == ["['float32', 'float32', 'float64']"] * 2
    assert found[2:4] == ["['bucket', 'first layer', 'bucket', 'bucket']"] * 2
    assert found[4:] == ["True True"] * 2


def test_unused_parameters(tmp_path, root):
    done = run_text(
        2,
        """
from torch.nn.parallel import DistributedDataParallel
rank, size = begin()
class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.always, self.sometimes, self.never = nn.Linear(1, 1, False), nn.Linear(1, 1, False), nn.Linear(1, 1, False)
    def forward(self, x, both):
        y = self.always(x)
        return y + self.sometimes(x) if both else y
x = torch.full((1, 1), 2.0)
for named in ({"find_unused_parameters": True}, {"static_graph": True}):
    model = DistributedDataParallel(Branches(), **named)
    for _ in range(2):
        model.zero_grad()
        model(x, both=rank == 1).sum().backward()
    show([None if p.grad is None else p.grad.item() for p in model.parameters()])
model = DistributedDataParallel(Branches())
model(x, both=True).sum().backward()
try:
    model(x, both=True)
except RuntimeError as error:
    show(error)
model = DistributedDataParallel(nn.Linear(1, 1))
y = model(x).sum()
y.backward(retain_graph=True)
y.backward()  # not averaged again: this backward belongs to no new forward
with torch.no_grad():
    show(model(x).shape)
for wrong, named in ((nn.ReLU(), {}), (nn.Linear(1, 1), {"mixed_precision": True})):
    try:
        DistributedDataParallel(wrong, **named)
    except (RuntimeError, NotImplementedError) as error:
        show(error)
""",
        tmp_path,
        root,
    )
    found = lines(done)
    assert found[:4] == ["[2.0, 1.0, None]"] * 4
    for rank in range(2):
        assert (
            "Expected to have finished reduction in the prior iteration before starting a new one. These parameters got"
            " no gradient: never.weight. Were they used in the loss? Pass find_unused_parameters=True to"
            f" DistributedDataParallel if a forward may leave some out. (rank {rank} of 2)"
        ) in found
    assert found[6:8] == ["torch.Size([1, 1])"] * 2
    assert "not needed when a module doesn't have any parameters that require a gradient" in found[8]
    assert "mixed_precision, device_mesh and delay_all_reduce_named_params are left out" in found[10]


def test_a_checkpoint_resumes_with_another_number_of_processes(tmp_path, root):
    """Six steps by one process; three by two, then three by three from their checkpoint."""
    program = f"""
from torch.nn.parallel import DistributedDataParallel
rank, size = begin()
first, last = map(int, sys.argv[1:3])
path = {str(tmp_path / "checkpoint.pt")!r}
torch.manual_seed(rank)
model = DistributedDataParallel(nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
torch.manual_seed(7)
inputs = torch.randn(6, 24, 4)
if first:
    state = torch.load(path)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
for step in range(first, last):
    optimizer.zero_grad()
    loss = (model(inputs[step, rank::size]) - inputs[step, rank::size].sum(1, keepdim=True)).square().mean()
    loss.backward()
    optimizer.step()
    dist.all_reduce(loss.detach_(), dist.ReduceOp.AVG)
    if rank == 0:
        print(f"{{loss.item():.6f}}", flush=True)
if rank == 0:
    torch.save({{"model": model.state_dict(), "optimizer": optimizer.state_dict()}}, path)
    assert next(iter(model.state_dict())) == "module.0.weight"
dist.barrier()
"""
    file = tmp_path / "program.py"
    file.write_text(PROLOGUE + program)

    def losses(count, first, last):
        return [float(line) for line in lines(run(count, file, root, str(first), str(last)))]

    two = losses(2, 0, 3)
    both = two + losses(3, 3, 6)
    alone = losses(1, 0, 6)
    assert len(alone) == 6
    for ours, theirs in zip(both, alone, strict=True):
        assert abs(ours - theirs) <= 2e-6
