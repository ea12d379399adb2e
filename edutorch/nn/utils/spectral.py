"""spectral_norm as it was before parametrizations: parameter <name>_orig, buffers <name>_u and <name>_v.

Source: torch.nn.utils.spectral_norm; Miyato, Kataoka, Koyama, Yoshida 2018.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ...autograd.grad_mode import no_grad
from ...ops.creation import empty
from ...random.fill import normal_
from ..conv import _Transposed
from ..functional import normalize
from ..module import Module
from ..parameter import Parameter

if TYPE_CHECKING:
    from ...tensor import Tensor

Wrapped = TypeVar("Wrapped", bound=Module)


class SpectralNorm:
    """The hook that computes the weight before each forward: weight = original / its largest singular value."""

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        self.name, self.n_power_iterations, self.dim, self.eps = name, n_power_iterations, dim, eps

    def matrix(self, weight: Tensor) -> Tensor:
        """The weight with one row for each output."""
        return weight.movedim(self.dim, 0).flatten(1)

    def compute_weight(self, module: Module, iterate: bool) -> Tensor:
        """The weight; in training the singular vectors u and v follow it by a step of power iteration."""
        weight, u, v = (getattr(module, self.name + end) for end in ("_orig", "_u", "_v"))
        matrix = self.matrix(weight)
        if iterate:
            with no_grad():
                for _ in range(self.n_power_iterations):
                    v.copy_(normalize(matrix.t() @ u, dim=0, eps=self.eps))
                    u.copy_(normalize(matrix @ v, dim=0, eps=self.eps))
        return weight / (u.clone() @ (matrix @ v.clone()))

    def __call__(self, module: Module, args: tuple[Tensor]) -> None:
        setattr(module, self.name, self.compute_weight(module, module.training))


def spectral_norm(
    module: Wrapped, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Wrapped:
    """Divides a module's weight by its largest singular value before each forward; returns the module.

    dim: the axis of the outputs, 0 but for transposed convolutions. Raises RuntimeError if it has a spectral norm
    already, ValueError without such a parameter. Source: torch.nn.utils.spectral_norm."""
    if _find(module, name) is not None:
        raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    hook = SpectralNorm(name, n_power_iterations, int(isinstance(module, _Transposed)) if dim is None else dim, eps)
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    sizes = hook.matrix(weight.detach()).shape
    drawn = [normal_(empty(size, dtype=weight.dtype, device=weight.device)) for size in sizes]
    delattr(module, name)
    module.register_parameter(name + "_orig", weight)
    setattr(module, name, weight.data)
    for end, each in zip(("_u", "_v"), drawn, strict=True):
        module.register_buffer(name + end, normalize(each, dim=0, eps=eps))
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: Wrapped, name: str = "weight") -> Wrapped:
    """Makes the weight a parameter again; returns the module. Raises ValueError if there was no spectral norm."""
    key = _find(module, name)
    if key is None or module._hooks is None:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    hook: Any = module._hooks.forward_pre.pop(key)
    with no_grad():
        weight = hook.compute_weight(module, False)
    for each in ("", "_u", "_v", "_orig"):
        delattr(module, name + each)
    module.register_parameter(name, Parameter(weight))
    return module


def _find(module: Module, name: str) -> int | None:
    """The key of the hook that computes this weight."""
    hooks = {} if module._hooks is None else module._hooks.forward_pre
    found = (k for k, hook in hooks.items() if isinstance(hook, SpectralNorm) and hook.name == name)
    return next(found, None)
