"""Two trainings on MNIST that tiny, edutorch and PyTorch all do: what they lose, step by step, from one seed.

make_tiny.py runs them with PyTorch and writes tiny.json; test_tiny.py runs them with tiny and with edutorch.
"""

STEPS = 100


def make_cnn(torch):
    """The CNN of PyTorch's MNIST example, without its dropouts."""
    nn, F = torch.nn, torch.nn.functional

    class CNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 32, 3, 1)
            self.conv2 = nn.Conv2d(32, 64, 3, 1)
            self.fc1 = nn.Linear(9216, 128)
            self.fc2 = nn.Linear(128, 10)

        def forward(self, x):  # (N, 1, 28, 28)
            x = F.relu(self.conv1(x))  # (N, 32, 26, 26)
            x = F.relu(self.conv2(x))  # (N, 64, 24, 24)
            x = F.max_pool2d(x, 2)  # (N, 64, 12, 12)
            x = torch.flatten(x, 1)  # (N, 9216)
            x = F.relu(self.fc1(x))
            return F.log_softmax(self.fc2(x), dim=1)

    return CNN()


def make_mlp(torch):
    """784 - 128 - 10."""
    nn = torch.nn
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


CASES = {
    "CNN by SGD": {
        "make": make_cnn,
        "shape": (1, 28, 28),
        "batch": 4,
        "loss": "nll_loss",
        "optimizer": lambda torch, p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
    },
    "MLP by Adam": {
        "make": make_mlp,
        "shape": (784,),
        "batch": 32,
        "loss": "cross_entropy",
        "optimizer": lambda torch, p: torch.optim.Adam(p, lr=0.001),
    },
}


def losses(torch, images, labels, name, dtype="float32"):
    """The loss before each of STEPS steps on shuffled batches. images (N, 28, 28) uint8, labels (N,) int64."""
    case = CASES[name]
    torch.manual_seed(3)
    model = case["make"](torch)
    samples = list(zip((images / 255).astype(dtype).reshape(-1, *case["shape"]), labels.tolist(), strict=True))
    loader = torch.utils.data.DataLoader(samples, batch_size=case["batch"], shuffle=True)
    parameters = list(model.parameters())
    if dtype == "float64":
        for p in parameters:
            widen(p)
    optimizer = case["optimizer"](torch, parameters)
    found = []
    while True:
        for x, y in loader:
            if len(found) == STEPS:
                return found
            loss = getattr(torch.nn.functional, case["loss"])(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            found.append(loss.item())


def widen(p):
    """A parameter of any of the three libraries, in float64 from now on."""
    if hasattr(p, "double"):
        p.data = p.data.double()
    else:
        p.array = p.array.astype("float64")
