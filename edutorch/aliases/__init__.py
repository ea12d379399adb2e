"""Let programs written for PyTorch find edutorch under PyTorch's names.

`edutorch.as_torch()` does it for the running process, `edutorch run script.py` for a script. After
it, `import torch`, `import torch.nn as nn` or `from torchvision import transforms` give edutorch's
own modules: the same module objects under a second name, never a second copy.
"""

import contextlib
import importlib
import importlib.machinery
import os
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

from .. import left_out
from .table import answering, resolve
from .version import TorchVersion

ALIASES = {"torch": "edutorch", "torchvision": "edutorch.vision", "torchaudio": "edutorch.audio"}
VERSIONS = {"torch": "2.13.0", "torchvision": "0.28.0", "torchaudio": "2.11.1"}  # whose names are edutorch's
BELOW_FILES = ("cuda", "aliases.ao", "aliases.backends", "aliases.jit")  # `import torch.cuda.amp` asks for a package
ON_PATH = os.path.join(os.path.dirname(__file__), "on_path")


def as_torch() -> None:
    """Make `import torch`, `torchvision` and `torchaudio` find edutorch, in this process and its workers.

    Raises RuntimeError if one of the real packages is loaded already: half of the program
    would then hold one library's tensors and half the other's."""
    for name in ALIASES:
        loaded = sys.modules.get(name)
        if loaded is not None and not loaded.__name__.startswith("edutorch"):
            raise RuntimeError(
                f"as_torch: the real {name} is already loaded, from {loaded.__file__}. Call "
                f" edutorch.as_torch() before anything imports {name}, in a fresh process."
            )
    install()
    # A worker started by multiprocessing's "spawn" inherits sys.path but not sys.meta_path: there
    # the two modules in this folder are found, and they install the finder.
    if ON_PATH not in sys.path:
        sys.path.insert(0, ON_PATH)


@contextlib.contextmanager
def while_torch() -> Iterator[None]:
    """as_torch() for a block, in a process that goes on: afterwards no import finds edutorch under PyTorch's names."""
    if any(isinstance(finder, AliasFinder) for finder in sys.meta_path):
        yield
        return
    finders, path, modules = list(sys.meta_path), list(sys.path), set(sys.modules)
    versions = {name: vars(importlib.import_module(name)).get("__version__") for name in ALIASES.values()}
    try:
        as_torch()
        yield
    finally:
        sys.meta_path[:], sys.path[:] = finders, path
        for name in [name for name in sys.modules if name.partition(".")[0] in ALIASES and name not in modules]:
            del sys.modules[name]
        for name, version in versions.items():
            module = importlib.import_module(name)
            del module.__version__
            if version is not None:
                module.__version__ = version  # type: ignore[attr-defined]
        for name in BELOW_FILES:
            vars(importlib.import_module(f"edutorch.{name}")).pop("__path__", None)


def install() -> None:
    """Put the finder of the aliases before all others, once, and tell programs the versions they ask for."""
    if not any(isinstance(finder, AliasFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, AliasFinder())
        sys.meta_path.append(LeftOutFinder())
        for each in BELOW_FILES:
            vars(importlib.import_module(f"edutorch.{each}")).setdefault("__path__", [])
        for name, version in VERSIONS.items():
            module = importlib.import_module(ALIASES[name])
            module.__version__ = TorchVersion(f"{version}+edutorch")  # type: ignore[attr-defined]


def original(name: str) -> ModuleType | SimpleNamespace:
    """The edutorch module behind an alias: "torch.nn" gives edutorch.nn.

    Raises ModuleNotFoundError, with the alias's name, if edutorch has no such module."""
    root, _, rest = name.partition(".")
    place = resolve(rest) if root == "torch" else rest
    target = f"{ALIASES[root]}.{place}".removesuffix(".")
    try:
        return answering(importlib.import_module(target), rest)
    except ImportError as error:
        part = getattr(sys.modules.get(target.rpartition(".")[0]), target.rpartition(".")[2], None)
        if isinstance(part, (ModuleType, SimpleNamespace)):  # such as the settings of backends.cudnn
            return part
        if error.name is None or not target.startswith(error.name):
            raise  # something else is missing, inside a module of ours that does exist
        reason = left_out.reason_for_module(name) or left_out.reason(name.rpartition(".")[2], target)
        lacking = (
            f"edutorch leaves it out; {reason}" if reason else f"edutorch, which stands in for torch, has no {target}"
        )
        message = f"No module named {name!r}: {lacking}"
        raise ModuleNotFoundError(message, name=name) from None


class AliasFinder:
    """Answers imports of the aliases with the modules behind them."""

    def find_spec(self, fullname, path=None, target=None):
        """A spec for names under the aliases, None for all others."""
        if fullname.partition(".")[0] in ALIASES:
            return importlib.machinery.ModuleSpec(fullname, self)  # type: ignore[arg-type]  # a loader by its methods
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """An empty module, as the import system makes it."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the original in place of the empty module that the import system made.

        The import system takes what it then finds in sys.modules, as its documentation allows."""
        name = module.__name__
        found: Any = original(name)
        sys.modules[name] = found
        if name in ALIASES or (hasattr(found, "__path__") and found.__name__ not in ALIASES.values()):
            # what is loaded has its alias at once: the import system would put modules in the place of functions that
            # have their names, of gradcheck say, or of quantization.fuse_modules
            for each in [n for n in sys.modules if n.startswith(f"{found.__name__}.")]:
                sys.modules.setdefault(name + each.removeprefix(found.__name__), sys.modules[each])


class LeftOutFinder:
    """Asked last, for names that nothing has: tells of `from torch import vmap` what edutorch leaves out."""

    def find_spec(self, fullname, path=None, target=None):
        """None; raises ImportError for a name that is left out on purpose."""
        parent, _, name = fullname.rpartition(".")
        reason = left_out.reason(name, parent) if parent.startswith("edutorch") else None
        if reason and not hasattr(sys.modules.get(parent), name):  # which nn.functional may have, and torch not
            message = f"cannot import name {name!r} from {parent!r}: edutorch leaves it out; {reason}"
            raise ImportError(message, name=fullname)
