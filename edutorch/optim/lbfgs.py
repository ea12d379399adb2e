"""L-BFGS: Newton's method with a Hessian estimated from the last few steps."""

from __future__ import annotations

from ..autograd.grad_mode import enable_grad, no_grad, quiet
from ..ops.joining import cat
from ..tensor import Tensor
from .line_search import Point, StrongWolfe
from .optimizer import Closure, Group, Optimizer, Params, State, changed_in_place, check_rate


class LBFGS(Optimizer):
    """p <- p + t d with d = -H g, H an inverse Hessian that fits the last changes of p and g.

    `step(closure)` makes up to max_iter such steps, and calls the closure (which computes the loss and calls backward)
    up to max_eval times. It ends early if no gradient is larger than tolerance_grad, or if parameters or loss change by
    less than tolerance_change. line_search_fn: None for t = lr, or "strong_wolfe". All parameters together are one
    vector: there are no parameter groups. On a GPU each iteration waits for loss and slopes, to decide how to go on, as
    in PyTorch.

    Source: torch.optim.LBFGS; Nocedal, 1980; Liu and Nocedal, 1989."""

    def __init__(
        self,
        params: Params,
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        check_rate(lr)
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        if line_search_fn not in (None, "strong_wolfe"):
            raise RuntimeError(f"only 'strong_wolfe' is supported as line_search_fn, not {line_search_fn!r}")
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params: list[Tensor] = self.param_groups[0]["params"]

    def step(self, closure: Closure | None = None) -> Tensor | float:
        """One step: up to max_iter iterations, which call `closure` to compute the loss and the gradients. Returns the
        first loss. Raises TypeError without a closure."""
        if closure is None:
            raise TypeError("LBFGS.step() needs a closure that computes the loss anew and calls backward()")
        group, state = self.param_groups[0], self.state[self._params[0]]
        with enable_grad():
            first_loss = closure()
        with no_grad():
            here = Point(0.0, float(first_loss), self._flat_gradient(), 0.0)
            self._iterate(closure, here, group, state)
        return first_loss

    def _iterate(self, closure: Closure, here: Point, group: Group, state: State) -> None:
        state["func_evals"] = state.get("func_evals", 0) + 1
        evaluations = 1
        for iteration in range(1, group["max_iter"] + 1):
            if _largest(here.gradient) <= group["tolerance_grad"]:
                return
            state["n_iter"] = state.get("n_iter", 0) + 1
            d = _direction(here.gradient, group["history_size"], state)
            state["prev_flat_grad"], state["prev_loss"] = here.gradient, here.loss
            t = float(group["lr"])
            if state["n_iter"] == 1:  # nothing is known about the Hessian yet: a careful step
                t *= min(1.0, 1.0 / float(here.gradient.abs().sum()))
            slope = float(here.gradient.dot(d))
            state["d"], state["t"] = d, t
            if slope > -group["tolerance_change"]:
                return
            start = here._replace(step=0.0, slope=slope)
            if group["line_search_fn"] is None:
                here, looks = self._go(closure, start, iteration == group["max_iter"], state)
            else:
                here, looks = self._search(closure, start, group["max_eval"] - evaluations, state)
            evaluations += looks
            state["func_evals"] += looks
            if evaluations >= group["max_eval"] or _largest(d * state["t"]) <= group["tolerance_change"]:
                return
            if abs(here.loss - state["prev_loss"]) < group["tolerance_change"]:
                return

    def _go(self, closure: Closure, start: Point, is_last: bool, state: State) -> tuple[Point, int]:
        """Makes the step. Returns the point reached, and how often the closure was called."""
        if is_last:  # the loss there will not be needed
            self._place(self._values(), state["t"], state["d"])
            return start, 0
        return self._look(closure, self._values(), state["t"], state["d"]), 1

    def _search(self, closure: Closure, start: Point, most: int, state: State) -> tuple[Point, int]:
        """Makes a step whose length a line search finds."""
        d, before = state["d"], self._values()
        wolfe = StrongWolfe(lambda step: self._look(closure, before, step, d), start, 1e-9 / _largest(d), most)
        found = wolfe.search(state["t"])
        self._place(before, found.step, d)
        state["t"] = found.step
        return found, wolfe.looks

    def _look(self, closure: Closure, before: list[Tensor], step: float, d: Tensor) -> Point:
        self._place(before, step, d)
        with enable_grad():
            loss = float(closure())
        gradient = self._flat_gradient()
        return Point(step, loss, gradient, float(gradient.dot(d)))

    def _values(self) -> list[Tensor]:
        return [p.detach().clone() for p in self._params]

    @quiet
    def _place(self, before: list[Tensor], step: float, d: Tensor) -> None:
        """Parameters = before + step d."""
        offset = 0
        for p, start in zip(self._params, before, strict=True):
            part = d.array[offset : offset + p.array.size].reshape(p.array.shape)
            p.array[...] = start.array + step * part
            changed_in_place(p)
            offset += p.array.size

    def _flat_gradient(self) -> Tensor:
        """The gradients of all parameters, one after the other; zeros where there is none."""
        return cat([(p.new_zeros(p.shape) if p._grad is None else p._grad.detach()).reshape(-1) for p in self._params])


def _largest(vector: Tensor) -> float:
    return float(vector.abs().max())


def _direction(gradient: Tensor, history_size: int, state: State) -> Tensor:
    """-H g, by the two loops over the pairs s (change of the parameters) and y (change of the gradient)."""
    if state["n_iter"] == 1:
        state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)
        return -gradient
    _remember(gradient, history_size, state)
    pairs = list(zip(state["old_stps"], state["old_dirs"], state["ro"], strict=True))
    q, shares = -gradient, list[Tensor]()
    for s, y, ro in reversed(pairs):
        share = s.dot(q) * ro
        shares.append(share)
        q = q - share * y
    d = q * state["H_diag"]
    for s, y, ro in pairs:
        d = d + s * (shares.pop() - y.dot(d) * ro)
    return d


def _remember(gradient: Tensor, history_size: int, state: State) -> None:
    """Adds the last step's pair, unless the loss is not convex along it."""
    y, s = gradient - state["prev_flat_grad"], state["d"] * state["t"]
    curvature = y.dot(s)
    if curvature <= 1e-10:
        return
    if len(state["old_dirs"]) == history_size:
        for each in ("old_dirs", "old_stps", "ro"):
            state[each].pop(0)
    state["old_dirs"].append(y)
    state["old_stps"].append(s)
    state["ro"].append(1.0 / curvature)
    state["H_diag"] = curvature / y.dot(y)
