"""Whether operations are recorded: no_grad, enable_grad, set_grad_enabled, inference_mode.

The switch is one per thread, as in PyTorch.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from contextvars import copy_context
from operator import call
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from .saved_hooks import Hooks

Wrapped = TypeVar("Wrapped", bound=Callable[..., object])
Result = TypeVar("Result")


class GradMode:
    """The settings of one thread.

    recording: whether operations are recorded.
    inference: whether enable_grad is to change nothing.
    run: run(function, *args) calls a function with NumPy's warnings about inf and nan off, at a third of the cost of
        np.errstate. NumPy keeps its error state in the running context. The outermost call enters a context of our own
        in which the warnings are off; calls from inside it are direct.
    outside: the caller's context, while a backward walks.
    saving: pairs of hooks on saved tensors, of which the last one counts; no_saving: the error that they raise, if they
        may not be used. See graph.py."""

    __slots__ = ("inference", "no_saving", "outside", "recording", "run", "saving")

    def __init__(self) -> None:
        self.recording = True
        self.saving: tuple[Hooks, ...] = ()
        self.no_saving: str | None = None
        self.inference = False
        self.outside = copy_context()
        silent = self.outside.copy()
        silent.run(np.seterr, all="ignore")
        self.run: Callable[..., Any] = silent.run

    def quietly(self, function: Callable[..., Result], *args: object) -> Result:
        """Calls a function that may itself use tensors, with NumPy's warnings about inf and nan off."""
        run, self.run = self.run, call  # a context can't be entered twice
        try:
            return run(function, *args)
        finally:
            self.run = run

    def for_user(self, function: Callable[..., Result], *args: object) -> Result:
        """Calls a hook or a user's backward from within a walk, in the caller's context: NumPy's warnings reach the
        user."""
        if self.run is not call:
            return function(*args)
        self.run = copy_context().run  # a copy of our own context, which is the running one
        try:
            return self.outside.run(function, *args)
        finally:
            self.run = call


class _Thread(threading.local):
    def __init__(self) -> None:  # once in each thread
        self.mode = GradMode()


# `thread.mode` is the running thread's. Looking it up is slow: do it once in a function.
thread = _Thread()


def quiet(function: Wrapped) -> Wrapped:
    """Decorates a function that computes with arrays outside of a Function's forward: NumPy neither warns nor raises
    for inf and nan, whatever the caller's np.seterr and warning filters say. Those stay as they are."""

    @functools.wraps(function)
    def wrapper(*args: object) -> object:
        return thread.mode.quietly(function, *args)

    return wrapper  # type: ignore[return-value]


class set_grad_enabled:
    """Switches recording on or off, at once when called, and back at the end of a `with` block or of
    a decorated function. Source: torch.set_grad_enabled."""

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(f"set_grad_enabled(): mode must be a bool, not {type(mode).__name__}")
        self.enabled = mode
        self.before = [is_grad_enabled()]  # a stack, since one instance may be entered several times
        _switch(mode)

    def __enter__(self) -> None:
        _switch(self.enabled)

    def __exit__(self, *exception: object) -> None:
        _switch(self.before[-1])

    def __call__(self, function: Wrapped) -> Wrapped:
        _switch(self.before[-1])  # as a decorator it acts inside the function only
        return _decorate(function, lambda: set_grad_enabled(self.enabled))


class _Decorator:
    """A context manager that is a decorator too, with or without parentheses."""

    recording = True

    def __new__(cls, function: object = None) -> Any:
        self = super().__new__(cls)
        if function is None:
            return self
        if not callable(function):
            raise TypeError(f"{cls.__name__}() takes no argument, or is a decorator: @{cls.__name__}")
        return self(function)

    def __init__(self, function: object = None) -> None:
        self.before: list[bool] = []

    def __enter__(self) -> None:
        mode = thread.mode
        self.before.append(mode.recording)
        mode.recording = self.recording and not mode.inference

    def __exit__(self, *exception: object) -> None:
        thread.mode.recording = self.before.pop()

    def __call__(self, function: Wrapped) -> Wrapped:
        return _decorate(function, type(self))


class no_grad(_Decorator):
    """Inside, nothing is recorded: results have requires_grad=False. Source: torch.no_grad."""

    recording = False


class enable_grad(_Decorator):
    """Inside, operations are recorded again, for instance within no_grad, but not within inference_mode.
    Source: torch.enable_grad."""


class inference_mode:
    """no_grad, which enable_grad does not undo; `inference_mode(False)` does: inside, operations are recorded.
    Source: torch.inference_mode."""

    def __new__(cls, mode: bool | Callable[..., object] = True) -> Any:
        self = super().__new__(cls)
        if isinstance(mode, bool):
            return self
        self.enabled, self.before = True, []
        return self(mode)

    def __init__(self, mode: bool = True) -> None:
        self.enabled = mode
        self.before: list[tuple[bool, bool]] = []

    def __enter__(self) -> None:
        mode = thread.mode
        self.before.append((mode.recording, mode.inference))
        mode.recording, mode.inference = not self.enabled, self.enabled

    def __exit__(self, *exception: object) -> None:
        thread.mode.recording, thread.mode.inference = self.before.pop()

    def __call__(self, function: Wrapped) -> Wrapped:
        return _decorate(function, lambda: inference_mode(self.enabled))


def is_grad_enabled() -> bool:
    """Whether operations are being recorded in this thread. Source: torch.is_grad_enabled."""
    return thread.mode.recording


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside inference_mode. Source: torch.is_inference_mode_enabled."""
    return thread.mode.inference


def _switch(recording: bool) -> None:
    mode = thread.mode
    mode.recording = recording and not mode.inference


def _decorate(function: Callable[..., Any], context: Callable[[], AbstractContextManager[None]]) -> Any:
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def generate(*args: object, **kwargs: object) -> Generator[object, object, object]:
            generator = function(*args, **kwargs)
            resume, given = generator.send, None
            while True:
                try:
                    with context():  # only while the generator runs, not while its caller does
                        item = resume(given)
                except StopIteration as stop:
                    return stop.value
                try:
                    resume, given = generator.send, (yield item)
                except GeneratorExit:
                    with context():
                        generator.close()
                    raise
                except BaseException as error:
                    resume, given = generator.throw, error

        return generate

    @functools.wraps(function)
    def call(*args: object, **kwargs: object) -> object:
        with context():
            return function(*args, **kwargs)

    return call
