"""Historical names of functions that work in place: `init.normal` is init.normal_. Source: torch.nn.init."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import TypeVar

from . import init
from .utils.clip_grad import clip_grad_norm_

Result = TypeVar("Result")


def _old(function: Callable[..., Result], place: str) -> Callable[..., Result]:
    """The function under its name without "_", which warns."""
    new = function.__name__
    old = new.removesuffix("_")

    @functools.wraps(function)
    def deprecated(*args: object, **kwargs: object) -> Result:
        message = f"`{place}.{old}` is now deprecated in favor of `{place}.{new}`."
        warnings.warn(message, FutureWarning, stacklevel=2)
        return function(*args, **kwargs)

    deprecated.__name__ = deprecated.__qualname__ = old
    return deprecated


uniform, normal, constant = (_old(f, "nn.init") for f in (init.uniform_, init.normal_, init.constant_))
eye, dirac, sparse = (_old(f, "nn.init") for f in (init.eye_, init.dirac_, init.sparse_))
xavier_uniform, xavier_normal = (_old(f, "nn.init") for f in (init.xavier_uniform_, init.xavier_normal_))
kaiming_uniform, kaiming_normal = (_old(f, "nn.init") for f in (init.kaiming_uniform_, init.kaiming_normal_))
orthogonal = _old(init.orthogonal_, "nn.init")
clip_grad_norm = _old(clip_grad_norm_, "torch.nn.utils")
