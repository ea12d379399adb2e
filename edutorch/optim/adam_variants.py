"""Adamax, NAdam and RAdam: Adam with another denominator, another momentum, another start."""

from __future__ import annotations

import math
from typing import Any

from ..backend import Array, module_of_array
from ..tensor import Tensor
from .adam import Adam, check_adam, decayed, start_moments
from .optimizer import Group, Optimizer, Params, State, check_option, common_options, weight_decayed


class Adamax(Optimizer):
    """m <- b1 m + (1 - b1) g, u <- max(b2 u, |g| + eps), p <- p - lr / (1 - b1^t) m / u

    Adam with the infinity norm. Source: torch.optim.Adamax; Kingma and Ba, 2015, section 7.1."""

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **options: object,
    ) -> None:
        check_adam(lr, betas, eps, weight_decay)
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, **common_options(maximize, options)})

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, (beta1, beta2) = parameter.array, group["betas"]
        if not state:
            start_moments(parameter, state, "exp_avg", "exp_inf")
        state["step"] += 1
        m, u, xp = state["exp_avg"].array, state["exp_inf"].array, module_of_array(p)
        g = weight_decayed(p, gradient, group)
        m += (1 - beta1) * (g - m)
        u *= beta2
        xp.maximum(u, abs(g) + group["eps"], out=u)
        p -= float(group["lr"]) / (1 - beta1 ** int(state["step"])) * (m / u)


class NAdam(Adam):
    """Adam whose momentum looks one step ahead, like Nesterov's. Source: torch.optim.NAdam; Dozat, 2016.

    mu_t = b1 (1 - 0.96^(t momentum_decay) / 2);
    p <- p - lr (mu_{t+1} m / (1 - prod mu_{..t+1}) + (1 - mu_t) g / (1 - prod mu_{..t})) / (sqrt(v / c2) + eps)"""

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        **options: Any,
    ) -> None:
        check_option("momentum_decay value", momentum_decay, momentum_decay >= 0)
        super().__init__(params, lr, betas, eps, weight_decay, decoupled_weight_decay=decoupled_weight_decay, **options)
        self.defaults["momentum_decay"] = momentum_decay
        for group in self.param_groups:
            group.setdefault("momentum_decay", momentum_decay)

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, lr, (beta1, beta2) = parameter.array, float(group["lr"]), group["betas"]
        if not state:
            start_moments(parameter, state, "exp_avg", "exp_avg_sq")
            state["mu_product"] = 1.0
        g = decayed(p, gradient, group)
        m, v, t = self.moments(g, state, group)
        mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (s * group["momentum_decay"])) for s in (t, t + 1))
        product = state["mu_product"] = float(state["mu_product"]) * mu
        denominator = module_of_array(p).sqrt(v / (1 - beta2**t)) + group["eps"]
        p -= lr * (1 - mu) / (1 - product) * (g / denominator)
        p -= lr * mu_next / (1 - product * mu_next) * (m / denominator)


class RAdam(Adam):
    """Adam that waits until v is reliable enough to divide by. Source: torch.optim.RAdam; Liu et al., 2020.

    rho measures how many gradients v is based on. Up to 5 the step is just lr m / c1, after that it is Adam's, times
    the rectification r."""

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, decoupled_weight_decay=decoupled_weight_decay, **options)

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, lr, (beta1, beta2) = parameter.array, float(group["lr"]), group["betas"]
        if not state:
            start_moments(parameter, state, "exp_avg", "exp_avg_sq")
        m, v, t = self.moments(decayed(p, gradient, group), state, group)
        c1, c2 = 1 - beta1**t, 1 - beta2**t
        rho_inf = 2 / (1 - beta2) - 1
        rho = rho_inf - 2 * t * beta2**t / c2
        if rho <= 5:
            p -= lr / c1 * m
            return
        r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
        p -= lr * r * math.sqrt(c2) / c1 * (m / (module_of_array(p).sqrt(v) + group["eps"]))
