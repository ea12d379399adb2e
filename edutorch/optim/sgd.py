"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..autograd.base import wrap
from ..backend import Array
from ..tensor import Tensor
from .optimizer import Optimizer, check_option, check_rate, common_options, weight_decayed


class SGD(Optimizer):
    """p <- p - lr v, where v <- momentum v + (1 - dampening) g  (v = g without momentum)

    g is the gradient, plus weight_decay p. With nesterov the step goes along g + momentum v: the gradient as
    if v had been followed already. Source: torch.optim.SGD; Sutskever et al., "On the importance of
    initialization and momentum in deep learning", 2013."""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        **options: Any,
    ) -> None:
        check_rate(lr)
        check_option("momentum value", momentum, momentum >= 0)
        check_option("weight_decay value", weight_decay, weight_decay >= 0)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            **common_options(maximize, options),
        }
        super().__init__(params, defaults)

    def update(self, parameter: Tensor, gradient: Array, state: dict[str, Any], group: dict[str, Any]) -> None:
        p, momentum = parameter.array, group["momentum"]
        g = weight_decayed(p, gradient, group)
        if momentum:
            if state.get("momentum_buffer") is None:
                state["momentum_buffer"] = wrap(g.copy())
            else:
                v = state["momentum_buffer"].array
                v *= momentum
                v += g if group["dampening"] == 0 else (1 - group["dampening"]) * g
            v = state["momentum_buffer"].array
            g = g + momentum * v if group["nesterov"] else v
        p -= g * float(group["lr"])
