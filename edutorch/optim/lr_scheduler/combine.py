"""Several schedules for one optimizer: one after the other, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler


class _Combined(LRScheduler):
    """What both share: the list of schedules, and their states in state_dict."""

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer) -> None:
        for i, scheduler in enumerate(schedulers):
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError(
                    f"{type(self).__name__} does not support `ReduceLROnPlateau` scheduler as it requires"
                    f" additional kwargs to be specified when calling `step`, but got one at index {i}."
                )
            if scheduler.optimizer is not optimizer:
                raise ValueError(
                    f"{type(self).__name__} expects all schedulers to belong to the same optimizer, but got"
                    f" scheduler {type(scheduler).__name__} at index {i} with another one"
                )
        self._schedulers = list(schedulers)
        self.optimizer = optimizer

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer, including the states of the schedules."""
        own = {k: v for k, v in self.__dict__.items() if k not in ("optimizer", "_schedulers")}
        return {**own, "_schedulers": [each.state_dict() for each in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Loads a state_dict()."""
        self.__dict__.update({k: v for k, v in state_dict.items() if k != "_schedulers"})
        for scheduler, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)


class ChainedScheduler(_Combined):
    """All schedules at each step, one after the other. Source: torch.optim.lr_scheduler.ChainedScheduler."""

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        if not schedulers:
            raise ValueError("ChainedScheduler expects at least one scheduler to be chained, but got no scheduler.")
        super().__init__(schedulers, optimizer or schedulers[0].optimizer)
        self._last_lr = self.current()

    def step(self, epoch: int | None = None) -> None:
        """A step of each schedule."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = self.current()


class SequentialLR(_Combined):
    """The first schedule up to milestones[0], then the second from its own beginning, and so on.
    Source: torch.optim.lr_scheduler.SequentialLR."""

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                "Sequential Schedulers expects number of schedulers provided to be one more than the number of"
                f" milestone points, but got number of schedulers {len(schedulers)} and the number of milestones"
                f" to be equal to {len(milestones)}"
            )
        super().__init__(schedulers, optimizer)
        self._milestones = list(milestones)
        self.last_epoch = last_epoch + 1
        self._to_initial_rates()
        for scheduler in self._schedulers:  # each one took its first step when it was made; only the first one should
            _undo_start(scheduler)
        self._schedulers[bisect_right(self._milestones, 0)].start()
        self._last_lr = self.current()

    def _to_initial_rates(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]

    def step(self, epoch: int | None = None) -> None:
        """A step of the current schedule."""
        self.last_epoch += 1
        turn = bisect_right(self._milestones, self.last_epoch)
        begins = turn > 0 and self._milestones[turn - 1] == self.last_epoch
        if begins:
            self._to_initial_rates()
            self._schedulers[turn].advance(0)
        else:
            self._schedulers[turn].step()
        self._last_lr = self.current()


def _undo_start(scheduler: LRScheduler) -> None:
    for each in getattr(scheduler, "_schedulers", [scheduler]):
        if each is scheduler:
            scheduler.last_epoch -= 1
        else:
            _undo_start(each)
