"""Makes vision.npz: what torchvision makes of the cases in vision_cases.py.

Run by hand where torchvision 0.28 and Pillow are installed."""

from pathlib import Path

import numpy as np
import PIL.Image
import torch
import torchvision
import torchvision.transforms as T
from torchvision.transforms import InterpolationMode
from vision_cases import GRIDS, TRANSFORMS, images, picture

golden = {}
for number, source in enumerate(TRANSFORMS):
    transform = eval(source, {"T": T, "M": InterpolationMode})
    torch.manual_seed(number)
    for run in range(3):
        result = transform(PIL.Image.fromarray(picture()))
        golden[f"{number} {source} {run}"] = np.asarray(result)
    golden[f"{number} {source} repr"] = np.array(repr(transform))
    golden[f"{number} {source} next"] = torch.rand(1).numpy()
for number, arguments in enumerate(GRIDS):
    batch = torch.from_numpy(images())
    golden[f"grid {number}"] = torchvision.utils.make_grid(batch, **arguments).numpy()
    golden[f"grey grid {number}"] = torchvision.utils.make_grid(batch[:, :1], **arguments).numpy()
fake = torchvision.datasets.FakeData(image_size=(3, 5, 7), num_classes=4, random_offset=3)
for i in range(4):
    golden[f"fake {i}"] = np.asarray(fake[i][0])
    golden[f"fake class {i}"] = np.array(fake[i][1])
np.savez_compressed(Path(__file__).with_name("vision.npz"), **golden)
