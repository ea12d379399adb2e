"""What an answer may not do in a grading kernel: read the library's text, look at frames, take functions apart.

    put_up()                                         # once, before anything else runs here
    sys.audit(ENGINE, "run_check", source, seed)     # from the worker's cells: calls the engine in checking.py

Python tells an audit hook (PEP 578) of each such step before it is done, and a hook can be neither removed nor looked
at. So the engine that checks is a copy of its own, which nothing but the hook holds: what an answer imports as
`edutorch.course.checking` is another one, and changing that changes nothing.

Who asks is read off the stack, as in withheld.py. It is no wall either: code in C sees all of the memory.
"""

from __future__ import annotations

import builtins
import contextlib
import hashlib
import secrets
import sys
from collections.abc import Callable
from importlib.util import cache_from_source, find_spec, module_from_spec
from os import stat
from sys import _getframe
from threading import get_ident
from types import FrameType, ModuleType

from .cell_run import ENGINE
from .pieces import TakenApart
from .withheld import INSTALLED, PACKAGE

COPIED = ("withheld", "checking", "fence")  # in the order of their imports
STAGES = {"prepare": ("", "answer"), "take_answer": ("answer", "checks"), "run_check": ("checks", "checks")}
REFUSED = {  # events of Python, and what they are in words
    "gc.get_objects": "looks through the memory",
    "gc.get_referrers": "looks through the memory",
    "gc.get_referents": "looks through the memory",
    "sys._current_frames": "looks at the frames of what runs",
    "sys._current_exceptions": "looks at the frames of what runs",
    "sys.settrace": "traces what runs",
    "sys.setprofile": "traces what runs",
    "sys.monitoring.register_callback": "traces what runs",
    "sys.addaudithook": "listens to the interpreter",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
    "os.exec": "starts a program",
    "os.posix_spawn": "starts a program",
    "os.spawn": "starts a program",
}
FRAMES = ("tb_frame", "gi_frame", "cr_frame", "ag_frame")
INSIDES = ("__code__", "__defaults__", "__kwdefaults__")
LOOKED_AT, ATTRIBUTE_EVENTS = {*FRAMES, *INSIDES}, ("object.__getattr__", "object.__setattr__")
GIVES_FRAMES = (
    *("currentframe", "walk_stack", "walk_tb", "stack", "trace", "set_trace", "getouterframes", "getinnerframes"),
    *("get_stack", "_task_get_stack", "extract_vars", "extract_module_locals"),
)


_up: list[bool] = []


def put_up() -> None:
    """Put up the fence in this process, for good."""
    if not _up:
        engine = _copied()
        sys.addaudithook(engine["fence"]._Fence(engine["checking"]).hook)
        _up.append(True)


def _copied() -> dict[str, ModuleType]:
    """The engine's modules once more, with builtins of their own; no other module has them."""
    package = __name__.rpartition(".")[0]
    public = {name: sys.modules.get(f"{package}.{name}") for name in COPIED}
    copies = {}
    for name in COPIED:
        spec = find_spec(f"{package}.{name}")
        assert spec is not None and spec.loader is not None
        copies[name] = sys.modules[spec.name] = module_from_spec(spec)
        vars(copies[name])["__builtins__"] = dict(vars(builtins))
        spec.loader.exec_module(copies[name])
    for name, module in public.items():
        if module is None:
            del sys.modules[f"{package}.{name}"]
        else:
            sys.modules[f"{package}.{name}"] = module
    return copies


class _Fence:
    """The hook, and how far the question has come."""

    def __init__(self, checking: ModuleType) -> None:
        self.checking, self.stage, self.working, self.proof = checking, "", False, ""
        self.main, self.judging = get_ident(), set[int]()
        self.texts: dict[tuple[int, int], str] = {}

    def hook(self, event: str, words: tuple[object, ...]) -> None:
        """Raises TakenApart where the answer does what it may not; calls the engine at its own event."""
        __tracebackhide__ = True  # IPython looks for it: to show this frame takes as long as all others
        if event == ENGINE:
            self._work(str(words[0]), words[1:])
            return
        rule, thread = self._rules.get(event), get_ident()
        if rule is None or not self.stage or thread in self.judging:
            return
        if event in ATTRIBUTE_EVENTS and words[1] not in LOOKED_AT:  # most are f_code, and a traceback has thousands
            return
        self.judging.add(thread)  # what judging does has events, too
        try:
            frame = _getframe(1)
            if self._is_usual(frame, event, words):
                return
            asking = self._asking(frame) or self._behind_a_thread(frame, event)
            if asking and (doing := rule(self, frame, asking, event, words)):
                raise TakenApart(f"the answer {doing}. Write out what it is to compute.")
        finally:
            self.judging.discard(thread)

    def _work(self, name: str, inputs: tuple[object, ...]) -> None:
        """The engine's functions, each when its turn has come. That the answer was taken is proved: what is shown then
        is what prepare has shown the hash of."""
        __tracebackhide__ = True
        before, after = STAGES[name]
        if self.working or self.stage != before or get_ident() != self.main:
            raise TakenApart(f"the answer calls {name}, which checks it.")
        self.working = True
        try:
            if name == "prepare":
                self.texts, self.proof = _texts_of_library(), secrets.token_hex(16)
                print(hashlib.sha256(self.proof.encode()).hexdigest())
            getattr(self.checking, name)(*inputs)
            if name == "take_answer":
                print(self.proof)
        finally:
            self.stage, self.working = after, False

    def _asking(self, frame: FrameType | None) -> list[FrameType]:
        """The answer's frames that are on the stack, the nearest first."""
        found = []
        while frame is not None and not str.startswith(frame.f_code.co_filename, "<check "):
            if not str.startswith(frame.f_code.co_filename, INSTALLED):
                found.append(frame)
            frame = frame.f_back
        engines_cell = frame is None and self.working and get_ident() == self.main
        return found[:-1] if engines_cell else found

    def _behind_a_thread(self, frame: FrameType, event: str) -> list[FrameType]:
        """Who asks where a thread runs what the answer gave it, getattr or a function of gc: nobody else does."""
        asked = event in REFUSED or event in ATTRIBUTE_EVENTS
        return [frame] if asked and get_ident() != self.main else []

    def _is_usual(self, frame: FrameType, event: str, words: tuple[object, ...]) -> bool:
        """Whether the library or Python does this for itself, as it does a thousand times in a traceback: its code
        names it. What calls the getattr or _getframe that the answer gave it does not."""
        code = frame.f_code
        name = words[1] if event in ATTRIBUTE_EVENTS else "_getframe" if event == "sys._getframe" else None
        if name not in code.co_names:
            return False
        if name in INSIDES:
            return str.startswith(code.co_filename, PACKAGE)
        return code.co_name not in GIVES_FRAMES and str.startswith(code.co_filename, INSTALLED)

    def _anyhow(self, frame: FrameType, asking: list[FrameType], event: str, words: tuple[object, ...]) -> str:
        return REFUSED[event]

    def _open(self, frame: FrameType, asking: list[FrameType], event: str, words: tuple[object, ...]) -> str:
        path = words[0].decode("utf-8", "replace") if isinstance(words[0], bytes) else words[0]
        if not isinstance(path, str):
            return ""
        found = None
        with contextlib.suppress(OSError, ValueError):
            about = stat(path)
            found = self.texts.get((about.st_dev, about.st_ino))
        if path[:1] != "/" and path.rpartition("/")[2] in self.texts.values():  # as of a folder that is open
            found = path
        return "reads the library's text" if found else ""

    def _compile(self, frame: FrameType, asking: list[FrameType], event: str, words: tuple[object, ...]) -> str:
        imports = "<frozen importlib"
        if all(each and str.startswith(each.f_code.co_filename, imports) for each in (frame, frame.f_back)):
            return ""
        file = words[1].decode("utf-8", "replace") if isinstance(words[1], bytes) else str(words[1])
        return "makes code that looks like the library's" if str.startswith(file, (*INSTALLED, "<check ")) else ""

    def _unmarshal(self, frame: FrameType, asking: list[FrameType], event: str, words: tuple[object, ...]) -> str:
        return "makes code that looks like the library's" if frame is asking[0] else ""

    def _frame(self, frame: FrameType, asking: list[FrameType], event: str, words: tuple[object, ...]) -> str:
        name, caller = frame.f_code.co_name, frame.f_back
        for_itself = name in GIVES_FRAMES and caller is not None and name in caller.f_code.co_names
        return "" if for_itself and caller is not asking[0] else "looks at the frames of what runs"

    def _get(self, frame: FrameType, asking: list[FrameType], event: str, words: tuple[object, ...]) -> str:
        thing, name = words[:2]
        if name in FRAMES:
            return self._frame(frame, asking, event, words)
        if name in INSIDES and self._is_kept(thing):
            return "takes a function of the library apart"
        return ""

    def _set(self, frame: FrameType, asking: list[FrameType], event: str, words: tuple[object, ...]) -> str:
        return "changes a function of the library" if words[1] in INSIDES and self._is_kept(words[0]) else ""

    def _is_kept(self, thing: object) -> bool:
        try:
            return thing in self.checking._before.functions
        except TypeError:
            return False

    _rules: dict[str, Callable[..., str]] = {
        **dict.fromkeys(REFUSED, _anyhow),
        "open": _open,
        "compile": _compile,
        "code.__new__": _compile,
        "marshal.loads": _unmarshal,
        "sys._getframe": _frame,
        "object.__getattr__": _get,
        "object.__setattr__": _set,
    }


def _texts_of_library() -> dict[tuple[int, int], str]:
    """The files of all of the library that is loaded, and of tiny, a framework of its own: device and number, and
    name."""
    held = [module for name, module in sys.modules.items() if name.partition(".")[0] == "edutorch"]
    files = [file for module in held if isinstance(file := getattr(module, "__file__", None), str)]
    files.append(f"{PACKAGE}/tiny.py")
    found = {}
    for file in [*files, *(cache_from_source(file) for file in files if file.endswith(".py"))]:
        with contextlib.suppress(OSError):
            about = stat(file)
            found[about.st_dev, about.st_ino] = file.rpartition("/")[2]
    return found
