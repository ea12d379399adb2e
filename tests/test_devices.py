"""Every op gives on "cuda" what it gives on the CPU, values and gradients, and transfers nothing.

On "cuda" stands CuPy, or without a GPU the strict stand-in for it, so that an op which only NumPy can
do fails here.
"""

import numpy as np
import pytest

import edutorch as torch


def positions(x, values):
    return torch.tensor(values).to(x.device)


def change_parts(x, y):
    z = x.clone()
    z[0] = y[1]
    z[1, 2] = 5.0
    z[:, 1] += y[:, 0]
    z[z > 1] = 0.5
    z[(y > 0).all(1)] = 2
    return z.masked_fill(z < -1, 0.5)


# Each takes two (2, 3) float32 tensors and may use its third argument, positions made beforehand.
OPS = {
    "add": lambda x, y, at: x + y,
    "rsub": lambda x, y, at: 1 - x,
    "mul": lambda x, y, at: x * y * 2,
    "div": lambda x, y, at: x / (y + 5) + 1 / (x * x + 1),
    "pow": lambda x, y, at: (x * x + 1) ** y + x**2,
    "neg": lambda x, y, at: -x,
    "exp": lambda x, y, at: x.exp(),
    "log": lambda x, y, at: (x * x + 1).log(),
    "sqrt": lambda x, y, at: (x * x + 1).sqrt(),
    "matmul": lambda x, y, at: x @ y.t() @ y[:, 0],
    "relu": lambda x, y, at: torch.relu(x),
    "sigmoid": lambda x, y, at: torch.sigmoid(x),
    "tanh": lambda x, y, at: torch.tanh(x),
    "softmax": lambda x, y, at: torch.softmax(x, 1) * y,
    "log_softmax": lambda x, y, at: torch.log_softmax(x, -1) * y,
    "sum": lambda x, y, at: x.sum() * y.sum(0, keepdim=True),
    "mean": lambda x, y, at: x.mean() * y.mean(1),
    "max": lambda x, y, at: x.max() + y.max(1)[0],
    "min": lambda x, y, at: x.min() + y.min(0)[0],
    "amax, amin": lambda x, y, at: x.amax(1) - x.amin(1),
    "argmax": lambda x, y, at: x.argmax(1).float() * y.sum(1),
    "compare": lambda x, y, at: (x > y).float() * x + (x == y).float(),
    "slice": lambda x, y, at: x[1:, ::2] + x[0, 1] + x[..., None, 0],
    "positions": lambda x, y, at: x[at[:, 0]] + x[:, at[0]].sum(),
    "gather": lambda x, y, at: x.gather(1, at),
    "where": lambda x, y, at: torch.where(x > 0, x, y),
    "masked_fill": lambda x, y, at: x.masked_fill(y > 0, 3.0),
    "narrow": lambda x, y, at: x.narrow(1, 1, 2),
    "assignment": lambda x, y, at: change_parts(x, y),
    "in place": lambda x, y, at: x.clone().add_(y).mul_(2).clone().zero_().copy_(y),
    "cat, stack": lambda x, y, at: torch.cat([x, y], 1).sum() + torch.stack([x, y]),
    "shapes": lambda x, y, at: x.reshape(-1).reshape(3, 2).t().unsqueeze(0).squeeze(0).permute(1, 0),
    "expand": lambda x, y, at: x[:1].expand(2, 3) * y,
    "broadcast": lambda x, y, at: x * y[0] + y[:, :1],
    "number on the CPU": lambda x, y, at: x * torch.tensor(2.0),
    "double": lambda x, y, at: x.double() * 2,
}


def results(name, device, count_transfers):
    """Output and gradients of both inputs, as NumPy arrays; nothing crossed on the way."""
    random = np.random.RandomState(0)
    x, y = (torch.tensor(random.randn(2, 3).astype(np.float32), device=device, requires_grad=True) for _ in range(2))
    at = positions(x, [[0, 1], [1, 0]])
    with count_transfers() as transfers:
        output = OPS[name](x, y, at)
        output.sum().backward()
    assert (transfers.to_host, transfers.to_device) == (0, 0)
    return [t.detach().cpu().numpy() for t in (output, x.grad, y.grad) if t is not None]


@pytest.mark.parametrize("name", OPS)
def test_op_gives_the_same_on_both_devices(name, count_transfers):
    there, here = (results(name, device, count_transfers) for device in ("cuda", "cpu"))
    for got, expected in zip(there, here, strict=True):
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7)


def test_a_mask_reads_one_size_back(count_transfers):
    x = torch.tensor([1.0, -2.0, 3.0], device="cuda", requires_grad=True)
    with count_transfers() as transfers:
        x[x > 0].sum().backward()
    assert transfers.to_host == 1 and transfers.bytes_to_host == 8 and transfers.to_device == 0
    assert x.grad.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda x, i: x[i],
        lambda x, i: x[:, i],
        lambda x, i: x.gather(0, i.reshape(1, 1)),
        lambda x, i: torch.index_select(x, 0, i),
        lambda x, i: x.__setitem__(i, 0.0),
    ],
)
@pytest.mark.parametrize("wrong", [3, -4])
@pytest.mark.parametrize("wait", [lambda x: x.sum().item(), lambda x: x.cpu(), lambda x: torch.cuda.synchronize()])
def test_a_position_out_of_range(device, ask, wrong, wait):
    """On the CPU the call raises; on a GPU, which is not waited for, the next one that waits."""
    x, index = torch.zeros(3, 3, device=device), torch.tensor([wrong]).to(device)
    if device == "cpu":
        with pytest.raises((IndexError, RuntimeError), match=f"index {wrong} is out of bounds"):
            ask(x, index)
        return
    ask(x, index)
    with pytest.raises((IndexError, RuntimeError), match=f"index {wrong} is out of bounds"):
        wait(x)
    assert x.sum().item() == 0  # once told, it is forgotten


def test_many_checks_of_positions_wait_now_and_then(count_transfers):
    x, index = torch.zeros(3, device="cuda"), torch.tensor([0, 2]).to("cuda")
    torch.cuda.synchronize()
    with count_transfers() as transfers:
        for _ in range(1001):
            x[index]
    assert transfers.to_host == 1001


def test_tensors_of_two_devices_do_not_meet():
    with pytest.raises(RuntimeError, match="Expected all tensors to be on the same device"):
        torch.ones(2) + torch.ones(2, device="cuda")


def test_to_and_back(device):
    x = torch.tensor([[1.0, 2.0]], requires_grad=True)
    moved = x.to(device)
    assert moved.device.type == device and (moved is x) == (device == "cpu")
    (moved * 3).sum().backward()
    assert x.grad.device.type == "cpu" and x.grad.tolist() == [[3, 3]]


def test_a_tensor_on_cuda_is_no_numpy_array():
    x = torch.ones(2, device="cuda")
    for convert in (lambda: x.numpy(), lambda: np.asarray(x)):
        with pytest.raises(TypeError, match="can't convert cuda:0 device type tensor to numpy"):
            convert()
    assert x.cpu().numpy().tolist() == [1, 1]


def test_a_training_step_stays_on_the_device(count_transfers):
    """Forward, backward and update of a perceptron: nothing crosses, and the loss is the CPU's."""
    random = np.random.RandomState(0)
    arrays = [random.randn(*shape) for shape in ((8, 4), (4, 16), (16,), (16, 3), (8, 3))]
    losses = {}
    for device in ("cpu", "cuda"):
        x, w1, b1, w2, target = (torch.tensor(a, device=device) for a in arrays)
        weights = [w.requires_grad_() for w in (w1, b1, w2)]
        optimizers = [
            torch.optim.SGD(weights, lr=0.01, momentum=0.9, weight_decay=1e-3, nesterov=True),
            torch.optim.Adam(weights, lr=0.01, weight_decay=1e-3, amsgrad=True),
        ]
        seen = []
        with count_transfers() as transfers:
            for optimizer in optimizers * 3:
                optimizer.zero_grad()
                error = torch.relu(x @ w1 + b1) @ w2 - target
                loss = (error**2).mean() - torch.log_softmax(error, 1).mean()
                loss.backward()
                optimizer.step()
                seen.append(loss.detach())
        assert (transfers.to_host, transfers.to_device) == (0, 0)
        losses[device] = [loss.item() for loss in seen]
    assert losses["cuda"] == pytest.approx(losses["cpu"], rel=1e-9)


def test_a_convolutional_network_trains_on_the_device(count_transfers):
    """Nothing crosses, not even to check the class numbers. The losses are the CPU's."""
    nn = torch.nn
    losses = {}
    for device in ("cpu", "cuda"):
        torch.manual_seed(0)
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(4, 8, 3),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(32, 5),
        ).to(device)
        images = torch.randn(6, 1, 12, 12).to(device)
        labels = torch.tensor([0, 1, 2, 3, 4, 0]).to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        criterion = nn.CrossEntropyLoss()
        seen = []
        with count_transfers() as transfers:
            for _ in range(3):
                optimizer.zero_grad()
                loss = criterion(model(images), labels)
                loss.backward()
                optimizer.step()
                seen.append(loss.detach())
        assert (transfers.to_host, transfers.to_device) == (0, 0)
        losses[device] = [loss.item() for loss in seen]
    assert losses["cuda"] == pytest.approx(losses["cpu"], rel=1e-5)
    assert losses["cpu"][2] < losses["cpu"][0]
