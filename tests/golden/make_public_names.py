"""Writes public_names.json: the names that PyTorch's public modules offer, and with edutorch beside it the names among
them that it lacks into edutorch/left_out.json. Needs torch 2.13:

python -m tests.golden.make_public_names
"""

import importlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = """
    torch torch.nn torch.nn.functional torch.nn.init torch.nn.utils torch.nn.utils.rnn torch.nn.utils.parametrize
    torch.nn.utils.parametrizations torch.nn.grad torch.optim torch.optim.lr_scheduler torch.optim.swa_utils
    torch.autograd torch.autograd.functional torch.utils.data torch.utils.checkpoint torch.linalg torch.special
    torch.random torch.cuda torch.cuda.amp torch.amp torch.testing torch.accelerator torch.jit torch.hub
    torch.multiprocessing torch.serialization torch.Tensor torch.nn.modules.module
    torch.nn.utils.prune torch.autograd.graph
""".split()


def names_of(module: str) -> list[str]:
    """The names that a module offers: __all__, else what it defines itself; of torch.Tensor all without underscore."""
    if module == "torch.Tensor":
        return [name for name in dir(importlib.import_module("torch").Tensor) if name[0] != "_"]
    found = importlib.import_module(module)
    own = (name for name in dir(found) if getattr(getattr(found, name), "__module__", "") == module)
    return sorted({name for name in getattr(found, "__all__", own) if not name.startswith("_")})


def space(module: str) -> object:
    """What of edutorch has the names: a module, or the class Tensor."""
    if module == "torch.Tensor":
        return importlib.import_module("edutorch").Tensor
    return importlib.import_module("edutorch.aliases").original(module)


def lacks(module: str, names: list[str]) -> list[str]:
    """The names that edutorch does not have."""
    attributes = space(module)
    return [name for name in names if not hasattr(attributes, name)]


if __name__ == "__main__":
    names = {module: names_of(module) for module in MODULES}
    (HERE / "public_names.json").write_text(json.dumps(names, indent=0) + "\n")
    missing = {module: " ".join(lacks(module, each)) for module, each in names.items()}
    path = HERE.parent.parent / "edutorch" / "left_out.json"
    path.write_text(json.dumps({module: each for module, each in missing.items() if each}, indent=1) + "\n")
