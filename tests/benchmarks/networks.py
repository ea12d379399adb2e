"""More work that is timed: networks, operations, data and files. As in work.py, the same lines run on both modules."""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np

from .work import BATCH, cnn_layers, digits, random_array, training_step

FILE_BYTES = 100 * 2**20


def vision(torch):
    """edutorch.vision, or torchvision."""
    if torch.__name__ == "edutorch":
        return torch.vision
    try:
        import torchvision
    except RuntimeError:  # a build for another PyTorch has no compiled operators: declaring one lets it be imported
        declared = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            declared.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import torchvision
    return torchvision


def classify(torch, model, *shape, batch, optimizer=None):
    """A training step on images, cross entropy, SGD unless another optimizer is given."""
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.01)
    return training_step(torch, model, optimizer, torch.nn.CrossEntropyLoss(), *digits(torch, *shape, batch=batch))


def lenet(torch):
    """LeNet-5 with ReLU and max pooling on color images of 32x32, batch 100, SGD."""
    nn = torch.nn
    model = nn.Sequential(
        nn.Conv2d(3, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )
    return classify(torch, model, 3, 32, 32, batch=100)


def conv_bn_relu(torch):
    """Three layers of convolution, batch norm and ReLU, 3-16-32-32, on images of 32x32, batch 32, SGD."""
    nn = torch.nn
    layers = []
    for inputs, outputs, stride in ((3, 16, 1), (16, 32, 2), (32, 32, 2)):
        layers += [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))
    return classify(torch, model, 3, 32, 32, batch=32)


def resnet18(torch):
    """ResNet18 on images of 32x32, batch 8, SGD."""
    return classify(torch, vision(torch).models.resnet18(num_classes=10), 3, 32, 32, batch=8)


def recurrent(torch, kind):
    """A recurrent layer 32-64 over 30 steps, batch 16, forward and backward."""
    layer = getattr(torch.nn, kind)(32, 64)
    inputs = torch.tensor(random_array(30, 16, 32), requires_grad=True)

    def step():
        layer(inputs)[0].sum().backward()

    return step


def transformer(torch):
    """TransformerEncoderLayer of width 64 with 4 heads, 16 places, batch 32, forward and backward."""
    layer = torch.nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, batch_first=True)
    inputs = torch.tensor(random_array(32, 16, 64), requires_grad=True)

    def step():
        layer(inputs).sum().backward()

    return step


def gpt(torch, block=64, width=128, layers=4, heads=4, words=65, batch=8):
    """A training step of a small GPT: block 64, width 128, 4 layers, batch 8, AdamW."""
    nn = torch.nn

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.places = nn.Embedding(words, width), nn.Embedding(block, width)
            layer = partial(nn.TransformerEncoderLayer, width, heads, 4 * width, 0.0, "gelu", batch_first=True)
            self.layers = nn.ModuleList(layer(norm_first=True) for _ in range(layers))
            self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, words)
            self.mask = nn.Transformer.generate_square_subsequent_mask(block)

        def forward(self, text):  # (N, block) -> (N words, words)
            x = self.words(text) + self.places(torch.arange(block))
            for layer in self.layers:
                x = layer(x, src_mask=self.mask)
            return self.head(self.norm(x)).flatten(0, 1)

    model = GPT()
    text = torch.tensor(np.random.RandomState(0).randint(0, words, (batch, block + 1)))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    inputs, targets = text[:, :-1], text[:, 1:].reshape(-1)
    return training_step(torch, model, optimizer, nn.CrossEntropyLoss(), inputs, targets)


def softmax_cross_entropy(torch):
    """cross_entropy of 256 rows of 1,000 classes, forward and backward."""
    logits = torch.tensor(random_array(256, 1000), requires_grad=True)
    labels = torch.tensor(np.arange(256) % 1000)

    def step():
        torch.nn.functional.cross_entropy(logits, labels).backward()

    return step


def adam(torch):
    """Adam's step alone, on the weights of the CNN."""
    model = cnn_layers(torch)
    for weight in model.parameters():
        weight.grad = torch.ones_like(weight)
    return torch.optim.Adam(model.parameters()).step


def conv_transpose(torch):
    """conv_transpose2d 32->16 k4 s2 from 14x14, batch 32, forward and backward."""
    layer = torch.nn.ConvTranspose2d(32, 16, 4, 2, 1)
    inputs = torch.tensor(random_array(32, 32, 14, 14), requires_grad=True)

    def step():
        layer(inputs).sum().backward()

    return step


def einsum(torch):
    """einsum("bhqd,bhkd->bhqk") of 8 heads, 64 places, width 32, batch 8, forward and backward."""
    q, k = (torch.tensor(random_array(8, 8, 64, 32), requires_grad=True) for _ in range(2))

    def step():
        torch.einsum("bhqd,bhkd->bhqk", q, k).sum().backward()

    return step


def indexing(torch):
    """A slice, 1,000 picked rows and a mask of a matrix 2,000 x 64, forward and backward."""
    x = torch.tensor(random_array(2000, 64), requires_grad=True)
    rows = torch.tensor(np.random.RandomState(1).randint(0, 2000, 1000))
    mask = x.detach() > 1

    def step():
        (x[10:1000, ::2].sum() + x[rows].sum() + x[mask].sum()).backward()

    return step


def save_and_load(torch):
    """A state dict of 100 MiB, saved to a file and loaded again."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "weights.pt"
    state = {f"layer{i}.weight": torch.zeros(FILE_BYTES // 4 // 10) for i in range(10)}

    def step(_folder=folder):
        torch.save(state, path)
        torch.load(path)

    return step


def images_from_two_workers(torch):
    """An epoch of 512 images of 32x32, cropped, flipped and normalized by two workers, in batches of 64."""
    transforms, data = vision(torch).transforms, torch.utils.data
    pixels = torch.tensor(np.abs(random_array(512, 3, 32, 32)))
    change = transforms.Compose(
        [
            transforms.RandomCrop(32, padding=4),
            transforms.RandomHorizontalFlip(),
            transforms.Normalize((0.5,) * 3, (0.5,) * 3),
        ]
    )

    class Images(data.Dataset):
        def __len__(self):
            return len(pixels)

        def __getitem__(self, index):
            return change(pixels[index]), index % 10

    loader = data.DataLoader(Images(), batch_size=BATCH, shuffle=True, num_workers=2, persistent_workers=True)

    def step():
        for _ in loader:
            pass

    return step


def epoch_of_chapter_9(torch):
    """An epoch of chapter 9's CNN on 12,000 images, batches of 64, SGD with a rate of 0.1."""
    import edutorch

    nn, data = torch.nn, torch.utils.data
    digits_ = edutorch.vision.datasets.MNIST.embedded(train=True)
    images = torch.tensor((digits_.data.numpy().astype(np.float32) / 255 - 0.13) / 0.31).unsqueeze(1)
    labels = torch.tensor(digits_.targets.numpy())
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1568, 10),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = data.DataLoader(data.TensorDataset(images, labels), batch_size=BATCH, shuffle=True)

    def step():
        for inputs, targets in loader:
            loss = nn.functional.cross_entropy(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return step
