"""What is held against PyTorch around training: weights, orders, losses, all from one seed.

Functions of the module. make_training.py runs them with PyTorch and writes training.json;
test_same_numbers.py runs them with edutorch.
"""

LAYERS = {
    "Linear": lambda torch: torch.nn.Linear(784, 10),
    "Linear without bias": lambda torch: torch.nn.Linear(20, 30, bias=False),
    "Linear float64": lambda torch: torch.nn.Linear(7, 5, dtype=torch.float64),
    "Conv2d": lambda torch: torch.nn.Conv2d(1, 32, 3, 1),
    "Conv2d wide": lambda torch: torch.nn.Conv2d(32, 64, kernel_size=3, padding=1),
    "Conv2d without bias": lambda torch: torch.nn.Conv2d(3, 6, (5, 3), bias=False),
    "two layers": lambda torch: torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Linear(16, 1)),
}


# To be made on a CPU that is not Intel's: there PyTorch draws dropout from MKL's own stream.
DROPOUTS = {
    "dropout": lambda F, torch: F.dropout(torch.ones(7, 50), 0.3),
    "dropout2d": lambda F, torch: F.dropout2d(torch.ones(7, 20, 2, 2), 0.25),
    "dropout float64": lambda F, torch: F.dropout(torch.ones(99, dtype=torch.float64), 0.5),
}


def dropout(torch, name):
    """What is left of ones, as a flat list, and a number drawn after it."""
    torch.manual_seed(42)
    left = DROPOUTS[name](torch.nn.functional, torch).reshape(-1).tolist()
    return [*left, torch.rand(1).item()]


def weights(torch, layer):
    """Every parameter of a fresh layer, one after another, as a NumPy array."""
    torch.manual_seed(42)
    parameters = [p.detach().reshape(-1) for p in LAYERS[layer](torch).parameters()]
    return torch.cat(parameters).numpy()


def orders(torch, seed, own_generator):
    """What a shuffled DataLoader gives in two epochs, and a number drawn after them."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(7) if own_generator else None
    data = torch.utils.data.TensorDataset(torch.arange(57))
    loader = torch.utils.data.DataLoader(data, batch_size=8, shuffle=True, generator=generator)
    epochs = [[batch.tolist() for (batch,) in loader] for _ in range(2)]
    return [*epochs, torch.rand(1).item()]


def make_cnn(torch):
    """The small CNN of PyTorch's MNIST example, without its dropouts."""
    nn = torch.nn

    class CNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 32, 3, 1)
            self.conv2 = nn.Conv2d(32, 64, 3, 1)
            self.fc1 = nn.Linear(9216, 128)
            self.fc2 = nn.Linear(128, 10)

        def forward(self, x):  # (N, 1, 28, 28)
            x = nn.functional.relu(self.conv1(x))  # (N, 32, 26, 26)
            x = nn.functional.relu(self.conv2(x))  # (N, 64, 24, 24)
            x = nn.functional.max_pool2d(x, 2)  # (N, 64, 12, 12)
            x = torch.flatten(x, 1)  # (N, 9216)
            x = nn.functional.relu(self.fc1(x))
            return nn.functional.log_softmax(self.fc2(x), dim=1)

    torch.manual_seed(3)
    return CNN()


def losses(torch, images, labels, dtype, steps, batch):
    """The loss before each step of SGD. images: (N, 28, 28) uint8, labels: (N,), NumPy arrays."""
    model = make_cnn(torch).to(getattr(torch, dtype))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    found = []
    for step in range(steps):
        part = slice(step * batch, (step + 1) * batch)
        x = torch.from_numpy(images[part].astype(dtype) / 255).unsqueeze(1)
        y = torch.from_numpy(labels[part].astype("int64"))
        loss = torch.nn.functional.nll_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


TRAININGS = {
    "float32": {"dtype": "float32", "steps": 20, "batch": 16},
    "float64": {"dtype": "float64", "steps": 100, "batch": 2},
}
