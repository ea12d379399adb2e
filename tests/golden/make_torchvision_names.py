"""Makes torchvision_names.json: the names that torchvision's public modules offer.

Run by hand where torchvision 0.28 is installed."""

import importlib
import json
from pathlib import Path
from types import ModuleType

MODULES = """
    models datasets transforms transforms.functional transforms.v2 transforms.v2.functional utils ops io
""".split()


def offered(module):
    """What a module lists, or what of torchvision is in it."""
    for name in sorted(getattr(module, "__all__", None) or dir(module)):
        each = getattr(module, name, None)
        home = each.__name__ if isinstance(each, ModuleType) else getattr(each, "__module__", None) or ""
        if not name.startswith("_") and home.startswith("torchvision") and name not in ("F_pil", "F_t"):
            yield name


def names():
    top = importlib.import_module("torchvision")
    found = {module: list(offered(importlib.import_module(f"torchvision.{module}"))) for module in MODULES}
    return {"": [name for name in offered(top) if name != "extension"], **found}


if __name__ == "__main__":
    path = Path(__file__).with_name("torchvision_names.json")
    path.write_text(json.dumps(names(), indent=1) + "\n", encoding="utf-8")
