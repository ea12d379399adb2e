"""What check cells call, in the learner's process: run a function and show its result.

A check prints values and never judges them: the expected values are not in this process. Each case is shown as text for
people, and as JSON with every digit for the comparison.
"""

from __future__ import annotations

import copy
import linecache
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.base import TensorBase
from .later import known, show_when_known
from .notebook import marked_question

CASE = "application/vnd.edutorch.case+json"
MOST_VALUES = 10_000

Encoded = dict[str, Any]  # a value as JSON, see `encode`
Case = dict[str, Any]  # what `show` leaves in an output: the call, its size, the value encoded


def show(call: str | Callable[..., object], *inputs: object, **options: object) -> None:
    """Show one case: `show(function, *inputs)` calls it, `show("words", value)` shows a value.

    An exception is a result, too: its type is compared, and its message and the learner's own frames are shown. Inputs
    that the call changed are reported."""
    if isinstance(call, str):
        (value,) = inputs
        words = call
        show_when_known(lambda: _display(words, encode(known(value)), size=len(words)))
        return
    before = copy.deepcopy(inputs)
    try:
        outcome = encode(call(*inputs, **options))
    except Exception as error:
        outcome = encode_error(error)
    outcome["mutated"] = [index for index, old in enumerate(before) if encode(old) != encode(inputs[index])]
    name = getattr(call, "__qualname__", None) or type(call).__name__
    told = [brief(value) for value in before]
    told += [f"{key}={brief(value)}" for key, value in options.items()]
    size = sum(_count(value) for value in before)
    show_when_known(lambda: _display(f"{name.split('>.')[-1]}({', '.join(told)})", outcome, size))


def encode(value: object) -> Encoded:
    """A value as JSON: its type, and for arrays dtype, shape and every number."""
    kind = type(value).__name__
    if isinstance(value, TensorBase):
        return _encode_array(np.asarray(value.array), kind, str(value.dtype))  # type: ignore[attr-defined]
    if isinstance(value, np.ndarray):
        return _encode_array(value, kind, str(value.dtype))
    if isinstance(value, np.generic):
        return {"type": kind, "values": [_number(value.item())]}
    if value is None or isinstance(value, (bool, int, float)):
        return {"type": kind, "values": [_number(value)]}
    if isinstance(value, str):
        return {"type": kind, "text": value[:MOST_VALUES]}
    if isinstance(value, (list, tuple)):
        return {"type": kind, "items": [encode(item) for item in value[:1000]]}
    if isinstance(value, dict):
        keys = list(value)[:1000]
        return {"type": kind, "keys": list(map(str, keys)), "items": [encode(value[k]) for k in keys]}
    return {"type": kind, "text": ""}


def _encode_array(array: np.ndarray, kind: str, dtype: str) -> Encoded:
    if array.size > MOST_VALUES:
        raise ValueError(f"a case shows at most {MOST_VALUES} numbers, this has {array.size}")
    values = [_number(number) for number in array.ravel().tolist()]
    return {"type": kind, "dtype": dtype, "shape": list(array.shape), "values": values}


def _number(value: object) -> object:
    """A number as JSON can hold it: nan and the infinities as words."""
    return repr(value) if isinstance(value, float) and not np.isfinite(value) else value


def encode_error(error: Exception) -> Encoded:
    """An exception as JSON: its type, its message, the learner's frames, a name that is not there."""
    return {
        "type": "error",
        "error": type(error).__name__,
        "text": str(error)[:2000],
        "frames": learner_frames(error),
        "name": getattr(error, "name", None) if isinstance(error, NameError) else None,
    }


def learner_frames(error: BaseException) -> list[str]:
    """The lines of a traceback that are in the answer cell, without ours and the library's."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        if marked_question("".join(linecache.getlines(frame.filename))):
            lines.append(f"line {frame.lineno}, in {frame.name}: {frame.line}")
    return lines[-8:]


def brief(value: object) -> str:
    """A value in a few words, for the text of a call."""
    if isinstance(value, (TensorBase, np.ndarray)):
        array = np.asarray(value.array if isinstance(value, TensorBase) else value)
        word = "tensor" if isinstance(value, TensorBase) else "array"
        if array.size <= 12:
            return f"{word}({np.array2string(array, precision=4, separator=', ')})".replace("\n", "")
        return f"{word} of shape {tuple(array.shape)}"
    if callable(value):
        return str(getattr(value, "__name__", type(value).__name__))
    words = repr(value.item() if isinstance(value, np.generic) else value)
    return words if len(words) <= 60 else words[:57] + "..."


def describe(outcome: Encoded) -> str:
    """An encoded value in words, as a person reads it."""
    kind = outcome.get("type")
    if kind == "error":
        return f"{outcome['error']}: {outcome['text']}" if outcome["text"] else outcome["error"]
    if "shape" in outcome:
        numbers = [float(number) if isinstance(number, str) else number for number in outcome["values"]]  # "nan"
        array = np.array(numbers, dtype=object if not numbers else None).reshape(outcome["shape"])
        text = np.array2string(
            array, precision=4, separator=", ", threshold=40, suppress_small=True, floatmode="maxprec_equal"
        )
        return f"{text}  shape {tuple(outcome['shape'])}, {outcome['dtype']}"
    if "keys" in outcome:
        pairs = zip(outcome["keys"], outcome["items"], strict=True)
        return "{" + ", ".join(f"{key}: {describe(item)}" for key, item in pairs) + "}"
    if "items" in outcome:
        words = ", ".join(describe(item) for item in outcome["items"])
        return f"[{words}]" if kind != "tuple" else f"({words},)" if len(outcome["items"]) == 1 else f"({words})"
    if "text" in outcome:
        return repr(outcome["text"]) if kind == "str" else f"an object of type {kind}"
    return str(outcome["values"][0])


def _count(value: object) -> int:
    if isinstance(value, TensorBase):
        return int(np.asarray(value.array).size)
    return int(value.size) if isinstance(value, np.ndarray) else 1


def _display(call: str, outcome: Encoded, size: int) -> None:
    text = f"{call} -> {describe(outcome)}"
    try:
        from IPython.display import display  # extra "lab"
    except ModuleNotFoundError:
        print(text)
        return
    display({"text/plain": text, CASE: {"call": call, "size": size, "value": outcome}}, raw=True)
