"""One call of every differentiable operation and module, for what may be changed in place before backward.

Each case takes T (the module), F (nn.functional) and tensors x, y, z of shape (4, 3) with values between 0.1 and 0.9,
m (4, 4), signal (2, 4, 6), image (2, 4, 6, 6), volume (2, 4, 4, 4, 4), kernel (4, 2, 3, 3), i (4,) and at (4, 3) int64
below 3, b (4, 3) bool, t (4, 3) without a gradient. Which of the tensors a case uses is read from its argument names.
"""

import inspect

UNARY = """
    abs acos asin asinh atan atanh ceil cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 floor frac
    lgamma log log10 log1p log2 logit neg rad2deg reciprocal round rsqrt sigmoid sign sin sinh sqrt square tan tanh
    trunc nan_to_num relu positive sgn clone selu sinc
""".split()
ACTIVATIONS = """
    celu elu gelu hardshrink hardsigmoid hardswish hardtanh leaky_relu logsigmoid mish relu6 silu softplus
    softshrink softsign tanhshrink
""".split()
PAIRS = "add sub mul div pow atan2 fmod hypot maximum minimum remainder logaddexp xlogy fmax fmin copysign".split()
WITH_NUMBER = "add sub mul div pow fmod remainder xlogy float_power".split()
REDUCTIONS = """
    sum prod mean var std amax amin nansum nanmean cumsum cumprod logcumsumexp cummax cummin max min median sort
    softmax log_softmax logsumexp norm diff
""".split()
LOSSES = """
    mse_loss l1_loss smooth_l1_loss huber_loss kl_div poisson_nll_loss hinge_embedding_loss soft_margin_loss
    binary_cross_entropy binary_cross_entropy_with_logits
""".split()

CASES = {}
for _name in UNARY:
    CASES[_name] = lambda T, F, x, n=_name: getattr(T, n)(x)
for _name in ACTIVATIONS:
    CASES[f"F.{_name}"] = lambda T, F, x, n=_name: getattr(F, n)(x)
for _name in PAIRS:
    CASES[_name] = lambda T, F, x, y, n=_name: getattr(T, n)(x, y)
for _name in WITH_NUMBER:
    CASES[f"{_name} number"] = lambda T, F, x, n=_name: getattr(T, n)(x, 3.0)
for _name in REDUCTIONS:
    CASES[f"{_name} dim"] = lambda T, F, x, n=_name: getattr(T, n)(x, dim=1)
for _name in "sum prod mean var std amax amin max min median norm".split():
    CASES[f"{_name} all"] = lambda T, F, x, n=_name: getattr(T, n)(x)
for _name in LOSSES:
    for _reduction in ("mean", "none"):
        CASES[f"F.{_name} {_reduction}"] = lambda T, F, x, t, n=_name, r=_reduction: getattr(F, n)(x, t, reduction=r)

CASES |= {
    "F.mse_loss both": lambda T, F, x, y: F.mse_loss(x, y),
    "F.l1_loss both": lambda T, F, x, y: F.l1_loss(x, y),
    "F.smooth_l1_loss both": lambda T, F, x, y: F.smooth_l1_loss(x, y),
    "F.binary_cross_entropy both": lambda T, F, x, y: F.binary_cross_entropy(x, y),
    "F.binary_cross_entropy_with_logits both": lambda T, F, x, y: F.binary_cross_entropy_with_logits(x, y),
    "acosh": lambda T, F, x: T.acosh(x + 1),
    "F.threshold": lambda T, F, x: F.threshold(x, 0.5, 0.1),
    "number / x": lambda T, F, x: 3.0 / x,
    "number ** x": lambda T, F, x: 3.0**x,
    "x / (1,)": lambda T, F, x, y: x / y[:1, :1],
    "pow 2": lambda T, F, x: x**2,
    "pow 0.5": lambda T, F, x: x**0.5,
    "norm 1": lambda T, F, x: x.norm(1, dim=1),
    "norm 3": lambda T, F, x: x.norm(3, dim=1),
    "norm inf": lambda T, F, x: x.norm(float("inf"), dim=1),
    "lerp number": lambda T, F, x, y: T.lerp(x, y, 0.3),
    "lerp": lambda T, F, x, y, z: T.lerp(x, y, z),
    "clamp": lambda T, F, x: x.clamp(0.2, 0.8),
    "clamp tensor": lambda T, F, x, y: x.clamp(min=y),
    "addcmul": lambda T, F, x, y, z: T.addcmul(x, y, z, value=2),
    "addcdiv": lambda T, F, x, y, z: T.addcdiv(x, y, z, value=2),
    "matmul": lambda T, F, x, y: x @ y.t(),
    "matmul vector": lambda T, F, x, y: x @ y[0],
    "linear": lambda T, F, x, y: F.linear(x, y),
    "linear bias": lambda T, F, x, y, z: F.linear(x, y, z[:, 0]),
    "addmm": lambda T, F, m, x, y: T.addmm(m, x, y.t()),
    "bmm": lambda T, F, x, y: T.bmm(x.unsqueeze(0), y.t().unsqueeze(0)),
    "dot": lambda T, F, x, y: x[0].dot(y[0]),
    "mv": lambda T, F, x, y: T.mv(x, y[0]),
    "outer": lambda T, F, x, y: T.outer(x[0], y[0]),
    "einsum": lambda T, F, x, y: T.einsum("ij,kj->ik", x, y),
    "inverse": lambda T, F, m: T.inverse(m),
    "det": lambda T, F, m: T.det(m),
    "where": lambda T, F, b, x, y: T.where(b, x, y),
    "masked_fill": lambda T, F, x, b: x.masked_fill(b, 0.5),
    "masked_select": lambda T, F, x, b: x.masked_select(b),
    "gather": lambda T, F, x, at: x.gather(1, at),
    "index": lambda T, F, x, i: x[i],
    "index with bool": lambda T, F, x, b: x[b],
    "index_select": lambda T, F, x, i: x.index_select(0, i),
    "index_add": lambda T, F, x, i, y: x.index_add(0, i, y),
    "index_copy": lambda T, F, x, y: x.index_copy(0, T.tensor([0, 1, 2, 3]), y),
    "index_fill": lambda T, F, x, i: x.index_fill(0, i, 1.0),
    "scatter": lambda T, F, x, at, y: x.scatter(1, at, y),
    "scatter_add": lambda T, F, x, at, y: x.scatter_add(1, at, y),
    "take": lambda T, F, x, at: T.take(x, at),
    "topk": lambda T, F, x: T.topk(x, 2, 1),
    "kthvalue": lambda T, F, x: T.kthvalue(x, 2, 1),
    "cat": lambda T, F, x, y: T.cat([x, y]),
    "stack": lambda T, F, x, y: T.stack([x, y]),
    "pad": lambda T, F, x: F.pad(x, (1, 1)),
    "roll": lambda T, F, x: T.roll(x, 1, 0),
    "flip": lambda T, F, x: T.flip(x, (0,)),
    "tril": lambda T, F, m: m.tril(),
    "repeat": lambda T, F, x: x.repeat(2, 1),
    "repeat_interleave": lambda T, F, x: T.repeat_interleave(x, 2, dim=0),
    "to": lambda T, F, x: x.to(T.float32),
    "cross": lambda T, F, x, y: T.cross(x, y, dim=1),
    "cdist": lambda T, F, x, y: T.cdist(x, y),
    "dropout off": lambda T, F, x: F.dropout(x, 0.5, training=False) * 1,
    "dropout": lambda T, F, x: F.dropout(x, 0.5),
    "embedding": lambda T, F, i, m: F.embedding(i, m),
    "embedding_bag sum": lambda T, F, at, m: F.embedding_bag(at, m, mode="sum"),
    "embedding_bag mean": lambda T, F, at, m: F.embedding_bag(at, m, mode="mean"),
    "embedding_bag max": lambda T, F, at, m: F.embedding_bag(at, m, mode="max"),
    "cross_entropy": lambda T, F, x, i: F.cross_entropy(x, i),
    "cross_entropy none": lambda T, F, x, i: F.cross_entropy(x, i, reduction="none"),
    "cross_entropy smoothed": lambda T, F, x, i: F.cross_entropy(x, i, label_smoothing=0.1),
    "cross_entropy of probabilities": lambda T, F, x, y: F.cross_entropy(x, y),
    "nll_loss": lambda T, F, x, i: F.nll_loss(x, i),
    "multi_margin_loss": lambda T, F, x, i: F.multi_margin_loss(x, i),
    "margin_ranking_loss": lambda T, F, x, y, t: F.margin_ranking_loss(x, y, t),
    "cosine_similarity": lambda T, F, x, y: F.cosine_similarity(x, y),
    "normalize": lambda T, F, x: F.normalize(x),
    "glu": lambda T, F, m: F.glu(m),
    "prelu": lambda T, F, x, y: F.prelu(x, y[0, :1]),
    "conv1d": lambda T, F, signal, kernel: F.conv1d(signal, kernel[:, :, 0], groups=2),
    "conv2d": lambda T, F, image, kernel: F.conv2d(image, kernel, groups=2),
    "conv2d bias": lambda T, F, image, kernel, m: F.conv2d(image, kernel, m[0], groups=2),
    "conv_transpose2d": lambda T, F, image, kernel: F.conv_transpose2d(image, kernel),
    "max_pool1d": lambda T, F, signal: F.max_pool1d(signal, 2),
    "max_pool2d": lambda T, F, image: F.max_pool2d(image, 2),
    "max_pool2d overlapping": lambda T, F, image: F.max_pool2d(image, 3, 1, 1),
    "max_pool3d": lambda T, F, volume: F.max_pool3d(volume, 2),
    "max_pool2d indices": lambda T, F, image: F.max_pool2d(image, 2, return_indices=True),
    "avg_pool1d": lambda T, F, signal: F.avg_pool1d(signal, 2),
    "avg_pool2d": lambda T, F, image: F.avg_pool2d(image, 2),
    "avg_pool3d": lambda T, F, volume: F.avg_pool3d(volume, 2),
    "adaptive_avg_pool2d": lambda T, F, image: F.adaptive_avg_pool2d(image, 2),
    "adaptive_max_pool2d": lambda T, F, image: F.adaptive_max_pool2d(image, 2),
    "lp_pool2d": lambda T, F, image: F.lp_pool2d(image, 2, 2),
    "interpolate": lambda T, F, image: F.interpolate(image, scale_factor=2),
    "batch_norm": lambda T, F, image: F.batch_norm(image, None, None, training=True),
    "batch_norm weight": lambda T, F, image, m: F.batch_norm(image, None, None, m[0], m[1], training=True),
    "batch_norm eval": lambda T, F, image, m: F.batch_norm(image, m[2].detach(), m[3].detach(), m[0], m[1]),
    "layer_norm": lambda T, F, x: F.layer_norm(x, (3,)),
    "layer_norm weight": lambda T, F, x, y: F.layer_norm(x, (3,), y[0], y[1]),
    "rms_norm": lambda T, F, x: F.rms_norm(x, (3,)),
    "group_norm": lambda T, F, image: F.group_norm(image, 2),
    "group_norm weight": lambda T, F, image, m: F.group_norm(image, 2, m[0], m[1]),
    "instance_norm": lambda T, F, image: F.instance_norm(image),
    "instance_norm weight": lambda T, F, image, m: F.instance_norm(image, weight=m[0], bias=m[1]),
    "local_response_norm": lambda T, F, image: F.local_response_norm(image, 2),
    "pixel_shuffle": lambda T, F, image: F.pixel_shuffle(image, 2),
    "unfold": lambda T, F, image: F.unfold(image, 2),
    "scaled_dot_product_attention": lambda T, F, x, y, z: F.scaled_dot_product_attention(
        x[None, None], y[None, None], z[None, None]
    ),
    "nn.Linear": lambda T, F, x: module(T, "Linear", 3, 2)(x),
    "nn.Conv2d": lambda T, F, image: module(T, "Conv2d", 4, 2, 3)(image),
    "nn.BatchNorm2d": lambda T, F, image: module(T, "BatchNorm2d", 4)(image),
    "nn.LayerNorm": lambda T, F, x: module(T, "LayerNorm", 3)(x),
    "nn.GroupNorm": lambda T, F, image: module(T, "GroupNorm", 2, 4)(image),
    "nn.InstanceNorm2d": lambda T, F, image: module(T, "InstanceNorm2d", 4)(image),
    "nn.RNN": lambda T, F, x: module(T, "RNN", 3, 2)(x)[0],
    "nn.GRU": lambda T, F, x: module(T, "GRU", 3, 2)(x)[0],
    "nn.LSTM": lambda T, F, x: module(T, "LSTM", 3, 2)(x)[0],
}


def module(T, name, *arguments):
    T.manual_seed(0)
    return getattr(T.nn, name)(*arguments)


SHAPES = {
    "m": (4, 4),
    "signal": (2, 4, 6),
    "image": (2, 4, 6, 6),
    "volume": (2, 4, 4, 4, 4),
    "kernel": (4, 2, 3, 3),
}
WHOLE = {"i": (4,), "at": (4, 3)}


def inputs_of(T, case):
    """The tensors that the case takes, by name: results of an operation, so that they may be changed in place."""
    T.manual_seed(0)
    tensors = {}
    for name in inspect.signature(case).parameters:
        if name in ("T", "F", "n", "r"):
            continue
        if name in WHOLE:
            tensors[name] = T.arange(12).reshape(4, 3)[: WHOLE[name][0]].remainder(3)
            tensors[name] = tensors[name][:, 0] + T.tensor([0, 1, 2, 0]) if name == "i" else tensors[name].clone()
        elif name == "t":
            tensors[name] = T.rand(4, 3)
        elif name == "b":
            tensors[name] = T.arange(12).reshape(4, 3) % 2 == 0
        else:
            tensors[name] = (T.rand(SHAPES.get(name, (4, 3))) * 0.8 + 0.1).requires_grad_() * 1
    return tensors


def change(tensor):
    """Changes every element in place; indices stay below 3."""
    tensor = tensor.detach()
    if tensor.is_floating_point():
        tensor.mul_(0.5)
    else:
        tensor.copy_((tensor + 1) % (2 if str(tensor.dtype).endswith("bool") else 3))


def gradients(T, name, changed=None):
    """The gradients of the inputs; before backward the tensor of that name, "x" or "out", is changed in place."""
    case = CASES[name]
    tensors = inputs_of(T, case)
    leaves = [t.grad_fn.next_functions[0][0].variable for t in tensors.values() if t.requires_grad]
    T.manual_seed(0)
    y = case(T, T.nn.functional, **tensors)
    outputs = {f"out{k}": each for k, each in enumerate(y)} if isinstance(y, tuple) else {"out": y}
    total = sum(each.sum() for each in outputs.values() if each.is_floating_point())
    if changed is not None:
        change({**tensors, **outputs}[changed])
    total.backward()
    return [leaf.grad for leaf in leaves]


def names(T, name):
    """The tensors that can be changed in place: inputs and outputs."""
    tensors = inputs_of(T, CASES[name])
    y = CASES[name](T, T.nn.functional, **tensors)
    return [*tensors, *([f"out{k}" for k in range(len(y))] if isinstance(y, tuple) else ["out"])]


def passes(T, name, changed):
    """Whether backward lets a change in place pass."""
    try:
        gradients(T, name, changed)
    except RuntimeError as error:
        if "modified by an inplace operation" not in str(error):
            raise
        return False
    return True


def verdicts(T, name):
    """Which changes in place backward lets pass, and which it refuses: {"x": True, "out": False}."""
    return {changed: passes(T, name, changed) for changed in names(T, name)}
