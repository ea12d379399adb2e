"""irecv begins to receive while other calls wait, so that processes can send to each other in a ring."""

from tests.distributed.processes import needs_mpi, run_text

RING = """
dist.init_process_group("mpi", timeout=datetime.timedelta(seconds=20))
rank, size = dist.get_rank(), dist.get_world_size()
ahead, behind = (rank + 1) % size, (rank - 1) % size
for count in (3, 2_000_000):  # the second is more than MPI sends before it is known where to
    x = torch.full((count,), -1.0)
    received = dist.irecv(x, behind)
    dist.isend(torch.full((count,), float(rank)), ahead).wait()
    received.wait()
    assert (x == behind).all()
    received = dist.irecv(x, behind)  # and with a collective in between
    sent = dist.isend(torch.full((count,), rank + 10.0), ahead)
    dist.barrier()
    while not received.is_completed():
        pass
    received.wait(), sent.wait()
    assert (x == behind + 10).all()
wrong = dist.irecv(torch.zeros(3), behind)
dist.isend(torch.zeros(2_000_000), ahead).wait()  # is not in its way
try:
    wrong.wait()
except dist.DistBackendError as error:
    print(error)
dist.barrier()
print("done")
"""


@needs_mpi
def test_processes_that_receive_later_send_in_a_ring(tmp_path, root):
    for size in (2, 3):
        done = run_text(size, RING, tmp_path, root)
        assert done.status == 0, done.err[-3000:]
        assert done.out.count("done") == size
        assert done.out.count("sends float32 [2000000], but rank") == size
