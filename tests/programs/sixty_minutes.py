"""Tensors, autograd, LeNet, a data set of pictures, training, saving and loading: an afternoon's tour."""

import os
import tempfile

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(1)
data = torch.tensor([[1, 2], [3, 4]])
print(torch.from_numpy(np.array(data)).dtype, torch.ones_like(data), torch.rand_like(data, dtype=torch.float))
tensor = torch.ones(4, 4)
tensor[:, 1] = 0
print(torch.cat([tensor, tensor], dim=1).shape, tensor.matmul(tensor.T)[0], (tensor * tensor).sum())
tensor.add_(5)
print(tensor)

a = torch.tensor([2.0, 3.0], requires_grad=True)
b = torch.tensor([6.0, 4.0], requires_grad=True)
Q = 3 * a**3 - b**2
Q.backward(gradient=torch.tensor([1.0, 1.0]))
print(9 * a**2 == a.grad, -2 * b == b.grad)


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()  # noqa: UP008 (as it was written)
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return self.fc3(F.relu(self.fc2(x)))


net = Net()
print(net)
params = list(net.parameters())
print(len(params), params[0].size())

classes = torch.arange(64) % 10
prototypes = torch.randn(10, 3, 32, 32)
images = prototypes[classes] + 0.5 * torch.randn(64, 3, 32, 32)
loader = torch.utils.data.DataLoader(
    torch.utils.data.TensorDataset(images, classes), batch_size=16, shuffle=True, num_workers=2
)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
for epoch in range(4):
    running_loss = 0.0
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = criterion(net(inputs), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    print(f"[{epoch + 1}] loss: {running_loss / len(loader):.3f}")

path = os.path.join(tempfile.mkdtemp(), "net.pth")
torch.save(net.state_dict(), path)
again = Net()
print(again.load_state_dict(torch.load(path, weights_only=True)))
correct = total = 0
with torch.no_grad():
    for inputs, labels in loader:
        _, predicted = torch.max(again(inputs), 1)
        total += labels.size(0)
        correct += (predicted == labels).sum().item()
print(f"Accuracy: {100 * correct // total} %")
counts = {str(c): 0 for c in range(10)}
for label in classes:
    counts[str(label.item())] += 1
print(counts)
