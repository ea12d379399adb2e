"""Packages written for PyTorch work on edutorch, in processes of their own, where they are installed."""

import importlib.util
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROGRAMS = {
    "einops": """
        import einops
        from einops.layers.torch import Rearrange
        x = torch.arange(24.0, requires_grad=True).reshape(2, 3, 4)
        print(list(einops.rearrange(x, "a b c -> c (a b)").shape), einops.reduce(x, "a b c -> a", "mean").tolist())
        print(list(Rearrange("a b c -> a (b c)")(x).shape), einops.einsum(x, x, "a b c, a b c -> a").tolist())
        """,
    "torchinfo": """
        import torchinfo
        net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8, 2))
        said = torchinfo.summary(net, input_size=(1, 1, 4, 4), verbose=0)
        print(said.total_params, said.trainable_params, [layer.output_size for layer in said.summary_list])
        """,
    "safetensors": """
        import safetensors.torch as st
        x = torch.arange(6.0).reshape(2, 3)
        print(st.load(st.save({"x": x}))["x"].tolist())
        st.save_file({"x": x, "n": torch.ones(3, dtype=torch.int64)}, "f")
        print({name: (each.tolist(), str(each.dtype)) for name, each in sorted(st.load_file("f").items())})
        net, again = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
        st.save_model(net, "m")
        print(st.load_model(again, "m"), bool((net.weight == again.weight).all()), torch.load("m")["bias"].shape)
        """,
}
PRINTED = {
    "einops": "[4, 6] [5.5, 17.5]\n[2, 12] [506.0, 3818.0]\n",
    "torchinfo": "38 38 [[1, 2], [1, 2, 2, 2], [1, 2, 2, 2], [1, 8], [1, 2]]\n",
    "safetensors": "[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]\n"
    "{'n': ([1, 1, 1], 'torch.int64'), 'x': ([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], 'torch.float32')}\n"
    "(set(), []) True torch.Size([2])\n",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_package_works(name: str, root: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    program = f"import sys; sys.path.insert(0, {str(root)!r}); import edutorch; edutorch.as_torch(); import torch\n"
    line = [sys.executable, "-c", program + textwrap.dedent(PROGRAMS[name])]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == PRINTED[name]


def test_a_device_that_no_tensor_has_is_a_name_to_compare_with() -> None:
    import edutorch as torch

    assert torch.ones(1).device != torch.device("meta")
    with pytest.raises(RuntimeError, match="device 'meta': edutorch leaves it out"):
        torch.ones(1, device="meta")
