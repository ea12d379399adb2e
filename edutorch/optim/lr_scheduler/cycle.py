"""Rates that go up and down again, momentum the other way (Smith, 2017; Smith and Topin, 2019)."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..optimizer import Group, Optimizer
from .scheduler import LRScheduler, one_each


class CyclicLR(LRScheduler):
    """Between base_lr and max_lr in triangles; 'triangular2' halves each next one, 'exp_range' multiplies by
    gamma^iteration, scale_fn by any function. Source: torch.optim.lr_scheduler.CyclicLR."""

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError("mode is invalid and scale_fn is None")
        rates = one_each("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate
        self.max_lrs = one_each("max_lr", optimizer, max_lr)
        self.total_size = step_size_up + (step_size_up if step_size_down is None else step_size_down)
        self.step_ratio = step_size_up / self.total_size
        self.mode, self.gamma, self.scale_fn = mode, gamma, scale_fn
        self.scale_mode = scale_mode if scale_fn else "iterations" if mode == "exp_range" else "cycle"
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            prepare_momentum(optimizer, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = rates

    def scale(self, cycle: int) -> float:
        """The height of this triangle, between 0 and 1."""
        if self.scale_fn is not None:
            return self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        return {"triangular": 1.0, "triangular2": 0.5 ** (cycle - 1)}.get(self.mode, self.gamma**self.last_epoch)

    def get_lr(self) -> list[float]:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        way = 1.0 + self.last_epoch / self.total_size - cycle
        up = way <= self.step_ratio
        height = self.scale(cycle) * (way / self.step_ratio if up else (way - 1) / (self.step_ratio - 1))
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                high, low = group["max_momentum"], group["base_momentum"]
                set_momentum(group, high - (high - low) * height)
        pairs = zip(self.base_lrs, self.max_lrs, strict=True)
        return [low + (high - low) * height for low, high in pairs]


class OneCycleLR(LRScheduler):
    """Once from max_lr / div_factor up to max_lr in the first pct_start of the steps, then down to
    max_lr / div_factor / final_div_factor. One step per batch. Source: torch.optim.lr_scheduler.OneCycleLR."""

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
            total_steps = epochs * steps_per_epoch
        if total_steps <= 0 or not isinstance(total_steps, int):
            raise ValueError(f"Expected positive integer total_steps, but got {total_steps}")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        self.total_steps, self.anneal_strategy, self.cycle_momentum = (total_steps, anneal_strategy, cycle_momentum)
        self.phases = _phases(total_steps, pct_start, three_phase)
        highs = one_each("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, high in zip(optimizer.param_groups, highs, strict=True):
                group["initial_lr"], group["max_lr"] = high / div_factor, high
                group["min_lr"] = group["initial_lr"] / final_div_factor
        if cycle_momentum:
            prepare_momentum(optimizer, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def between(self, start: float, end: float, way: float) -> float:
        """The value between start (way 0) and end (way 1), along half a cosine or a line."""
        if self.anneal_strategy == "linear":
            return start + (end - start) * way
        return end + (start - end) / 2 * (math.cos(math.pi * way) + 1)

    def get_lr(self) -> list[float]:
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"Tried to step {self.last_epoch} times. The specified number of total steps is {self.total_steps}"
            )
        number = next(i for i, phase in enumerate(self.phases) if self._reached(phase))
        end, rates, momenta = self.phases[number]
        start = self.phases[number - 1][0] if number else 0.0
        way = (self.last_epoch - start) / (end - start)
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                set_momentum(group, self.between(group[momenta[0]], group[momenta[1]], way))
        return [self.between(g[rates[0]], g[rates[1]], way) for g in self.optimizer.param_groups]

    def _reached(self, phase: tuple[float, tuple[str, str], tuple[str, str]]) -> bool:
        return self.last_epoch <= phase[0] or phase is self.phases[-1]


def _phases(steps: int, up: float, three: bool) -> list[tuple[float, tuple[str, str], tuple[str, str]]]:
    """For each phase: its last step, its first and last rate, its first and last momentum."""
    rise = (up * steps - 1, ("initial_lr", "max_lr"), ("max_momentum", "base_momentum"))
    last = float(steps - 1)
    if not three:
        return [rise, (last, ("max_lr", "min_lr"), ("base_momentum", "max_momentum"))]
    fall = (2 * up * steps - 2, ("max_lr", "initial_lr"), ("base_momentum", "max_momentum"))
    return [rise, fall, (last, ("initial_lr", "min_lr"), ("max_momentum", "max_momentum"))]


def prepare_momentum(
    optimizer: Optimizer, low: float | list[float], high: float | list[float], last_epoch: int
) -> None:
    """Notes both ends of the momentum in the groups and starts at the high one; when going on from last_epoch,
    the groups have them already."""
    if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
        raise ValueError(
            "optimizer must support momentum or beta1 with `cycle_momentum` option enabled: say cycle_momentum=False"
        )
    lows = one_each("base_momentum", optimizer, low)
    highs = one_each("max_momentum", optimizer, high)
    if last_epoch != -1:
        return
    for group, base, top in zip(optimizer.param_groups, lows, highs, strict=True):
        group["base_momentum"], group["max_momentum"] = base, top
        set_momentum(group, top)


def set_momentum(group: Group, momentum: float) -> None:
    """Sets momentum, which Adam and its relatives call betas[0]."""
    if "betas" in group:
        group["betas"] = (momentum, *group["betas"][1:])
    else:
        group["momentum"] = momentum
