"""Are the gradients right? Each is compared with what a small step of the input does to the output.

Source: torch.autograd.gradcheck, torch.autograd.gradgradcheck.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..backend import device_of, to_device, to_numpy
from .base import TensorBase, wrap
from .engine import grad

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .functional import Tensors


class GradcheckError(RuntimeError):
    """What gradcheck raises when a gradient is wrong. Source: torch.autograd.gradcheck.GradcheckError."""


def gradcheck(
    func: Callable[..., Tensors],
    inputs: Tensor | tuple[Any, ...],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Compares func's gradients with central differences (f(x + eps) - f(x - eps)) / 2 eps.

    inputs: tensors and other arguments; those that require a gradient are checked, element by element. Each element is
    changed in place and put back, so func may also reach it in another way (as a parameter of a module, for example).
    Warns where one is not float64: the differences are coarse. Two runs of backward may differ by nondet_tol.
    Returns True, or raises GradcheckError that names function, input, index, expected and got; with
    raise_exception=False returns False instead."""
    inputs = (inputs,) if isinstance(inputs, TensorBase) else tuple(inputs)
    checked = [i for i, x in enumerate(inputs) if isinstance(x, TensorBase) and x._requires_grad]
    if not checked:
        raise ValueError("gradcheck expects at least one input tensor to require gradient: requires_grad=True")
    try:
        for i in checked:
            _check_input(inputs[i], i)
        for output_nr in range(len(_outputs(func, inputs))):
            for i in checked:
                got = analytical_jacobian(func, inputs, output_nr, i)
                _compare(func, inputs, output_nr, i, eps, atol, rtol, got)
                _compare_again(func, inputs, output_nr, i, nondet_tol, got)
            _check_zeros(func, inputs, output_nr)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Tensors],
    inputs: Tensor | tuple[Any, ...],
    grad_outputs: Tensors | None = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
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

    def first_derivative(*arguments: Any) -> tuple[Tensor, ...]:
        inner, weights = arguments[: len(inputs)], arguments[len(inputs) :]
        wanted: Any = [x for x in inner if isinstance(x, TensorBase) and x._requires_grad]
        found = grad(_outputs(func, inner), wanted, weights, create_graph=True, allow_unused=True)
        return tuple(g for g in found if g is not None and g._requires_grad)

    first_derivative.__name__ = f"the gradient of {getattr(func, '__name__', func)}"
    if not first_derivative(*inputs, *given):
        return True  # linear: the gradient depends on nothing
    return gradcheck(
        first_derivative,
        (*inputs, *given),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
    )


def numerical_jacobian(
    func: Callable[..., Tensors], inputs: tuple[Any, ...], output_nr: int, i: int, eps: float
) -> np.ndarray:
    """d(output)/d(input i) by central differences: (elements of output, elements of input)."""
    array = inputs[i].array
    columns = []
    for position in np.ndindex(array.shape):
        start, both = array[position].copy(), []
        try:
            for step in (eps, -eps):
                array[position] = start + step
                both.append(to_numpy(_outputs(func, inputs)[output_nr].array).astype(np.float64).ravel())
        finally:
            array[position] = start
        columns.append((both[0] - both[1]) / (2 * eps))
    size = to_numpy(_outputs(func, inputs)[output_nr].array).size
    return np.stack(columns, axis=1) if columns else np.zeros((size, 0))


def analytical_jacobian(func: Callable[..., Tensors], inputs: tuple[Any, ...], output_nr: int, i: int) -> np.ndarray:
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
    func: Callable[..., Tensors],
    inputs: tuple[Any, ...],
    output_nr: int,
    i: int,
    eps: float,
    atol: float,
    rtol: float,
    got: np.ndarray,
) -> None:
    expected = numerical_jacobian(func, inputs, output_nr, i, eps)
    wrong = np.argwhere(~np.isclose(got, expected, rtol=rtol, atol=atol))
    if not len(wrong):
        return
    row, column = wrong[0]
    output = _outputs(func, inputs)[output_nr]
    raise GradcheckError(
        f"Jacobian mismatch for output {output_nr} with respect to input {i} of {getattr(func, '__name__', func)}:\n"
        f"  d output{_position(row, output)} / d input{_position(column, inputs[i])}\n"
        f"  expected (finite difference): {expected[row, column]:.8g}\n"
        f"  got (backward):               {got[row, column]:.8g}\n"
        f"  {len(wrong)} of {got.size} entries differ; input there:"
        f" {to_numpy(inputs[i].array).ravel()[column]:.8g}"
    )


def _position(flat: int, tensor: TensorBase) -> list[int]:
    return [int(n) for n in np.unravel_index(flat, tensor.array.shape)]


def _outputs(func: Callable[..., Tensors], inputs: tuple[Any, ...]) -> tuple[Tensor, ...]:
    result = func(*inputs)
    results = (result,) if isinstance(result, TensorBase) else tuple(result)
    found = tuple(r for r in results if isinstance(r, TensorBase) and r._requires_grad)
    if not found:
        raise ValueError(f"gradcheck: no output of {getattr(func, '__name__', func)} requires a gradient")
    return found


def _compare_again(
    func: Callable[..., Tensors], inputs: tuple[Any, ...], output_nr: int, i: int, tolerance: float, got: np.ndarray
) -> None:
    """Raises GradcheckError if a second backward gives something else."""
    farthest = float(np.abs(analytical_jacobian(func, inputs, output_nr, i) - got).max(initial=0))
    if farthest > tolerance:
        raise GradcheckError(
            f"Backward of {getattr(func, '__name__', func)} is not reentrant: run twice with the same inputs, it gives"
            f" gradients of input {i} that differ by {farthest:.3g}. The tolerance for that is nondet_tol={tolerance}."
        )


def _check_zeros(func: Callable[..., Tensors], inputs: tuple[Any, ...], output_nr: int) -> None:
    """Raises GradcheckError if backward turns a gradient of zeros into anything else: then it forgets to multiply."""
    output = _outputs(func, inputs)[output_nr]
    checked: Any = [x for x in inputs if isinstance(x, TensorBase) and x._requires_grad]
    zeros = _leaf_like(np.zeros(output.array.shape), output).detach()
    for gradient in grad(output, checked, zeros, allow_unused=True):
        if gradient is not None and to_numpy(gradient.array).any():
            raise GradcheckError(
                f"backward not multiplied by grad_output: output {output_nr} of {getattr(func, '__name__', func)} got a"
                " gradient of zeros, its inputs did not. By the chain rule backward returns grad_output times a slope."
            )


def _check_input(x: TensorBase, i: int) -> None:
    """Warns of a dtype that is too coarse; raises RuntimeError if several elements share one place in memory."""
    if x.array.dtype != np.float64:
        warnings.warn(
            f"gradcheck: input {i} requires gradient and is {x.array.dtype}, not float64: the differences may drown in"
            " its rounding. Use .double().",
            stacklevel=3,
        )
    if x.array.size and any(n > 1 and stride == 0 for n, stride in zip(x.array.shape, x.array.strides, strict=True)):
        raise RuntimeError(f"gradcheck: input {i} has a dimension with stride 0, as expand() gives: clone() it first")


def _leaf_like(array: np.ndarray, like: TensorBase) -> Tensor:
    made = wrap(to_device(np.asarray(array, like.array.dtype), device_of(like.array)))
    made._requires_grad = True
    return made
