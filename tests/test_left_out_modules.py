"""Each public module of PyTorch and torchvision is there, or an import of it says what to use instead."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from edutorch.aliases import original


def modules(root: str) -> Iterator[str]:
    """The modules of an installed package without an underscore in their path."""
    found = importlib.util.find_spec(root)
    if found is None or found.origin is None:
        pytest.skip(f"{root} is for comparison only")
    base = Path(found.origin).parent
    for path in sorted(base.rglob("*.py")):
        parts = path.relative_to(base).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if parts and not any(part.startswith("_") for part in parts):
            yield ".".join((root, *parts))


@pytest.mark.parametrize("root", ["torch", "torchvision"])
def test_each_module_is_there_or_says_what_to_use_instead(root: str) -> None:
    silent, there = [], 0
    for name in modules(root):
        try:
            original(name)
            there += 1
        except ModuleNotFoundError as error:
            if "edutorch leaves it out; " not in str(error):
                silent.append(name)
    assert silent == [] and there > 20


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("torch.utils.benchmark", "use timeit"),
        ("torch.utils.benchmark.utils.timer", "use timeit"),
        ("torch.overrides", "operations take tensors alone"),
        ("torch.distributed.fsdp", "DistributedDataParallel"),
        ("torch.sparse", "dense"),
        ("torch.nn.attention.flex_attention", "scaled_dot_product_attention"),
        ("torchvision.models.detection.faster_rcnn", "classify images"),
        ("torchvision.datasets.coco", "write a Dataset"),
    ],
)
def test_what_it_says(name: str, advice: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=f"No module named '{name}': edutorch leaves it out; .*{advice}"):
        original(name)


def test_a_misspelt_module_is_an_ordinary_error() -> None:
    with pytest.raises(ModuleNotFoundError, match="edutorch, which stands in for torch, has no edutorch.optimm"):
        original("torch.optimm")


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("torch.optim.adamw", "AdamW"),
        ("torch.optim.rmsprop", "RMSprop"),
        ("torch.amp.grad_scaler", "GradScaler"),
        ("torch.autograd.graph", "saved_tensors_hooks"),
        ("torch.nn.utils.prune", "l1_unstructured"),
        ("torch.storage", "TypedStorage"),
        ("torch.distributed.distributed_c10d", "get_rank"),
        ("torch.cuda.memory", "memory_allocated"),
    ],
)
def test_modules_that_stand_elsewhere_here(name: str, attribute: str) -> None:
    assert hasattr(original(name), attribute)
