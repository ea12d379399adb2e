"""Public functions say where users find them, not in which file they stand: `torch.exp.__module__` is "edutorch"."""

from __future__ import annotations

from types import FunctionType, ModuleType

_PUBLIC = ("edutorch.autograd.gradcheck", "edutorch.serialization")  # files by PyTorch's names


def show_where_found(*spaces: ModuleType) -> None:
    """Sets __module__ of the functions in these modules: to the first of them that has a function under its own name,
    else to the first that has it, under the name there."""
    shown = set()
    for own_name in (True, False):
        for space in spaces:
            for name, each in vars(space).items():
                if not isinstance(each, FunctionType) or each.__module__ in _PUBLIC or name.startswith("_"):
                    continue
                if each not in shown and (each.__qualname__ == name or not own_name):
                    each.__module__, each.__qualname__ = space.__name__, name
                    shown.add(each)
