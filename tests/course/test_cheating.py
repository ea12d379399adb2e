"""What a submission may try to get points it has not earned, or to reach what is not its own.

The answers run in the real sandbox, all in one worker; what they print comes back as their output."""

import json
import os
from pathlib import Path

import pytest

from edutorch.course.assignment import Check
from edutorch.course.diagnose import diagnose
from edutorch.course.run import run_answers
from edutorch.course.sandbox import best_sandbox

from .conftest import many

needs_bubblewrap = pytest.mark.skipif(
    best_sandbox().kind != "bubblewrap", reason="bubblewrap is not installed, or may not be used here"
)
MASKED = pytest.__file__  # a file of the environment that the kernel itself does not need
WRONG = "\ndef double(x):\n    return 0 * x\n"
LOOK = "$import json, os, sys\nfrom pathlib import Path\n"


def tries(statements: str) -> str:
    """An answer that prints, as JSON, what its attempts came to."""
    return LOOK + "found = {}\n" + statements + "\nprint('FOUND', json.dumps(found))" + WRONG


def answers(toy: Path) -> dict[str, str]:
    solution = str(toy / "solutions" / "toy.ipynb")
    return {
        "reads_solution": tries(
            f"for path in {[solution, str(toy), MASKED]!r}:\n"
            "    try:\n        found[path] = (open(path).read() or 'empty')\n"
            "    except OSError as error:\n        found[path] = type(error).__name__"
        ),
        "searches_solution": tries(
            "hits = []\n"
            "tops = [top for top in os.listdir('/') if top not in ('proc', 'usr', 'dev', 'sys')]\n"
            "for top in tops:\n"
            "    for place, folders, files in os.walk('/' + top):\n"
            "        folders[:] = [name for name in folders if name not in ('lib', 'lib64')]\n"
            "        hits += [name for name in files if name.endswith('.ipynb')]\n"
            "found['hits'] = hits"
        ),
        "reads_environment": tries("found['environment'] = dict(os.environ)"),
        "looks_at_processes": tries(
            "words = [p.read_bytes().decode() for p in Path('/proc').glob('[0-9]*/cmdline')]\n"
            "found['processes'] = words"
        ),
        "writes_outside": tries(
            f"for place in {[str(toy), '/usr', str(Path(os.__file__).parent)]!r} + [sys.prefix]:\n"
            "    try:\n        open(os.path.join(place, 'cheat'), 'w').write('x'); found[place] = 'written'\n"
            "    except OSError as error:\n        found[place] = type(error).__name__"
        ),
        "calls_out": tries(
            "import socket\n"
            "try:\n    socket.create_connection(('127.0.0.1', 22), 1); found['net'] = 'connected'\n"
            "except OSError as error:\n    found['net'] = type(error).__name__"
        ),
        "is_root": tries("found['uid'] = os.getuid()"),
        "prints_expected": (
            "$from IPython.display import display\ndef double(x):\n    print('of one half: 1.0')\n    return x\n"
        ),
        "patches_show": (
            "$import edutorch.course, edutorch.course.cases as cases\n"
            "def show(*args, **options):\n    pass\n"
            "edutorch.course.show = cases.show = show\n" + WRONG
        ),
        "patches_encode": (
            "$import edutorch.course.cases as cases\n"
            "cases.encode = lambda value: {'type': 'ndarray', 'dtype': 'float64', 'shape': [2], 'values': [2.0, 4.0]}\n"
            + WRONG
        ),
        "patches_engine": (
            "$import edutorch.course.compare as compare, edutorch.course.diagnose as diagnose\n"
            "compare.compare_outputs = lambda *args: []\n"
            "diagnose.diagnose = lambda *args: 'full points'\n" + WRONG
        ),
        "equals_everything": (
            "$class Any(np.ndarray):\n"
            "    def __eq__(self, other): return True\n"
            "    def __ne__(self, other): return False\n"
            "def double(x):\n    return np.asarray(x).view(Any)\n"
        ),
        "forges_messages": (
            "$from IPython import get_ipython\n"
            "kernel = get_ipython().kernel\n"
            "def double(x):\n"
            "    kernel.session.send(kernel.iopub_socket, 'status', {'execution_state': 'idle'},\n"
            "        parent=kernel.get_parent(), ident=b'status')\n"
            "    return x\n"
        ),
        "hardcodes_public": (
            "$table = {(1.0, 2.0): [2.0, 4.0], (1.0, -3.0): [[2.0, -6.0]]}\n"
            "def double(x):\n"
            "    key = tuple(np.ravel(x).tolist())\n"
            "    return np.array(table[key]) if key in table else 1.0 if np.ndim(x) == 0 else x\n"
        ),
    }


@pytest.fixture(scope="module")
def runs(toy, toy_assignment):
    os.environ["SECRET_OF_THE_INSTRUCTOR"] = "42"
    assignment, sources = many(toy_assignment, answers(toy))
    for question in assignment.questions.values():  # some look through all files there are
        question.timeout = 60
    solution = (toy / "solutions" / "toy.ipynb").resolve()
    yield assignment, run_answers(assignment, sources, hidden=(solution, Path(MASKED)))
    del os.environ["SECRET_OF_THE_INSTRUCTOR"]


@pytest.fixture
def found(runs):
    def of(name):
        outputs = runs[1][name].cell("answer")["outputs"]
        text = "".join(output.get("text", "") for output in outputs)
        assert "FOUND" in text, outputs
        return json.loads(text.split("FOUND ", 1)[1].splitlines()[0])

    return of


@pytest.mark.parametrize("name", list(answers(Path("/"))))
def test_no_attempt_earns_hidden_points(runs, name):
    assignment, results = runs
    verdict = diagnose(assignment.questions[name], results[name])
    assert verdict.points == (1 if name == "hardcodes_public" else 0)
    assert not verdict.passed


def test_what_an_answer_replaces_in_the_course_is_put_back_before_its_checks(toy_assignment):
    answer = "$import edutorch.course as course, edutorch.course.forms as forms\n"
    answer += "course.changed_statements = forms.changed_statements = lambda *words: 99\n"
    assignment, sources = many(toy_assignment, {"replaces": answer})
    check = "from edutorch.course import changed_statements\nprint(changed_statements('a = 1', 'b = 2'))"
    (question,) = assignment.questions.values()
    question.checks = [Check("count", check, [])]
    record = run_answers(assignment, sources, compare=False)["replaces"].cell("count")
    assert [output["text"] for output in record["outputs"]] == ["1\n"]


@needs_bubblewrap
def test_the_solution_is_not_there(found):
    contents = found("reads_solution")
    assert contents.pop(MASKED) in ("empty", "PermissionError")  # lies in what is mounted: covered
    assert set(contents.values()) <= {"FileNotFoundError", "PermissionError"}
    assert found("searches_solution")["hits"] == []


def test_the_environment_is_bare(found):
    environment = found("reads_environment")["environment"]
    assert "SECRET_OF_THE_INSTRUCTOR" not in environment
    assert set(environment) & {"HOME", "PATH"} == {"HOME", "PATH"}


@needs_bubblewrap
def test_no_process_but_its_own_is_seen(found):
    processes = found("looks_at_processes")["processes"]
    assert processes and all("kernel_process.py" in words or "stem_process" in words for words in processes)


@needs_bubblewrap
def test_nothing_outside_can_be_written(found, toy):
    assert "written" not in found("writes_outside").values()
    assert not (toy / "cheat").exists()


@needs_bubblewrap
def test_there_is_no_network(found):
    assert found("calls_out")["net"] != "connected"


@needs_bubblewrap
def test_root_is_given_up(found):
    assert found("is_root")["uid"] != 0
