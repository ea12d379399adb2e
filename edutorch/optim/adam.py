"""Adam and AdamW: step sizes from running means of the gradient and of its square."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ..tensor import Tensor
from .optimizer import Optimizer, check_option, xp_of, zeros_like


class Adam(Optimizer):
    """m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, p <- p - lr (m / c1) / (sqrt(v / c2) + eps)

    c1 = 1 - b1^t and c2 = 1 - b2^t undo the pull of the zeros that m and v start from. g is the gradient, plus
    weight_decay p. amsgrad keeps the largest v seen. Source: torch.optim.Adam; Kingma and Ba, 2015."""

    decoupled = False  # whether weight decay shrinks p itself and stays out of g

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        check_option("learning rate", lr, float(lr) >= 0)
        check_option("epsilon value", eps, eps >= 0)
        check_option("beta parameter at index 0", betas[0], 0 <= betas[0] < 1)
        check_option("beta parameter at index 1", betas[1], 0 <= betas[1] < 1)
        check_option("weight_decay value", weight_decay, weight_decay >= 0)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
            "maximize": maximize, "foreach": foreach, "capturable": capturable,
            "differentiable": differentiable, "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay or self.decoupled,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(
        self, parameter: Tensor, gradient: Any, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        p, g, lr = parameter.array, gradient, float(group["lr"])
        beta1, beta2 = group["betas"]
        if not state:
            state["step"] = 0
            state["exp_avg"], state["exp_avg_sq"] = zeros_like(parameter), zeros_like(parameter)
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = zeros_like(parameter)
        state["step"] += 1
        m, v, t = state["exp_avg"].array, state["exp_avg_sq"].array, int(state["step"])
        if group["weight_decay"] and group["decoupled_weight_decay"]:
            p *= 1 - lr * group["weight_decay"]
        elif group["weight_decay"]:
            g = g + group["weight_decay"] * p
        xp, s = xp_of(p), self.scratch(p)
        m += xp.multiply(xp.subtract(g, m, out=s), 1 - beta1, out=s)
        v *= beta2
        v += xp.multiply(xp.multiply(g, g, out=s), 1 - beta2, out=s)
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"].array
            v = xp.maximum(largest, v, out=largest)
        xp.sqrt(v, out=s)
        s /= math.sqrt(1 - beta2**t)
        s += group["eps"]
        xp.divide(m, s, out=s)
        s *= lr / (1 - beta1**t)
        p -= s


class AdamW(Adam):
    """Adam with decoupled weight decay: p <- p (1 - lr weight_decay) before each step.

    Source: torch.optim.AdamW; Loshchilov and Hutter, 2019."""

    decoupled = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **options)
