"""The names that printed graphs show are PyTorch's, for what textbooks print."""

import pytest

import edutorch as torch

F = torch.nn.functional
X = torch.ones(2, 3, requires_grad=True)
IMAGES = torch.ones(1, 1, 4, 4, requires_grad=True)
CLASSES = torch.tensor([0, 2])

NAMES = {
    "AddBackward0": lambda: X + 1,
    "MulBackward0": lambda: X * X,
    "PowBackward0": lambda: (X**2, X**3, X.square()),
    "MmBackward0": lambda: X @ X.t(),
    "AddmmBackward0": lambda: torch.nn.Linear(3, 2)(X),
    "ReluBackward0": lambda: (X.relu(), torch.nn.ReLU()(X)),
    "TanhBackward0": lambda: X.tanh(),
    "LeakyReluBackward0": lambda: F.leaky_relu(X),
    "EluBackward0": lambda: F.elu(X),
    "GeluBackward0": lambda: F.gelu(X),
    "SiluBackward0": lambda: F.silu(X),
    "SumBackward0": lambda: X.sum(),
    "SumBackward1": lambda: X.sum(1),
    "MeanBackward0": lambda: X.mean(),
    "MeanBackward1": lambda: X.mean(0),
    "SelectBackward0": lambda: (X[0], X[1, 2], X[:, -1], X.select(1, 0)),
    "SliceBackward0": lambda: (X[1:], X[:, :2]),
    "IndexBackward0": lambda: X[CLASSES % 2],
    "ViewBackward0": lambda: (X.view(6), X.reshape(3, 2), X.flatten()),
    "MseLossBackward0": lambda: F.mse_loss(X, torch.zeros(2, 3)),
    "NllLossBackward0": lambda: F.cross_entropy(X, CLASSES),
    "LogSoftmaxBackward0": lambda: F.log_softmax(X, 1),
    "ConvolutionBackward0": lambda: F.conv2d(IMAGES, torch.ones(1, 1, 2, 2)),
    "MaxPool2DWithIndicesBackward0": lambda: F.max_pool2d(IMAGES, 2),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_pytorchs(name):
    results = NAMES[name]()
    for result in results if isinstance(results, tuple) else (results,):
        assert result.grad_fn.name() == name and f"grad_fn=<{name}>" in repr(result)
