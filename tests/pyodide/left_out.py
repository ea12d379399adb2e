"""A plugin of pytest for Pyodide: what needs a process or a thread is left out, since there are none."""

import multiprocessing.process
import subprocess
import threading
from collections.abc import Callable
from typing import NoReturn

import numpy.testing  # noqa: F401 (asks a process about the processor, where it is imported)
import pytest

NO_PROCESSES = "there are no processes in Pyodide"
NEED_WORKERS = ("test_workers.py", "test_shared.py", "test_a_stream_that_gives_more_than_it_promised_warns")


def _left_out(reason: str) -> Callable[..., NoReturn]:
    def start(*args: object, **kwargs: object) -> NoReturn:
        pytest.skip(reason)

    return start


subprocess.Popen.__init__ = _left_out(NO_PROCESSES)
multiprocessing.process.BaseProcess.start = _left_out(NO_PROCESSES)
threading.Thread.start = _left_out("there are no threads in Pyodide")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A DataLoader loads in the process there, which one test holds; those of workers are left out."""
    for item in items:
        if any(name in item.nodeid for name in NEED_WORKERS):
            item.add_marker(pytest.mark.skip(reason=NO_PROCESSES))
