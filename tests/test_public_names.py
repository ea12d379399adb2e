"""What users find under a public name says that name, as in PyTorch, where `repr`, `help` and `pickle` go by it."""

import importlib
import pickle
from types import FunctionType

import pytest

import edutorch as torch

SPACES = """
    accelerator autograd autograd.functional cuda distributed distributions distributions.kl linalg nn nn.functional
    nn.init nn.parallel nn.utils nn.utils.rnn
    nn.utils.parametrize nn.utils.parametrizations optim optim.lr_scheduler random return_types special utils.data
    vision.transforms vision.transforms.functional vision.datasets vision.models vision.utils
    audio audio.functional audio.transforms audio.datasets
""".split()
# Packages whose files hold public classes, where inspect finds their source.
PACKAGES = (
    "autograd",
    "distributed",
    "distributions",
    "nn",
    "nn.parallel",
    "nn.utils",
    "optim",
    "utils.data",
    "vision.transforms",
    "vision.datasets",
    "vision.models",
    "audio",
    "audio.datasets",
)


def public(space):
    """The functions and classes that a public module offers, by name: what it imports for itself is none of them."""
    module = importlib.import_module(f"edutorch.{space}".rstrip("."))
    offers_what_it_imports = hasattr(module, "__path__") or space in (
        "linalg",
        "special",
        "vision.transforms.functional",
        "audio.functional",
    )
    for name, each in vars(module).items():
        if isinstance(each, (FunctionType, type)) and not name.startswith("_"):
            own = each.__module__ == module.__name__ or offers_what_it_imports
            if own and each.__module__.startswith("edutorch"):
                yield name, each


def is_public(module):
    place = module.removeprefix("edutorch").removeprefix(".")
    return place in ("", "serialization", *SPACES) or place.rpartition(".")[0] in PACKAGES


@pytest.mark.parametrize("space", ["", *SPACES])
def test_a_public_name_carries_a_public_module_in_which_it_is_found(space):
    found = dict(public(space))
    assert found
    for name, each in found.items():
        assert is_public(each.__module__), (name, each.__module__)
        assert pickle.loads(pickle.dumps(each)) is each, name


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("exp", ""),
        ("einsum", ""),
        ("manual_seed", "random"),
        ("save", "serialization"),
        ("nn.functional.relu6", "nn.functional"),
        ("nn.functional.relu", "nn.functional"),
        ("nn.functional.cross_entropy", "nn.functional"),
        ("distributions.Normal", "distributions.normal"),
        ("distributions.kl_divergence", "distributions.kl"),
        ("linalg.inv", "linalg"),
        ("linalg.norm", "linalg"),
        ("linalg.LinAlgError", "linalg"),
        ("special.ndtr", "special"),
        ("nn.init.xavier_uniform_", "nn.init"),
        ("nn.utils.clip_grad_norm_", "nn.utils.clip_grad"),
        ("autograd.grad", "autograd"),
        ("autograd.gradcheck", "autograd.gradcheck"),
        ("autograd.Function", "autograd.function"),
        ("no_grad", "autograd.grad_mode"),
        ("optim.SGD", "optim.sgd"),
        ("optim.lr_scheduler.StepLR", "optim.lr_scheduler"),
        ("utils.data.DataLoader", "utils.data.dataloader"),
        ("nn.Parameter", "nn.parameter"),
        ("FloatTensor", ""),
        ("return_types.max", "return_types"),
        ("vision.transforms.functional.resize", "vision.transforms.functional"),
    ],
)
def test_it_is_the_module_that_pytorch_says(name, module):
    each = torch
    for part in name.split("."):
        each = getattr(each, part)
    assert each.__module__ == f"edutorch.{module}".rstrip(".")


def test_a_result_with_names_is_pickled_by_its_public_one():
    found = torch.tensor([[1.0, 3.0]]).max(1)
    again = pickle.loads(pickle.dumps(found))
    assert str(type(again)) == "<class 'edutorch.return_types.max'>" and again.indices.tolist() == [1]
