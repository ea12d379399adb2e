"""Programs written for PyTorch find edutorch under PyTorch's names: in processes of their own."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


def python(root: Path, code: str, *command: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, *(command or ("-c", textwrap.dedent(code)))]
    return subprocess.run(line, cwd=root, capture_output=True, text=True)


def test_the_names_give_the_same_modules(root: Path) -> None:
    done = python(
        root,
        """
        import edutorch, edutorch.nn.functional, edutorch.utils.data, edutorch.vision
        edutorch.as_torch()
        edutorch.as_torch()
        import torch, torch.nn as nn, torch.nn.functional as F, torch.utils.data, torchvision
        from torch.optim import SGD
        from torchvision import datasets, transforms
        assert torch is edutorch and nn is edutorch.nn and F is edutorch.nn.functional
        assert torch.utils.data is edutorch.utils.data and torchvision is edutorch.vision
        assert SGD is edutorch.optim.SGD
        assert datasets is edutorch.vision.datasets
        assert edutorch.nn.__name__ == edutorch.nn.__spec__.name == "edutorch.nn"
        """,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_module_that_edutorch_lacks_is_named(root: Path) -> None:
    done = python(root, "import edutorch; edutorch.as_torch(); import torch.nowhere")
    assert done.returncode == 1
    assert "No module named 'torch.nowhere': edutorch, which stands in for torch" in done.stderr


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("import torch.fft", "No module named 'torch.fft': edutorch leaves it out; tensors are real"),
        ("from torch.fft import fft", "No module named 'torch.fft': edutorch leaves it out; tensors are real"),
        ("from torch import vmap", "cannot import name 'vmap' from 'edutorch': edutorch leaves it out; use autograd"),
        ("from torch import tensro", "cannot import name 'tensro'"),
    ],
)
def test_an_import_of_what_is_left_out_says_so(root: Path, line: str, error: str) -> None:
    done = python(root, f"import edutorch; edutorch.as_torch(); {line}")
    assert error in done.stderr


def test_a_name_left_out_in_one_module_is_found_in_another(root: Path) -> None:
    """torch.triplet_margin_loss is left out, and nn.functional has a function of that name."""
    done = python(
        root,
        """
        import edutorch, edutorch.nn.functional
        from edutorch.course.source import find
        edutorch.as_torch()
        assert find("edutorch.nn.functional.triplet_margin_loss") is edutorch.nn.functional.triplet_margin_loss
        """,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_refused_where_another_torch_is_loaded(root: Path, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("")
    done = python(
        root,
        f"""
        import sys
        sys.path.insert(0, {str(tmp_path)!r})
        import torch, edutorch
        edutorch.as_torch()
        """,
    )
    assert done.returncode == 1
    assert "RuntimeError: as_torch: the real torch is already loaded, from" in done.stderr


SCRIPT = """
import multiprocessing
import sys

import torch
import helper_beside_the_script

def double(x):
    return 2 * torch.tensor([x]).item()

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(double, [1.0, 2.0]))
    print(torch.__name__, sys.argv[1:])
"""


def test_run_gives_a_script_its_arguments_and_its_workers_edutorch(root: Path, tmp_path: Path) -> None:
    (tmp_path / "helper_beside_the_script.py").write_text("")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = python(root, "", "-m", "edutorch", "run", str(script), "--epochs", "3")
    assert done.stderr == ""
    assert done.stdout == "[2.0, 4.0]\nedutorch ['--epochs', '3']\n"


@pytest.mark.parametrize("ending, status", [("raise SystemExit(3)", 3), ("open('nowhere')", 1)])
def test_run_ends_as_the_script_ends(root: Path, tmp_path: Path, ending: str, status: int) -> None:
    script = tmp_path / "script.py"
    script.write_text(ending)
    done = python(root, "", "-m", "edutorch", "run", str(script))
    assert done.returncode == status
    if status == 1:
        assert f'File "{script}", line 1' in done.stderr
        assert "FileNotFoundError" in done.stderr


def test_the_version_is_that_of_the_pytorch_whose_place_it_takes(root: Path) -> None:
    done = python(
        root,
        """
        import edutorch
        before = edutorch.__version__
        edutorch.as_torch()
        import torch, torchvision
        assert before == "0.1.0" and torch.__version__ == "2.13.0+edutorch", (before, torch.__version__)
        assert torch.__version__ >= "2.4" and torch.__version__ >= (2, 4) and "3" > torch.__version__ > "2.9.1"
        assert not torch.__version__ < "2.13" and torch.__version__ <= "2.13.0" and torch.__version__ < (2, 14)
        assert int(torch.__version__.split(".")[0]) == 2 and torchvision.__version__ > "0.9"
        """,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_module_does_not_take_the_place_of_a_function(root: Path) -> None:
    done = python(
        root,
        """
        import edutorch
        edutorch.as_torch()
        from torch.autograd.gradcheck import gradcheck
        import torch
        assert torch.autograd.gradcheck is gradcheck and callable(gradcheck)
        """,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_paths_that_programs_import(root: Path) -> None:
    done = python(
        root,
        """
        import edutorch
        edutorch.as_torch()
        import torch, torch.nn as nn
        assert isinstance(nn.BatchNorm2d(1), torch.nn.modules.batchnorm._BatchNorm)  # before any import of it
        assert isinstance(nn.Conv2d(1, 1, 1), torch.nn.modules.conv._ConvNd)
        import torch.nn.modules.batchnorm, torch.nn.modules.utils, torch.onnx, torch.jit, torch.version
        import torch.backends.cudnn as cudnn
        cudnn.benchmark = True
        from torch.autograd.variable import Variable
        from torch.amp import GradScaler
        from torch.cuda.amp import GradScaler, autocast
        from torch.functional import norm
        from torch.hub import load_state_dict_from_url
        from torch.nn.common_types import _size_2_t
        from torch.nn.modules import Conv2d, Module
        from torch.nn.modules.loss import _Loss, _WeightedLoss
        from torch.nn.modules.rnn import LSTMCell, RNNBase
        from torch.nn.modules.utils import _ntuple, _pair, _reverse_repeat_tuple, _triple
        from torch.nn.parameter import Parameter
        from torch.types import Number
        from torch.utils.checkpoint import checkpoint
        from torch.utils.data._utils.collate import default_collate
        from torch.utils.data.dataset import random_split
        from torch.utils.model_zoo import load_url
        assert torch.nn.modules is nn and torch.nn.modules.rnn.GRUCell is nn.GRUCell and Conv2d is nn.Conv2d
        assert issubclass(nn.NLLLoss, _WeightedLoss) and Variable is torch.autograd.Variable
        assert _pair(3) == (3, 3) and _triple([1, 2, 3]) == (1, 2, 3) and _reverse_repeat_tuple((1, 2), 2) == (2, 2, 1, 1)
        assert torch.version.__version__ == torch.__version__ and torch.version.cuda is None
        assert torch.nn.utils.clip_grad_norm_ and not hasattr(nn, "Conv4d")
        """,
    )
    assert (done.returncode, done.stderr) == (0, "")


MULTI = """
import torch, torch.multiprocessing as mp

def work(rank, start):
    if rank == 2:
        raise ValueError("rank two")
    torch.save(torch.tensor(start + rank), f"{rank}.pt")

if __name__ == "__main__":
    mp.set_start_method("spawn", force=True)
    mp.set_sharing_strategy("file_system")
    mp.spawn(work, args=(10,), nprocs=2)
    print([torch.load(f"{i}.pt").item() for i in range(2)], mp.get_sharing_strategy(), mp.Queue().empty())
    try:
        mp.spawn(work, args=(10,), nprocs=3)
    except mp.ProcessRaisedException as error:
        print(error)
"""


def test_processes_by_the_names_of_torch_multiprocessing(root: Path, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(MULTI)
    done = subprocess.run(
        [sys.executable, "-m", "edutorch", "run", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.stdout == (
        "[10, 11] file_system True\nprocess 2 terminated with exit code 1: its error is printed above\n"
    )
    assert "ValueError: rank two" in done.stderr
