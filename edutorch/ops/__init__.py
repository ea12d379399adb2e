"""Every differentiable operation, one topic a file.

A primitive has a Function with its gradient; a composition is written in primitives and gets its
gradient for nothing. Each public function is written once, here.
"""

from . import (
    activation,
    arithmetic,
    comparison,
    conversion,
    creation,
    exponential,
    indexing,
    inplace,
    matmul,
    reduction,
    shape,
)

__all__ = [
    "activation",
    "arithmetic",
    "comparison",
    "conversion",
    "creation",
    "exponential",
    "indexing",
    "inplace",
    "matmul",
    "reduction",
    "shape",
]
