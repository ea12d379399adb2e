"""A rate that falls when the loss no longer does."""

from __future__ import annotations

import math

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_each


class ReduceLROnPlateau(LRScheduler):
    """Times `factor` when step(metric) has seen no improvement for more than `patience` epochs.

    mode: 'min' for a loss, 'max' for an accuracy. threshold: how much counts as an improvement, relative
    ('rel') or absolute ('abs'). cooldown: epochs of rest after a reduction.
    Source: torch.optim.lr_scheduler.ReduceLROnPlateau."""

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1.0:
            raise ValueError("Factor should be < 1.0.")
        if mode not in ("min", "max"):
            raise ValueError(f"mode {mode} is unknown!")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold mode {threshold_mode} is unknown!")
        self.mode, self.factor, self.patience, self.cooldown = mode, factor, patience, cooldown
        self.threshold, self.threshold_mode, self.eps = threshold, threshold_mode, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = 0
        super().__init__(optimizer)
        self.min_lrs = one_each("min_lr", optimizer, min_lr)

    def start(self) -> None:
        """Does nothing: the first metric is not known yet."""
        self.last_epoch = 0
        self._last_lr = self.current()

    def is_better(self, metric: float) -> bool:
        """Whether the metric improves on the best so far by more than the threshold."""
        sign = 1 if self.mode == "max" else -1
        margin = self.threshold * (self.best if self.threshold_mode == "rel" else 1)
        if math.isinf(self.best):
            return metric * sign > self.best * sign
        return metric * sign > (self.best + sign * margin) * sign

    def step(self, metrics: float | None = None, epoch: int | None = None) -> None:  # type: ignore[override]
        """One epoch with this loss or accuracy, a number or a tensor of one element."""
        if metrics is None:
            raise TypeError("ReduceLROnPlateau.step() needs the metric: scheduler.step(validation_loss)")
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        metric = float(metrics)
        if self.is_better(metric):
            self.best, self.num_bad_epochs = metric, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last_lr = self.current()

    def reduce(self) -> None:
        """Lowers the rates, none below its minimum, none by less than eps."""
        if len(self.min_lrs) != len(self.optimizer.param_groups):
            self.min_lrs = self._for_new_groups()
        for group, low in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
            old = float(group["lr"])
            new = max(old * self.factor, low)
            if old - new > self.eps:
                group["lr"] = new

    def _for_new_groups(self) -> list[float]:
        """Sets the minima again, after add_param_group. Raises RuntimeError if each group was given its own."""
        if len(set(self.min_lrs)) > 1:
            raise RuntimeError(
                f"The number of param groups in the `optimizer` ({len(self.optimizer.param_groups)}) differs from when"
                f" `ReduceLROnPlateau` was initialized ({len(self.min_lrs)}): set scheduler.min_lrs, one for each group"
            )
        return [self.min_lrs[0]] * len(self.optimizer.param_groups)
