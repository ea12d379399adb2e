"""The vision transformer: an image as a sequence of patches."""

from __future__ import annotations

import math
from collections import OrderedDict
from functools import partial

from ... import nn
from ...ops.creation import empty, zeros
from ...ops.joining import cat
from ...tensor import Tensor
from ..ops.layers import MLP, Layer
from ..transforms.functional import InterpolationMode
from .registry import registered
from .weights import WeightsEnum, WeightsLike, built, imagenet

# Files of weights have names of an older form: mlp.linear_1 for mlp.0.
_OLD_KEYS = [(r"\bmlp\.linear_1\b", "mlp.0"), (r"\bmlp\.linear_2\b", "mlp.3")]
_LAYER_NORM = partial(nn.LayerNorm, eps=1e-6)


class MLPBlock(MLP):
    """Two fully connected layers with GELU between them: (..., in_dim) to the same shape."""

    def __init__(self, in_dim: int, mlp_dim: int, dropout: float) -> None:
        super().__init__(in_dim, [mlp_dim, in_dim], activation_layer=nn.GELU, dropout=dropout)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.normal_(module.bias, std=1e-6)


class EncoderBlock(nn.Module):
    """Attention, then two fully connected layers, each normalized before and added: (N, L, hidden_dim), same shape."""

    def __init__(
        self,
        num_heads: int,
        hidden_dim: int,
        mlp_dim: int,
        dropout: float,
        attention_dropout: float,
        norm_layer: Layer = _LAYER_NORM,
    ) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.ln_1 = norm_layer(hidden_dim)
        self.self_attention = nn.MultiheadAttention(hidden_dim, num_heads, dropout=attention_dropout, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.ln_2 = norm_layer(hidden_dim)
        self.mlp = MLPBlock(hidden_dim, mlp_dim, dropout)

    def forward(self, input: Tensor) -> Tensor:
        x = self.ln_1(input)
        attended, _ = self.self_attention(x, x, x, need_weights=False)
        x = self.dropout(attended) + input
        return x + self.mlp(self.ln_2(x))


class Encoder(nn.Module):
    """Positions added, blocks, a normalization: (N, seq_length, hidden_dim), same shape."""

    def __init__(
        self,
        seq_length: int,
        num_layers: int,
        num_heads: int,
        hidden_dim: int,
        mlp_dim: int,
        dropout: float,
        attention_dropout: float,
        norm_layer: Layer = _LAYER_NORM,
    ) -> None:
        super().__init__()
        self.pos_embedding = nn.Parameter(empty(1, seq_length, hidden_dim).normal_(std=0.02))
        self.dropout = nn.Dropout(dropout)
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        for i in range(num_layers):
            blocks[f"encoder_layer_{i}"] = EncoderBlock(
                num_heads, hidden_dim, mlp_dim, dropout, attention_dropout, norm_layer
            )
        self.layers = nn.Sequential(blocks)
        self.ln = norm_layer(hidden_dim)

    def forward(self, input: Tensor) -> Tensor:
        return self.ln(self.layers(self.dropout(input + self.pos_embedding)))


class VisionTransformer(nn.Module):
    """Patches of an image, and a token for its class, through an encoder; the class is read off that token.

    Input (N, 3, image_size, image_size), output (N, num_classes), unnormalized. representation_size: of a layer before
    the last one, None for none. Raises ValueError for an image that patches do not fill or of another size.
    Source: torchvision.models.VisionTransformer; Dosovitskiy et al. 2020."""

    def __init__(
        self,
        image_size: int,
        patch_size: int,
        num_layers: int,
        num_heads: int,
        hidden_dim: int,
        mlp_dim: int,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        num_classes: int = 1000,
        representation_size: int | None = None,
        norm_layer: Layer = _LAYER_NORM,
    ) -> None:
        super().__init__()
        if image_size % patch_size:
            raise ValueError(f"Input shape indivisible by patch size! {image_size} is no multiple of {patch_size}")
        self.image_size = image_size
        self.patch_size = patch_size
        self.hidden_dim = hidden_dim
        self.mlp_dim = mlp_dim
        self.attention_dropout = attention_dropout
        self.dropout = dropout
        self.num_classes = num_classes
        self.representation_size = representation_size
        self.norm_layer = norm_layer
        self.conv_proj = nn.Conv2d(3, hidden_dim, patch_size, stride=patch_size)
        self.class_token = nn.Parameter(zeros(1, 1, hidden_dim))
        self.seq_length = (image_size // patch_size) ** 2 + 1
        self.encoder = Encoder(
            self.seq_length, num_layers, num_heads, hidden_dim, mlp_dim, dropout, attention_dropout, norm_layer
        )
        heads: OrderedDict[str, nn.Module] = OrderedDict()
        if representation_size is None:
            heads["head"] = nn.Linear(hidden_dim, num_classes)
        else:
            heads["pre_logits"] = nn.Linear(hidden_dim, representation_size)
            heads["act"] = nn.Tanh()
            heads["head"] = nn.Linear(representation_size, num_classes)
        self.heads = nn.Sequential(heads)
        self._initialize()

    def _initialize(self) -> None:
        fan_in = self.conv_proj.in_channels * self.patch_size**2
        nn.init.trunc_normal_(self.conv_proj.weight, std=math.sqrt(1 / fan_in))
        if self.conv_proj.bias is not None:
            nn.init.zeros_(self.conv_proj.bias)
        if self.representation_size is not None:
            nn.init.trunc_normal_(self.heads.pre_logits.weight, std=math.sqrt(1 / self.hidden_dim))
            nn.init.zeros_(self.heads.pre_logits.bias)
        nn.init.zeros_(self.heads.head.weight)
        nn.init.zeros_(self.heads.head.bias)

    def _process_input(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) to patches (N, H W / patch_size², hidden_dim)."""
        if x.shape[-2:] != (self.image_size, self.image_size):
            raise ValueError(f"Wrong image size! Expected {self.image_size} x {self.image_size}, got {x.shape}")
        return self.conv_proj(x).flatten(2).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self._process_input(x)
        token = self.class_token.expand(x.shape[0], -1, -1)
        x = self.encoder(cat([token, x], 1))  # (N, seq_length, hidden_dim)
        return self.heads(x[:, 0])


class ViT_B_16_Weights(WeightsEnum):
    """Weights of vit_b_16."""

    IMAGENET1K_V1 = imagenet("vit_b_16-c867db91", 86_567_656, min_size=224)
    IMAGENET1K_SWAG_E2E_V1 = imagenet(
        "vit_b_16_swag-9ac1b537", 86_859_496, 384, 384, 384, interpolation=InterpolationMode.BICUBIC
    )
    IMAGENET1K_SWAG_LINEAR_V1 = imagenet(
        "vit_b_16_lc_swag-4e70ced5", 86_567_656, 224, 224, 224, interpolation=InterpolationMode.BICUBIC
    )
    DEFAULT = IMAGENET1K_V1


class ViT_B_32_Weights(WeightsEnum):
    """Weights of vit_b_32."""

    IMAGENET1K_V1 = imagenet("vit_b_32-d86f8d99", 88_224_232, min_size=224)
    DEFAULT = IMAGENET1K_V1


def _base(
    patch_size: int, known: type[WeightsEnum], weights: WeightsLike, options: dict[str, object]
) -> VisionTransformer:
    """The base size: 12 layers of 12 heads, 768 features."""
    size = weights.transforms().crop_size[0] if isinstance(weights, WeightsEnum) else 224
    options = {"image_size": size} | options
    make = partial(VisionTransformer, patch_size=patch_size, num_layers=12, num_heads=12, hidden_dim=768, mlp_dim=3072)
    return built(make, known, weights, options, _OLD_KEYS)


@registered(ViT_B_16_Weights)
def vit_b_16(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VisionTransformer:
    """The base vision transformer with patches of 16 x 16. weights: None, one of ViT_B_16_Weights, or a file.

    Source: torchvision.models.vit_b_16."""
    return _base(16, ViT_B_16_Weights, weights, kwargs)


@registered(ViT_B_32_Weights)
def vit_b_32(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VisionTransformer:
    """The base vision transformer with patches of 32 x 32. Source: torchvision.models.vit_b_32."""
    return _base(32, ViT_B_32_Weights, weights, kwargs)
