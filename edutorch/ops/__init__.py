"""Every differentiable operation, one topic a file.

A primitive has a Function with its gradient; a composition is written in primitives and gets its
gradient for nothing. Each public function is written once, here.
"""

from . import (
    activation,
    arithmetic,
    arranging,
    comparison,
    conversion,
    creation,
    diagonals,
    exponential,
    gathering,
    indexing,
    inplace,
    joining,
    masking,
    matmul,
    reduction,
    shape,
    sorting,
    splitting,
    strides,
)

__all__ = [
    "activation",
    "arithmetic",
    "arranging",
    "comparison",
    "conversion",
    "creation",
    "diagonals",
    "exponential",
    "gathering",
    "indexing",
    "inplace",
    "joining",
    "masking",
    "matmul",
    "reduction",
    "shape",
    "sorting",
    "splitting",
    "strides",
]
