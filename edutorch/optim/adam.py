"""Adam and AdamW: step sizes from running means of the gradient and of its square."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

from ..backend import Array, module_of_array
from ..fusion import fused
from ..tensor import Tensor
from .optimizer import (
    Group,
    Optimizer,
    Params,
    State,
    check_option,
    check_rate,
    common_options,
    weight_decayed,
    zeros_like,
)


def check_adam(lr: float, betas: tuple[float, float], eps: float, weight_decay: float) -> None:
    """Raises ValueError for options out of range."""
    check_rate(lr)
    check_option("epsilon value", eps, eps >= 0)
    check_option("beta parameter at index 0", betas[0], 0 <= betas[0] < 1)
    check_option("beta parameter at index 1", betas[1], 0 <= betas[1] < 1)
    check_option("weight_decay value", weight_decay, weight_decay >= 0)


def start_moments(parameter: Tensor, state: State, *names: str) -> None:
    """Sets the state before the first step: zeros."""
    state["step"] = 0
    for name in names:
        state[name] = zeros_like(parameter)


def decayed(p: Array, gradient: Array, group: Group) -> Array:
    """The gradient with weight decay added; with decoupled_weight_decay, p is shrunk right away instead."""
    if not group["decoupled_weight_decay"]:
        return weight_decayed(p, gradient, group)
    p *= 1 - float(group["lr"]) * group["weight_decay"]
    return gradient


class Adam(Optimizer):
    """m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, p <- p - lr (m / c1) / (sqrt(v / c2) + eps)

    The means start from zeros, which c1 = 1 - b1^t and c2 = 1 - b2^t make up for in step t. g is the gradient,
    plus weight_decay p. amsgrad keeps the largest v seen. Source: torch.optim.Adam; Kingma and Ba, 2015."""

    decoupled = False  # whether weight decay shrinks p itself instead of changing g

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        **options: object,
    ) -> None:
        check_adam(lr, betas, eps, weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "decoupled_weight_decay": decoupled_weight_decay or self.decoupled,
            **common_options(maximize, options),
        }
        super().__init__(params, defaults)

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, (beta1, beta2) = parameter.array, group["betas"]
        if not state:
            start_moments(parameter, state, "exp_avg", "exp_avg_sq")
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = zeros_like(parameter)
        g = decayed(p, gradient, group)
        m, v, t = self.moments(g, state, group)
        xp = module_of_array(p)
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"].array
            v = xp.maximum(largest, v, out=largest)
        c1, c2 = 1 - beta1**t, 1 - beta2**t
        _descend(xp, p, m, v, math.sqrt(c2), float(group["eps"]), float(group["lr"]) / c1)

    def moments(self, g: Array, state: State, group: Group) -> tuple[Array, Array, int]:
        """Adds a gradient to both running means, in place. Returns (m, v, number of the step)."""
        beta1, beta2 = group["betas"]
        m, v = state["exp_avg"].array, state["exp_avg_sq"].array
        _average(module_of_array(g), m, v, g, 1 - float(beta1), float(beta2), 1 - float(beta2))
        state["step"] += 1
        return m, v, int(state["step"])


@fused
def _average(xp: ModuleType, m: Array, v: Array, g: Array, part1: float, beta2: float, part2: float) -> None:
    m += (g - m) * part1
    v *= beta2
    v += g * g * part2


@fused
def _descend(xp: ModuleType, p: Array, m: Array, v: Array, root: float, eps: float, rate: float) -> None:
    p -= m / (xp.sqrt(v) / root + eps) * rate


class AdamW(Adam):
    """Adam with decoupled weight decay: p <- p (1 - lr weight_decay) before each step.

    Source: torch.optim.AdamW; Loshchilov and Hutter, 2019."""

    decoupled = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **options)
