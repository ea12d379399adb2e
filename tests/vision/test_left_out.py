"""Every name of torchvision's public modules is there, or says what to use instead."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import edutorch
from edutorch.vision import left_out

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = json.loads((GOLDEN / "torchvision_names.json").read_text())


def ours(module):
    """The module of edutorch in the place of torchvision's. That of v2.functional is transforms.functional."""
    place = f"edutorch.vision.{module}".rstrip(".").replace("v2.functional", "functional")
    return importlib.import_module(place)


@pytest.mark.parametrize("module", NAMES)
def test_each_name_is_there_or_says_what_to_use_instead(module):
    space = ours(module)
    for name in NAMES[module]:
        if not hasattr(space, name):
            with pytest.raises(AttributeError, match=rf"has no attribute '{name}': edutorch leaves it out; \w+"):
                getattr(space, name)


def test_nothing_left_out_is_there_after_all():
    lacking = {name for module, names in NAMES.items() for name in names if not hasattr(ours(module), name)}
    made = {f"{change}_{kind}" for change in left_out._CHANGES for kind in ("image", *left_out._KINDS)}
    beside = {
        "feature_extraction",
        "create_feature_extractor",
        "get_graph_node_names",
    }  # a module nobody imports for us
    assert set(left_out.REASONS) - made - lacking == beside
    assert [name for name in made if hasattr(edutorch.vision.transforms.functional, name)] == []


def test_an_unknown_name_is_an_ordinary_error():
    with pytest.raises(AttributeError, match="^module 'edutorch.vision.models' has no attribute 'resnet19'$"):
        edutorch.vision.models.resnet19  # noqa: B018
    with pytest.raises(AttributeError, match="^module 'edutorch' has no attribute 'swin_t'$"):
        edutorch.swin_t  # noqa: B018


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("from torchvision.models import inception_v3", "edutorch leaves it out; models.list_models"),
        ("from torchvision.models.feature_extraction import create_feature_extractor", "use register_forward_hook"),
        ("import torchvision.models.detection", "edutorch leaves it out; models classify images"),
        ("from torchvision.datasets import CocoDetection", "edutorch leaves it out; write a Dataset"),
        ("from torchvision.transforms import AutoAugment", "edutorch leaves it out; use transforms.TrivialAugment"),
        ("from torchvision.io import read_file", "edutorch leaves it out; io.read_image"),
        ("from torchvision import tv_tensors", "edutorch leaves it out; images are plain tensors"),
    ],
)
def test_imports_say_so_too(line, message, root):
    code = f"import edutorch\nedutorch.as_torch()\ntry:\n    {line}\nexcept ImportError as error:\n    print(error)"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert message in done.stdout, done.stderr


def test_imports_by_torchvisions_paths(root):
    code = """
import edutorch
edutorch.as_torch()
import torchvision
torchvision.disable_beta_transforms_warning()
import torchvision.transforms.v2.functional as F
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models.vgg import cfgs, make_layers
from torchvision.models.mobilenet import MobileNetV2
from torchvision.models.vision_transformer import EncoderBlock
from torchvision.ops.boxes import box_iou
from torchvision.datasets.mnist import MNIST
from torchvision.io import ImageReadMode
print(F.hflip.__module__, torchvision.models.resnet.BasicBlock is BasicBlock)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.stdout == "edutorch.vision.transforms.functional True\n", done.stderr


def test_the_recorded_names_are_torchvisions():
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError):  # RuntimeError: its compiled part does not fit the PyTorch that is there
        pytest.skip("torchvision is for comparison only")
    sys.path.append(str(GOLDEN))
    from make_torchvision_names import names

    assert names() == NAMES
