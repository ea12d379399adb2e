"""The training steps that are timed on a GPU: each function takes a module, edutorch or torch, and a device."""

from functools import partial

from .networks import vision
from .work import BATCH, cnn_layers, digits, mlp_layers, random_array, training_step


def mlp(torch, device):
    model = mlp_layers(torch).to(device)
    return classify(torch, model, torch.optim.SGD(model.parameters(), lr=0.01), digits(torch, 784), device)


def cnn(torch, device, batch=BATCH):
    model = cnn_layers(torch).to(device)
    return classify(torch, model, torch.optim.Adam(model.parameters()), digits(torch, 1, 28, 28, batch=batch), device)


def resnet18(torch, device):
    """ResNet18 with ten classes, batch 64 of 3x32x32, SGD with momentum."""
    model = vision(torch).models.resnet18(num_classes=10).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return classify(torch, model, optimizer, digits(torch, 3, 32, 32), device)


def lstm(torch, device):
    """An LSTM of 128 over 32 steps of 64 numbers, batch 64, squared error of its last state, Adam."""
    layer = torch.nn.LSTM(64, 128, batch_first=True).to(device)
    inputs, targets = (torch.tensor(random_array(*shape)).to(device) for shape in ((BATCH, 32, 64), (BATCH, 128)))

    def model(x):
        return layer(x)[1][0][0]

    optimizer = torch.optim.Adam(layer.parameters())
    return training_step(torch, model, optimizer, torch.nn.MSELoss(), inputs, targets)


def attention(torch, device):
    """A transformer's layer of 4 heads, width 128 and 512, GELU, over 64 places, batch 64, squared error, Adam."""
    model = torch.nn.TransformerEncoderLayer(128, 4, 512, dropout=0.0, activation="gelu", batch_first=True).to(device)
    inputs, targets = (torch.tensor(random_array(BATCH, 64, 128)).to(device) for _ in range(2))
    optimizer = torch.optim.Adam(model.parameters())
    return training_step(torch, model, optimizer, torch.nn.MSELoss(), inputs, targets)


def classify(torch, model, optimizer, batch, device):
    inputs, labels = (each.to(device) for each in batch)
    return training_step(torch, model, optimizer, torch.nn.CrossEntropyLoss(), inputs, labels)


STEPS = {
    "MLP 784-128-64-10, SGD": mlp,
    "CNN 28x28, Adam": cnn,
    "CNN 28x28, Adam, batch 512": partial(cnn, batch=512),
    "ResNet18 32x32, SGD": resnet18,
    "LSTM 128, 32 steps, Adam": lstm,
    "transformer layer 128, 64 places, Adam": attention,
}
