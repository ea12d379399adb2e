"""What operations with several results return: tuples with names, printed as PyTorch prints them.

Source: torch.return_types.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any


class ReturnType:
    """Prints a named tuple with one result a line."""

    __slots__ = ()

    def __repr__(self: Any) -> str:
        results = ",\n".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"torch.return_types.{type(self).__name__}(\n{results})"


class max(ReturnType, namedtuple("max", ("values", "indices"))):
    """The largest values along an axis and where they are."""


class min(ReturnType, namedtuple("min", ("values", "indices"))):
    """The smallest values along an axis and where they are."""


class aminmax(ReturnType, namedtuple("aminmax", ("min", "max"))):
    """The smallest and the largest values."""


class sort(ReturnType, namedtuple("sort", ("values", "indices"))):
    """The values in order and where they were."""


class topk(ReturnType, namedtuple("topk", ("values", "indices"))):
    """The largest values and where they are."""


class kthvalue(ReturnType, namedtuple("kthvalue", ("values", "indices"))):
    """The k-th smallest values and where they are."""


class median(ReturnType, namedtuple("median", ("values", "indices"))):
    """The middle values and where they are."""


class nanmedian(ReturnType, namedtuple("nanmedian", ("values", "indices"))):
    """The middle values of all that are not nan, and where they are."""


class mode(ReturnType, namedtuple("mode", ("values", "indices"))):
    """The most frequent values and where they are."""


class cummax(ReturnType, namedtuple("cummax", ("values", "indices"))):
    """Running maxima and where they are."""


class cummin(ReturnType, namedtuple("cummin", ("values", "indices"))):
    """Running minima and where they are."""


class frexp(ReturnType, namedtuple("frexp", ("mantissa", "exponent"))):
    """Numbers as mantissa and exponent to base 2."""


class histogram(ReturnType, namedtuple("histogram", ("hist", "bin_edges"))):
    """How many elements fall in each part, and the edges of the parts."""


class linalg_slogdet(ReturnType, namedtuple("linalg_slogdet", ("sign", "logabsdet"))):
    """A determinant as its sign and the logarithm of its absolute value."""


class linalg_qr(ReturnType, namedtuple("linalg_qr", ("Q", "R"))):
    """Q and R of a QR decomposition."""


class linalg_svd(ReturnType, namedtuple("linalg_svd", ("U", "S", "Vh"))):
    """U, S and the transpose of V of a singular value decomposition."""


class svd(ReturnType, namedtuple("svd", ("U", "S", "V"))):
    """U, S and V of a singular value decomposition."""


class linalg_eigh(ReturnType, namedtuple("linalg_eigh", ("eigenvalues", "eigenvectors"))):
    """Eigenvalues, in ascending order, and eigenvectors, in columns."""


class linalg_lstsq(ReturnType, namedtuple("linalg_lstsq", ("solution", "residuals", "rank", "singular_values"))):
    """The least-squares solution, and what the driver reports about it."""
