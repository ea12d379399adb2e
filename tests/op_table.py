"""One call of each op, for test_all_ops_on_devices.py.

Each entry takes T (the module), F (nn.functional) and a namespace v of tensors on one device: x, y, p of
shape (4, 3), p positive; m (4, 4) well conditioned; images (2, 4, 6, 6); kernel (4, 2, 3, 3); i (4,) and
at (4, 3) int64; b (4, 3) bool.
"""

ELEMENTWISE = """
    abs acos acosh asin asinh atan atanh ceil cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 floor
    frac lgamma log log10 log1p log2 logit neg rad2deg reciprocal round rsqrt sigmoid sign sin sinh sqrt square tan
    tanh trunc isfinite isinf isnan isneginf isposinf logical_not nan_to_num selu relu positive sgn
""".split()
PAIRS = """
    add atan2 div eq fmod ge gt hypot le logaddexp lt maximum minimum mul ne pow remainder sub xlogy
    floor_divide logical_and logical_or logical_xor float_power ldexp dist isclose allclose equal
""".split()
REDUCTIONS = """
    sum prod mean var std amax amin all any argmax argmin count_nonzero nansum nanmean cumsum cumprod
    logcumsumexp cummax cummin max min median sort argsort softmax log_softmax logsumexp norm diff flip
""".split()
ACTIVATIONS = """
    celu elu gelu hardshrink hardsigmoid hardswish hardtanh leaky_relu logsigmoid mish relu6 silu softplus
    softshrink softsign tanhshrink
""".split()
LOSSES = """
    mse_loss l1_loss smooth_l1_loss huber_loss kl_div poisson_nll_loss hinge_embedding_loss
    soft_margin_loss binary_cross_entropy_with_logits
""".split()

OPS = {}
for _name in ELEMENTWISE:
    OPS[_name] = lambda T, F, v, n=_name: getattr(T, n)(v.p * 0.5)
for _name in PAIRS:
    OPS[_name] = lambda T, F, v, n=_name: getattr(T, n)(v.p, v.q)
for _name in REDUCTIONS:
    OPS[_name] = lambda T, F, v, n=_name: getattr(T, n)(v.x, dim=1)
for _name in ACTIVATIONS:
    OPS[_name] = lambda T, F, v, n=_name: getattr(F, n)(v.x)
for _name in LOSSES:
    OPS[_name] = lambda T, F, v, n=_name: getattr(F, n)(v.x, v.p)

OPS |= {
    "acosh": lambda T, F, v: T.acosh(v.p + 1),
    "norm": lambda T, F, v: T.norm(v.x),
    "fake_quantize": lambda T, F, v: (
        T.fake_quantize_per_tensor_affine(v.x, 0.1, 0, -8, 7)
        + T.fake_quantize_per_channel_affine(v.x, T.full_like(v.x[0].detach(), 0.1), v.x[0].detach().int(), 1, -8, 7)
    ),
    "frexp": lambda T, F, v: T.frexp(v.x)[0] + T.nextafter(v.x.detach(), v.y.detach()),
    "logaddexp2": lambda T, F, v: T.logaddexp2(v.x, v.y).sum_to_size(1, 3),
    "dist": lambda T, F, v: T.dist(v.x, v.p),
    "flip": lambda T, F, v: T.flip(v.x, (0, 1)),
    "lerp": lambda T, F, v: T.lerp(v.x, v.y, 0.3),
    "clamp": lambda T, F, v: v.x.clamp(-0.5, 0.5) + v.x.clamp(min=v.y),
    "addcmul": lambda T, F, v: T.addcmul(v.x, v.y, v.p, value=2) + T.addcdiv(v.x, v.y, v.p),
    "bitwise": lambda T, F, v: (v.at & 1) + (v.at | 2) + (v.at ^ 1) + (v.at << 1) + (v.at >> 1) + ~v.at,
    "matmul": lambda T, F, v: v.x @ v.y.t() @ v.m @ v.x[:, 0],
    "addmm": lambda T, F, v: T.addmm(v.m, v.x, v.y.t(), beta=0.5, alpha=2),
    "bmm": lambda T, F, v: T.bmm(v.images[0], v.images[1]),
    "einsum": lambda T, F, v: T.einsum("ij,kj->ik", v.x, v.y),
    "tensordot": lambda T, F, v: T.tensordot(v.x, v.y, dims=2),
    "outer": lambda T, F, v: T.outer(v.x[0], v.y[0]) + T.kron(v.x[:1], v.y[0].reshape(3, 1)),
    "cross": lambda T, F, v: T.cross(v.x, v.y, dim=1),
    "cdist": lambda T, F, v: T.cdist(v.x, v.y),
    "inverse": lambda T, F, v: T.inverse(v.m),
    "det": lambda T, F, v: T.det(v.m) + T.slogdet(v.m)[1] + T.trace(v.m),
    "cholesky": lambda T, F, v: T.cholesky(v.m @ v.m.t()),
    "cat": lambda T, F, v: T.cat([v.x, v.y]) * 2 + T.vstack([v.x, v.y]),
    "stack": lambda T, F, v: T.stack([v.x, v.y], 1) + T.stack([v.x, v.y])[:, :2].reshape(4, 1, 3),
    "split": lambda T, F, v: v.x.split(2)[1] + v.x.chunk(2)[0] + v.x.unbind(1)[0][:2, None],
    "roll": lambda T, F, v: T.roll(v.x, 1, 0) + T.rot90(v.m)[:, :3],
    "tile": lambda T, F, v: v.x.repeat(2, 1) + T.tile(v.x, (2, 1)),
    "repeat_interleave": lambda T, F, v: T.repeat_interleave(v.x, 2, dim=0),
    "pad": lambda T, F, v: F.pad(v.images, (1, 2, 0, 1)) + F.pad(v.images, (1, 2, 0, 1), mode="reflect"),
    "tril": lambda T, F, v: v.m.tril() + v.m.triu(1) + T.diag(v.m[0]) + T.diag_embed(v.m[1]),
    "diagonal": lambda T, F, v: v.m.diagonal() + T.diag(v.m),
    "meshgrid": lambda T, F, v: T.meshgrid(v.x[0], v.y[0], indexing="ij")[0],
    "unfold": lambda T, F, v: F.unfold(v.images, 3, padding=1).sum() + v.x.unfold(0, 2, 1),
    "as_strided": lambda T, F, v: v.x.clone().as_strided((2, 2), (3, 1)),
    "gather": lambda T, F, v: v.x.gather(1, v.at),
    "scatter": lambda T, F, v: v.x.scatter(1, v.at, v.y) + v.x.scatter_add(1, v.at, v.y),
    "index_select": lambda T, F, v: v.x.index_select(0, v.i) + v.x.index_add(0, v.i, v.y),
    "index_fill": lambda T, F, v: v.x.index_fill(0, v.i, 2.0) + v.x.index_copy(0, v.i, v.y),
    "take": lambda T, F, v: T.take(v.x, v.at) + T.take_along_dim(v.x, v.at, 1),
    "masked": lambda T, F, v: v.x.masked_fill(v.b, 1.0) + T.where(v.b, v.x, v.y),
    "masked_select": lambda T, F, v: T.masked_select(v.x, v.b),
    "nonzero": lambda T, F, v: T.nonzero(v.b),
    "topk": lambda T, F, v: T.topk(v.x, 2, 1).values + T.kthvalue(v.x, 1, 1, keepdim=True).values,
    "unique": lambda T, F, v: T.unique(v.at, return_counts=True)[1],
    "searchsorted": lambda T, F, v: T.searchsorted(v.p.sort(1).values, v.q),
    "bincount": lambda T, F, v: T.bincount(v.i, minlength=6),
    "one_hot": lambda T, F, v: F.one_hot(v.i, 5),
    "isin": lambda T, F, v: T.isin(v.at, v.i),
    "var_mean": lambda T, F, v: T.var_mean(v.x, 1)[0] + T.std_mean(v.x, 1)[1],
    "aminmax": lambda T, F, v: T.aminmax(v.x, dim=1).max - T.aminmax(v.x, dim=1).min,
    "creation": lambda T, F, v: (
        v.x
        + T.arange(3, device=v.x.device)
        + T.linspace(0, 1, 3, device=v.x.device)
        + T.eye(4, 3, device=v.x.device)
        + T.ones_like(v.x)
        + T.full((3,), 2.0, device=v.x.device)
    ),
    "conv1d": lambda T, F, v: F.conv1d(v.images[:, :, 0], v.kernel[:, :, 0], stride=2, padding=1, groups=2),
    "conv2d": lambda T, F, v: F.conv2d(v.images, v.kernel, v.kernel[:, 0, 0, 0], padding=1, groups=2),
    "conv3d": lambda T, F, v: F.conv3d(v.images[None], v.kernel[:, :, None], padding=1),
    "conv_transpose2d": lambda T, F, v: F.conv_transpose2d(v.images, v.kernel, stride=2, padding=1),
    "max_pool2d": lambda T, F, v: F.max_pool2d(v.images, 2) + F.max_pool2d(v.images, 3, 2, 1),
    "max_pool2d indices": lambda T, F, v: F.max_pool2d(v.images, 2, return_indices=True)[1],
    "avg_pool2d": lambda T, F, v: F.avg_pool2d(v.images, 3, 2, 1) + F.adaptive_avg_pool2d(v.images, 3),
    "lp_pool2d": lambda T, F, v: F.lp_pool2d(v.images.abs() + 1, 2, 2),
    "batch_norm": lambda T, F, v: F.batch_norm(v.images, None, None, training=True),
    "layer_norm": lambda T, F, v: F.layer_norm(v.x, (3,), v.y[0], v.y[1]) + F.rms_norm(v.x, (3,)),
    "group_norm": lambda T, F, v: F.group_norm(v.images, 2) + F.instance_norm(v.images),
    "local_response_norm": lambda T, F, v: F.local_response_norm(v.images, 2),
    "normalize": lambda T, F, v: F.normalize(v.x) + F.cosine_similarity(v.x, v.y)[:, None],
    "embedding": lambda T, F, v: F.embedding(v.at, v.m),
    "embedding_bag": lambda T, F, v: F.embedding_bag(v.at, v.m, mode="mean"),
    "cross_entropy": lambda T, F, v: F.cross_entropy(v.x, v.i % 3),
    "cross_entropy weights": lambda T, F, v: F.cross_entropy(
        v.x, v.i % 3, weight=v.p[0], label_smoothing=0.1, ignore_index=1
    ),
    "nll_loss": lambda T, F, v: F.nll_loss(F.log_softmax(v.x, 1), v.i % 3),
    "binary_cross_entropy": lambda T, F, v: F.binary_cross_entropy(v.x.sigmoid(), v.b.float()),
    "multi_margin_loss": lambda T, F, v: F.multi_margin_loss(v.x, v.i % 3),
    "triplet_margin_loss": lambda T, F, v: F.triplet_margin_loss(v.x, v.y, v.p),
    "interpolate": lambda T, F, v: (
        F.interpolate(v.images, scale_factor=2) + F.interpolate(v.images, size=(12, 12), mode="bilinear")
    ),
    "pixel_shuffle": lambda T, F, v: F.pixel_shuffle(v.images, 2),
    "attention": lambda T, F, v: F.scaled_dot_product_attention(v.images, v.images, v.images, is_causal=True),
    "glu": lambda T, F, v: F.glu(v.images, 1) + F.prelu(v.images, v.y[0, :1])[:, :2],
    "double": lambda T, F, v: v.x.double() * 2 + v.x.half().float() + v.x.long(),
    "in place": lambda T, F, v: v.x.clone().mul_(2).add_(v.y).clamp_(-1, 1).exp_(),
}
