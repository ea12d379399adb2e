"""What of this system a kernel may see: the libraries of the system, the interpreter, installed packages and edutorch.

Where packages are installed, a clone of a course may lie, too, with its answers. So of `site-packages` a kernel sees
what a distribution has written there by its own record, and of this no notebook and no `solutions/`; of an environment
nothing else. Other frameworks are not seen: an answer could ask them. What somebody has copied into an installed
package's own folder, or among the system's libraries, is seen.
"""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
# Inside, `../venv/bin/python` leads nowhere.
INTERPRETER = Path(os.path.realpath(Path(sys.executable).parent)) / Path(sys.executable).name
SYSTEM_FOLDERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/nix/store")
INTERPRETER_FOLDERS = ("bin", "lib", "lib32", "lib64", "libexec", "share/zoneinfo")
ENVIRONMENT_FOLDERS = ("bin", "pyvenv.cfg")  # its libraries are its site-packages
SITES = ("site-packages", "dist-packages")
WITH_ANSWERS = (".git", "solutions")
FRAMEWORKS = ("torch", "jax", "jaxlib", "tensorflow", "keras", "paddle", "mxnet", "tinygrad", "mygrad", "autograd")


def folders_to_mount() -> list[Path]:
    """The system's libraries, those of the interpreter and its environment, and the package; none in another."""
    wanted = [Path(name) for name in SYSTEM_FOLDERS]
    for prefix in ("/usr", sys.base_prefix, sys.base_exec_prefix):
        wanted += [Path(os.path.realpath(prefix)) / name for name in INTERPRETER_FOLDERS]
    wanted += [Path(os.path.realpath(sys.prefix)) / name for name in ENVIRONMENT_FOLDERS]
    wanted += [*_sites(), PACKAGE, INTERPRETER.parent, Path(os.path.realpath(sys.executable)).parent]
    chosen: list[Path] = []
    for path in wanted:
        if path.exists() and not any(path.is_relative_to(other) for other in chosen):
            chosen.append(path)
    return chosen


def answer_folders() -> list[Path]:
    """Where an installed package keeps the course: solutions, and exercises with what is expected. Another than the one
    that runs may be installed."""
    installed = [Path(sysconfig.get_path(name)) / PACKAGE.name for name in ("purelib", "platlib")]
    places = dict.fromkeys(package / "_course" for package in (PACKAGE, *installed))
    return [path for path in places if path.is_dir()]


@functools.cache
def foreign() -> tuple[Path, ...]:
    """What is to be covered in the mounted folders: files and folders of no distribution, notebooks, other pythons'
    packages."""
    sites = _sites()
    libraries = [path for path in folders_to_mount() if path.name.startswith("lib")]
    inside = {site for library in libraries for name in SITES for site in library.glob(f"python*/{name}")}
    others = [
        site for site in sorted({site.resolve() for site in inside}) if not any(site.samefile(each) for each in sites)
    ]
    return (*others, *(path for site in sites for path in _foreign_in(site)))


def _sites() -> list[Path]:
    """The folders of installed packages that this interpreter looks in."""
    names = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    names += [name for name in sys.path if name.endswith(SITES)]
    return [path for path in map(Path, dict.fromkeys(names)) if path.is_dir()]


def _foreign_in(site: Path) -> Iterator[Path]:
    owned, all_recorded = {"__pycache__"}, True
    yield from (site / name for name in FRAMEWORKS if (site / name).is_dir())  # they know the answers
    for about in site.iterdir():
        if about.suffix in (".dist-info", ".egg-info"):
            record = about / "RECORD"
            owned.add(about.name)
            if not record.is_file():  # Debian removes it
                all_recorded = False
                continue
            for line in record.read_text(encoding="utf-8", errors="replace").splitlines():
                name = line.rpartition(",")[0].rpartition(",")[0].strip('"')
                owned.add(name.partition("/")[0])
                if name.endswith(".ipynb") or any(f"/{folder}/" in name for folder in WITH_ANSWERS):
                    yield site / name
    for path in site.iterdir():
        if path.name not in owned and path.suffix != ".pth" and (all_recorded or not _is_code(path)):
            yield from _around_package(path)


def _is_code(path: Path) -> bool:
    return (path / "__init__.py").is_file() or path.suffix in (".py", ".so")


def _around_package(path: Path) -> Iterator[Path]:
    """This path, or, where the package that runs lies in it, all in it but the package."""
    real = path.resolve()
    if not PACKAGE.is_relative_to(real):
        yield path
    elif real != PACKAGE:
        for inside in path.iterdir():
            yield from _around_package(inside)


def parents_of(paths: Sequence[Path]) -> list[Path]:
    """The folders above the mounted ones."""
    above = {parent for path in paths for parent in path.parents} - {Path("/"), Path("/tmp")}
    return sorted(path for path in above if not any(path.is_relative_to(other) for other in paths))
