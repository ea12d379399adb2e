"""Averages of the weights that training passes through: stochastic weight averaging and exponential moving averages.

Source: torch.optim.swa_utils; Izmailov, Podoprikhin, Garipov, Vetrov, Wilson 2018.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from itertools import chain

from ..autograd.grad_mode import no_grad
from ..backend import DeviceLike
from ..dtypes import int64
from ..nn.module import Module
from ..nn.normalization import _WithStatistics
from ..ops.from_data import tensor
from ..tensor import Tensor
from .lr_scheduler.scheduler import LRScheduler
from .optimizer import Optimizer

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]

Average = Callable[[Tensor, Tensor, Tensor | int], Tensor]  # of (average so far, new value, how many so far)
MultiAverage = Callable[[Sequence[Tensor], Sequence[Tensor], Tensor | int], None]  # the same in place, of all weights


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """decay * average + (1 - decay) * value. Raises ValueError for a decay outside of [0, 1]."""
    _check_decay(decay)
    return no_grad()(lambda average, value, count: decay * average + (1 - decay) * value)


def get_swa_avg_fn() -> Average:
    """The mean of all values: average + (value - average) / (count + 1)."""
    return no_grad()(lambda average, value, count: average + (value - average) / (count + 1))


def get_ema_multi_avg_fn(decay: float = 0.999) -> MultiAverage:
    """get_ema_avg_fn for lists of weights, in place."""
    _check_decay(decay)

    @no_grad()
    def update(averages: Sequence[Tensor], values: Sequence[Tensor], count: Tensor | int) -> None:
        for average, value in zip(averages, values, strict=True):
            if average.is_floating_point():
                average.lerp_(value, 1 - decay)
            else:
                average.copy_(average * decay + value * (1 - decay))

    return update


def get_swa_multi_avg_fn() -> MultiAverage:
    """get_swa_avg_fn for lists of weights, in place."""

    @no_grad()
    def update(averages: Sequence[Tensor], values: Sequence[Tensor], count: Tensor | int) -> None:
        for average, value in zip(averages, values, strict=True):
            if average.is_floating_point():
                average.lerp_(value, float(1 / (count + 1)))
            else:
                average.copy_(average + (value - average) / (count + 1))

    return update


def _check_decay(decay: float) -> None:
    if not 0.0 <= decay <= 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


class AveragedModel(Module):
    """A copy of a model, `module`, whose parameters follow the model's as an average; `update_parameters(model)` takes
    in the model's present ones.

    avg_fn or multi_avg_fn: how to average; the mean of all by default. use_buffers: whether buffers are averaged, too.
    Source: torch.optim.swa_utils.AveragedModel."""

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: DeviceLike = None,
        avg_fn: Average | None = None,
        multi_avg_fn: MultiAverage | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0, dtype=int64, device=device))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: object, **kwargs: object) -> object:
        """What the averaged model computes"""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Takes the model's weights into the average; the first time they are the average."""
        mine, its = self._weights(self.module), self._weights(model)
        values = [value.detach().to(average.device) for average, value in zip(mine, its, strict=False)]
        averages = [average.detach() for average in mine]
        if self.n_averaged == 0:
            for average, value in zip(averages, values, strict=True):
                average.copy_(value)
        elif self.avg_fn is not None:
            for average, value in zip(averages, values, strict=True):
                average.copy_(self.avg_fn(average, value, self.n_averaged.to(average.device)))
        else:
            (self.multi_avg_fn or get_swa_multi_avg_fn())(averages, values, self.n_averaged)
        if not self.use_buffers:  # buffers keep in step with the model's
            for mine_too, its_too in zip(self.module.buffers(), model.buffers(), strict=True):
                mine_too.detach().copy_(its_too.detach().to(mine_too.device))
        self.n_averaged += 1

    def _weights(self, model: Module) -> list[Tensor]:
        return list(chain(model.parameters(), model.buffers())) if self.use_buffers else list(model.parameters())


@no_grad()
def update_bn(loader: Iterable[object], model: Module, device: DeviceLike = None) -> None:
    """Computes the statistics of a model's batch norms anew, by one pass over a loader of inputs, or of lists and
    tuples that begin with them. Source: torch.optim.swa_utils.update_bn."""
    momenta = {module: module.momentum for module in model.modules() if isinstance(module, _WithStatistics)}
    if not momenta:
        return
    was_training = model.training
    model.train()
    for module in momenta:
        module.reset_running_stats()
        module.momentum = None
    for batch in loader:
        input = batch[0] if isinstance(batch, (list, tuple)) else batch
        model(input.to(device) if device is not None and isinstance(input, Tensor) else input)
    for module, momentum in momenta.items():
        module.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """Anneals each group's learning rate to swa_lr within anneal_epochs, and keeps it there.

    anneal_strategy: "cos" or "linear". Source: torch.optim.swa_utils.SWALR."""

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | Sequence[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must by one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        groups = optimizer.param_groups
        rates = list(swa_lr) if isinstance(swa_lr, (list, tuple)) else [swa_lr] * len(groups)
        if len(rates) != len(groups):
            raise ValueError(
                f"swa_lr must have the same length as optimizer.param_groups: swa_lr has {len(rates)},"
                f" optimizer.param_groups has {len(groups)}"
            )
        for group, rate in zip(groups, rates, strict=True):
            group["swa_lr"] = rate
        self.anneal_epochs, self.anneal_strategy = anneal_epochs, anneal_strategy
        super().__init__(optimizer, last_epoch)

    def _part(self, step: int) -> float:
        """How far the annealing is after a number of steps, 0 to 1."""
        t = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return t if self.anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2

    def get_lr(self) -> list[float]:
        """The rates of the next step."""
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._part(step - 1), self._part(step)
        rates = []
        for group in self.optimizer.param_groups:
            start = group["lr"] if before == 1 else (group["lr"] - before * group["swa_lr"]) / (1 - before)
            rates.append(group["swa_lr"] * now + start * (1 - now))
        return rates
