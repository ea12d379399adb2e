"""Makes models.npz: the models of torchvision, their keys and, for a seed, sums of their weights, outputs and gradients.

Run by hand where torch 2.13 and torchvision 0.28 are installed."""

import hashlib
import warnings
from pathlib import Path

import numpy as np
import torch
from models_cases import ALL, NUMBERS, images, loss, make, weigh
from torchvision import models

warnings.simplefilter("ignore")
golden = {}
for name in ALL:
    model = getattr(models, name)()
    shapes = "\n".join(f"{key} {tuple(value.shape)}" for key, value in model.state_dict().items())
    golden[f"{name} shapes"] = np.array(hashlib.sha256(shapes.encode()).hexdigest())
    golden[f"{name} repr"] = np.array(hashlib.sha256(repr(model).encode()).hexdigest())
    golden[f"{name} weights"] = np.array([repr((each.name, each.url)) for each in models.get_model_weights(name)])
    golden[f"{name} default"] = np.array(models.get_model_weights(name).DEFAULT.name)
    golden[f"{name} transforms"] = np.array([repr(each.transforms()) for each in models.get_model_weights(name)])
    golden[f"{name} meta"] = np.array([each.meta["num_params"] for each in models.get_model_weights(name)])
    golden[f"{name} min_size"] = np.array([each.meta["min_size"][0] for each in models.get_model_weights(name)])
for name in NUMBERS:
    model = make(torch, models, name)
    golden[f"{name} next"] = torch.rand(1).numpy()
    values = [value.double() for value in model.state_dict().values()]
    golden[f"{name} sums"] = np.array([value.sum().item() for value in values])
    golden[f"{name} absolute sums"] = np.array([value.abs().sum().item() for value in values])
    golden[f"{name} first"] = np.array([value.reshape(-1)[0].item() for value in values])
    weigh(torch, model)
    for buffer in model.buffers():
        buffer.data = buffer.double()
    x = torch.from_numpy(images(name))
    golden[f"{name} output"] = model.eval()(x).detach().numpy()
    for module in model.modules():
        if type(module).__name__ in ("Dropout", "StochasticDepth"):
            module.p = 0.0
    output = model.train()(x)
    golden[f"{name} training"] = (
        (output if isinstance(output, torch.Tensor) else torch.cat(list(output))).detach().numpy()
    )
    loss(torch, output).backward()
    golden[f"{name} gradients"] = np.array(
        [p.grad.abs().sum().item() for p in model.parameters() if p.grad is not None]
    )
np.savez_compressed(Path(__file__).with_name("models.npz"), **golden)
