"""What the checks of the six forms of question share: order, mend and witness need more than `show`."""

from __future__ import annotations

import ast
import ctypes
import difflib
import random
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from ..autograd.base import TensorBase
from ..random import manual_seed
from ..random.tensors import randint
from .later import Undecided, judge_all, put_off
from .notebook import marked_question

answer_text = ""  # set by the engine after the answer cell has run
answer_swaps: dict[str, str] = {}  # this, too: the question's swap points
called_swaps: set[str] = set()  # those of them that were called in the library's place, in a check


class FormError(ValueError):
    """An answer that is not in the required form, so that it is neither right nor wrong yet."""


def answer_source() -> str:
    """The source of the answer cell: from the engine, else (in a notebook) the last one executed."""
    if answer_text:
        return answer_text
    from IPython import get_ipython  # extra "lab"

    shell = get_ipython()
    for source in reversed(shell.history_manager.input_hist_raw if shell else []):
        if marked_question(source):
            return source
    raise LookupError("no answer cell was executed in this notebook")


def assemble(lines: Mapping[str, str], answer: str, header: str = "") -> str:
    """The program that a learner's order of lines makes: `assemble({"A": ...}, "BA")`.

    Raises FormError for an answer that is not made of the letters of the lines, each at most once."""
    return "\n".join([*([header] if header else []), *(lines[letter] for letter in letters_of(lines, answer))])


def letters_of(lines: Mapping[str, str], answer: Any) -> str:
    """The letters of an order, "BA": from "BA", "b, a", "B -> A" or ["B", "A"]. Raises FormError as assemble does."""
    listed = isinstance(answer, (list, tuple)) and all(isinstance(item, str) for item in answer)
    text = "".join(answer) if listed else answer if isinstance(answer, str) else ""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    if not letters or set(letters) - set(lines):
        example = "".join(lines)
        raise FormError(f'write the order as a string of the letters, answer = "{example}" for example; got {answer!r}')
    if twice := sorted({letter for letter in letters if letters.count(letter) > 1}):
        raise FormError(f"each line stands once at most, and {', '.join(twice)} is there more than once")
    return letters


def run_program(source: str, names: Mapping[str, object]) -> dict[str, object]:
    """Execute a program in a copy of `names`; the names it leaves."""
    namespace = dict(names)
    exec(compile(source, "<assembled>", "exec"), namespace)
    return namespace


def changed_statements(before: str, after: str) -> int:
    """How many statements differ between two programs, regardless of layout."""
    old, new = _statements(before), _statements(after)
    changed = 0
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        changed += max(b - a, d - c) if kind != "equal" else 0
    return changed


def _statements(source: str) -> list[str]:
    """The simple statements and the heads of compound ones, in order; docstrings do not count."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    return [_head(node) for node in nodes if not _is_docstring(node)]


def _head(node: ast.stmt) -> str:
    """A statement without the statements it contains."""
    parts = [f"{name}={_dump(value)}" for name, value in ast.iter_fields(node) if not _is_body(value)]
    return f"{type(node).__name__}({', '.join(parts)})"


def _dump(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_dump, value))}]"
    return ast.dump(value) if isinstance(value, ast.AST) else repr(value)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_body(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, ast.stmt) for item in value)


class Waiting(Undecided):
    """A candidate that a learner's test is to judge. As a truth value: whether the test rejects it."""

    def __init__(self, test: Callable[..., object], candidate: object, seed: int) -> None:
        self.test, self.candidate, self.seed = test, candidate, seed
        self.found: list[bool | Exception] = []

    def judge(self) -> None:
        """Have the test judge it, with random numbers that hang on the seed alone."""
        manual_seed(self.seed)
        random.seed(self.seed)
        np.random.seed(self.seed % 2**32)
        try:
            self.found.append(_rejects(self.test, self.candidate))
        except Exception as error:
            self.found.append(error)

    def __bool__(self) -> bool:
        """Raises what the test raised, and FormError where it told something else each time."""
        if not self.found:
            judge_all([self])
        for each in self.found:
            if isinstance(each, Exception):
                raise each
        if len(set(self.found)) > 1:
            raise FormError(
                "your test accepts and rejects the same candidate: it is to judge each by what this does, whatever "
                "came before it"
            )
        return bool(self.found[0])

    def __repr__(self) -> str:
        return repr(bool(self))

    def __eq__(self, other: object) -> bool:
        return bool(self) == other

    def __hash__(self) -> int:
        return id(self)


def rejects(test: Callable[..., object], candidates: Sequence[object]) -> list[bool] | list[Waiting]:
    """Which candidates a learner's test rejects: by raising AssertionError or by giving False, or a tensor of it.

    Each is tried twice, in an order of chance, with random numbers that do not depend on it. In a check all candidates
    are tried together, at its end: an answer that counts how often it was called knows nothing. Any other exception is
    the test's own fault and goes on. Raises FormError for a test that gives something else, or not the same twice; None
    is what a test of assert statements gives, and is missing its `return` in an answer without any."""
    seed = int(randint(2**31, (1,)).item())
    waiting = [Waiting(test, candidate, seed + place) for place, candidate in enumerate(candidates)]
    if not put_off(waiting):
        judge_all(waiting)
    manual_seed(seed + len(candidates))
    return waiting if waiting and not waiting[0].found else [bool(each) for each in waiting]


def disguised(candidate: object) -> object:
    """The same behavior under another identity: a test that asks whether it has the right one's name or is it learns
    nothing."""
    if isinstance(candidate, FunctionType):
        code = candidate.__code__.replace(co_name="candidate", co_qualname="candidate", co_firstlineno=1)
        names = dict(sorted(candidate.__globals__.items()))  # not in the order in which the check defines them
        copy = FunctionType(code, names, "candidate", candidate.__defaults__, candidate.__closure__)
        copy.__kwdefaults__ = candidate.__kwdefaults__
        return copy
    return type(candidate)("Candidate", (candidate,), {}) if isinstance(candidate, type) else candidate


def _on_its_own_stack(test: Callable[..., object], candidate: object) -> object:
    """test(candidate), in a thread: no frame below it holds other candidates, or what they are called."""
    if sys.platform == "emscripten":  # where there are no threads
        return test(candidate)
    values: list[object] = []
    errors: list[BaseException] = []
    done = threading.Event()  # join() takes a thread for ended once it was interrupted

    def run(test: Callable[..., object], candidate: object) -> None:
        try:
            values.append(test(candidate))
        except BaseException as error:
            errors.append(error)
        done.set()

    thread = threading.Thread(target=run, args=(test, candidate), daemon=True)
    thread.start()
    try:
        done.wait()
    except KeyboardInterrupt:  # it goes on in the thread, so that its traceback shows what took too long
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(KeyboardInterrupt)
        )
        done.wait(0.5)
    if values:
        return values[0]
    raise errors[0] if errors else KeyboardInterrupt()


def _rejects(test: Callable[..., object], candidate: object) -> bool:
    try:
        outcome = _on_its_own_stack(test, disguised(candidate))
    except AssertionError:
        return True
    if isinstance(outcome, (TensorBase, np.ndarray, np.generic)):
        values = np.asarray(outcome.array if isinstance(outcome, TensorBase) else outcome)
        if values.dtype == bool and values.size == 1:
            return not values.item()
        raise FormError(
            f"your test gives a {type(outcome).__name__} of {values.dtype} with the shape {values.shape}, and True or "
            "False is asked for: (x == y).all() makes one of many"
        )
    if outcome is not None and not isinstance(outcome, bool):
        raise FormError(f"your test gives {_kind(outcome)}, and True or False is asked for")
    if outcome is None and answer_text and not _can_reject(ast.parse(answer_text)):
        raise FormError("your test gives None, whatever it finds: `return` is missing")
    return outcome is False


def _can_reject(answer: ast.AST) -> bool:
    """Whether an answer returns anything, or asserts or raises something."""
    return any(
        isinstance(node, (ast.Assert, ast.Raise))
        or (isinstance(node, ast.Return) and node.value is not None)
        or (isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2].startswith("assert"))
        for node in ast.walk(answer)
    )


def parts(
    answer: object, names: Iterable[str], words: Sequence[str] = (), shapes: bool = False, lists: bool = False
) -> dict[str, str]:
    """A prediction of several parts, as text: 4, 4.0 and "4" are one, and so are (2, 3) and [2, 3].

    A part is a number or "error"; with `words`, one of these; with `shapes`, a shape or one of the words; with `lists`,
    a list of numbers as well. The name or type of an exception is "error".
    Raises FormError if the answer is no dict of these parts, or one of them is none of that."""
    names = list(names)
    form = "answer = {" + ", ".join(f'"{name}": ...' for name in names) + "}"
    if not isinstance(answer, dict):
        raise FormError(f"write it as {form}, not as {_kind(answer)}")
    unknown, lacking = [key for key in answer if key not in names], [name for name in names if name not in answer]
    if unknown or lacking:
        told = [f"without {', '.join(map(str, unknown))}"] if unknown else []
        told += [f"with {', '.join(lacking)}"] if lacking else []
        raise FormError(f"write it as {form}: {' and '.join(told)}")
    empty = [name for name in names if answer[name] is None or answer[name] is ...]
    if empty:
        raise FormError(f"there is no answer yet for {', '.join(empty)}")
    return {name: _part(name, answer[name], words, shapes, lists) for name in names}


def _part(name: str, value: object, words: Sequence[str], shapes: bool, lists: bool) -> str:
    text, said = _plain(value), words or ("error",)
    if text in said:
        return text
    forms = ["a shape such as (2, 3)"] if shapes else [] if words else ["a number"]
    wanted = " or ".join([*forms, *(f'"{word}"' for word in said)])
    is_shape = (
        text.startswith("(")
        and ("," in text or text == "()")
        and all(word.strip().isdigit() for word in text[1:-1].split(",") if word)
    )
    if shapes and not is_shape:
        size = text.strip("()")  # (4) is 4
        hint = f": the shape of a tensor with one dimension is ({size},)" if size.isdigit() else ""
        raise FormError(f"{name} is {value!r}, and {wanted} is asked for{hint}")
    if not shapes and (words or not _is_number(text) and not (lists and text.startswith("("))):
        raise FormError(f"{name} is {value!r}, and {wanted} is asked for")
    return text


def _plain(value: object) -> str:
    if isinstance(value, str) and value.strip().startswith("(") and ("," in value or value.strip() == "()"):
        value = [word for word in value.strip(" ()").split(",") if word.strip()]
    if isinstance(value, (list, tuple)):
        return f"({', '.join(_plain(item) for item in value)}{',' * (len(value) == 1)})"
    if isinstance(value, type) and issubclass(value, BaseException):
        return "error"
    text = str(value).strip().lower()
    if text.endswith(("error", "exception")):
        return "error"
    return f"{float(text):g}" if _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _kind(value: object) -> str:
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
