"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from types import ModuleType

from ..autograd.base import wrap
from ..backend import Array, module_of_array
from ..fusion import fused
from ..tensor import Tensor
from .optimizer import Group, Optimizer, Params, State, check_option, check_rate, common_options, weight_decayed


class SGD(Optimizer):
    """p <- p - lr v, where v <- momentum v + (1 - dampening) g  (v = g without momentum)

    g is the gradient, plus weight_decay p. With nesterov the step goes along g + momentum v: the gradient as if p had
    already moved along v. Source: torch.optim.SGD; Sutskever et al., "On the importance of initialization and momentum
    in deep learning", 2013."""

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        **options: object,
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

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, momentum, lr = parameter.array, group["momentum"], float(group["lr"])
        xp = module_of_array(p)
        g = weight_decayed(p, gradient, group)
        if not momentum:
            _descend(xp, p, g, lr)
            return
        if state.get("momentum_buffer") is None:
            state["momentum_buffer"] = wrap(g.copy())
        else:
            _gather(xp, state["momentum_buffer"].array, g, float(momentum), 1 - float(group["dampening"]))
        v = state["momentum_buffer"].array
        if group["nesterov"]:
            _descend_both(xp, p, g, v, float(momentum), lr)
        else:
            _descend(xp, p, v, lr)


@fused
def _gather(xp: ModuleType, v: Array, g: Array, momentum: float, part: float) -> None:
    v *= momentum
    v += part * g


@fused
def _descend(xp: ModuleType, p: Array, v: Array, lr: float) -> None:
    p -= v * lr


@fused
def _descend_both(xp: ModuleType, p: Array, g: Array, v: Array, momentum: float, lr: float) -> None:
    p -= (g + momentum * v) * lr
