"""A sine fitted by a cubic: by hand, by autograd, by a Function of one's own, by nn and optim."""

import math

import torch
from torch import nn

torch.manual_seed(0)
x = torch.linspace(-math.pi, math.pi, 500, dtype=torch.float64)
y = torch.sin(x)


def report(name, loss):
    print(f"{name}: {float(loss):.6f}")


# by hand
a, b, c, d = (torch.randn((), dtype=torch.float64) for _ in range(4))
for _ in range(300):
    prediction = a + b * x + c * x**2 + d * x**3
    slope = 2.0 * (prediction - y)
    for parameter, power in ((a, 0), (b, 1), (c, 2), (d, 3)):
        parameter -= 1e-6 * (slope * x**power).sum()
report("by hand", (prediction - y).pow(2).sum())

# by autograd
a, b, c, d = (torch.randn((), dtype=torch.float64, requires_grad=True) for _ in range(4))
for _ in range(300):
    loss = (a + b * x + c * x**2 + d * x**3 - y).pow(2).sum()
    loss.backward()
    with torch.no_grad():
        for parameter in (a, b, c, d):
            parameter -= 1e-6 * parameter.grad
            parameter.grad = None
report("by autograd", loss)


class LegendrePolynomial3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input**2 - 1)


a, b, c, d = (torch.full((), value, dtype=torch.float64, requires_grad=True) for value in (0.0, -1.0, 0.0, 0.3))
P3 = LegendrePolynomial3.apply
for _ in range(300):
    loss = (a + b * P3(c + d * x) - y).pow(2).sum()
    loss.backward()
    with torch.no_grad():
        for parameter in (a, b, c, d):
            parameter -= 5e-6 * parameter.grad
            parameter.grad = None
report("by a Function", loss)

# by nn and optim
features = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
model = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0, 1)).double()
criterion = nn.MSELoss(reduction="sum")
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
for _ in range(300):
    loss = criterion(model(features), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
report("by optim", loss)
linear = model[0]
print(f"bias {linear.bias.item():.5f}, weights {[round(w, 5) for w in linear.weight[0].tolist()]}")


class Polynomial3(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d = (nn.Parameter(torch.randn((), dtype=torch.float64)) for _ in range(4))

    def forward(self, x):
        return self.a + self.b * x + self.c * x**2 + self.d * x**3

    def string(self):
        return f"y = {self.a.item():.5f} + {self.b.item():.5f} x"


model = Polynomial3()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
for _ in range(300):
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
report("by a module", loss)
print(model.string())
