"""Makes dataloader.json: batches of PyTorch's DataLoader. Run by hand where PyTorch 2.13 is installed."""

import json
from pathlib import Path

import torch
from torch.utils.data import DataLoader

cases = []
for seed, own, arguments in [
    (0, False, {"batch_size": 4, "shuffle": True}),
    (1, True, {"batch_size": 5, "shuffle": True, "drop_last": True}),
    (2, False, {"batch_size": None, "shuffle": True}),
    (3, False, {"batch_size": 8}),
]:
    torch.manual_seed(seed)
    extra = {"generator": torch.Generator().manual_seed(99)} if own else {}
    loader = DataLoader(torch.arange(23), **arguments, **extra)
    epochs = [[torch.as_tensor(batch).tolist() for batch in loader] for _ in range(2)]
    case = {"seed": seed, "own generator": own, "arguments": arguments, "epochs": epochs}
    cases.append({**case, "next": torch.rand(1).item()})
Path(__file__).with_name("dataloader.json").write_text(json.dumps(cases, indent=1) + "\n")
