"""A classifier from nothing to nn.Sequential, a refactoring at a time."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(2)
n, c, bs, lr = 256, 64, 32, 0.5
y_train = torch.arange(n) % 10
x_train = (torch.randn(10, c)[y_train] + 0.7 * torch.randn(n, c)).sigmoid()
x_train, y_train = map(torch.tensor, (np.asarray(x_train), np.asarray(y_train)))
print(x_train.shape, y_train.min(), y_train.max())

weights = torch.randn(c, 10) / math.sqrt(c)
weights.requires_grad_()
bias = torch.zeros(10, requires_grad=True)


def log_softmax(x):
    return x - x.exp().sum(-1).log().unsqueeze(-1)


def model(xb):
    return log_softmax(xb @ weights + bias)


def nll(input, target):
    return -input[range(target.shape[0]), target].mean()


def accuracy(out, yb):
    return (torch.argmax(out, dim=1) == yb).float().mean()


for _ in range(2):
    for i in range((n - 1) // bs + 1):
        xb, yb = x_train[i * bs : i * bs + bs], y_train[i * bs : i * bs + bs]
        loss = nll(model(xb), yb)
        loss.backward()
        with torch.no_grad():
            weights -= weights.grad * lr
            bias -= bias.grad * lr
            weights.grad.zero_()
            bias.grad.zero_()
print(f"{loss.item():.5f} {accuracy(model(xb), yb).item():.4f}")


class Logistic(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(c, 10) / math.sqrt(c))
        self.bias = nn.Parameter(torch.zeros(10))

    def forward(self, xb):
        return xb @ self.weights + self.bias


network = Logistic()
for _ in range(2):
    for i in range((n - 1) // bs + 1):
        xb, yb = x_train[i * bs : i * bs + bs], y_train[i * bs : i * bs + bs]
        loss = F.cross_entropy(network(xb), yb)
        loss.backward()
        with torch.no_grad():
            for p in network.parameters():
                p -= p.grad * lr
            network.zero_grad()
print(f"{loss.item():.5f}")


class Lambda(nn.Module):
    def __init__(self, func):
        super().__init__()
        self.func = func

    def forward(self, x):
        return self.func(x)


def fit(epochs, model, loss_func, opt, train_dl, valid_dl):
    for epoch in range(epochs):
        model.train()
        for xb, yb in train_dl:
            loss_func(model(xb), yb).backward()
            opt.step()
            opt.zero_grad()
        model.eval()
        with torch.no_grad():
            losses, nums = zip(*[(loss_func(model(xb), yb), len(xb)) for xb, yb in valid_dl], strict=True)
        print(epoch, f"{np.sum(np.multiply(losses, nums)) / np.sum(nums):.5f}")


class WrappedDataLoader:
    def __init__(self, dl, func):
        self.dl, self.func = dl, func

    def __len__(self):
        return len(self.dl)

    def __iter__(self):
        for b in self.dl:
            yield self.func(*b)


train_dl = WrappedDataLoader(
    DataLoader(TensorDataset(x_train, y_train), batch_size=bs, shuffle=True), lambda x, y: (x.view(-1, 1, 8, 8), y)
)
valid_dl = WrappedDataLoader(
    DataLoader(TensorDataset(x_train, y_train), batch_size=bs * 2), lambda x, y: (x.view(-1, 1, 8, 8), y)
)
cnn = nn.Sequential(
    nn.Conv2d(1, 16, kernel_size=3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 16, kernel_size=3, stride=2, padding=1),
    nn.ReLU(),
    nn.Conv2d(16, 10, kernel_size=3, stride=2, padding=1),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    Lambda(lambda x: x.view(x.size(0), -1)),
)
fit(2, cnn, F.cross_entropy, optim.SGD(cnn.parameters(), lr=0.1, momentum=0.9), train_dl, valid_dl)
