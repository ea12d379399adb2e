"""Queries, keys and values of self-attention: side by side, as one product gives them, and apart, in heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function
from ..backend import Array, array_module

if TYPE_CHECKING:
    from ..tensor import Tensor


class SplitHeads(Function):
    """q, k, v = the thirds of x, each in heads;  dL/dx = dL/dq, dL/dk, dL/dv side by side

    x: (L, N, 3 E); q, k, v: (N, heads, L, E / heads), on x's memory"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, heads: int) -> tuple[Tensor, ...]:
        ctx.heads = heads
        return tuple(map(wrap, _in_heads(x.array, heads)))

    @staticmethod
    def backward(ctx: Function, gq: Tensor, gk: Tensor, gv: Tensor) -> tuple[Tensor, None]:
        return JoinHeads.apply(gq, gk, gv), None


class JoinHeads(Function):
    """x = q, k, v side by side: the transpose of SplitHeads;  dL/dq, dL/dk, dL/dv = the thirds of dL/dx, in heads"""

    @staticmethod
    def forward(ctx: Function, *thirds: Tensor) -> Tensor:
        n, ctx.heads, length, size = thirds[0].array.shape
        x = array_module(thirds[0]).empty((length, n, 3 * ctx.heads * size), thirds[0].array.dtype)
        for place, third in zip(_in_heads(x, ctx.heads), thirds, strict=True):
            place[...] = third.array
        return wrap(x)

    @staticmethod
    def backward(ctx: Function, gx: Tensor) -> tuple[Tensor, ...]:
        return SplitHeads.apply(gx, ctx.heads)


def _in_heads(x: Array, heads: int) -> Array:
    """(L, N, 3 E) -> (3, N, heads, L, E / heads)"""
    length, n, features = x.shape
    return x.reshape(length, n, 3, heads, features // (3 * heads)).transpose(2, 1, 3, 0, 4)
