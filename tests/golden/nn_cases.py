"""The operations of networks held against PyTorch, by topic; read ops_cases.py first.

make_ops.py runs them with PyTorch and writes nn.npz; tests/ops/ and tests/nn/ run them with edutorch.
"""


def real(*shape):
    return "real", shape


def pos(*shape):
    return "positive", shape


def at(kind, *shape):
    return kind, shape


def F(name, *inputs, **options):
    """A case: a function of torch.nn.functional with these options."""
    return (lambda torch, *x: getattr(torch.nn.functional, name)(*x, **options), *inputs)


def first(name, *inputs, **options):
    """A case: the first result of a function of torch.nn.functional that gives several."""
    return (lambda torch, *x: getattr(torch.nn.functional, name)(*x, **options)[0], *inputs)


def second(name, *inputs, **options):
    """A case: the second result, positions say."""
    return (lambda torch, *x: getattr(torch.nn.functional, name)(*x, **options)[1], *inputs)


CONV = {
    "conv1d": F("conv1d", real(2, 3, 7), real(4, 3, 3), real(4), stride=2, padding=1),
    "conv2d": F("conv2d", real(2, 2, 5, 4), real(3, 2, 3, 2), real(3)),
    "conv2d padded": F("conv2d", real(2, 2, 4, 5), real(3, 2, 3, 3), real(3), padding=(2, 1), stride=(2, 1)),
    "conv2d dilated": F("conv2d", real(1, 2, 6, 5), real(2, 2, 2, 3), stride=2, dilation=(3, 1), padding=1),
    "conv2d groups": F("conv2d", real(2, 4, 4, 3), real(6, 2, 2, 2), real(6), groups=2),
    "conv2d depthwise": F("conv2d", real(1, 3, 4, 4), real(3, 1, 3, 3), groups=3, padding="same"),
    "conv2d same": F("conv2d", real(1, 2, 4, 5), real(2, 2, 2, 4), padding="same", dilation=(1, 2)),
    "conv2d valid": F("conv2d", real(1, 2, 4, 5), real(2, 2, 2, 4), padding="valid"),
    "conv2d of one image": F("conv2d", real(2, 4, 4), real(3, 2, 1, 1), real(3)),
    "conv2d windows left over": F("conv2d", real(1, 1, 6, 6), real(1, 1, 2, 2), stride=3),
    "conv3d": F("conv3d", real(1, 2, 3, 4, 3), real(2, 2, 2, 2, 2), real(2), padding=(1, 0, 1), stride=(1, 2, 2)),
    "conv_transpose1d": F("conv_transpose1d", real(2, 3, 4), real(3, 2, 3), real(2), stride=2, padding=1),
    "conv_transpose2d": F("conv_transpose2d", real(2, 2, 3, 3), real(2, 3, 3, 2), real(3), stride=2, output_padding=1),
    "conv_transpose2d groups": F("conv_transpose2d", real(1, 4, 2, 3), real(4, 2, 2, 2), groups=2, padding=1, stride=2),
    "conv_transpose2d over the stride": F(
        "conv_transpose2d", real(1, 1, 3, 3), real(1, 1, 2, 2), dilation=3, stride=1, output_padding=2
    ),
    "conv_transpose3d": F("conv_transpose3d", real(1, 2, 2, 2, 2), real(2, 1, 2, 2, 2), real(1), dilation=2),
}
MAX_POOL = {
    "max_pool1d": F("max_pool1d", real(2, 3, 7), kernel_size=2),
    "max_pool2d": F("max_pool2d", real(2, 2, 4, 6), kernel_size=2),
    "max_pool2d overlapping": F("max_pool2d", real(2, 2, 5, 6), kernel_size=3, stride=2, padding=1),
    "max_pool2d dilated": F("max_pool2d", real(1, 2, 6, 7), kernel_size=(2, 3), stride=1, dilation=2),
    "max_pool2d ceil": F("max_pool2d", real(1, 2, 5, 8), kernel_size=(2, 3), stride=(2, 3), ceil_mode=True),
    "max_pool2d ceil padded": F("max_pool2d", real(1, 1, 5, 5), kernel_size=3, stride=4, padding=1, ceil_mode=True),
    "max_pool2d of one image": F("max_pool2d", real(2, 4, 4), kernel_size=2, stride=1),
    "max_pool2d below zero": (lambda torch, x: torch.nn.functional.max_pool2d(-x, 3, 2, 1), pos(1, 2, 5, 5)),
    "max_pool2d ties": (lambda torch, x: torch.nn.functional.max_pool2d(torch.relu(x * 0), 2), real(1, 2, 4, 4)),
    "max_pool3d": F("max_pool3d", real(1, 2, 4, 3, 4), kernel_size=2, stride=(2, 1, 2)),
    "positions": second("max_pool2d", real(2, 2, 5, 6), kernel_size=3, stride=2, padding=1, return_indices=True),
    "positions dilated": second("max_pool1d", real(2, 2, 9), kernel_size=2, dilation=3, return_indices=True),
}
AVG_POOL = {
    "avg_pool1d": F("avg_pool1d", real(2, 3, 7), kernel_size=3, stride=2, padding=1),
    "avg_pool2d": F("avg_pool2d", real(2, 2, 4, 6), kernel_size=2),
    "avg_pool2d padded": F("avg_pool2d", real(1, 2, 5, 5), kernel_size=3, stride=2, padding=1),
    "avg_pool2d without padding counted": F(
        "avg_pool2d", real(1, 2, 5, 4), kernel_size=(3, 2), stride=2, padding=1, count_include_pad=False, ceil_mode=True
    ),
    "avg_pool2d ceil": F("avg_pool2d", real(1, 2, 6, 5), kernel_size=3, stride=2, ceil_mode=True, padding=1),
    "avg_pool2d divided": F("avg_pool2d", real(2, 4, 4), kernel_size=2, divisor_override=3),
    "avg_pool3d": F("avg_pool3d", real(1, 1, 3, 4, 3), kernel_size=2, stride=1, padding=(1, 0, 1)),
    "lp_pool1d": F("lp_pool1d", pos(1, 2, 6), norm_type=3.0, kernel_size=2),
    "lp_pool2d": F("lp_pool2d", pos(1, 2, 4, 4), norm_type=2.0, kernel_size=2, stride=1),
    "lp_pool3d": F("lp_pool3d", pos(1, 1, 2, 4, 2), norm_type=2.0, kernel_size=2),
}
ADAPTIVE_POOL = {
    "adaptive_avg_pool1d": F("adaptive_avg_pool1d", real(2, 2, 7), output_size=3),
    "adaptive_avg_pool2d": F("adaptive_avg_pool2d", real(1, 2, 6, 4), output_size=(3, 2)),
    "adaptive_avg_pool2d uneven": F("adaptive_avg_pool2d", real(1, 2, 5, 7), output_size=(3, None)),
    "adaptive_avg_pool2d larger": F("adaptive_avg_pool2d", real(2, 3, 2), output_size=4),
    "adaptive_avg_pool3d": F("adaptive_avg_pool3d", real(1, 1, 3, 4, 5), output_size=2),
    "adaptive_max_pool1d": F("adaptive_max_pool1d", real(2, 2, 7), output_size=3),
    "adaptive_max_pool2d": F("adaptive_max_pool2d", real(1, 2, 5, 4), output_size=(3, 2)),
    "adaptive_max_pool3d": F("adaptive_max_pool3d", real(1, 3, 4, 5), output_size=2),
    "positions": second("adaptive_max_pool2d", real(1, 2, 5, 4), output_size=(3, 2), return_indices=True),
}
NORMALIZATION = {
    "batch_norm": (
        lambda torch, x, w, b: torch.nn.functional.batch_norm(x, None, None, w, b, True, 0.1, 1e-3),
        real(4, 3, 2),
        real(3),
        real(3),
    ),
    "batch_norm rows": (lambda torch, x: torch.nn.functional.batch_norm(x, None, None, training=True), real(5, 3)),
    "batch_norm with running statistics": (
        lambda torch, x, m, v, w, b: torch.nn.functional.batch_norm(x, m, v, w, b),
        real(2, 3, 2, 2),
        at("weight", 3),
        at("weight", 3),
        real(3),
        real(3),
    ),
    "layer_norm": F("layer_norm", real(3, 2, 4), normalized_shape=(4,), eps=1e-3),
    "layer_norm with weights": (
        lambda torch, x, w, b: torch.nn.functional.layer_norm(x, (2, 4), w, b, 0.1),
        real(3, 2, 4),
        real(2, 4),
        real(2, 4),
    ),
    "rms_norm": (lambda torch, x, w: torch.nn.functional.rms_norm(x, (4,), w, 1e-3), real(3, 4), real(4)),
    "rms_norm of two axes": (lambda torch, x: torch.nn.functional.rms_norm(x, (3, 4)), real(2, 3, 4)),
    "group_norm": (
        lambda torch, x, w, b: torch.nn.functional.group_norm(x, 2, w, b, 1e-3),
        real(2, 4, 3),
        real(4),
        real(4),
    ),
    "instance_norm": (
        lambda torch, x, w, b: torch.nn.functional.instance_norm(x, weight=w, bias=b, eps=1e-3),
        real(2, 3, 4),
        real(3),
        real(3),
    ),
    "local_response_norm": F("local_response_norm", real(2, 5, 3), size=3, alpha=0.5),
    "local_response_norm even": F("local_response_norm", real(1, 4, 2, 2), size=2, beta=0.5, k=2.0),
}
EMBEDDING = {
    "embedding": F("embedding", at("class 5", 2, 3), real(5, 4)),
    "embedding with padding": F("embedding", at("class 3", 7), real(3, 2), padding_idx=1),
    "embedding by frequency": F("embedding", at("class 3", 9), real(3, 2), scale_grad_by_freq=True),
    "embedding_bag mean": F("embedding_bag", at("class 5", 3, 2), real(5, 4)),
    "embedding_bag max": F("embedding_bag", at("class 5", 3, 2), real(5, 4), mode="max"),
    "embedding_bag offsets": (
        lambda torch, i, w: torch.nn.functional.embedding_bag(
            i, w, torch.tensor([0, 2, 2], device=w.device), mode="sum"
        ),
        at("class 5", 6),
        real(5, 4),
    ),
    "embedding_bag weighted": (
        lambda torch, i, w, f: torch.nn.functional.embedding_bag(i, w, mode="sum", per_sample_weights=f),
        at("class 5", 3, 2),
        real(5, 4),
        real(3, 2),
    ),
    "embedding_bag with padding": F("embedding_bag", at("class 3", 4, 3), real(3, 2), padding_idx=0),
    "one_hot": F("one_hot", at("class 4", 2, 3)),
    "one_hot wider": F("one_hot", at("class 4", 5), num_classes=7),
}
RESIZE = {
    "nearest": F("interpolate", real(1, 2, 3, 4), size=(5, 6)),
    "nearest smaller": F("interpolate", real(2, 2, 7), scale_factor=0.4),
    "nearest-exact": F("interpolate", real(1, 1, 3, 4), size=(5, 7), mode="nearest-exact"),
    "linear": F("interpolate", real(1, 2, 4), size=7, mode="linear"),
    "bilinear": F("interpolate", real(1, 2, 3, 4), scale_factor=2.3, mode="bilinear"),
    "bilinear corners": F("interpolate", real(1, 2, 3, 4), size=(6, 3), mode="bilinear", align_corners=True),
    "bilinear recomputed": F(
        "interpolate", real(1, 1, 3, 4), scale_factor=1.7, mode="bilinear", recompute_scale_factor=True
    ),
    "bicubic": F("interpolate", real(1, 1, 3, 4), size=(5, 3), mode="bicubic"),
    "bicubic corners": F("interpolate", real(1, 1, 4, 3), size=(5, 4), mode="bicubic", align_corners=True),
    "trilinear": F("interpolate", real(1, 1, 2, 3, 2), size=(3, 4, 3), mode="trilinear"),
    "area": F("interpolate", real(1, 2, 5, 4), size=(2, 3), mode="area"),
    "pixel_shuffle": F("pixel_shuffle", real(2, 8, 2, 3), upscale_factor=2),
    "pixel_unshuffle": F("pixel_unshuffle", real(2, 4, 6), downscale_factor=2),
    "channel_shuffle": F("channel_shuffle", real(2, 6, 2), groups=3),
}
PADDING = {
    "constant": F("pad", real(2, 3), pad=(1, 2), value=4.5),
    "constant around": F("pad", real(2, 3, 2), pad=(1, 0, 0, 2, 1, 1)),
    "cut off": F("pad", real(2, 4, 3), pad=(-1, 2, 1, -2)),
    "reflect": F("pad", real(1, 2, 4, 5), pad=(2, 1, 3, 0), mode="reflect"),
    "replicate": F("pad", real(2, 3, 4), pad=(3, 2), mode="replicate"),
    "circular": F("pad", real(1, 1, 3, 4), pad=(2, 1, 0, 3), mode="circular"),
    "circular cut off": F("pad", real(1, 1, 4, 4), pad=(-1, 1, -2, 1), mode="circular"),
}
UNFOLD = {
    "unfold": F("unfold", real(2, 2, 4, 5), kernel_size=(2, 3)),
    "unfold wide": F("unfold", real(1, 2, 5, 5), kernel_size=2, dilation=2, padding=1, stride=2),
    "unfold of one image": F("unfold", real(2, 4, 4), kernel_size=2, stride=2),
    "fold": F("fold", real(2, 8, 6), output_size=(3, 4), kernel_size=2),
    "fold wide": F("fold", real(1, 4, 9), output_size=5, kernel_size=2, dilation=2, padding=1, stride=2),
}
CELL_INPUTS = (real(2, 3), real(2, 4))


def unpooled(name, *inputs, output_size=None, **options):
    """A case: max pooling with positions, and back."""

    def run(torch, x):
        F = torch.nn.functional
        values, positions = getattr(F, name)(x, return_indices=True, **options)
        return getattr(F, name.replace("pool", "unpool"))(values * 2, positions, output_size=output_size, **options)

    return run, *inputs


MAX_UNPOOL = {
    "max_unpool1d": unpooled("max_pool1d", real(2, 3, 6), kernel_size=2),
    "max_unpool2d": unpooled("max_pool2d", real(2, 2, 5, 4), kernel_size=2, output_size=(5, 4)),
    "max_unpool2d wide": unpooled("max_pool2d", real(2, 7, 7), kernel_size=3, stride=2),
    "max_unpool3d": unpooled("max_pool3d", real(1, 1, 4, 2, 4), kernel_size=2),
}
GRID = {
    "affine_grid": (lambda torch, x: torch.nn.functional.affine_grid(x, [2, 1, 3, 4]), real(2, 2, 3)),
    "affine_grid corners": (lambda torch, x: torch.nn.functional.affine_grid(x, [2, 1, 3, 1], True), real(2, 2, 3)),
    "affine_grid volume": (lambda torch, x: torch.nn.functional.affine_grid(x, [1, 1, 2, 2, 3], False), real(1, 3, 4)),
    **{
        f"grid_sample {mode} {padding} {corners}": F(
            "grid_sample",
            real(2, 2, 3, 4),
            at("unit", 2, 2, 3, 2),
            mode=mode,
            padding_mode=padding,
            align_corners=corners,
        )
        for mode in ("bilinear", "nearest")
        for padding in ("zeros", "border", "reflection")
        for corners in (True, False)
    },
    "grid_sample far out": F("grid_sample", real(2, 2, 3, 4), real(2, 2, 3, 2), padding_mode="reflection"),
    "grid_sample volume": F("grid_sample", real(1, 2, 2, 3, 2), at("unit", 1, 2, 1, 2, 3)),
}
RECURRENT = {
    "rnn_tanh_cell": (
        lambda torch, x, h, *w: torch.rnn_tanh_cell(x, h, *w),
        *CELL_INPUTS,
        real(4, 3),
        real(4, 4),
        real(4),
        real(4),
    ),
    "rnn_relu_cell": (
        lambda torch, x, h, *w: torch.rnn_relu_cell(x, h, *w),
        *CELL_INPUTS,
        real(4, 3),
        real(4, 4),
        real(4),
        real(4),
    ),
    "lstm_cell": (
        lambda torch, x, h, c, *w: torch.cat(torch.lstm_cell(x, (h, c), *w), 1),
        *CELL_INPUTS,
        real(2, 4),
        real(16, 3),
        real(16, 4),
        real(16),
        real(16),
    ),
    "gru_cell": (
        lambda torch, x, h, *w: torch.gru_cell(x, h, *w),
        *CELL_INPUTS,
        real(12, 3),
        real(12, 4),
        real(12),
        real(12),
    ),
}
ATTENTION = {
    "attention": F("scaled_dot_product_attention", real(2, 3, 4), real(2, 5, 4), real(2, 5, 2)),
    "attention causal": F(
        "scaled_dot_product_attention", real(2, 2, 3, 4), real(2, 2, 3, 4), real(2, 2, 3, 2), is_causal=True, scale=0.7
    ),
    "attention masked": (
        lambda torch, q, k, v, m: torch.nn.functional.scaled_dot_product_attention(q, k, v, m),
        real(2, 3, 4),
        real(2, 5, 4),
        real(2, 5, 4),
        at("bool", 3, 5),
    ),
    "attention with numbers": F(
        "scaled_dot_product_attention", real(2, 3, 4), real(2, 5, 4), real(2, 5, 4), real(3, 5)
    ),
    "attention to nothing": (
        lambda torch, q, k: torch.nn.functional.scaled_dot_product_attention(
            q, k, k, torch.tensor([[True, True], [False, False]], device=q.device)
        ),
        real(2, 3),
        real(2, 3),
    ),
    "attention of shared heads": F(
        "scaled_dot_product_attention", real(1, 4, 2, 3), real(1, 2, 3, 3), real(1, 2, 3, 3), enable_gqa=True
    ),
}
COMBINE = {
    "bilinear": F("bilinear", real(2, 3), real(2, 4), real(2, 3, 4), real(2)),
    "bilinear more axes": F("bilinear", real(2, 2, 3), real(2, 2, 4), real(2, 3, 4)),
    "normalize": F("normalize", real(3, 4)),
    "normalize otherwise": F("normalize", real(3, 4, 2), p=3.0, dim=-1, eps=10.0),
}

CASES = {
    "conv": CONV,
    "max_pool": MAX_POOL,
    "avg_pool": AVG_POOL,
    "adaptive_pool": ADAPTIVE_POOL,
    "normalization": NORMALIZATION,
    "embedding": EMBEDDING,
    "resize": RESIZE,
    "padding": PADDING,
    "unfold": UNFOLD,
    "max_unpool": MAX_UNPOOL,
    "grid": GRID,
    "recurrent": RECURRENT,
    "attention": ATTENTION,
    "combine": COMBINE,
}
