"""Averaged stochastic gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tensor import Tensor
from .adam import start_moments
from .optimizer import Group, Optimizer, Params, State, check_option, check_rate, common_options, weight_decayed

if TYPE_CHECKING:
    from ..backend import Array


class ASGD(Optimizer):
    """p <- (1 - lambd eta) p - eta g with eta = lr / (1 + lambd lr t)^alpha; `ax` is the mean of p from step t0 on.

    Source: torch.optim.ASGD; Polyak and Juditsky, 1992."""

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **options: object,
    ) -> None:
        check_rate(lr)
        check_option("weight_decay value", weight_decay, weight_decay >= 0)
        defaults = {"lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, **common_options(maximize, options)})

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, lr, lambd = parameter.array, float(group["lr"]), group["lambd"]
        if not state:
            start_moments(parameter, state, "ax")
            state["eta"], state["mu"] = lr, 1.0
        state["step"] += 1
        t, eta, mean = int(state["step"]), float(state["eta"]), state["ax"].array
        g = weight_decayed(p, gradient, group)
        p *= 1 - lambd * eta
        p -= eta * g
        mean += float(state["mu"]) * (p - mean)
        state["eta"] = lr / (1 + lambd * lr * t) ** group["alpha"]
        state["mu"] = 1 / max(1.0, t - group["t0"])
