"""Makes resnet.npz: torchvision's resnet18 for a seed, its keys, sums of its weights and an output.

Run by hand where torchvision 0.29 is installed."""

from pathlib import Path

import numpy as np
import torch
from torchvision.models import resnet18

torch.manual_seed(0)
model = resnet18(num_classes=10)
state = model.state_dict()
images = torch.randn(2, 3, 32, 32)
golden = {
    "keys": np.array(list(state)),
    "shapes": np.array([str(tuple(v.shape)) for v in state.values()]),
    "sums": np.array([v.double().sum().item() for v in state.values()]),
    "absolute sums": np.array([v.double().abs().sum().item() for v in state.values()]),
    "images": images.numpy(),
    "evaluation": model.eval()(images).detach().numpy(),
    "training in float64": model.double().train()(images.double()).detach().numpy(),
}
np.savez_compressed(Path(__file__).with_name("resnet.npz"), **golden)
