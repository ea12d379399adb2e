"""Each public name of torch.ao.quantization is there, or says what to use instead."""

import importlib
import subprocess
import sys

import pytest

from edutorch import quantization
from edutorch.quantization import left_out


def test_every_name_of_pytorch_is_there_or_told():
    theirs = pytest.importorskip("torch.ao.quantization")
    names = [*theirs.__all__, *importlib.import_module("torch.ao.quantization.qconfig").__all__]
    for name in names:
        if name in left_out.REASONS:
            with pytest.raises(AttributeError, match=f"'{name}': edutorch leaves it out; "):
                getattr(quantization, name)
        else:
            assert name in quantization.__all__, name
    assert set(quantization.__all__) - set(names) == {"UniformQuantizationObserverBase"} - set(names)
    assert not set(left_out.REASONS) & set(quantization.__all__)


def test_programs_find_it_under_each_of_its_names(root):
    code = (
        "import sys, edutorch\n"
        "assert 'edutorch.quantization' not in sys.modules\n"
        "edutorch.as_torch()\n"
        "import torch\n"
        "import torch.ao.quantization as q\n"
        "from torch.ao.quantization.observer import MinMaxObserver\n"
        "from torch.ao.quantization.fuse_modules import fuse_modules\n"
        "from torch.ao.quantization.quantize import prepare\n"
        "from torch.quantization import QuantStub, quantize\n"
        "assert q is torch.quantization is torch.ao.quantization is edutorch.quantization\n"
        "assert q.fuse_modules is fuse_modules and q.quantize is quantize and callable(quantize)\n"
        "assert q.MinMaxObserver is MinMaxObserver and q.prepare is prepare\n"
        "assert repr(torch.per_tensor_affine) == 'torch.per_tensor_affine'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=root)


@pytest.mark.parametrize("name", ["torch.ao.nn.quantized", "torch.ao.quantization.quantize_fx", "torch.nn.qat"])
def test_other_modules_are_told(name):
    from edutorch.aliases import original

    with pytest.raises(ModuleNotFoundError, match="edutorch leaves it out; torch.ao.quantization, which is"):
        original(name)
