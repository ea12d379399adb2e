"""Attention: each query gets the mean of the values, weighted by how well their keys match it.

Vaswani et al.: Attention Is All You Need, 2017.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ...autograd.base import wrap
from ...backend import array_module, is_on_gpu
from ...ops.activation import softmax
from ...ops.creation import zeros
from ...ops.heads import SplitHeads
from ...ops.joining import cat
from ...ops.matmul import linear
from ...ops.padding import pad
from ...ops.plumbing.entry import check_optional_tensors, check_tensors
from .dropout import dropout

if TYPE_CHECKING:
    from ...tensor import Tensor


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(query key^T scale) value.  query (*, L, E), key (*, S, E), value (*, S, Ev): (*, L, Ev).

    attn_mask, broadcast to (*, L, S): bools, True where a key may be looked at, or numbers that are added.
    is_causal: only keys up to the query's own place. scale: 1 / sqrt(E) by default. dropout_p: probability for the
    weights, always active. enable_gqa: there may be fewer heads of keys and values than of queries, each used by
    several. A query that may look at nothing gives zeros. Source: torch.nn.functional.scaled_dot_product_attention."""
    check_tensors("scaled_dot_product_attention", query=query, key=key, value=value)
    check_optional_tensors("scaled_dot_product_attention", attn_mask=attn_mask)
    if is_causal and attn_mask is not None:
        raise RuntimeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    for name, each in (("query", query), ("key", key), ("value", value)):
        if each.array.ndim < 2:
            raise RuntimeError(f"scaled_dot_product_attention: {name} must be at least 2D, got {each.array.ndim}D")
        if each.array.dtype != query.array.dtype:
            raise RuntimeError(
                "Expected query, key, and value to have the same dtype, but got query.dtype:"
                f" {query.dtype} key.dtype: {key.dtype} and value.dtype: {value.dtype} instead."
            )
    if enable_gqa:
        repeats = query.array.shape[-3] // key.array.shape[-3]
        key, value = (each.repeat_interleave(repeats, -3) for each in (key, value))
    scores = (query * (1 / math.sqrt(query.array.shape[-1]) if scale is None else scale)) @ key.mT
    if is_causal:
        length, keys = scores.array.shape[-2:]
        attn_mask = wrap(array_module(query).tri(length, keys, dtype=bool))
    if attn_mask is None:
        return dropout(softmax(scores, -1), dropout_p) @ value
    weights = _softmax_or_zeros(scores + as_addend(attn_mask, query, keep=True))
    return dropout(weights, dropout_p) @ value


def _softmax_or_zeros(scores: Tensor) -> Tensor:
    """The softmax of each row; zeros for a row of -inf alone, which may look at no key."""
    nothing = (scores.array == -math.inf).all(-1, keepdims=True)
    if not is_on_gpu(nothing) and not nothing.any():  # a GPU would have to wait for the answer
        return softmax(scores, -1)
    return softmax(scores.masked_fill(wrap(nothing), 0.0), -1).masked_fill(wrap(nothing), 0.0)


def as_addend(mask: Tensor, like: Tensor, keep: bool) -> Tensor:
    """A mask of bools as numbers to add, with -inf for keys that are left out; a mask of numbers as it is. keep:
    whether True means that a key may be looked at (else that it is left out)."""
    if mask.array.dtype != bool:
        return mask
    left_out = ~mask.array if keep else mask.array
    return wrap(array_module(mask).where(left_out, -math.inf, 0.0).astype(like.array.dtype))


class Projections(NamedTuple):
    """The weights and biases (or None) that turn embeddings (*, E) into queries, keys and values."""

    weights: tuple[Tensor, ...]
    biases: tuple[Tensor | None, ...]


def projections(in_proj_weight: Any, in_proj_bias: Tensor | None, separate: tuple[Any, ...] | None) -> Projections:
    """The three projections, stacked in one weight (3 E, E) or given separately."""
    weights = tuple(in_proj_weight.chunk(3)) if separate is None else separate
    biases = (None, None, None) if in_proj_bias is None else tuple(in_proj_bias.chunk(3))
    return Projections(weights, biases)


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention in several heads: query (L, N, E), key and value (S, N, E), or without N; gives (L, N, E) and, with
    need_weights, the weights (N, L, S), or (N, heads, L, S) with average_attn_weights=False.

    key_padding_mask (N, S) and attn_mask (L, S) or (N heads, L, S): bools, True where a key is left out, or numbers
    that are added. is_causal is a hint that attn_mask is the causal one. Raises AssertionError and
    RuntimeError, as in PyTorch, for sizes that do not fit. Source: torch.nn.functional.multi_head_attention_forward."""
    if static_k is not None or static_v is not None:
        raise NotImplementedError("multi_head_attention_forward: static_k and static_v are not supported")
    if is_causal and attn_mask is None:
        raise RuntimeError("Need attn_mask if specifying the is_causal hint.")
    batched = _check(query, key, value, key_padding_mask, attn_mask, embed_dim_to_check, num_heads)
    if not batched:
        query, key, value = each_once(lambda x: x.unsqueeze(1), query, key, value)
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    _check_pair(key, value, use_separate_proj_weight)
    separate = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else None
    added = 0
    stacked = in_proj_weight if separate is None and bias_k is None else None
    if stacked is not None and query is key and key is value:  # self-attention, in one product
        q, k, v = SplitHeads.apply(linear(query, stacked, in_proj_bias), num_heads)
    else:
        weights, biases = projections(in_proj_weight, in_proj_bias, separate)
        q, k, v = map(linear, (query, key, value), weights, biases)
        if bias_k is not None and bias_v is not None:
            n = k.array.shape[1]
            k, v = (cat([each, b.expand(1, n, -1)]) for each, b in ((k, bias_k), (v, bias_v)))
            added += 1
        q, k, v = (_heads(each, num_heads) for each in (q, k, v))
    if add_zero_attn:
        nothing = zeros(*k.array.shape[:2], 1, k.array.shape[3], dtype=k.dtype, device=k.device)
        k, v = cat([k, nothing], 2), cat([v, nothing], 2)
        added += 1
    mask = _joined_mask(q, key_padding_mask, attn_mask, added)
    mixed, used = _attend(q, k, v, mask, dropout_p if training else 0.0, need_weights)
    n, heads, length, size = mixed.array.shape
    mixed = mixed.permute(2, 0, 1, 3).reshape(length, n, heads * size)
    output = linear(mixed, out_proj_weight, out_proj_bias)
    if used is not None and average_attn_weights:
        used = used.mean(1)
    if batched:
        return output, used
    return output.squeeze(1), None if used is None else used.squeeze(0)


def each_once(change: Callable[[Tensor], Tensor], *tensors: Tensor) -> list[Tensor]:
    """The changed tensors; one that occurs several times is changed once, and stays one tensor."""
    changed = {id(each): change(each) for each in tensors}
    return [changed[id(each)] for each in tensors]


def _heads(x: Tensor, heads: int) -> Tensor:
    """(L, N, E) -> (N, heads, L, E / heads)"""
    length, n, features = x.array.shape
    return x.reshape(length, n, heads, features // heads).permute(1, 2, 0, 3)


def _attend(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, dropout_p: float, need_weights: bool
) -> tuple[Tensor, Tensor | None]:
    """The mixed values (N, heads, L, E / heads), and the weights (N, heads, L, S) if they are wanted."""
    if not need_weights:
        return scaled_dot_product_attention(q, k, v, mask, dropout_p), None
    scores = (q * math.sqrt(1 / q.array.shape[-1])) @ k.mT
    weights = dropout(softmax(scores if mask is None else scores + mask, -1), dropout_p)
    return weights @ v, weights


def _joined_mask(q: Tensor, key_padding_mask: Tensor | None, attn_mask: Tensor | None, added: int) -> Tensor | None:
    """Both masks as one to add, (N, heads, L, S) or broadcastable to it; all queries see the `added` keys."""
    n, heads, length, _ = q.array.shape
    joined = None
    if attn_mask is not None:
        joined = as_addend(attn_mask, q, keep=False)
        if joined.array.ndim == 3:
            joined = joined.reshape(n, heads, length, -1)
    if key_padding_mask is not None:
        padding = as_addend(key_padding_mask, q, keep=False).reshape(n, 1, 1, -1)
        joined = padding if joined is None else joined + padding
    return joined if joined is None or not added else pad(joined, (0, added))


def _check(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    key_padding_mask: Tensor | None,
    attn_mask: Tensor | None,
    embed_dim: int,
    num_heads: int,
) -> bool:
    """Whether there is a batch. Raises AssertionError if axes or sizes do not fit."""
    axes = query.array.ndim
    if axes not in (2, 3):
        raise AssertionError(f"query should be unbatched 2D or batched 3D tensor but received {axes}-D query tensor")
    for name, each in (("key", key), ("value", value)):
        if each.array.ndim != axes:
            raise AssertionError(
                f"For {'batched' if axes == 3 else 'unbatched'} ({axes}-D) `query`, expected `key` and `value` to be"
                f" {axes}-D but found {each.array.ndim}-D {name}"
            )
    if query.array.shape[-1] != embed_dim:
        raise AssertionError(f"was expecting embedding dimension of {embed_dim}, but got {query.array.shape[-1]}")
    if embed_dim % num_heads:
        raise AssertionError(f"embed_dim {embed_dim} not divisible by num_heads {num_heads}")
    _check_masks(query, key, key_padding_mask, attn_mask, axes == 3, num_heads)
    return axes == 3


def _check_masks(
    query: Tensor, key: Tensor, key_padding_mask: Tensor | None, attn_mask: Tensor | None, batched: bool, num_heads: int
) -> None:
    length, keys = query.array.shape[0], key.array.shape[0]
    n = query.array.shape[1] if batched else 1
    for name, mask in (("key_padding_mask", key_padding_mask), ("attn_mask", attn_mask)):
        if mask is not None and mask.array.dtype.kind not in "bf":
            raise AssertionError(f"only bool and floating types of {name} are supported")
    if key_padding_mask is not None:
        expected = (n, keys) if batched else (keys,)
        if key_padding_mask.array.shape != expected:
            raise AssertionError(
                f"Expected key_padding_mask of shape {expected}, but got {tuple(key_padding_mask.array.shape)}"
            )
    if attn_mask is not None and attn_mask.array.shape not in ((length, keys), (n * num_heads, length, keys)):
        raise RuntimeError(
            f"The shape of the {attn_mask.array.ndim}D attn_mask is {attn_mask.shape}, but should be"
            f" {(length, keys)} or {(n * num_heads, length, keys)}."
        )


def _check_pair(key: Tensor, value: Tensor, separate: bool) -> None:
    have, want = key.array.shape, value.array.shape
    if separate and have[:2] != want[:2]:
        raise AssertionError(f"key's sequence and batch dims {have[:2]} do not match value's {want[:2]}")
    if not separate and have != want:
        raise AssertionError(f"key shape {have} does not match value shape {want}")
