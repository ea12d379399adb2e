"""Are the gradients right? Each is compared with what a small step of the input does to the output.

Source: torch.autograd.gradcheck, torch.autograd.gradgradcheck.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..backend import device_of, to_device, to_numpy
from .base import TensorBase, wrap
from .engine import grad


class GradcheckError(RuntimeError):
    """What gradcheck raises when a gradient is wrong. Source: torch.autograd.gradcheck.GradcheckError."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Compares func's gradients with central differences (f(x + eps) - f(x - eps)) / 2 eps.

    inputs: tensors (float64, or the differences are too coarse) and other arguments; those that require a
    gradient are checked, element by element. Returns True, or raises GradcheckError that names function,
    input, index, expected and got; with raise_exception=False returns False instead."""
    inputs = (inputs,) if isinstance(inputs, TensorBase) else tuple(inputs)
    checked = [i for i, x in enumerate(inputs) if isinstance(x, TensorBase) and x._requires_grad]
    if not checked:
        raise ValueError("gradcheck expects at least one input tensor to require gradient: requires_grad=True")
    try:
        for i in checked:
            _check_dtype(inputs[i], i, eps)
        for output_nr in range(len(_outputs(func, inputs))):
            for i in checked:
                _compare(func, inputs, output_nr, i, eps, atol, rtol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Compares second derivatives with differences of first ones, as gradcheck.

    grad_outputs: the gradients to start from; by default some numbers between 0.5 and 1.5."""
    inputs = (inputs,) if isinstance(inputs, TensorBase) else tuple(inputs)
    outputs = _outputs(func, inputs)
    if grad_outputs is None:
        random = np.random.RandomState(0)
        given = tuple(_leaf_like(random.uniform(0.5, 1.5, o.array.shape), o) for o in outputs)
    else:
        given = (grad_outputs,) if isinstance(grad_outputs, TensorBase) else tuple(grad_outputs)

    def first_derivative(*arguments: Any) -> Any:
        inner, weights = arguments[: len(inputs)], arguments[len(inputs) :]
        wanted: Any = [x for x in inner if isinstance(x, TensorBase) and x._requires_grad]
        found = grad(_outputs(func, inner), wanted, weights, create_graph=True, allow_unused=True)
        return tuple(g for g in found if g is not None and g._requires_grad)

    first_derivative.__name__ = f"the gradient of {getattr(func, '__name__', func)}"
    if not first_derivative(*inputs, *given):
        return True  # linear: the gradient depends on nothing
    return gradcheck(
        first_derivative, (*inputs, *given), eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception
    )


def numerical_jacobian(
    func: Callable[..., Any], inputs: tuple[Any, ...], output_nr: int, i: int, eps: float
) -> np.ndarray:
    """d(output)/d(input i) by central differences: (elements of output, elements of input)."""
    x = inputs[i]
    start = to_numpy(x.array).astype(np.float64)
    columns = []
    for position in range(start.size):
        both = []
        for step in (eps, -eps):
            moved = start.copy()
            moved.flat[position] += step
            changed = (*inputs[:i], _leaf_like(moved, x), *inputs[i + 1 :])
            both.append(to_numpy(_outputs(func, changed)[output_nr].array).astype(np.float64).ravel())
        columns.append((both[0] - both[1]) / (2 * eps))
    size = to_numpy(_outputs(func, inputs)[output_nr].array).size
    return np.stack(columns, axis=1) if columns else np.zeros((size, 0))


def analytical_jacobian(func: Callable[..., Any], inputs: tuple[Any, ...], output_nr: int, i: int) -> np.ndarray:
    """d(output)/d(input i) by one backward for each element of the output."""
    output = _outputs(func, inputs)[output_nr]
    rows = []
    for position in range(output.array.size):
        seed = np.zeros(output.array.shape, output.array.dtype)
        seed.flat[position] = 1
        (found,) = grad(output, inputs[i], _leaf_like(seed, output).detach(), retain_graph=True, allow_unused=True)
        rows.append(np.zeros(inputs[i].array.size) if found is None else to_numpy(found.array).ravel())
    return np.stack(rows) if rows else np.zeros((0, inputs[i].array.size))


def _compare(
    func: Callable[..., Any], inputs: tuple[Any, ...], output_nr: int, i: int, eps: float, atol: float, rtol: float
) -> None:
    expected = numerical_jacobian(func, inputs, output_nr, i, eps)
    got = analytical_jacobian(func, inputs, output_nr, i)
    wrong = np.argwhere(~np.isclose(got, expected, rtol=rtol, atol=atol))
    if not len(wrong):
        return
    row, column = wrong[0]
    output = _outputs(func, inputs)[output_nr]
    raise GradcheckError(
        f"Jacobian mismatch for output {output_nr} with respect to input {i} of {getattr(func, '__name__', func)}:\n"
        f"  d output{_position(row, output)} / d input{_position(column, inputs[i])}\n"
        f"  expected (by differences): {expected[row, column]:.8g}\n"
        f"  got (by backward):         {got[row, column]:.8g}\n"
        f"  {len(wrong)} of {got.size} entries differ; input there:"
        f" {to_numpy(inputs[i].array).ravel()[column]:.8g}"
    )


def _position(flat: int, tensor: TensorBase) -> list[int]:
    return [int(n) for n in np.unravel_index(flat, tensor.array.shape)]


def _outputs(func: Callable[..., Any], inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    result = func(*inputs)
    results = (result,) if isinstance(result, TensorBase) else tuple(result)
    found = tuple(r for r in results if isinstance(r, TensorBase) and r._requires_grad)
    if not found:
        raise ValueError(f"gradcheck: no output of {getattr(func, '__name__', func)} requires a gradient")
    return found


def _check_dtype(x: TensorBase, i: int, eps: float) -> None:
    if x.array.dtype != np.float64 and eps < 1e-4:
        raise ValueError(
            f"gradcheck: input {i} is {x.array.dtype}; steps of {eps:g} drown in its rounding. Use .double()."
        )


def _leaf_like(array: np.ndarray, like: TensorBase) -> Any:
    made = wrap(to_device(np.asarray(array, like.array.dtype), device_of(like.array)))
    made._requires_grad = True
    return made
