"""pytest plugin for the notebooks of the course: `pytest -p tests.notebooks --nbval chapters`.

Chapters and solutions must give the outputs they were stored with. Exercises, whose answers are
missing, must run: nbval's lax mode. Both in one run, so that one last line counts everything."""

import importlib
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from nbval.plugin import IPyNbFile

# Solution notebooks: in the course's own kernels, their checks compared with a tolerance.
pytest_plugins = ["edutorch.course.plugin"]


class CourseNotebook(IPyNbFile):
    """A notebook run as JupyterLab runs it: what ends in ";" shows nothing, also under nbval."""

    def setup(self) -> None:
        """Start the kernel, and make it keep its history, which IPython reads for the ";"."""
        super().setup()
        self.kernel.execute_cell_input = self.execute_with_history

    def execute_with_history(self, source: str, allow_stdin: bool | None = None) -> str:
        """The id of the request that runs `source`, as RunningKernel.execute_cell_input gives it."""
        return self.kernel.kc.execute(source, allow_stdin=allow_stdin, stop_on_error=False)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect chapters and exercises as course notebooks, exercises as under --nbval-lax."""
    collectors = yield
    for place, collector in enumerate(collectors):
        if type(collector) is IPyNbFile:
            collectors[place] = notebook = CourseNotebook.from_parent(parent, path=file_path)
            notebook.compare_outputs = "exercises" not in file_path.parts
    return collectors


def pytest_configure(config: pytest.Config) -> None:
    """Give the kernels this clone's edutorch and a state folder of their own.

    Matplotlib makes its list of fonts now, once: made in a kernel, it prints a line about that."""
    if not hasattr(config, "workerinput"):
        importlib.import_module("matplotlib.font_manager")
    state = tempfile.TemporaryDirectory(prefix="edutorch-tests-")
    config.add_cleanup(state.cleanup)
    root = str(Path(__file__).resolve().parent.parent)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = state.name
