"""What an answer has changed, or looks for, when its checks run. The answers run in kernels, as submissions do."""

import subprocess
import sys

import pytest

from edutorch.course.assignment import Check
from edutorch.course.diagnose import ANSI
from edutorch.course.run import run_answers

from .conftest import many

WITNESS = """
import edutorch as torch
from edutorch.course import rejects

def right(x):
    return 2 * x

def wrong(x):
    return 3 * x

print(rejects(accepts, [right, wrong, wrong, right]))
"""
# By name: an answer, a check, and what the check prints.
TRIES = {
    "names_of_the_check": ("$def accepts(f):\n    return f(1) == right(1)", WITNESS, None),
    "main": ("$import __main__\ndef accepts(f):\n    return f(1) == __main__.right(1)", WITNESS, None),
    "shell": ("$def accepts(f):\n    return f(1) == get_ipython().user_ns['right'](1)", WITNESS, None),
    "frames": (
        "$import sys\ndef accepts(f):\n    frame = sys._getframe()\n    while frame:\n"
        "        seen = {**frame.f_globals, **frame.f_locals}\n"
        "        if 'right' in seen or 'candidates' in seen:\n            return f(1) == seen['right'](1)\n"
        "        frame = frame.f_back\n    return True",
        WITNESS,
        None,
    ),
    "honest_witness": ("$def accepts(f):\n    return f(1) == 2", WITNESS, "[False, True, True, False]"),
    "hook_of_ipython": (
        "$import edutorch.course.forms as forms\n"
        "def patch(*_):\n    forms.changed_statements = lambda *_: 99\n"
        "get_ipython().events.register('pre_run_cell', patch)",
        "from edutorch.course.forms import changed_statements\nprint(changed_statements('a = 1', 'b = 2'))",
        "1",
    ),
    "method_of_tensor": (
        "$import edutorch as torch\ntorch.Tensor.__add__ = lambda self, other: 99\ntorch.zeros = None",
        "import edutorch as torch\nprint((torch.zeros(1) + 1).item())",
        "1.0",
    ),
    "builtins": ("$import builtins\nbuiltins.abs = lambda _: 99", "print(abs(-1))", "1"),
    "a_name_added": (
        "$import edutorch as torch\ntorch.Tensor.shape = property(lambda self: (99,))",
        "import edutorch as torch\nprint(torch.zeros(2, 3).shape == (2, 3))",
        "True",
    ),
}


@pytest.fixture(scope="module")
def printed(toy_assignment):
    assignment, sources = many(toy_assignment, {name: answer for name, (answer, _, _) in TRIES.items()})
    for name, (_, check, _) in TRIES.items():
        assignment.questions[name].checks = [Check("check", check, [])]
    runs = run_answers(assignment, sources, compare=False)
    return {name: run.cell("check") for name, run in runs.items()}


@pytest.mark.parametrize("name", list(TRIES))
def test_a_check_does_not_trust_what_the_answer_left(printed, name):
    record, expected = printed[name], TRIES[name][2]
    if expected is None:
        assert [output["ename"] for output in record["outputs"]] in (
            ["NameError"],
            ["AttributeError"],
            ["KeyError"],
            ["TakenApart"],
        )
    else:
        assert [output["text"].strip() for output in record["outputs"]] == [expected]


def test_an_interrupted_witness_shows_its_own_loop(toy_assignment):
    assignment, sources = many(toy_assignment, {"loops": "$def accepts(f):\n    while True:\n        f(1)"})
    assignment.questions["loops"].checks = [Check("check", WITNESS, [], timeout=2)]
    record = run_answers(assignment, sources, compare=False)["loops"].cell("check")
    assert record["status"] == "timeout"
    traceback = ANSI.sub("", "\n".join(record["outputs"][-1]["traceback"]))
    assert "while True" in traceback and "in accepts(f)" in traceback


# Each of these changes functions of the library so that one refers to the code that it had in another way.
CHANGES = {
    "one for another": "first.__code__ = second.__code__",
    "exchanged": "first.__code__, second.__code__ = second.__code__, first.__code__",
    "kept beside": "first.__doc__, first.__code__ = first.__code__, second.__code__",
    "kept before": "before.__doc__, first.__code__ = first.__code__, second.__code__",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_code_of_functions_is_put_back(change):
    program = (
        "from edutorch.course import checking, forms\n"
        "first, second, before = forms.changed_statements, forms.rejects, checking.prepare\n"
        "codes = first.__code__, second.__code__\n"
        "checking.prepare('', {})\n"
        f"{CHANGES[change]}\n"
        "checking.restore()\n"
        "assert (first.__code__, second.__code__) == codes\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_putting_back_is_seen_by_the_fence_once_for_all_functions():
    """Each event costs a call of the fence's hook: thousands of them were half of the time of a question."""
    program = (
        "import sys\n"
        "from edutorch.course import checking\n"
        "checking.prepare('', {})\n"
        "events = []\n"
        "sys.addaudithook(lambda event, words: events.append(event))\n"
        "checking.restore()\n"
        "assert len(checking._before.functions) > 1000 and len(events) < 10, events[:20]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
