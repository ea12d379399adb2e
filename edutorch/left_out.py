"""What PyTorch has and edutorch leaves out, with what to use instead: the text of the AttributeError."""

from __future__ import annotations

import functools
import importlib
import os
from collections.abc import Mapping

_COMPLEX = "tensors are real: keep real and imaginary parts as two tensors"
_EAGER = "nothing is compiled here, every line runs as it stands: leave the call out"
_MANY = "start several processes with `edutorch run --nproc 2 script.py`, and see edutorch.distributed"

REASONS = {
    **dict.fromkeys(
        (
            "complex",
            "view_as_complex",
            "view_as_real",
            "polar",
            "angle",
            "fft",
            "stft",
            "istft",
        ),
        _COMPLEX,
    ),
    **dict.fromkeys(("eig", "eigvals"), f"{_COMPLEX}; eigh and eigvalsh are for symmetric matrices"),
    **dict.fromkeys(("compiler", "fx", "export", "library"), _EAGER),
    **dict.fromkeys(("futures",), _MANY),
    **dict.fromkeys(("sparse", "sparse_coo_tensor", "sparse_csr_tensor"), "tensors are dense here"),
    **dict.fromkeys(
        ("quantize_per_tensor", "quantize_per_channel", "quantize_per_tensor_dynamic"),
        "there are no quantized dtypes: fake_quantize_per_tensor_affine and quantization round to integers",
    ),
    **dict.fromkeys(("func", "vmap"), "use autograd.functional (jacobian, hessian, vjp, jvp) or a loop"),
    **dict.fromkeys(("profiler",), "there is nothing like it here"),
    **dict.fromkeys(
        (
            "bessel_j0",
            "bessel_j1",
            "i0",
            "i0_",
            "i0e",
            "i1",
            "i1e",
            "zeta",
            "ndtri",
            "log_ndtr",
            "erfcx",
            "xlog1py",
        ),
        "of the special functions there are erf, lgamma, digamma, polygamma and their relatives",
    ),
    **dict.fromkeys(
        (
            "batch_norm",
            "instance_norm",
            "embedding",
            "embedding_bag",
            "binary_cross_entropy_with_logits",
            "cosine_embedding_loss",
            "ctc_loss",
            "hinge_embedding_loss",
            "kl_div",
            "margin_ranking_loss",
            "poisson_nll_loss",
            "triplet_margin_loss",
        ),
        "use the function of that name in nn.functional, where the arguments have another order",
    ),
    "Wishart": "draw a matrix A of df rows from distributions.MultivariateNormal: A.mT @ A is such a matrix",
    **dict.fromkeys(
        [f"register_module_{kind}_registration_hook" for kind in ("buffer", "module", "parameter")],
        "override register_buffer, add_module or register_parameter in a subclass of Module",
    ),
    "register_multi_grad_hook": "use register_hook of each tensor",
    **dict.fromkeys(("GradientEdge", "get_gradient_edge"), "keep the tensor itself: autograd.grad takes it"),
    "allow_mutation_on_saved_tensors": "change a clone() in place",
    "region_activation_memory_budget": _EAGER,
    **dict.fromkeys(
        ("set_warn_on_accumulate_grad_stream_mismatch", "set_override_stale_capture_stream"), "leave the call out"
    ),
    "histogramdd": "use histogram, for one variable",
    **dict.fromkeys(("lu", "lu_factor", "lu_solve"), "use linalg.solve, linalg.inv or linalg.det"),
    "set_default_tensor_type": "use set_default_dtype(torch.float64)",
}


_OF_PACKAGES: dict[str, Mapping[str, str]] = {}


def of_package(package: str, reasons: Mapping[str, str]) -> None:
    """Adds what a package, which loads on first use, leaves out beside REASONS."""
    _OF_PACKAGES[package] = reasons


def reason(name: str, module: str = "edutorch") -> str | None:
    """What to use instead of a name that a module leaves out; None for all other names."""
    for package, reasons in _OF_PACKAGES.items():
        if f"{module}.".startswith(f"{package}.") and name in reasons:
            return reasons[name]
    if name in REASONS or name.startswith("__"):
        return REASONS.get(name)
    place = module.replace("edutorch", "torch", 1)
    return "edutorch/OPERATIONS.md lists what there is" if name in _recorded().get(place, "").split() else None


@functools.cache
def _recorded() -> dict[str, str]:
    """The names of PyTorch's public modules that have no word of their own above: read where a name is missing."""
    import json  # here, since most programs never come by

    with open(os.path.join(os.path.dirname(__file__), "left_out.json"), encoding="utf-8") as file:
        found: dict[str, str] = json.load(file)
    return found


def reason_for_module(name: str) -> str | None:
    """What to use instead of a module of PyTorch, "torch.utils.benchmark" for example."""
    found: str | None = importlib.import_module("edutorch.left_out_modules").reason(name)
    return found


def missing(module: str, name: str) -> AttributeError:
    """The error for a name that a module does not have."""
    because = reason(name, module)
    tail = f": edutorch leaves it out; {because}" if because else ""
    return AttributeError(f"module '{module}' has no attribute '{name}'{tail}", name=name)
