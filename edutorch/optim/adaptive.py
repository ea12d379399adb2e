"""RMSprop, Adagrad, Adadelta and Rprop: a step size for each element, from its past gradients."""

from __future__ import annotations

from ..backend import Array, module_of_array
from ..tensor import Tensor
from .adam import start_moments
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


class RMSprop(Optimizer):
    """v <- alpha v + (1 - alpha) g^2, p <- p - lr g / (sqrt(v) + eps)

    centered subtracts the squared running mean of g from v; momentum accumulates the steps.
    Source: torch.optim.RMSprop; Tieleman and Hinton, lecture 6.5, 2012; Graves, 2013."""

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        *,
        maximize: bool = False,
        **options: object,
    ) -> None:
        check_rate(lr)
        check_option("epsilon value", eps, eps >= 0)
        check_option("momentum value", momentum, momentum >= 0)
        check_option("weight_decay value", weight_decay, weight_decay >= 0)
        check_option("alpha value", alpha, alpha >= 0)
        defaults = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
            **common_options(maximize, options),
        }
        super().__init__(params, defaults)

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, alpha, xp = parameter.array, group["alpha"], module_of_array(parameter.array)
        if not state:
            start_moments(parameter, state, "square_avg")
            if group["momentum"]:
                state["momentum_buffer"] = zeros_like(parameter)
            if group["centered"]:
                state["grad_avg"] = zeros_like(parameter)
        state["step"] += 1
        g, v = weight_decayed(p, gradient, group), state["square_avg"].array
        v *= alpha
        v += (1 - alpha) * (g * g)
        if group["centered"]:
            mean = state["grad_avg"].array
            mean += (1 - alpha) * (g - mean)
            v = v - mean * mean
        step = g / (xp.sqrt(v) + group["eps"])
        if group["momentum"]:
            buffer = state["momentum_buffer"].array
            buffer *= group["momentum"]
            buffer += step
            step = buffer
        p -= float(group["lr"]) * step


class Adagrad(Optimizer):
    """v <- v + g^2, p <- p - lr / (1 + (t - 1) lr_decay) g / (sqrt(v) + eps)

    Source: torch.optim.Adagrad; Duchi et al., 2011."""

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        **options: object,
    ) -> None:
        check_rate(lr)
        check_option("lr_decay value", lr_decay, lr_decay >= 0)
        check_option("weight_decay value", weight_decay, weight_decay >= 0)
        check_option("initial_accumulator_value value", initial_accumulator_value, initial_accumulator_value >= 0)
        check_option("epsilon value", eps, eps >= 0)
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            **common_options(maximize, options),
        }
        super().__init__(params, defaults)

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p = parameter.array
        if not state:
            start_moments(parameter, state, "sum")
            state["sum"].array[...] = group["initial_accumulator_value"]
        state["step"] += 1
        g, v = weight_decayed(p, gradient, group), state["sum"].array
        v += g * g
        lr = float(group["lr"]) / (1 + (int(state["step"]) - 1) * group["lr_decay"])
        p -= lr * (g / (module_of_array(p).sqrt(v) + group["eps"]))


class Adadelta(Optimizer):
    """v <- rho v + (1 - rho) g^2, d = sqrt(u + eps) / sqrt(v + eps) g, u <- rho u + (1 - rho) d^2, p <- p - lr d

    Source: torch.optim.Adadelta; Zeiler, 2012."""

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **options: object,
    ) -> None:
        check_rate(lr)
        check_option("rho value", rho, 0 <= rho <= 1)
        check_option("epsilon value", eps, eps >= 0)
        check_option("weight_decay value", weight_decay, weight_decay >= 0)
        defaults = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, **common_options(maximize, options)})

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, rho, eps, xp = parameter.array, group["rho"], group["eps"], module_of_array(parameter.array)
        if not state:
            start_moments(parameter, state, "square_avg", "acc_delta")
        state["step"] += 1
        g, v, u = (weight_decayed(p, gradient, group), state["square_avg"].array, state["acc_delta"].array)
        v *= rho
        v += (1 - rho) * (g * g)
        d = xp.sqrt(u + eps) / xp.sqrt(v + eps) * g
        u *= rho
        u += (1 - rho) * (d * d)
        p -= float(group["lr"]) * d


class Rprop(Optimizer):
    """Only the sign of g counts: while it stays the same, the step grows by etas[1]; when it flips, the step shrinks by
    etas[0] and is skipped once. For full batches. Source: torch.optim.Rprop; Riedmiller and Braun, 1993."""

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        maximize: bool = False,
        **options: object,
    ) -> None:
        check_rate(lr)
        check_option("eta values", f"{etas[0]}, {etas[1]}", 0 < etas[0] < 1 < etas[1])
        defaults = {"lr": lr, "etas": etas, "step_sizes": step_sizes}
        super().__init__(params, {**defaults, **common_options(maximize, options)})

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        p, xp = parameter.array, module_of_array(parameter.array)
        if not state:
            start_moments(parameter, state, "prev", "step_size")
            state["step_size"].array[...] = float(group["lr"])
        state["step"] += 1
        previous, size, (shrink, grow) = (state["prev"].array, state["step_size"].array, group["etas"])
        turned = xp.sign(gradient * previous)
        size *= xp.where(turned > 0, grow, xp.where(turned < 0, shrink, 1.0)).astype(size.dtype)
        xp.clip(size, *group["step_sizes"], out=size)
        g = xp.where(turned < 0, 0, gradient)
        p -= xp.nan_to_num(xp.sign(g)) * size  # nan has no direction
        previous[...] = g
