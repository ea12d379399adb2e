"""What a submission may do to hang, crash, flood or outlive the grader. One worker runs them all.

The last one is honest: it is graded as if nothing had been."""

import json
import os
import tempfile
from dataclasses import replace

import psutil
import pytest

from edutorch.course.diagnose import diagnose
from edutorch.course.run import run_answers
from edutorch.course.sandbox import Limits

from .conftest import many

WRONG = "\ndef double(x):\n    return 0 * x\n"
KERNEL = "$import os\nfrom IPython import get_ipython\nkernel = get_ipython().kernel\n"
FOLDER = (
    "$import os, sys, glob, pathlib\n"
    "from ipykernel import get_connection_file\n"
    "os.chdir(os.path.dirname(get_connection_file()))\n"
)


def sends(content: str, kind: str = "'stream'", parent: str = "kernel.get_parent()") -> str:
    """An answer that sends a message of its own making on the channel of outputs."""
    return (
        f"{KERNEL}message = kernel.session.msg({kind}, {{}}, parent=None)\n"
        f"message['content'] = {content}\nmessage['parent_header'] = {parent}\n"
        "if isinstance(message['parent_header'], dict) and 'header' in message['parent_header']:\n"
        "    message['parent_header'] = message['parent_header']['header']\n"
        "def double(x):\n"
        "    kernel.session.send(kernel.iopub_socket, message, ident=b'x')\n"
        "    return x\n"
    )


def encodes(value: str) -> str:
    """An answer that shows a value of its own making."""
    return (
        "$import edutorch.course.cases as cases\n"  # later than the course puts back what an answer has replaced
        "get_ipython().events.register('pre_run_cell', lambda _: setattr(cases, 'encode', "
        f"lambda _: {value})){WRONG}"
    )


ERROR = "{{'type': 'error', 'error': {error}, 'text': {text}, 'frames': {frames}, 'name': {name}}}"

# What the verdict says of each. All get no point.
STATES = {
    "parent_is_a_list": "died",
    "state_is_missing": "died",
    "data_is_deep": "died",
    "name_is_a_list": "values",
    "half_a_character": "type",
    "number_of_10000_digits": "died",
    "stops_itself": "slow",
    "kills_its_parent": "exception",
    "shared_memory": "memory",
    "deep_folders": "disk",
    "locked_folders": "values",
    "daemon": "refused",
    "magics": "refused",
    "shell_lines": "exception",  # a program is refused to it
    "replaces_later_cells": "refused",
    "nul_and_half_a_character": "exception",
    "deep_source": "memory",
    "floods_replies": "values",
    "changes_display": "values",
    "wrong_clock_and_place": "values",
    "honest": "passed",
}
DAEMON = "import os, time; os.fork() and os._exit(0); time.sleep({seconds})"
MARK = 76543  # how long the daemons mean to sleep: their mark in a list of processes
ANSWERS = {
    "parent_is_a_list": sends("{}", parent="['msg_id']"),
    "state_is_missing": sends("{}", "'status'"),
    "data_is_deep": (
        f"{KERNEL}class Deep:\n    pass\n"
        "pack = kernel.session.pack\n"
        "kernel.session.pack = lambda part: b'[' * 100_000 if part == {'x': 1} else pack(part)\n"
        "def double(x):\n"
        "    kernel.session.send(kernel.iopub_socket, 'stream', {'x': 1},\n"
        "        parent=kernel.get_parent(), ident=b'x')\n    return x\n"
    ),
    "name_is_a_list": encodes(ERROR.format(error="'NameError'", text="''", frames="[]", name="['a']")),
    "half_a_character": (
        f"{KERNEL}import json\nkernel.session.pack = lambda part: json.dumps(part, default=str).encode()\n"
        "def double(x):\n    return '\\ud800'\n"
    ),
    "number_of_10000_digits": ("$import sys\nsys.set_int_max_str_digits(0)\ndef double(x):\n    return 10 ** 10_000\n"),
    "stops_itself": "$import os, signal\ndef double(x):\n    os.kill(os.getpid(), signal.SIGSTOP)\n",
    "kills_its_parent": "$import os\ndef double(x):\n    os.kill(os.getppid(), 9)\n\n",
    "shared_memory": (
        "$import mmap, time\n"
        "def double(x):\n"
        "    block = mmap.mmap(-1, 400 * 2**20)\n"
        "    for start in range(0, len(block), 4096):\n        block[start] = 1\n"
        "    time.sleep(5)\n    return x\n"
    ),
    "deep_folders": (
        f"{FOLDER}for _ in range(2500):\n    os.mkdir('x')\n    os.chdir('x')\nimport time\ntime.sleep(1)\n" + WRONG
    ),
    "locked_folders": (
        f"{FOLDER}os.makedirs('a/b/c')\nopen('a/b/c/file', 'w').close()\nname = get_connection_file()\nos.remove(name)\nos.makedirs(name + '/x')\n"
        "for place in glob.glob('socket*'):\n    os.remove(place)\n    os.mkdir(place)\n"
        "for place in ('a/b/c', 'a/b', 'a', '.'):\n    os.chmod(place, 0)\n" + WRONG
    ),
    "daemon": (
        f"$import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', "
        f"{DAEMON.format(seconds=MARK)!r}], start_new_session=True)\nimport time; time.sleep(0.5)\n" + WRONG
    ),
    "magics": "%%bash\n# question: double\ncat /etc/hostname\nls /\n",
    "shell_lines": ("$!ls\n%cd /\nget_ipython().run_line_magic('reset', '-f')\nimport numpy as np\n" + WRONG),
    "replaces_later_cells": (
        "$def replaced(lines):\n    return ['print(\"of one half: 1.0\")\\n']\n"
        "get_ipython().input_transformers_cleanup.append(replaced)\n"
    ),
    "nul_and_half_a_character": "$print('\0 \ud800')\n" + WRONG,
    "deep_source": "$x = " + "-" * 50_000 + "1\n" + WRONG,
    "floods_replies": (
        f"{KERNEL}def double(x):\n"
        "    for _ in range(40):\n"
        "        kernel.session.send(kernel.shell_stream.socket, 'execute_reply', {'x': 'x' * 10**6},\n"
        "            parent=kernel.get_parent('shell'), ident=kernel._parent_ident.get('shell'))\n"
        "    return x\n"
    ),
    "changes_display": (
        "$import builtins, sys, IPython.display, IPython.core.display_functions as functions\n"
        "old, seen = functions.display, []\n"
        "def display(data, **options):\n"
        "    seen.append(data)\n    old(seen[0], **options)\n"
        "IPython.display.display = functions.display = display\n"
        "builtins.print = lambda *words, **options: None\n"
        "sys.displayhook = print\n" + WRONG
    ),
    "wrong_clock_and_place": (
        "$import locale, os, time\nos.environ['TZ'] = 'Asia/Tokyo'\ntime.tzset()\n"
        "time.time = time.monotonic = lambda: 0.0\nos.chdir('/')\nlocale.setlocale(locale.LC_ALL, 'C')\n" + WRONG
    ),
    "honest": "$def double(x):\n    return x + x",
}
LIMITS = Limits(memory=250 * 1024**2, output=300_000)


@pytest.fixture(scope="module")
def batch(toy_assignment):
    """The runs, the folders left behind and the processes left behind."""
    assignment, sources = many(toy_assignment, ANSWERS)
    for name, question in assignment.questions.items():  # only one of them is to run out of time, on a busy machine too
        question.timeout = 120
        seconds = 1 if name == "stops_itself" else 120
        question.checks = [replace(check, timeout=seconds) for check in question.checks]
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", place)
        runs = run_answers(assignment, sources, limits=LIMITS)
        folders = os.listdir(place)
    left = [p.pid for p in psutil.process_iter(["cmdline"]) if str(MARK) in str(p.info["cmdline"])]
    return assignment, runs, folders, left


@pytest.mark.parametrize("name", list(ANSWERS))
def test_the_verdict_names_what_happened(batch, name):
    assignment, runs = batch[:2]
    verdict = diagnose(assignment.questions[name], runs[name])
    states = {STATES[name]} | ({"died"} if name == "kills_its_parent" else set())  # with Landlock alone it can
    assert verdict.state in states, (verdict, runs[name])
    assert verdict.points == (4 if name == "honest" else 0)
    json.dumps(verdict.as_dict())


def test_nothing_is_left_behind(batch):
    assert batch[2:] == ([], [])
