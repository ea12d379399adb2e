"""The exercise in a real IPython kernel, cell by cell, as JupyterLab executes it."""

import os
import sys
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from edutorch.course.assignment import load_assignment

from .make_submissions import EXERCISE, SOLUTION

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def execute(tmp_path_factory):
    """Executes a cell; gives its Markdown or text output, or the name of its exception."""
    folder = tmp_path_factory.mktemp("learner")
    (folder / EXERCISE.name).write_bytes(EXERCISE.read_bytes())
    (folder / ".edutorch").mkdir()
    (folder / ".edutorch" / "laid.json").write_text("{}")
    manager = KernelManager()
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager._kernel_spec = KernelSpec(argv=command, language="python", display_name="python")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    manager.start_kernel(cwd=str(folder), env=environment)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)

    def run(source):
        shown = []

        def keep(message):
            content = message["content"]
            if message["msg_type"] in ("display_data", "execute_result"):
                data = content["data"]
                shown.append(data.get("text/markdown", data.get("text/plain")))
            elif message["msg_type"] == "error":
                shown.append(content["ename"])

        client.execute_interactive(source, output_hook=keep, timeout=120)
        return "\n".join(shown)

    run("".join(load_assignment(EXERCISE).setup))
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_from_a_stub_over_a_mistake_to_the_answer(execute):
    question = load_assignment(SOLUTION).questions["exp"]
    execute('q = exercise("03_autograd", "exp")')
    assert "No answer cell" not in execute("q.check()")  # the saved notebook has the stub
    assert "Not attempted yet" in execute("q.check()")
    execute(question.mistakes[0].source)
    told = execute("q.check()")
    assert "**Not yet: wrong values.**" in told and question.mistakes[0].message in told
    assert execute("case.state") == "'values'"
    assert "Hint 1 of 3" in execute("q.hint()")
    assert "1 more different attempt" in execute("q.solution()")
    execute(question.answer)
    told = execute("q.check()")
    assert f"**✓ {question.title}: as expected.**" in told and question.why in told
    assert "class Exp(Function):" not in told and "Button(" in told  # the library's own is behind a button
    assert "1 of 9 questions, up to 4 of 28 points" in told
    assert execute("case") == ""
