"""SyncBatchNorm in several processes is BatchNorm over all of their batches together."""

import pytest

import edutorch as torch
from edutorch import nn
from tests.distributed.processes import needs_mpi, run_text


@needs_mpi
def test_three_uneven_batches_are_one(tmp_path, root):
    done = run_text(
        3,
        """
rank, size = begin()
torch.manual_seed(0)
x = 5 + 2 * torch.randn(9, 4, 3, 2)
gy = torch.randn(9, 4, 3, 2)
part = slice([0, 2, 3][rank], [2, 3, 9][rank])
one, many = (nn.Sequential(nn.BatchNorm2d(4, momentum=momentum)) for momentum in (0.1, 0.1))
many = nn.SyncBatchNorm.convert_sync_batchnorm(many)
assert type(many[0]) is nn.SyncBatchNorm and list(many.state_dict()) == list(one.state_dict())
for _ in range(2):
    whole = x.clone().requires_grad_()
    mine = x[part].clone().requires_grad_()
    one.zero_grad(), many.zero_grad()
    (one(whole) * gy).sum().backward()
    y = many(mine)
    (y * gy[part]).sum().backward()
    assert torch.allclose(y, one[0](x)[part].detach(), atol=1e-5) and torch.allclose(mine.grad, whole.grad[part], atol=1e-6)
    for layer in (many[0].weight, many[0].bias):
        dist.all_reduce(layer.grad)
    assert torch.allclose(many[0].weight.grad, one[0].weight.grad, rtol=1e-5, atol=1e-5)
    assert torch.allclose(many[0].bias.grad, one[0].bias.grad, rtol=1e-5, atol=1e-5)
    one[0].running_mean.copy_(many[0].running_mean), one[0].running_var.copy_(many[0].running_var)
once = nn.BatchNorm2d(4)
once(x)
fresh = nn.SyncBatchNorm(4)
fresh(x[part])
assert torch.allclose(fresh.running_mean, once.running_mean) and torch.allclose(fresh.running_var, once.running_var)
assert fresh.num_batches_tracked == 1
many.eval(), one.eval()
assert torch.equal(many(x), one(x))
try:
    torch.autograd.grad(fresh(mine).sum(), mine, create_graph=True)[0].sum().backward()
except RuntimeError as error:
    show(error)
try:
    fresh(torch.ones(2 + rank, 3))
except ValueError as error:
    show(error)
""",
        tmp_path,
        root,
    )
    assert done.status == 0, done.err[-3000:]
    assert done.out.count("trying to differentiate twice a function that was marked with @once_differentiable") == 3
    assert "SyncBatchNorm: expected 4 channels, got an input of [3, 3]" in done.out


def test_in_one_process_it_is_batch_norm():
    torch.manual_seed(0)
    x = torch.randn(5, 3, 4)
    one, sync = nn.BatchNorm1d(3), nn.SyncBatchNorm(3)
    assert torch.equal(one(x), sync(x)) and torch.equal(one.running_var, sync.running_var)
    with pytest.raises(ValueError, match=r"expected at least 2D input \(got 1D input\)"):
        sync(torch.ones(3))


def test_converting_keeps_parameters_and_what_is_no_batch_norm():
    net = nn.Sequential(nn.Conv1d(1, 2, 1), nn.BatchNorm1d(2, eps=0.1, affine=False), nn.Sequential(nn.BatchNorm1d(2)))
    weight = net[2][0].weight
    net.eval()
    converted = nn.SyncBatchNorm.convert_sync_batchnorm(net)
    assert converted is net and converted[2][0].weight is weight
    assert (converted[1].eps, converted[1].weight, converted[1].training) == (0.1, None, False)
    assert isinstance(converted[0], nn.Conv1d) and isinstance(converted[1], nn.SyncBatchNorm)
