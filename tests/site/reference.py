"""The pages of the API reference: one for each public module, each public name with its docstring."""

import inspect
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType

MODULES = (
    "edutorch",
    "edutorch.Tensor",
    "edutorch.nn",
    "edutorch.nn.functional",
    "edutorch.nn.init",
    "edutorch.nn.parallel",
    "edutorch.nn.utils",
    "edutorch.nn.utils.prune",
    "edutorch.optim",
    "edutorch.optim.lr_scheduler",
    "edutorch.autograd",
    "edutorch.autograd.functional",
    "edutorch.autograd.graph",
    "edutorch.distributions",
    "edutorch.distributed",
    "edutorch.utils.data",
    "edutorch.utils.tensorboard",
    "edutorch.vision.datasets",
    "edutorch.vision.transforms",
    "edutorch.vision.models",
    "edutorch.vision.ops",
    "edutorch.audio",
    "edutorch.audio.datasets",
    "edutorch.audio.functional",
    "edutorch.audio.transforms",
    "edutorch.quantization",
    "edutorch.linalg",
    "edutorch.special",
    "edutorch.cuda",
    "edutorch.onnx",
    "edutorch.viz",
    "edutorch.course",
)


def write_reference(folder: Path) -> list[str]:
    """Write the pages into `folder`; their names for the sidebar."""
    folder.mkdir(parents=True)
    shown: set[object] = set()
    for name in MODULES:
        (folder / f"{name}.md").write_text(page(resolve_name(name.replace(".Tensor", ":Tensor")), name, shown))
    return [f"reference/{name}" for name in MODULES]


def page(space: object, title: str, shown: set[object]) -> str:
    """The heading, the first paragraph of the docstring, and a directive for each name.

    `shown` are the objects that pages have shown already, which the index takes from the first of them."""
    first_paragraph = (inspect.getdoc(space) or "").split("\n\n")[0]
    blocks = [f"# {title}", *([first_paragraph] if inspect.ismodule(space) else [])]
    for name in sorted(public_names(space)) if inspect.ismodule(space) else [""]:
        found = getattr(space, name) if name else space
        if (name, title) == ("Tensor", "edutorch"):
            continue  # has a page of its own
        kind = "autoclass" if inspect.isclass(found) else "autofunction"
        options = [":no-index:"] if found in shown else []
        shown.add(found)
        directive = f".. {kind}:: {title}.{name}".removesuffix(".")
        blocks.append("\n".join(["```{eval-rst}", directive, *(f"   {each}" for each in options), "```"]))
    return "\n\n".join(blocks) + "\n"


def public_names(module: ModuleType) -> list[str]:
    """The functions and classes that a module offers: those in __all__, else those that say they live there."""
    listed = getattr(module, "__all__", None)
    names = listed or [name for name, each in vars(module).items() if name[0] != "_" and _lives_in(each, module)]
    return [name for name in names if callable(getattr(module, name))]


def _lives_in(each: object, module: ModuleType) -> bool:
    return f"{getattr(each, '__module__', '')}.".startswith(f"{module.__name__}.")
