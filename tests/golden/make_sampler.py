"""Makes sampler.json: orders drawn by PyTorch's samplers. Run by hand where PyTorch 2.13 is installed."""

import json
from pathlib import Path

import torch
from torch.utils.data import RandomSampler, SubsetRandomSampler, WeightedRandomSampler


def samplers(**kwargs):
    return {
        "shuffled": RandomSampler(range(10), **kwargs),
        "twice and a half": RandomSampler(range(4), num_samples=10, **kwargs),
        "replaced": RandomSampler(range(7), replacement=True, num_samples=40, **kwargs),
        "subset": SubsetRandomSampler([3, 1, 4, 15, 9], **kwargs),
        "weighted": WeightedRandomSampler([0.1, 0.9, 0.4, 3.0], 12, **kwargs),
        "weighted, once": WeightedRandomSampler([0.9, 0.4, 0.05, 0.2, 0.3], 4, replacement=False, **kwargs),
    }


def draw(name, generator):
    sampler = samplers(**({} if generator is None else {"generator": generator}))[name]
    orders = [list(sampler), list(sampler)]
    return {"orders": orders, "next": torch.rand(1, generator=generator).item()}


golden = {"default": {}, "own generator": {}}
for each in samplers():
    torch.manual_seed(5)
    golden["default"][each] = draw(each, None)
    golden["own generator"][each] = draw(each, torch.Generator().manual_seed(7))
Path(__file__).with_name("sampler.json").write_text(json.dumps(golden, indent=1) + "\n")
