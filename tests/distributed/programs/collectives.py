"""Every collective once: each rank prints what it holds, in the order of the ranks."""

import sys

import torch
import torch.distributed as dist
from torch.distributed import ReduceOp

dist.init_process_group("gloo")
rank, size = dist.get_rank(), dist.get_world_size()


def show(name, value):
    texts = [None] * size
    dist.all_gather_object(texts, f"{name} on rank {rank}: {value}")
    if rank == 0:
        print("\n".join(texts), flush=True)


def mine(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return (torch.arange(count).reshape(shape) + 10 * rank).to(dtype)


for op in (ReduceOp.SUM, ReduceOp.PRODUCT, ReduceOp.MIN, ReduceOp.MAX):
    for dtype in (torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8):
        x = mine(2, 3, dtype=dtype)
        dist.all_reduce(x, op)
        show(f"all_reduce {op}".replace("RedOpType", "ReduceOp"), x.tolist())
x = mine(3).half()
dist.all_reduce(x)
show("all_reduce of halves", x.tolist())
for op in (ReduceOp.BAND, ReduceOp.BOR, ReduceOp.BXOR):
    x = mine(3, dtype=torch.int64)
    dist.all_reduce(x, op)
    show("bits", x.tolist())

x = mine(2, 2)
work = dist.all_reduce(x, async_op=True)
show("waited", work.wait())
show("async all_reduce", x.tolist())

for src in range(size):
    x = mine(3, dtype=torch.bool if src % 2 else torch.float32)
    dist.broadcast(x, src)
    show(f"broadcast from {src}", x.tolist())
    x = mine(2)
    dist.reduce(x, src)
    show(f"reduce to {src}", x.tolist() if rank == src else "undefined")
    found = [torch.zeros(2) for _ in range(size)] if rank == src else None
    dist.gather(mine(2), found, dst=src)
    show(f"gather to {src}", found)
    x = torch.zeros(2)
    dist.scatter(x, [torch.full((2,), float(i + src)) for i in range(size)] if rank == src else None, src=src)
    show(f"scatter from {src}", x.tolist())

found = [torch.zeros(2, 1, dtype=torch.int64) for _ in range(size)]
dist.all_gather(found, mine(2, 1, dtype=torch.int64))
show("all_gather", found)
x = torch.zeros(2 * size, 2)
dist.all_gather_into_tensor(x, mine(2, 2))
show("all_gather_into_tensor", x.tolist())
x = torch.zeros(2)
dist.reduce_scatter(x, [mine(2) + i for i in range(size)])
show("reduce_scatter", x.tolist())
dist.reduce_scatter_tensor(x, mine(2 * size))
show("reduce_scatter_tensor", x.tolist())
x = torch.zeros(size, 2)
dist.all_to_all_single(x, mine(size, 2))
show("all_to_all_single", x.tolist())
sent, received = [rank + 1] * size, [i + 1 for i in range(size)]
x = torch.zeros(sum(received))
dist.all_to_all_single(x, torch.full((sum(sent),), float(rank)), received, sent)
show("all_to_all_single of uneven parts", x.tolist())

if size > 1:
    ahead, behind = (rank + 1) % size, (rank - 1) % size
    x = torch.zeros(3)
    work = dist.isend(mine(3), ahead)
    show("recv from", dist.recv(x, behind))
    work.wait()
    show("ring", x.tolist())
    works = dist.batch_isend_irecv([dist.P2POp(dist.isend, mine(2), ahead), dist.P2POp(dist.irecv, x[:2], behind)])
    for work in works:
        work.wait()
    show("batch", x.tolist())
    if rank == 0:
        senders = [dist.recv(x) for _ in range(size - 1)]
    else:
        dist.send(mine(3), 0)
        senders = range(1, size)
    show("from anyone", sorted(senders))

objects = [{"rank": rank, "shape": (1, 2)}, rank]
dist.broadcast_object_list(objects, src=size - 1)
show("broadcast_object_list", objects)
found = [None] * size if rank == 0 else None
dist.gather_object(f"from {rank}", found)
show("gather_object", found)
found = [None]
dist.scatter_object_list(found, [f"for {i}" for i in range(size)] if rank == 0 else None)
show("scatter_object_list", found)

members = [i for i in range(size) if i % 2 == 0]
even = dist.new_group(members)
show("rank and size in the group", (dist.get_rank(even), dist.get_world_size(even)))
if rank % 2 == 0:
    x = mine(2)
    dist.all_reduce(x, group=even)
    show_rank = dist.get_process_group_ranks(even)
    dist.broadcast(x[:1], members[-1], group=even)
else:
    x, show_rank = None, None
show("a group", (None if x is None else x.tolist(), show_rank))

x = mine(4, 4)
dist.all_reduce(x[:, 1].contiguous())
dist.barrier()
parameter = torch.nn.Linear(2, 2).weight
dist.broadcast(parameter.data, 0)
show("is initialized", (dist.is_available(), dist.is_initialized(), dist.get_backend(), sys.argv[1:]))
dist.destroy_process_group()
assert not dist.is_initialized()
