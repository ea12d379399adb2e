"""Answers that take the interpreter apart to reach what they are to write. Each is the exponential of exercise 3, whose
values would be right: it calls the library's own, and earns nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.diagnose import diagnose
from edutorch.course.run import run_answers

SOLUTION = Path(__file__).parents[2] / "solutions" / "03_autograd.ipynb"
BEFORE = """
import sys
import edutorch.ops.exponential as lib
theirs = lib.Exp.forward
"""
CLASS = """
class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        {body}
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, gy):
        (y,) = ctx.saved_tensors
        return gy * y
"""
OWN = "y = wrap(np.exp(x.array))"
COPY = "names = dict(vars(lib))\nexec({text}, names)"
OF_COPY = "y = names['Exp'].forward(ctx, x)"
SPOOFED = (
    "exec(compile('class Exp(Function):\\n forward = staticmethod(lambda ctx, x: theirs(ctx, x))', {name}, 'exec'))\n"
)
IN_THREAD = "from concurrent.futures import ThreadPoolExecutor\ndef there(*call):\n    return ThreadPoolExecutor().submit(*call).result()\n"
FRAME = (
    "def own(ctx, x):\n    try:\n        theirs(ctx, x)\n    except Exception as error:\n"
    "        trace = error.__traceback__\n        while 'own' not in frame_of(trace).f_locals:\n"
    "            trace = trace.tb_next\n        return frame_of(trace).f_locals['own'](ctx, x)"
)
# What people write while they look for a mistake
PRINTED = """
import collections, inspect, logging, threading, traceback, warnings
def fails():
    raise ValueError("a trace")
def seen():
    try:
        fails()
    except ValueError as error:
        traceback.print_exc()
        traceback.format_exception(error)
        traceback.extract_tb(error.__traceback__)
        logging.exception("seen")
traceback.print_stack()
traceback.extract_stack()
warnings.warn("look")
collections.namedtuple("Pair", "a b")
inspect.signature(seen), inspect.getsource(traceback)
seen()
thread = threading.Thread(target=seen)
thread.start()
thread.join()
thread = threading.Thread(target=fails)
thread.start()
thread.join()
"""
# By name: what the answer does first, and how its forward gets y.
TRIES = {
    "text_read": (COPY.format(text="open(lib.__file__).read()"), OF_COPY),
    "text_by_link": ("import os\nos.symlink(lib.__file__, 'a')\n" + COPY.format(text="open('a').read()"), OF_COPY),
    "text_in_open_folder": (
        "import os\nfolder = os.open(os.path.dirname(lib.__file__), os.O_RDONLY)\n"
        "file = os.open('exponential.py', os.O_RDONLY, dir_fd=folder)\n" + COPY.format(text="os.read(file, 100_000)"),
        OF_COPY,
    ),
    "text_by_loader": (COPY.format(text="lib.__loader__.get_code(lib.__name__)"), OF_COPY),
    "loaded_again": (
        "import importlib\nkeep = lib.Exp\nNew = importlib.reload(lib).Exp\nlib.Exp = keep",
        "y = New.forward(ctx, x)",
    ),
    "text_by_program": ("import os\n" + COPY.format(text="os.popen('cat ' + lib.__file__).read()"), OF_COPY),
    "memory": (
        "import gc\nfound = [o for o in gc.get_referrers(vars(lib)) if getattr(o, '__name__', '') == 'forward']",
        "y = [f(ctx, x) for f in found if 'exp' in f.__code__.co_names][0]",
    ),
    "another_framework": ("from edutorch import tiny", "y = wrap(tiny.Tensor(x.array).exp().array)"),
    "another_framework_by_file": (
        "from importlib.util import module_from_spec, spec_from_file_location\n"
        "spec = spec_from_file_location('mine', sys.modules['edutorch'].__path__[0] + '/tiny.py')\n"
        "tiny = module_from_spec(spec)\nspec.loader.exec_module(tiny)",
        "y = wrap(tiny.Tensor(x.array).exp().array)",
    ),
    "defaults": ("own = theirs.__kwdefaults__['_call'].args[0]", "y = own(ctx, x)"),
    "code": ("import types\nown = types.FunctionType(theirs.__code__, vars(lib))", "y = own(ctx, x)"),
    "a_function_of_the_check": (
        "from edutorch.course import cases\ncases.encode.__code__ = (lambda value: 1).__code__",
        "y = wrap(np.exp(x.array))",
    ),
    "traceback": (
        "def own(ctx, x):\n    try:\n        theirs(ctx, x)\n    except Exception as error:\n"
        "        trace = error.__traceback__\n        while 'own' not in trace.tb_frame.f_locals:\n"
        "            trace = trace.tb_next\n        return trace.tb_frame.f_locals['own'](ctx, x)",
        "y = own(ctx, x)",
    ),
    "traceback_by_formatter": (
        "import string\ndef frame_of(trace):\n    return string.Formatter().get_field('0.tb_frame', (trace,), {})[0]\n"
        + FRAME,
        "y = own(ctx, x)",
    ),
    "traceback_by_a_thread": (
        f"{IN_THREAD}def frame_of(trace):\n    return there(getattr, trace, 'tb_frame')\n{FRAME}",
        "y = own(ctx, x)",
    ),
    "defaults_by_a_thread": (
        f"{IN_THREAD}own = there(getattr, theirs, '__kwdefaults__')['_call'].args[0]",
        "y = own(ctx, x)",
    ),
    "code_by_a_thread": (
        f"{IN_THREAD}from edutorch.course import cases\n"
        "there(setattr, cases.encode, '__code__', (lambda value: 1).__code__)",
        "y = wrap(np.exp(x.array))",
    ),
    "memory_by_a_thread": (
        f"{IN_THREAD}import gc\nfound = [o for o in there(gc.get_referrers, vars(lib)) if getattr(o, '__name__', '') == 'forward']",
        "y = [f(ctx, x) for f in found if 'exp' in f.__code__.co_names][0]",
    ),
    "frame_by_a_property": (
        "from functools import cached_property\nclass Zero(int):\n    frame = cached_property(sys._getframe)\n"
        "frame = Zero(0).frame",
        OWN,
    ),
    "frame_by_a_mock": (
        "import inspect\nfrom unittest.mock import Mock\nMock(side_effect=inspect.currentframe)()",
        OWN,
    ),
    "frames_of_a_traceback": (
        "import inspect\ndef frame_of(trace):\n    return inspect.getinnerframes(trace)[0].frame\n" + FRAME,
        "y = own(ctx, x)",
    ),
    "code_by_a_module": (
        "from edutorch import nn\nclass Code(nn.Module):\n    def __init__(self, call):\n        super().__init__()\n"
        "        self.forward = call\nown = Code(getattr)(theirs, '__kwdefaults__')['_call'].args[0]",
        "y = own(ctx, x)",
    ),
    "state_of_withheld": (
        "import edutorch.course.withheld as w",
        "w._now.checks, w.INSTALLED, w._asking = None, ('',), lambda *_: []; y = theirs(ctx, x)",
    ),
    "engine_replaced": (
        "import edutorch.course.checking as c\nc.restore = c.refuse_answer = lambda *a, **k: None",
        "y = theirs(ctx, x)",
    ),
    "engine_called": ("sys.audit('edutorch.engine', 'take_answer')", "y = theirs(ctx, x)"),
    "frames_replaced": ("sys._getframe = lambda depth=0: None", "y = theirs(ctx, x)"),
    "cells_transformed": (
        "def away(lines):\n    return ['pass\\n'] if 'edutorch.engine' in ''.join(lines) else lines\n"
        "get_ipython().input_transformers_cleanup.append(away)",
        "y = theirs(ctx, x)",
    ),
    "swapped_after_the_first_check": (
        "theirs.__module__ = lib.Exp.backward.__module__ = '__main__'",
        f"import __main__; __main__.Exp = lib.Exp; {OWN}",
    ),
    "swapped_by_a_thread": (
        "import threading\ntheirs.__module__ = lib.Exp.backward.__module__ = '__main__'\n"
        "def go():\n    import __main__\n    while True:\n        __main__.Exp = lib.Exp\n"
        "threading.Thread(target=go, daemon=True).start()",
        "y = None",
    ),
    "named_backward": ("def backward(ctx, x):\n    return theirs(ctx, x)", "y = backward(ctx, x)"),
    "apply_of_another": (
        "",
        f"{OWN}\n    apply = lib.Exp.apply\n    @staticmethod\n    def other(ctx, y):\n        pass",
    ),
    "a_file_name_of_the_library": (SPOOFED.format(name="lib.__file__"), "y = None"),
    "a_file_name_like_any": (
        "class Any(str):\n    __hash__ = str.__hash__\n    def startswith(self, *_):\n        return True\n"
        "    def __eq__(self, _):\n        return True\n    def __ne__(self, _):\n        return False\n"
        "names = {}\nexec(compile('def call(f, *a): return f(*a)', Any('a'), 'exec'), names)",
        "y = names['call'](theirs, ctx, x)",
    ),
}


@pytest.fixture(scope="module")
def verdicts():
    assignment = load_assignment(SOLUTION)
    sources = {
        name: f"# question: {name}\n{BEFORE}{before}\n{CLASS.format(body=y)}" for name, (before, y) in TRIES.items()
    }
    sources["honest"] = f"# question: honest\n{CLASS.format(body=OWN)}"
    sources["traced"] = f"# question: traced\n{PRINTED}\n{CLASS.format(body=OWN)}"
    question = assignment.questions["exp"]
    # without the check that has the answer stand in for the library's: many questions have none
    questions = {name: replace(question, id=name, checks=question.checks[1:]) for name in sources}
    runs = run_answers(replace(assignment, questions=questions), sources)
    return {name: diagnose(questions[name], run) for name, run in runs.items()}


@pytest.mark.parametrize("name", list(TRIES))
def test_an_answer_that_takes_the_interpreter_apart_earns_nothing_by_it(verdicts, name):
    most = 2 if name == "swapped_after_the_first_check" else 0  # its first check was passed with code of its own
    assert verdicts[name].points <= most
    assert verdicts[name].state in ("refused", "exception", "type")


@pytest.mark.parametrize("name", ["honest", "traced"])
def test_one_that_computes_it_has_all_points(verdicts, name):
    assert (verdicts[name].state, verdicts[name].points) == ("passed", 3), verdicts[name].message
