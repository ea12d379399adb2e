"""pytest plugin for the notebooks of the course: `pytest -p tests.notebooks --nbval chapters`.

Chapters and solutions must give the outputs they were stored with. Exercises, whose answers are
missing, must run: nbval's lax mode. Both in one run, so that one last line counts everything."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbval.plugin import IPyNbFile

# Solution notebooks: in the course's own kernels, their checks compared with a tolerance.
pytest_plugins = ["edutorch.course.plugin"]


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Iterator[list[pytest.Collector]]:
    """Collect exercises as under --nbval-lax."""
    collectors = yield
    for collector in collectors:
        if isinstance(collector, IPyNbFile) and "exercises" in file_path.parts:
            collector.compare_outputs = False
    return collectors


def pytest_configure(config: pytest.Config) -> None:
    """Give the kernels a state folder of their own: progress kept by a learner stays as it is."""
    state = tempfile.TemporaryDirectory(prefix="edutorch-tests-")
    config.add_cleanup(state.cleanup)
    os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = state.name
