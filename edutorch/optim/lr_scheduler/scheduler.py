"""LRScheduler: what every schedule of the learning rate shares. Source: torch.optim.lr_scheduler."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

from ..optimizer import Optimizer


class LRScheduler:
    """Changes the learning rates of an optimizer's groups at each call of `step()`, after optimizer.step().

    A subclass writes `get_lr()`: the new rates, one for each group, from `self.last_epoch` (how many steps
    were made), `self.base_lrs` (the rates at the start) and the groups as they are. Most multiply the current rate by a
    factor, so that several schedules can act on one optimizer.

    last_epoch: -1 to start; another number to continue from there, with the rates that are in the optimizer.
    Raises TypeError for anything but an optimizer."""

    _is_initial = False  # whether this is the step that __init__ makes

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", float(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(f"param 'initial_lr' is not specified in param_groups[{i}] when resuming an optimizer")
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.start()

    def start(self) -> None:
        """The first step, before any of the optimizer's: the rates at the beginning."""
        self._step_count = 0
        self._steps_at_start = self.optimizer.steps_taken
        self._counts_steps = "step" not in vars(self.optimizer)  # not if the object already has a replaced one
        self._is_initial = True
        self.step()
        self._is_initial = False

    def get_lr(self) -> list[float]:
        """The new rate of each group."""
        raise NotImplementedError(f"{type(self).__name__} must implement get_lr()")

    def get_last_lr(self) -> list[float]:
        """The rates that the last step set."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Sets the rates for the next steps of the optimizer."""
        if self._step_count == 1 and self._counts_steps and self.optimizer.steps_taken == self._steps_at_start:
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`. You should call them in the"
                " opposite order: the first value of the schedule is skipped otherwise.",
                UserWarning,
                stacklevel=2,
            )
        self.advance(epoch)

    def advance(self, epoch: int | None = None) -> None:
        """Moves to the next epoch, or the given one, and sets its rates."""
        self._step_count += 1
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        closed_form = getattr(self, "_get_closed_form_lr", None)
        self.set_lr(self.get_lr() if epoch is None or closed_form is None else closed_form())

    def set_lr(self, rates: list[float]) -> None:
        """Writes the rates into the groups."""
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = self.current()

    def current(self) -> list[float]:
        """The current rates of the groups."""
        return [float(group["lr"]) for group in self.optimizer.param_groups]

    def scaled(self, factor: float) -> list[float]:
        """The current rates times a factor."""
        return [rate * factor for rate in self.current()]

    def from_start(self, factor: float) -> list[float]:
        """The initial rates times a factor: for `_get_closed_form_lr`, which serves an epoch given to step."""
        return [base * factor for base in self.base_lrs]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer; functions (such as those of LambdaLR) are left out."""
        return {k: v for k, v in self.__dict__.items() if k != "optimizer" and not _holds_functions(v)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Loads a state_dict(); load that of the optimizer, too."""
        self.__dict__.update(state_dict)


class _LRScheduler(LRScheduler):
    """The historical name, for schedules that programs write."""


Value = TypeVar("Value")


def one_each(name: str, optimizer: Optimizer, value: Value | list[Value] | tuple[Value, ...]) -> list[Value]:
    """A value for each group: the given one for all, or a list, whose length must fit."""
    groups = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * groups
    if len(value) != groups:
        raise ValueError(f"expected {groups} values for {name}, got {len(value)}")
    return list(value)


def _holds_functions(value: object) -> bool:
    return callable(value) or (isinstance(value, list) and any(callable(each) for each in value))
