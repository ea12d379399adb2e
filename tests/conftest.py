"""What every test shares: devices, the clone, Chromium, bubblewrap, a list of what was left out."""

import importlib.util
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _has_real_cupy() -> bool:
    """Whether CuPy 14 or later is installed and finds a GPU. One that finds none is unloaded again."""
    if os.environ.get("EDUTORCH_STAND_IN") or importlib.util.find_spec("cupy") is None:  # tests/on_gpu.py sets it
        return False
    import cupy

    if int(cupy.__version__.split(".")[0]) >= 14 and cupy.is_available():  # 13 raises where there is no driver
        return True
    for name in [name for name in sys.modules if name.split(".")[0] in ("cupy", "cupyx")]:
        del sys.modules[name]
    return False


REAL_CUPY = _has_real_cupy()
if not REAL_CUPY:  # before anything imports edutorch, whose backend looks for cupy
    sys.path.insert(0, str(ROOT / "tests" / "fake_cupy"))


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers() -> int:
    """How many processes `-n auto` means: one more than there are cores, for a sixth of the time a test waits, for a
    kernel or a browser to start."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) + 1


def _held(value: object) -> bool:
    """Whether a value is or holds a tensor or an array."""
    from edutorch.autograd.base import TensorBase
    from edutorch.backend import is_array

    if isinstance(value, (tuple, list, dict)):
        return any(map(_held, value.values() if isinstance(value, dict) else value))
    return isinstance(value, TensorBase) or is_array(value)


@pytest.fixture(autouse=True, scope="session")
def nothing_escapes_save_for_backward() -> Iterator[None]:
    """In every test: no built-in forward keeps a tensor or an array on ctx by itself, where a change in place would go
    unnoticed, or returns an input without saying so."""
    from edutorch.autograd import Function

    record = Function._record

    def watched(self: Function, inputs: tuple[object, ...], output: object) -> object:
        if self._built_in:
            kept = [name for name, value in vars(self).items() if name[0] != "_" and _held(value)]
            assert not kept, f"{type(self).__name__}.{kept[0]}: give tensors and arrays to save_for_backward"
            outputs = output if isinstance(output, tuple) else (output,)
            given_back = any(x is each for x in inputs for each in outputs)
            assert self._gives_back or not given_back, f"{type(self).__name__} returns an input: say _gives_back = True"
        return record(self, inputs, output)

    Function._record = watched  # type: ignore[method-assign]
    yield
    Function._record = record  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def no_copy_of_the_course_around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Temporary folders lie in no copy of the course, though a folder above them may be one."""
    from edutorch.course import files, record

    top, found = tmp_path_factory.getbasetemp().resolve(), files.copy_around

    def inside(start: Path) -> Path | None:
        copy = found(start)
        return copy if copy is None or copy.is_relative_to(top) else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "copy_around", inside)
        patch.setattr(record, "copy_around", inside)
        yield


@pytest.fixture(params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each device in turn: NumPy, then CuPy or (without a GPU) the strict stand-in for it. No test leaves the error of
    an index behind that the device found wrong."""
    yield request.param
    if request.param == "cuda":
        from edutorch.pending import raise_pending

        raise_pending()


class NotCounted:
    """A number that nobody counted: equal to every other one, and within every bound."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    __le__ = __ge__ = __lt__ = __gt__ = __eq__


@contextmanager
def uncounted() -> Iterator[SimpleNamespace]:
    """Stands for the stand-in's count of transfers where CuPy itself computes."""
    names = ("to_device", "to_host", "bytes_to_device", "bytes_to_host")
    yield SimpleNamespace(**dict.fromkeys(names, NotCounted()))


@pytest.fixture
def count_transfers():
    """`with count_transfers() as transfers:` counts what crosses between host and device.

    The stand-in counts. CuPy does not: there the rest of such a test runs, and every count is as expected."""
    if REAL_CUPY:
        return uncounted
    from cupy import _transfers

    return _transfers.counted


@pytest.fixture(scope="session")
def root() -> Path:
    """The clone the tests run in."""
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium or Chrome; the test is left out where there is none."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            return path
    pytest.skip("no Chromium found (install it, or name it in the variable CHROMIUM)")


@pytest.fixture(scope="session")
def bubblewrap() -> str:
    """Path of bubblewrap; the test is left out where there is none."""
    path = shutil.which("bwrap")
    if path is None:
        pytest.skip("no bubblewrap found (package bubblewrap, Linux only)")
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was left out and why, each reason once, above pytest's own last line."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    terminalreporter.section("left out")
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count:5d}  {reason}")
    if not reasons:
        terminalreporter.write_line("    0  nothing")
