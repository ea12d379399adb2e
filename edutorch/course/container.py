"""Grading in containers: the worker that runs a submission is in one, with docker or podman.

    edutorch image --base python:3.12-slim
    edutorch grade --sandbox podman solutions/03_autograd.ipynb submissions/

For systems where bubblewrap cannot be. A container has no network, a bounded memory and number of processes, and of the
host's files one folder, in which the worker gets its jobs and leaves its results. In it the worker is root and each
kernel a user of its own, so that an answer reads neither the worker's memory nor its files. There is one container for
each submission. The image has edutorch, without the course, and what checking needs.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from .sandbox import PACKAGE, Limits

ENGINES = ("docker", "podman")
BASE = "python:3.12-slim"
NEEDED = ("numpy", "threadpoolctl", "platformdirs", "nbval", "pytest", "ipykernel", "psutil")
CAPABILITIES = ("SETUID", "SETGID", "CHOWN", "KILL", "DAC_OVERRIDE", "FOWNER")  # to give kernels users, and to end them
PLACE = "/opt/edutorch"
CONTAINERFILE = """\
FROM {base}
ENV PIP_BREAK_SYSTEM_PACKAGES=1
RUN python3 -m pip install --no-cache-dir --root-user-action=ignore {packages}
COPY edutorch {place}/edutorch
ENV PYTHONPATH={place}
"""


class ContainerError(OSError):
    """No image, or an engine that cannot run it."""


def image_name() -> str:
    """The image of this version of edutorch's own code."""
    sources = (path.read_bytes() for path in sorted(PACKAGE.rglob("*.py")))
    return f"localhost/edutorch:{hashlib.sha256(b''.join(sources)).hexdigest()[:12]}"


def containerfile(base: str) -> str:
    """How the image is made: the packages have the versions of this environment, so that they compute the same."""
    packages = " ".join(f"{name}=={version(name)}" for name in NEEDED)
    return CONTAINERFILE.format(base=base, packages=packages, place=PLACE)


def build_image(engine: str, base: str = BASE, options: Sequence[str] = ()) -> str:
    """Build it; its name. options: more words for `ENGINE build`. Raises ContainerError."""
    _require_engine(engine)
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        unwanted = shutil.ignore_patterns("__pycache__", "_course", ".*")
        shutil.copytree(PACKAGE, context / "edutorch", ignore=unwanted)
        (context / "Containerfile").write_text(containerfile(base), encoding="utf-8")
        command = [engine, "build", "--tag", image_name(), "--file", str(context / "Containerfile"), *options, folder]
        if subprocess.run(command, check=False).returncode:
            raise ContainerError(f"{engine} could not build the image: see above")
    return image_name()


def run_command(engine: str, name: str, folder: Path, limits: Limits, command: Sequence[str]) -> list[str]:
    """The command line that runs `command` in a container called `name`, with `folder` in it under the same path.

    Twice the memory of a kernel: the worker, which watches it, needs its own."""
    memory = f"{2 * limits.memory}b"
    return [
        *(engine, "run", "--rm", "--interactive", "--name", name, "--network", "none", "--read-only"),
        *("--cap-drop", "ALL", *(word for each in CAPABILITIES for word in ("--cap-add", each))),
        *("--security-opt", "no-new-privileges", "--pids-limit", str(4 * limits.processes)),
        *("--memory", memory, "--memory-swap", memory),
        *("--ulimit", f"nofile={4 * limits.open_files}", "--ulimit", f"nproc={4 * limits.processes}"),
        *("--tmpfs", f"/tmp:size={2 * limits.folder_size},mode=1777", "--shm-size", str(limits.folder_size)),
        *("--volume", f"{folder}:{folder}", "--workdir", str(folder)),
        *("--env", "TMPDIR=/tmp", "--env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1", "--env", "OPENBLAS_NUM_THREADS=1"),
        *(image_name(), *command),
    ]


def remove(engine: str, name: str) -> None:
    """End the container, whatever runs in it."""
    subprocess.run([engine, "rm", "--force", name], capture_output=True, check=False)


def require(engine: str) -> None:
    """Raises ContainerError where a container of the image does not start."""
    _require_engine(engine)
    looked = subprocess.run([engine, "image", "inspect", image_name()], capture_output=True, text=True, check=False)
    if looked.returncode:
        raise ContainerError(
            f"{engine} shows no image of this version of edutorch, which `edutorch image --engine {engine}` builds: "
            f"{looked.stderr.strip()[-400:]}"
        )
    with tempfile.TemporaryDirectory() as folder:
        trial = run_command(engine, f"{Path(folder).name}-trial", Path(folder), Limits(), ["python3", "-c", "print(7)"])
        done = subprocess.run(trial, capture_output=True, text=True, check=False)
    if done.stdout.strip() != "7":
        raise ContainerError(f"{engine} cannot run the image: {done.stderr.strip()[-400:]}")


def _require_engine(engine: str) -> None:
    if shutil.which(engine) is None:
        raise ContainerError(f"{engine} is not installed")
