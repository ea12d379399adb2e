"""Whole Jacobians and Hessians, and products with them. Source: torch.autograd.functional."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..backend import array_module
from .base import TensorBase, wrap
from .engine import grad
from .grad_mode import enable_grad

if TYPE_CHECKING:
    from typing import TypeAlias

    from ..tensor import Tensor

    Tensors: TypeAlias = Tensor | tuple[Tensor, ...]


def vjp(
    func: Callable[..., Tensors],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> Any:
    """(outputs, v^T J): the product of a vector with the Jacobian, by one backward.

    v: of the outputs' shapes; may be left out for one output of one element."""
    with enable_grad():
        leaves = _leaves(inputs, create_graph)
        outputs = _call(func, leaves)
        vectors = None if v is None else _tuple(v)
        found = _gradients(outputs, leaves, vectors, create_graph, strict)
    return _plain(outputs, create_graph), _like(found, inputs)


def jvp(
    func: Callable[..., Tensors],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> Any:
    """(outputs, J v): the product of the Jacobian with a vector, by differentiating u -> u^T J in u."""
    with enable_grad():
        leaves = _leaves(inputs, create_graph)
        outputs = _call(func, leaves)
        dummies = tuple(_zeros_like(o).requires_grad_() for o in outputs)
        found = _gradients(outputs, leaves, dummies, True, strict)
        vectors = _tuple(v) if v is not None else tuple(_zeros_like(x) + 1 for x in leaves)
        products = _gradients(found, dummies, vectors, create_graph, strict)
    return _plain(outputs, create_graph), _like(products, outputs if len(outputs) > 1 else outputs[0])


def jacobian(
    func: Callable[..., Tensors],
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """d(output)/d(input) of shape output.shape + input.shape; nested tuples for several of them.

    strategy: "reverse-mode", or "forward-mode" with vectorize=True; both are computed by one backward a row."""
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(f'Expected strategy to be either "forward-mode" or "reverse-mode", got {strategy}')
    if strategy == "forward-mode" and not vectorize:
        raise NotImplementedError('strategy="forward-mode" needs vectorize=True, as in PyTorch')
    if strategy == "forward-mode" and create_graph:
        raise NotImplementedError('create_graph=True needs strategy="reverse-mode", as in PyTorch')
    with enable_grad():
        leaves = _leaves(inputs, create_graph)
        result = func(*leaves)
        rows = tuple(_jacobian_of(o, leaves, create_graph, strict) for o in _tuple(result))
    nested = tuple(_like(row, inputs) for row in rows)
    return nested[0] if isinstance(result, TensorBase) else nested


def hessian(
    func: Callable[..., Tensors],
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """Second derivatives of a func whose result is one number, of shape input.shape + input.shape."""

    def gradient(*leaves: Tensor) -> Tensors:
        output = _scalar(func, leaves, "hessian")
        return _like(_gradients((output,), leaves, None, True, strict), inputs)

    return jacobian(gradient, inputs, create_graph, strict, vectorize, outer_jacobian_strategy)


def vhp(
    func: Callable[..., Tensors],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> Any:
    """(output, v^T H): the product of a vector with the Hessian of a func whose result is one number."""
    with enable_grad():
        leaves = _leaves(inputs, create_graph)
        output = _scalar(func, leaves, "vhp")
        first = _gradients((output,), leaves, None, True, strict)
        vectors = None if v is None else _tuple(v)
        second = _gradients(first, leaves, vectors, create_graph, strict)
    return _plain((output,), create_graph), _like(second, inputs)


def hvp(
    func: Callable[..., Tensors],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> Any:
    """(output, H v). H is symmetric, so this is vhp."""
    return vhp(func, inputs, v, create_graph, strict)


def _jacobian_of(output: Tensor, leaves: tuple[Tensor, ...], create_graph: bool, strict: bool) -> tuple[Tensor, ...]:
    rows = []
    for position in range(output.array.size):
        one = output.reshape(-1)[position] if output.array.ndim else output
        rows.append(_gradients((one,), leaves, None, create_graph, strict, keep=True))
    stacked = []
    for i, leaf in enumerate(leaves):
        parts = [row[i].unsqueeze(0) for row in rows]
        joined = parts[0] if len(parts) == 1 else _cat(parts) if parts else _zeros_like(leaf)[None][:0]
        stacked.append(joined.reshape((*output.array.shape, *leaf.array.shape)))
    return tuple(stacked)


def _cat(parts: list[Tensor]) -> Tensor:
    """The rows as one recorded tensor, made with nothing but a tensor's own methods."""
    total = _zeros_like(parts[0]).expand(len(parts), *parts[0].array.shape[1:]).clone()
    for i, part in enumerate(parts):
        total[i : i + 1] = part
    return total


def _gradients(
    outputs: tuple[Tensor, ...],
    leaves: tuple[Tensor, ...],
    vectors: tuple[Tensor, ...] | None,
    create_graph: bool,
    strict: bool,
    keep: bool = False,
) -> tuple[Tensor, ...]:
    """Gradients of the outputs; zeros where there is none, or RuntimeError when strict."""
    used = [i for i, o in enumerate(outputs) if o.requires_grad]
    if strict and len(used) < len(outputs):
        raise RuntimeError("An output of the user-provided function is independent of the inputs (strict=True).")
    if not used:
        return tuple(_zeros_like(x) for x in leaves)
    chosen = None if vectors is None else [vectors[i] for i in used]
    found = grad(
        [outputs[i] for i in used], leaves, chosen, keep or create_graph or None, create_graph, allow_unused=True
    )
    if strict and any(g is None for g in found):
        raise RuntimeError("The output of the user-provided function is independent of an input (strict=True).")
    return tuple(_zeros_like(x) if g is None else g for x, g in zip(leaves, found, strict=True))


def _call(func: Callable[..., Tensors], leaves: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    outputs = _tuple(func(*leaves))
    if not all(isinstance(o, TensorBase) for o in outputs):
        raise TypeError("The outputs of the user-provided function must be tensors")
    return outputs


def _scalar(func: Callable[..., Tensors], leaves: tuple[Tensor, ...], name: str) -> Tensor:
    output = func(*leaves)
    if not isinstance(output, TensorBase) or output.array.size != 1:
        raise RuntimeError(f"The function given to {name} should return a single value: a Tensor with one element")
    return output.reshape(())


def _leaves(inputs: Tensors, create_graph: bool) -> tuple[Tensor, ...]:
    """The inputs as new tensors, to differentiate with respect to."""
    return tuple(
        x.view(x.shape) if create_graph and x.requires_grad else x.detach().requires_grad_() for x in _tuple(inputs)
    )


def _zeros_like(tensor: TensorBase) -> Tensor:
    return wrap(array_module(tensor).zeros_like(tensor.array))


def _plain(outputs: tuple[Tensor, ...], create_graph: bool) -> Tensors:
    kept = outputs if create_graph else tuple(o.detach() for o in outputs)
    return kept[0] if len(kept) == 1 else kept


def _like(results: tuple[Tensor, ...], inputs: Tensors) -> Tensors:
    return results[0] if isinstance(inputs, TensorBase) else results


def _tuple(tensors: Tensors) -> tuple[Tensor, ...]:
    return (tensors,) if isinstance(tensors, TensorBase) else tuple(tensors)
