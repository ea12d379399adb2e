"""The work that is timed: each function takes a module, edutorch or torch, and returns one step.

The same lines run on both, since one stands for the other.
"""

import numpy as np

BATCH = 64


def random_array(*shape):
    """Drawn with a fixed seed, float32."""
    return np.random.RandomState(0).randn(*shape).astype(np.float32)


def chain_of_adds(torch, length=1000):
    """A chain of `length` recorded adds on 10 numbers, forward and backward."""
    start = torch.tensor(random_array(10), requires_grad=True)

    def step():
        y = start
        for _ in range(length):
            y = y + start
        y.sum().backward()
        start.grad = None

    return step


def chain_of_mul_and_exp(torch, length=500):
    """A chain of `length` products and exponentials on 10 numbers, forward and backward."""
    start = torch.tensor(-np.abs(random_array(10)), requires_grad=True)  # exp(y x) stays within 0..1

    def step():
        y = start
        for _ in range(length):
            y = (y * start).exp()
        y.sum().backward()
        start.grad = None

    return step


def training_step(torch, model, optimizer, loss_function, inputs, targets):
    """zero_grad, forward, loss, backward, step."""

    def step():
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()

    return step


def digits(torch, *shape, batch=BATCH):
    """A batch like MNIST's and its labels."""
    labels = np.random.RandomState(1).randint(0, 10, batch)
    return torch.tensor(random_array(batch, *shape)), torch.tensor(labels)


def mlp_step(torch):
    """784-128-64-10 with ReLU, batch 64, cross entropy, SGD."""
    model = mlp_layers(torch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    return training_step(torch, model, optimizer, torch.nn.CrossEntropyLoss(), *digits(torch, 784))


def mlp_layers(torch):
    nn = torch.nn
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


def tiny_mlp_step(torch):
    """2-16-16-1 with tanh on one sample, squared error, SGD: the example of micrograd."""
    nn = torch.nn
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    inputs, target = torch.tensor(random_array(1, 2)), torch.tensor([[1.0]])
    return training_step(torch, model, optimizer, nn.MSELoss(), inputs, target)


def cnn_step(torch):
    """conv 32, pool, conv 64, pool, 3136-128-10 with ReLU, batch 64 of 28x28, Adam."""
    model = cnn_layers(torch)
    optimizer = torch.optim.Adam(model.parameters())
    return training_step(torch, model, optimizer, torch.nn.CrossEntropyLoss(), *digits(torch, 1, 28, 28))


def cnn_layers(torch):
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def convolution(torch, in_channels, out_channels, kernel, size):
    """conv2d of a batch, forward and the gradients of input, weight and bias."""
    padding = kernel // 2 if kernel == 3 else 0
    layer = torch.nn.Conv2d(in_channels, out_channels, kernel, padding=padding)
    inputs = torch.tensor(random_array(BATCH, in_channels, size, size), requires_grad=True)

    def step():
        layer(inputs).sum().backward()

    return step


def batch_of_a_tensor_dataset(torch):
    """One shuffled batch of 64 rows out of 60,000 x 784, from a TensorDataset."""
    data = torch.utils.data
    rows = torch.tensor(np.zeros((60_000, 784), np.float32))
    dataset = data.TensorDataset(rows, torch.tensor(np.zeros(60_000, np.int64)))
    return next_batch(data.DataLoader(dataset, batch_size=BATCH, shuffle=True))


def batch_item_by_item(torch):
    """The same from a dataset that knows single items only."""
    data = torch.utils.data
    rows, labels = torch.tensor(np.zeros((60_000, 784), np.float32)), list(range(60_000))

    class Items(data.Dataset):
        def __len__(self):
            return len(labels)

        def __getitem__(self, index):
            return rows[index], labels[index]

    return next_batch(data.DataLoader(Items(), batch_size=BATCH, shuffle=True))


def next_batch(loader):
    batches = iter(())

    def step():
        nonlocal batches
        try:
            next(batches)
        except StopIteration:
            batches = iter(loader)

    return step
