"""Programs written for PyTorch find edutorch under PyTorch's names: in processes of their own."""

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
    done = python(root, "import edutorch; edutorch.as_torch(); import torch.distributed")
    assert done.returncode == 1
    assert "No module named 'torch.distributed': edutorch, which stands in for torch" in done.stderr


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
