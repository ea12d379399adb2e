"""Fine-tuning in the manner of a tutorial: the convolutions of a VGG, trained once, frozen, under a new classifier."""

import copy

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from PIL import Image
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, Dataset
from torchvision import models, transforms
from torchvision.models.vgg import make_layers

torch.manual_seed(7)
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
SIZE = 32


class Shapes(Dataset):
    """Squares, crosses and stripes on a dark ground."""

    classes = ["square", "cross", "stripes"]

    def __init__(self, count, seed, classes, transform=None):
        rng = np.random.RandomState(seed)
        self.transform = transform
        self.samples = [self._draw(rng, classes[i % len(classes)]) for i in range(count)]

    def _draw(self, rng, target):
        pixels = rng.randint(0, 60, (40, 40, 3)).astype(np.uint8)
        color = rng.randint(150, 255, 3)
        top, left = rng.randint(4, 14, 2)
        if target == 0:
            pixels[top : top + 18, left : left + 18] = color
        elif target == 1:
            pixels[top : top + 22, left + 9 : left + 13] = color
            pixels[top + 9 : top + 13, left : left + 22] = color
        else:
            pixels[top : top + 22 : 5, left : left + 22] = color
        return Image.fromarray(pixels), target

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        image, target = self.samples[index]
        return (self.transform(image) if self.transform else image), target


normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
data_transforms = {
    "train": transforms.Compose(
        [transforms.RandomCrop(SIZE), transforms.RandomHorizontalFlip(), transforms.ToTensor(), normalize]
    ),
    "val": transforms.Compose([transforms.CenterCrop(SIZE), transforms.ToTensor(), normalize]),
}


class SmallVGG(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.features = make_layers([8, "M", 16, "M", 32, 32, "M"], batch_norm=True)
        self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
        self.classifier = nn.Sequential(nn.Linear(32 * 2 * 2, 32), nn.ReLU(True), nn.Linear(32, num_classes))
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                nn.init.constant_(m.bias, 0)

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


def train_model(model, criterion, optimizer, scheduler, loaders, num_epochs):
    best, best_acc = copy.deepcopy(model.state_dict()), 0.0
    for epoch in range(num_epochs):
        for phase in ["train", "val"]:
            model.train() if phase == "train" else model.eval()
            running_loss, running_corrects = 0.0, 0
            for inputs, labels in loaders[phase]:
                inputs, labels = inputs.to(device), labels.to(device)
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    outputs = model(inputs)
                    _, preds = torch.max(outputs, 1)
                    loss = criterion(outputs, labels)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * inputs.size(0)
                running_corrects += torch.sum(preds == labels.data)
            if phase == "train":
                scheduler.step()
            size = len(loaders[phase].dataset)
            epoch_loss, epoch_acc = running_loss / size, running_corrects.double() / size
            print(
                f"epoch {epoch} {phase} Loss: {epoch_loss:.4f} Acc: {epoch_acc:.4f} lr {scheduler.get_last_lr()[0]:.4f}"
            )
            if phase == "val" and epoch_acc > best_acc:
                best, best_acc = copy.deepcopy(model.state_dict()), epoch_acc
    model.load_state_dict(best)
    return model


def loaders_for(classes):
    sets = {x: Shapes(n, seed, classes, data_transforms[x]) for x, n, seed in (("train", 48, 0), ("val", 24, 1))}
    return {x: DataLoader(sets[x], batch_size=16, shuffle=x == "train", num_workers=0) for x in sets}


criterion = nn.CrossEntropyLoss()
model = SmallVGG(2).to(device)
optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
model = train_model(model, criterion, optimizer, lr_scheduler.StepLR(optimizer, 2, 0.5), loaders_for([0, 1]), 3)

for param in model.features.parameters():
    param.requires_grad = False
num_ftrs = model.classifier[-1].in_features
model.classifier[-1] = nn.Linear(num_ftrs, 3)
params_to_update = [name for name, p in model.named_parameters() if p.requires_grad]
print("params to learn:", params_to_update)
optimizer = optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=0.005)
train_model(model, criterion, optimizer, lr_scheduler.ExponentialLR(optimizer, 0.9), loaders_for([0, 1, 2]), 3)
print(model)

net = models.squeezenet1_1(weights=None)
net.classifier[1] = nn.Conv2d(512, 3, kernel_size=(1, 1), stride=(1, 1))
print(sum(p.numel() for p in net.parameters()), models.list_models(include="vgg*")[:3])
