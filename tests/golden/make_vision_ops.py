"""Makes vision_ops.npz: what torchvision.ops computes of the cases in vision_ops_cases.py.

Run by hand where torch 2.13 and torchvision 0.28 are installed."""

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torchvision import ops
from vision_ops_cases import CASES, LAYERS, values

golden = {source: eval(source, {"torch": torch, "ops": ops, **values(torch)}).numpy() for source in CASES}
for source in LAYERS:
    torch.manual_seed(0)
    layer = eval(source, {"ops": ops, "nn": nn})
    golden[f"{source} repr"] = np.array(repr(layer))
    golden[f"{source} keys"] = np.array(list(layer.state_dict()), dtype=str)
    x = values(torch)["x"]
    golden[source] = layer(x[:, :, None] if "3d" in source else x).detach().numpy()
np.savez_compressed(Path(__file__).with_name("vision_ops.npz"), **golden)
