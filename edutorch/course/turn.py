"""Your turn: a cell of a chapter in which the learner writes one to six lines, checked on the spot.

def relu(x):
    ...  # your turn: x where it is positive, else 0

check_turn(relu, (3, 3), (-2, 0))
"""

from __future__ import annotations

import ast
import inspect
import math
import re
import textwrap
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from .cases import brief
from .compare import tolerances
from .prediction import WIDTH

UNTOUCHED = (None, ...)  # the content of a cell, or the result of a function, that is not completed


def check_turn(
    yours: object, *expected: Any, hint: str = "", well_done: str = "", rtol: float = 1e-5, atol: float = 1e-8
) -> None:
    """Say whether what the learner wrote is right, without raising errors, so that the whole notebook runs.

    yours: a function, then each of `expected` is a case `(*inputs, output)`; or a value, then `expected` is
    the one it should have, or a function that says whether it will do (so a module is judged, too): True, False, or
    in words what is wrong with it. None or `...` in place of a value, and a function that returns None for its first
    case, count as untouched; one that has lines of its own and no `return` is told so. hint: shown if something is
    wrong. well_done: a sentence for success. Numbers and tensors may differ by atol + rtol times the expected."""
    if any(yours is mark for mark in UNTOUCHED):
        print("Your turn: complete this cell, then run it again.")
        return
    try:
        if callable(yours) and not callable(expected[0]):
            problem = _first_wrong_case(yours, expected, rtol, atol)
        else:
            problem = _wrong_value(yours, expected[0], rtol, atol)
    except NotImplementedError:
        problem = None
    if problem is None:
        print("Your turn: complete this cell, then run it again.")
    elif problem:
        _say(f"✗ {problem}")
        if hint:
            _say(f"Hint: {hint}")
    else:
        _say(f"✓ {well_done or 'Right.'}")


def _first_wrong_case(function: Callable[..., object], cases: tuple[Any, ...], rtol: float, atol: float) -> str | None:
    """What is wrong with the first case that fails; "" where all are right, None where nothing was written."""
    name = getattr(function, "__name__", "it")
    for number, (*inputs, expected) in enumerate(cases):
        call = f"{name}({', '.join(brief(value) for value in inputs)})"
        try:
            given = function(*inputs)
        except NotImplementedError:
            raise
        except Exception as error:  # the learner's own: told, and the notebook goes on
            return f"{call} raises {type(error).__name__}: {error}, in the line `{_line(error, function)}`"
        if number == 0 and any(given is mark for mark in UNTOUCHED) and expected is not None:
            return f"{call} gives None: `return` is missing" if _lacks_return(function) else None
        if not same(given, expected, rtol, atol):
            return f"{call} gives {_rounded(given)}, expected {_rounded(expected)}"
    return ""


def _lacks_return(function: Callable[..., object]) -> bool:
    """Whether a function has lines of the learner's, and no `return`: as far as its source is known."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError):
        return False
    (*_, last) = getattr(body, "body", [ast.Pass()])
    is_stub = isinstance(last, ast.Pass) or (isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant))
    return not is_stub and not any(isinstance(node, ast.Return) for node in ast.walk(body))


def _rounded(value: object) -> str:
    """A value in a few words, a number such as 0.19999999999999996 to seven digits."""
    return re.sub(r"\d+\.\d{8,}(e[-+]?\d+)?", lambda found: f"{float(found[0]):.7g}", brief(value))


def _line(error: Exception, function: Callable[..., object]) -> str | None:
    """The last line of the learner's own cell that the error went through, not one of the library's."""
    frames = traceback.extract_tb(error.__traceback__)
    cell = getattr(getattr(function, "__code__", None), "co_filename", None)
    return next((frame.line for frame in reversed(frames) if frame.filename == cell), frames[-1].line)


def _wrong_value(value: object, expected: Any, rtol: float, atol: float) -> str:
    if callable(expected):
        try:
            verdict = expected(value)
            if isinstance(verdict, str):
                return f"{brief(value)} is not it yet: {verdict}"
            return "" if verdict else f"{brief(value)} is not it yet"
        except Exception as error:  # a value of another type, perhaps: `"9" > 3`
            return f"{brief(value)} is not it yet: checking it raises {type(error).__name__}: {error}"
    return "" if same(value, expected, rtol, atol) else f"{brief(value)} is not it yet"


def same(given: object, expected: object, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Whether two values agree: numbers and arrays within the tolerance, with one shape; others by ==. The tolerance is
    at least what a tensor's own dtype holds. 1 and 0 are not a mask of True and False, which indexes and hides."""
    if isinstance(expected, (list, tuple)) and isinstance(given, (list, tuple)):
        pairs = zip(given, expected, strict=False)
        return len(given) == len(expected) and all(same(a, b, rtol, atol) for a, b in pairs)
    if isinstance(expected, (str, dict, set, bool)) or isinstance(given, (str, dict, set)):
        return bool(given == expected)
    try:
        mine, right = _array(given), _array(expected)
    except (TypeError, ValueError):
        return bool(given == expected)
    if mine.dtype == object or right.dtype == object or mine.shape != right.shape:
        return mine.shape == right.shape and bool(np.all(given == expected))
    if right.dtype == bool and mine.dtype != bool:
        return False
    if right.size == 1 and math.isnan(float(np.real(right).ravel()[0])):
        return bool(np.isnan(mine).all())
    largest = float(np.abs(right[np.isfinite(right)]).max(initial=0))
    rtol, atol = tolerances(mine.dtype.name, largest, rtol, atol)
    return bool(np.allclose(mine, right, rtol=rtol, atol=atol))


def _array(value: Any) -> np.ndarray:
    return np.asarray(value.detach().array if hasattr(value, "detach") else value)


def _say(sentence: str) -> None:
    print(textwrap.fill(sentence, WIDTH))
