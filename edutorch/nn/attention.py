"""Attention as a layer. Source: torch.nn.MultiheadAttention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dtypes import dtype as dtype_
from ..ops.creation import empty
from ..ops.plumbing.entry import check_ints, check_tensors
from ..tensor import Tensor
from . import functional as F
from . import init
from .functional.attention import each_once
from .linear import NonDynamicallyQuantizableLinear
from .module import Module
from .parameter import Parameter

if TYPE_CHECKING:
    from ..backend import DeviceLike


class MultiheadAttention(Module):
    """Attention in num_heads heads of embed_dim / num_heads features each.

    query (L, N, embed_dim), key (S, N, kdim), value (S, N, vdim), with batch_first (N, L, ...), or without N.
    dropout: probability for the weights. add_bias_kv: a learned key and value for all; add_zero_attn: a key and value
    of zeros. Raises AssertionError if embed_dim does not split into the heads."""

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and"
                f" num_heads={num_heads} instead"
            )
        super().__init__()
        self.embed_dim, self.num_heads, self.dropout, self.batch_first = embed_dim, num_heads, dropout, batch_first
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        check_ints("MultiheadAttention", embed_dim=embed_dim, num_heads=num_heads)
        self.head_dim = embed_dim // num_heads
        self.add_zero_attn = add_zero_attn
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError(f"embed_dim must be divisible by num_heads: {embed_dim} and {num_heads}")
        together, sizes = self._qkv_same_embed_dim, (embed_dim, self.kdim, self.vdim)
        shapes: dict[str, tuple[int, ...] | None] = {
            f"{name}_proj_weight": None if together else (embed_dim, size)
            for name, size in zip("qkv", sizes, strict=True)
        }
        shapes["in_proj_weight"] = (3 * embed_dim, embed_dim) if together else None
        shapes["in_proj_bias"] = (3 * embed_dim,) if bias else None
        for name, shape in shapes.items():
            self._register(name, shape, device, dtype)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, device=device, dtype=dtype)
        for name in ("bias_k", "bias_v"):
            self._register(name, (1, 1, embed_dim) if add_bias_kv else None, device, dtype)
        self._reset_parameters()

    def _register(self, name: str, shape: tuple[int, ...] | None, device: DeviceLike, dtype: dtype_ | None) -> None:
        self.register_parameter(name, None if shape is None else Parameter(empty(shape, device=device, dtype=dtype)))

    def _reset_parameters(self) -> None:
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Gives (output like the query, weights (N, L, S) or None). The masks: see
        functional.multi_head_attention_forward."""
        check_tensors(self._get_name(), query=query, key=key, value=value)
        turned = self.batch_first and query.dim() == 3
        if turned:
            query, key, value = each_once(lambda x: x.transpose(0, 1), query, key, value)
        output, weights = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return (output.transpose(0, 1) if turned else output), weights
