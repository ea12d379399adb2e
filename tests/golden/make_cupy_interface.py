"""Writes cupy_interface.json: what a real CuPy has, name by name, to hold the stand-in against.

    pip install cupy-cuda12x && python tests/golden/make_cupy_interface.py

CuPy imports on a machine without a GPU; only its arrays need one. Run with CuPy 14.2.
"""

import inspect
import json
from pathlib import Path

MODULES = [
    "cupy",
    "cupy.linalg",
    "cupy.cuda",
    "cupy.cuda.runtime",
    "cupy.lib.stride_tricks",
    "cupyx",
    "cupyx.scipy.special",
]
CLASSES = ["cupy.ndarray", "cupy.cuda.Device", "cupy.cuda.Event", "cupy.cuda.MemoryPool", "cupy.cuda.Stream"]


def describe(value):
    """The parameters' names of a Python function, "ufunc", or the kind of thing it is."""
    import cupy

    if isinstance(value, cupy.ufunc):
        return "ufunc"
    if inspect.isfunction(value):
        return f"({', '.join(inspect.signature(value).parameters)})"
    return type(value).__name__


def main():
    import cupy
    import cupyx.scipy.special

    def find(path):
        value = {"cupy": cupy, "cupyx": cupyx}[path.split(".")[0]]
        for name in path.split(".")[1:]:
            value = getattr(value, name)
        return value

    interface = {"version": cupy.__version__}
    for path in MODULES + CLASSES:
        owner = find(path)
        names = [name for name in dir(owner) if not name.startswith("_") or path in CLASSES]
        interface[path] = {name: describe(getattr(owner, name)) for name in names}
    target = Path(__file__).with_name("cupy_interface.json")
    target.write_text(json.dumps(interface, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
