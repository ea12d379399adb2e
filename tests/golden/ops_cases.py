"""The operations held against PyTorch, by topic: a function of the module and the inputs, and those inputs.

make_ops.py runs them with PyTorch and writes ops.npz; tests/ops/ runs them with edutorch.
"""

import zlib

import numpy as np


def numbers(name, kind, shape):
    """The input of a case: always the same for the same name. None stands for what is no tensor."""
    random = np.random.RandomState(zlib.crc32(f"{name} {kind} {shape}".encode()))
    if kind == "real":
        return random.randn(*shape)
    if kind in ("positive", "weight"):
        return random.uniform(0.3, 3.0, shape)
    if kind == "unit":
        return random.uniform(-0.9, 0.9, shape)
    if kind == "probability":
        return random.uniform(0.05, 0.95, shape)
    if kind == "above one":
        return random.uniform(1.1, 3.0, shape)
    if kind == "large":
        return random.randn(*shape) * 30
    if kind == "integer":
        return random.randint(-9, 10, shape, np.int64)
    if kind == "bool":
        return random.rand(*shape) > 0.5
    if kind == "sign":
        return np.where(random.rand(*shape) > 0.5, 1.0, -1.0)
    if kind == "zeros too":
        return np.where(random.rand(*shape) > 0.6, 0.0, random.randn(*shape))
    if kind == "special":
        return np.resize([np.inf, -np.inf, np.nan, 0.0, -0.0, 1.5, -2.5], shape)
    if kind.startswith("class"):  # "class 5": numbers of one of five classes
        return random.randint(0, int(kind[5:]), shape, np.int64)
    raise ValueError(kind)


def real(*shape):
    """Normal numbers."""
    return "real", shape


def pos(*shape):
    """Positive numbers."""
    return "positive", shape


def at(kind, *shape):
    """Numbers of another kind, see `numbers`."""
    return kind, shape


def unary(names, *inputs):
    """Cases for functions of the module with one tensor and no other argument."""
    return {name: (lambda torch, *x, name=name: getattr(torch, name)(*x), *inputs) for name in names.split()}


def functional(names, *inputs):
    """Cases for functions of torch.nn.functional, with no other argument."""
    return {
        name: (lambda torch, *x, name=name: getattr(torch.nn.functional, name)(*x), *inputs) for name in names.split()
    }


ARITHMETIC = {
    **unary("add sub mul div true_divide rsub", real(2, 3), pos(3)),
    **unary("neg positive square reciprocal", real(2, 3)),
    "add alpha": (lambda torch, x, y: torch.add(x, y, alpha=2.5), real(2, 1), real(3)),
    "sub alpha": (lambda torch, x, y: torch.sub(x, y, alpha=2.5), real(2, 1), real(3)),
    "numbers": (lambda torch, x: 2 - (x + 1) * 3 / (x * x + 1) + 1 / (2 + x * x), real(2, 3)),
    "pow": (lambda torch, x, y: x**y, pos(2, 3), real(3)),
    "pow number": (lambda torch, x: x**3 + x**2 - x**-1 + x**0 + x**0.5, pos(4)),
    "pow of number": (lambda torch, x: 2**x + torch.pow(3.0, x), real(4)),
    "pow at zero": (lambda torch, x, y: (x * 0) ** (y * y + 1) + (x * 0) ** 2 + (x * 0) ** 0, real(4), real(4)),
    "float_power": (lambda torch, x: torch.float_power(x, 3), real(4)),
    "lerp": (lambda torch, x, y: torch.lerp(x, y, 0.3), real(2, 3), real(3)),
    "lerp tensor": (lambda torch, x, y, w: torch.lerp(x, y, w), real(2, 3), real(3), real(2, 1)),
    "addcmul": (lambda torch, x, y, z: torch.addcmul(x, y, z, value=0.5), real(2, 3), real(3), real(2, 1)),
    "addcdiv": (lambda torch, x, y, z: torch.addcdiv(x, y, z, value=0.5), real(2, 3), real(3), pos(2, 1)),
}

DIVISION = {
    **unary("remainder fmod", real(3, 4), pos(4)),
    "floor_divide": (lambda torch, x, y: torch.floor_divide(x.detach(), y.detach()), real(3, 4), pos(4)),
    "remainder negative": (lambda torch, x, y: torch.remainder(x, -y), real(3, 4), pos(4)),
    "div floor": (lambda torch, x, y: torch.div(x, y, rounding_mode="floor"), real(3, 4), pos(4)),
    "div trunc": (lambda torch, x, y: torch.div(x, y, rounding_mode="trunc"), real(3, 4), pos(4)),
    "integers": (
        lambda torch, x, y: torch.stack(
            [x // 4, x % 4, x // -4, x % -4, torch.fmod(x, 4), torch.div(x, 4, rounding_mode="trunc"), x // (y * y + 1)]
        ),
        at("integer", 9),
        at("integer", 9),
    ),
    "reflected": (lambda torch, x: 7 // (x * x + 1).detach() + 7 % (x * x + 1).detach(), real(5)),
}

EXPONENTIAL = {
    **unary("exp exp2 expm1", real(2, 3)),
    **unary("log log2 log10 log1p sqrt rsqrt", pos(2, 3)),
    "logaddexp": (lambda torch, x, y: torch.logaddexp(x, y), at("large", 2, 3), at("large", 3)),
    "xlogy": (lambda torch, x, y: torch.xlogy(x, y), at("zeros too", 2, 3), pos(3)),
    "of integers": (lambda torch, x: torch.exp(x) + torch.sqrt(x * x) + torch.log1p(x * x), at("integer", 5)),
    "edges": (
        lambda torch, x: torch.stack([x.exp(), x.log(), x.sqrt(), x.expm1(), x.log1p(), x.rsqrt()]),
        at("special", 7),
    ),
    "xlogy edges": (
        lambda torch, x: torch.xlogy(x.detach(), x.abs().detach()) + torch.xlogy(x * 0, 2.0),
        at("special", 7),
    ),
    "xlogy number": (lambda torch, x: torch.xlogy(x, 2.0) + torch.xlogy(2.0, x), pos(3)),
}

SPECIAL = {
    **unary("erf erfc", real(3, 4)),
    "erfinv": (lambda torch, x: torch.erfinv(x), at("unit", 3, 4)),
    **unary("lgamma digamma", pos(3, 4)),
    "below zero": (lambda torch, x: torch.stack([x.lgamma(), x.digamma(), x.polygamma(2)]), at("unit", 12)),
    "polygamma": (lambda torch, x: torch.stack([torch.polygamma(n, x) for n in (0, 1, 2, 3, 8)]), pos(4)),
    "lgamma edges": (lambda torch, x: torch.stack([x.lgamma(), x.sign().digamma()]), at("special", 7)),
    "mvlgamma": (lambda torch, x: torch.mvlgamma(x + 1, 3), pos(3, 4)),
    "entr": (lambda torch, x: torch.special.entr(x), pos(3, 4)),
    "entr edges": (lambda torch, x: torch.special.entr(x), at("special", 7)),
    "ndtr": (lambda torch, x: torch.special.ndtr(x), real(3, 4)),
    "gamma of integers": (lambda torch, x: torch.lgamma(x) + torch.digamma(x * x + 1), at("integer", 9)),
    "far": (lambda torch, x: torch.stack([x.erf(), x.erfc()]), at("large", 20)),
    "erfinv edges": (lambda torch, x: (x.sign() * (x != 0)).erfinv(), at("special", 7)),
}

TRIGONOMETRY = {
    **unary("sin cos tan atan sinh cosh asinh deg2rad rad2deg sinc", real(2, 3)),
    **unary("asin acos atanh", at("unit", 2, 3)),
    "acosh": (lambda torch, x: torch.acosh(x), at("above one", 2, 3)),
    **unary("atan2 hypot", real(2, 3), real(3)),
    "of integers": (lambda torch, x: torch.sin(x) + torch.atan2(x, x * x + 1), at("integer", 5)),
}

EXTREMES = {
    "abs": (lambda torch, x: torch.abs(x), at("zeros too", 3, 4)),
    **unary("maximum minimum", real(2, 3), real(3)),
    "ties": (lambda torch, x: torch.maximum(x, x * 0) + 3 * torch.minimum(x, x * 0), at("zeros too", 12)),
    "clamp": (lambda torch, x: x.clamp(-0.5, 0.7) + x.clamp(min=0) + 2 * x.clamp(max=0.2), real(12)),
    "clamp kinks": (lambda torch, x: x.round().clamp(-1, 1) + (x - x.detach()).clamp(0, 1), real(12)),
    "clamp tensors": (lambda torch, x, low, high: torch.clamp(x, low, high), real(3, 4), at("unit", 4), pos(3, 1)),
    "clamp one tensor": (lambda torch, x, low: torch.clamp(x, min=low), real(3, 4), at("unit", 4)),
    "clamp_min, clamp_max": (lambda torch, x: torch.clamp_min(x, 0.1) * torch.clamp_max(x, 0.3), real(9)),
    "nan_to_num": (lambda torch, x: torch.nan_to_num(x, nan=7.0), at("special", 7)),
    "nan_to_num all": (lambda torch, x: x.nan_to_num(1.0, 2.0, 3.0), at("special", 7)),
    "nan": (lambda torch, x: torch.maximum(x, x * 0 + 1) + x.clamp(-1, 1), at("special", 7)),
    "fmax, fmin": (lambda torch, x, y: torch.fmax(x, y) + 2 * torch.fmin(x, y), real(2, 3), real(3)),
    "fmax nan": (
        lambda torch, x: torch.fmax(x, x * 0 + 1).detach() + torch.fmin(x, x * 0 + 1).detach(),
        at("special", 7),
    ),
    "copysign": (lambda torch, x, y: torch.copysign(x, y) + torch.copysign(x, -2.0), real(2, 3), at("sign", 3)),
    "signbit": (lambda torch, x: torch.signbit(x), at("special", 7)),
    "heaviside": (lambda torch, x, y: torch.heaviside(x.detach(), y.detach()), at("zeros too", 9), real(1)),
}

ROUNDING = {
    **unary("floor ceil round trunc frac sign", at("large", 3, 4)),
    "halves": (lambda torch, x: (x + 0.5).round(), at("integer", 9)),
    "decimals": (lambda torch, x: torch.round(x, decimals=2) + torch.round(x, decimals=-1), at("large", 9)),
    "whole": (lambda torch, x: x.floor() + x.ceil() + x.round() + x.trunc() + x.sign(), at("integer", 9)),
}

COMPARISON = {
    "six": (
        lambda torch, x, y: torch.stack([x == y, x != y, x < y, x <= y, x > y, x >= y]),
        at("class 3", 3, 4),
        at("class 3", 4),
    ),
    "number": (lambda torch, x: torch.stack([x == 0, x > 0.5, x <= 1.5, 0 < x, x != 1.5]), at("special", 7)),
    "kinds": (
        lambda torch, x: torch.stack([x.isnan(), x.isinf(), x.isfinite(), x.isposinf(), x.isneginf()]),
        at("special", 7),
    ),
    "isclose": (lambda torch, x, y: torch.isclose(x, x + y * 1e-5), real(9), real(9)),
    "isclose special": (
        lambda torch, x: torch.stack([torch.isclose(x, x), torch.isclose(x, x, equal_nan=True)]),
        at("special", 7),
    ),
    "allclose": (lambda torch, x: [torch.allclose(x, x + 1e-9), torch.allclose(x, x + 1)], real(3)),
    "equal": (lambda torch, x: [torch.equal(x, x * 1), torch.equal(x, x + 1), torch.equal(x, x[:2])], real(3)),
}

LOGIC = {
    "logical": (
        lambda torch, x, y: torch.stack([torch.logical_and(x, y), torch.logical_or(x, y), torch.logical_xor(x, y)]),
        at("zeros too", 3, 4),
        at("zeros too", 4),
    ),
    "logical_not": (lambda torch, x: torch.logical_not(x), at("zeros too", 6)),
    "bits": (
        lambda torch, x, y: torch.stack([x & y, x | y, x ^ y, ~x, x & 6, 6 | x, x << 2, x >> 1]),
        at("integer", 9),
        at("integer", 9),
    ),
    "masks": (lambda torch, x, y: torch.stack([x & y, x | y, x ^ y, ~x, x & True]), at("bool", 9), at("bool", 9)),
}

REDUCTION = {
    "sum": (lambda torch, x: x.sum() * x.sum(0, keepdim=True) * x.sum((0, -1))[:, None], real(2, 3, 4)),
    "sum axis": (lambda torch, x: x.sum(axis=1, keepdims=True), real(2, 3)),
    "mean": (lambda torch, x: x.mean() * x.mean(1) * x.mean((0, 1), keepdim=True), real(3, 3)),
    "sum of integers": (
        lambda torch, x, m: torch.stack([x.sum(), m.sum(), x.mean(dtype=torch.float64).long()]),
        at("integer", 9),
        at("bool", 9),
    ),
    "nansum": (lambda torch, x: torch.nansum(x[2:]) + x[2:].nansum(0), at("special", 7)),
    "nanmean": (lambda torch, x: torch.nanmean(x[2:]), at("special", 7)),
    "logsumexp": (lambda torch, x: x.logsumexp(1) + torch.logsumexp(x, (0, 1)), at("large", 3, 4)),
    "logsumexp edges": (lambda torch, x: torch.stack([x[:1], x[1:2], x[3:5]][:2]).logsumexp(1), at("special", 7)),
    "amax, amin": (lambda torch, x: x.amax(1) - x.amin((0, 1)) + x.amax(), at("zeros too", 3, 4)),
    "max, min": (lambda torch, x: x.max() + 2 * x.min() + x.max(1)[0] + x.min(1).values, real(3, 4)),
    "max, min of two": (lambda torch, x, y: torch.max(x, y) + torch.min(x, other=y), real(3, 4), real(4)),
    "indices": (lambda torch, x: torch.stack([x.argmax(1), x.argmin(1), x.max(1)[1], x.min(1)[1]]), real(3, 4)),
    "flat indices": (
        lambda torch, x: torch.stack([x.argmax(), x.argmin(), x.argmax(0, keepdim=True)[0, 1]]),
        real(3, 4),
    ),
    "truth": (
        lambda torch, x: torch.stack([x.all(), x.any(), torch.all(x, 1)[0], x.any(dim=0)[1], (x > -9).all()]),
        at("zeros too", 3, 4),
    ),
    "count_nonzero": (lambda torch, x: torch.stack([x.count_nonzero(), x.count_nonzero(0)[1]]), at("zeros too", 3, 4)),
    "aminmax": (lambda torch, x: torch.stack(torch.aminmax(x)), real(5)),
}

PRODUCTS = {
    "prod": (lambda torch, x: x.prod() + x.prod(1) + x.prod(0, keepdim=True).sum(), real(3, 4)),
    "prod zeros": (lambda torch, x: x.prod(0) + x.prod(1), at("zeros too", 4, 4)),
    "prod integers": (lambda torch, x: x.prod(), at("integer", 4)),
    "cumprod": (lambda torch, x: x.cumprod(0) + x.cumprod(1), real(3, 4)),
    "cumprod zeros": (lambda torch, x: x.cumprod(-1), at("zeros too", 3, 5)),
}

CUMULATIVE = {
    "cumsum": (lambda torch, x: x.cumsum(0) * torch.cumsum(x, -1), real(3, 4)),
    "cumsum integers": (lambda torch, x: x.cumsum(0), at("bool", 6)),
    "cummax": (lambda torch, x: x.cummax(1)[0] * x.cummin(0).values, real(3, 4)),
    "cummax indices": (lambda torch, x: torch.stack([x.cummax(1)[1], x.cummin(1)[1]]), at("class 3", 3, 4)),
    "logcumsumexp": (lambda torch, x: torch.logcumsumexp(x, 1), real(3, 4)),
    "diff": (lambda torch, x: torch.diff(x) * x.diff(n=2).sum(), real(3, 4)),
}

STATISTICS = {
    "histogram": (lambda torch, x: torch.cat(list(torch.histogram(x.detach(), 5))), real(3, 20)),
    "histogram weights": (
        lambda torch, x, w: torch.histogram(x.detach(), 4, range=(-1.0, 1.5), weight=w, density=True).hist,
        real(40),
        at("weight", 40),
    ),
    "histogram edges": (
        lambda torch, x, w: torch.histogram(x.detach(), w.sort().values).hist,
        real(40),
        at("weight", 5),
    ),
    "var": (lambda torch, x: x.var() + x.var(0) + x.var(1, unbiased=False).sum() + x.var(False), real(3, 4)),
    "std": (lambda torch, x: x.std() + x.std(dim=0, correction=0) * x.std(1, keepdim=True), real(3, 4)),
    "std of equals": (lambda torch, x: (x - x.detach()).std() + (x * 0).std(1), real(3, 4)),
    "std_mean": (lambda torch, x: torch.stack(torch.std_mean(x, 0)) + torch.stack(torch.var_mean(x, 0)), real(3, 4)),
    "cov": (lambda torch, x: torch.cov(x) * torch.corrcoef(x) + x[0].cov() + x[0].corrcoef(), real(3, 5)),
    "cov weights": (
        lambda torch, x, f, a: torch.cov(x, fweights=f + 1, aweights=a) + torch.cov(x, correction=0, aweights=a),
        real(3, 5),
        at("class 3", 5),
        at("weight", 5),
    ),
    "histc": (lambda torch, x: torch.stack([torch.histc(x, 4, -1, 1), x.histc(4)]), at("weight", 20)),
}

ORDER_STATISTICS = {
    "median": (lambda torch, x: x.median() + x.median(1)[0] * x.median(0, keepdim=True).values.sum(), real(3, 4)),
    "median indices": (lambda torch, x: x.median(1)[1], real(3, 5)),
    "median nan": (lambda torch, x: x.median(), at("special", 7)),
    "nanmedian": (lambda torch, x: torch.nanmedian(x.detach()) + x.detach().nanmedian(0)[0], at("special", 7)),
    "quantile": (lambda torch, x: x.quantile(0.3) + x.quantile(0.6, 1) * torch.quantile(x, 0.5, 0, True), real(3, 3)),
    "quantiles": (lambda torch, x, q: torch.quantile(x, q / 4, dim=1, keepdim=True), real(3, 4), at("weight", 2)),
    "quantile kinds": (
        lambda torch, x: sum(
            (i + 1) * x.quantile(0.37, 0, interpolation=kind)
            for i, kind in enumerate(("lower", "higher", "midpoint", "nearest"))
        ),
        real(6, 2),
    ),
    "quantile nan": (
        lambda torch, x: torch.stack([x.detach().quantile(0.5), x.detach()[2:].nanquantile(0.3)]),
        at("special", 7),
    ),
    "mode": (lambda torch, x: torch.mode(x)[0] * x.mode(0, True)[0].sum(), at("class 3", 4, 7)),
    "mode indices": (lambda torch, x: torch.mode(x)[1], at("class 3", 4, 7)),
}

NORMS = {
    "renorm": (lambda torch, x: torch.stack([torch.renorm(x, p, 1, 1.5) for p in (1, 2, 3.5)]), real(3, 4)),
    "renorm inf": (lambda torch, x: torch.renorm(x, float("inf"), -1, 0.8), real(2, 3, 4)),
    "norm": (lambda torch, x: x.norm() + x.norm(dim=1).sum() + torch.norm(x, p=1) * x.norm(3, 0).sum(), real(3, 4)),
    "norm kinds": (
        lambda torch, x: (
            x.norm(float("inf")) + x.norm(float("-inf"), 1).sum() + x.norm(0) + x.norm(p="fro", dim=(0, 1))
        ),
        real(3, 4),
    ),
    "norm at zero": (lambda torch, x: (x - x.detach()).norm() + (x - x.detach()).norm(3), real(4)),
    "dist": (lambda torch, x, y: torch.dist(x, y) + torch.dist(x, y, 1), real(3, 4), real(4)),
    "vector_norm": (lambda torch, x: torch.linalg.vector_norm(x, 2.5, dim=(0, 1), keepdim=True), real(3, 4)),
    "matrix_norm": (
        lambda torch, x: sum(torch.linalg.matrix_norm(x, ord=p) for p in ("fro", 1, -1, float("inf"), -float("inf"))),
        real(2, 3, 4),
    ),
    "linalg.norm": (
        lambda torch, x: torch.linalg.norm(x) + torch.linalg.norm(x, 1) + torch.linalg.norm(x, 2, 1).sum(),
        real(3, 4),
    ),
}

ACTIVATION = {
    **unary("relu sigmoid tanh", at("large", 3, 4)),
    "softmax": (lambda torch, x: torch.softmax(x, 1) + x.softmax(dim=0), at("large", 3, 4)),
    "log_softmax": (lambda torch, x: torch.log_softmax(x, 1) + x.log_softmax(dim=0), real(3, 4)),
    "softmax dtype": (lambda torch, x: torch.softmax(x, 0, dtype=torch.float64), at("integer", 5)),
    "softmin": (lambda torch, x: torch.nn.functional.softmin(x, 1), real(3, 4)),
    "logit": (lambda torch, x: torch.logit(x) + x.logit(0.3), at("probability", 9)),
    "scalar": (lambda torch, x: torch.softmax(x, 0) + torch.log_softmax(x, 0), real()),
}

RECTIFIERS = {
    **functional("relu6 leaky_relu elu selu celu hardtanh hardsigmoid hardswish hardshrink softshrink", real(4, 5)),
    "kinks": (
        lambda torch, x: (
            sum(
                f(x.round())
                for f in (torch.nn.functional.relu6, torch.nn.functional.leaky_relu, torch.nn.functional.hardtanh)
            )
            + torch.nn.functional.elu(x * 0)
            + torch.relu(x * 0)
        ),
        at("large", 9),
    ),
    "far": (lambda torch, x: torch.nn.functional.relu6(x) + torch.nn.functional.hardswish(x), at("large", 9)),
    "leaky_relu slope": (lambda torch, x: torch.nn.functional.leaky_relu(x, 0.2), real(9)),
    "elu alpha": (lambda torch, x: torch.nn.functional.elu(x, 0.5) + torch.nn.functional.celu(x, 0.5), real(9)),
    "hardtanh bounds": (lambda torch, x: torch.nn.functional.hardtanh(x, -0.3, 0.6), real(9)),
    "threshold": (lambda torch, x: torch.nn.functional.threshold(x, 0.1, 7.0), real(9)),
    "prelu": (lambda torch, x, w: torch.nn.functional.prelu(x, w), real(2, 3, 4), pos(3)),
    "prelu one": (lambda torch, x, w: torch.nn.functional.prelu(x, w), real(4), pos(1)),
}

SMOOTH = {
    **functional("gelu silu mish softplus logsigmoid softsign tanhshrink", at("large", 3, 4)),
    "near 0": (
        lambda torch, x: torch.nn.functional.gelu(x) + torch.nn.functional.silu(x) + torch.nn.functional.mish(x),
        real(12),
    ),
    "gelu tanh": (lambda torch, x: torch.nn.functional.gelu(x, approximate="tanh"), real(12)),
    "softplus beta": (lambda torch, x: torch.nn.functional.softplus(x, beta=2, threshold=1), real(12)),
    "glu": (lambda torch, x: torch.nn.functional.glu(x) + torch.nn.functional.glu(x, 1), real(4, 4)),
    "scalar": (lambda torch, x: torch.nn.functional.gelu(x) + torch.nn.functional.softplus(x) + x.erf(), real()),
}


def losses(names, *inputs, **arguments):
    """A case for each reduction."""
    return {
        f"{name} {reduction} {' '.join(arguments)}".strip(): (
            lambda torch, *x, name=name, reduction=reduction: getattr(torch.nn.functional, name)(
                *x, reduction=reduction, **arguments
            ),
            *inputs,
        )
        for name in names.split()
        for reduction in ("mean", "sum", "none")
    }


LOSS = {
    **losses("mse_loss l1_loss smooth_l1_loss huber_loss", real(3, 4), real(3, 4)),
    **losses("smooth_l1_loss", real(3, 4), real(3, 4), beta=0.3),
    **losses("huber_loss", real(3, 4), real(3, 4), delta=0.3),
    **losses("binary_cross_entropy", at("probability", 3, 4), at("probability", 3, 4)),
    **losses("binary_cross_entropy_with_logits", at("large", 3, 4), at("probability", 3, 4)),
    "bce weight": (
        lambda torch, x, t, w: torch.nn.functional.binary_cross_entropy(x, t, w),
        at("probability", 3, 4),
        at("probability", 3, 4),
        at("weight", 4),
    ),
    "bce pos_weight": (
        lambda torch, x, t, w: torch.nn.functional.binary_cross_entropy_with_logits(x, t, pos_weight=w),
        real(3, 4),
        at("probability", 3, 4),
        at("weight", 4),
    ),
    "bce at the ends": (
        lambda torch, x: torch.nn.functional.binary_cross_entropy((x > 0) * 1.0, (x > 0.5) * 1.0),
        real(9),
    ),
    **losses("kl_div", real(3, 4), at("probability", 3, 4)),
    **losses("kl_div", real(3, 4), real(3, 4), log_target=True),
    "kl_div batchmean": (
        lambda torch, x, t: torch.nn.functional.kl_div(x, t, reduction="batchmean"),
        real(3, 4),
        at("probability", 3, 4),
    ),
    **losses("poisson_nll_loss", real(3, 4), pos(3, 4)),
    **losses("poisson_nll_loss", pos(3, 4), pos(3, 4), log_input=False, full=True),
    **losses("gaussian_nll_loss", real(3, 4), real(3, 4), pos(3, 4)),
    **losses("gaussian_nll_loss", real(3, 4), real(3, 4), pos(3, 1), full=True),
    "legacy": (lambda torch, x, t: torch.nn.functional.mse_loss(x, t, size_average=False), real(3, 4), real(3, 4)),
    "legacy none": (lambda torch, x, t: torch.nn.functional.l1_loss(x, t, reduce=False), real(3, 4), real(3, 4)),
}

CROSS_ENTROPY = {
    **losses("cross_entropy nll_loss", at("large", 4, 5), at("class 5", 4)),
    **losses("cross_entropy nll_loss", real(2, 5, 3, 2), at("class 5", 2, 3, 2)),
    **losses("cross_entropy", real(4, 5), at("class 5", 4), label_smoothing=0.1),
    **losses("cross_entropy nll_loss", real(6, 3), at("class 3", 6), ignore_index=1),
    "one sample": (lambda torch, x, t: torch.nn.functional.cross_entropy(x, t), real(5), at("class 5")),
    "weight": (
        lambda torch, x, t, w: torch.nn.functional.cross_entropy(x, t, w),
        real(6, 3),
        at("class 3", 6),
        at("weight", 3),
    ),
    "weight nll": (
        lambda torch, x, t, w: torch.nn.functional.nll_loss(x, t, w),
        real(6, 3),
        at("class 3", 6),
        at("weight", 3),
    ),
    "weight and smoothing": (
        lambda torch, x, t, w: torch.nn.functional.cross_entropy(x, t, w, label_smoothing=0.2),
        real(6, 3, 2),
        at("class 3", 6, 2),
        at("weight", 3),
    ),
    "probabilities": (lambda torch, x, t: torch.nn.functional.cross_entropy(x, t), real(6, 3), at("probability", 6, 3)),
    "probabilities, weight and smoothing": (
        lambda torch, x, t, w: torch.nn.functional.cross_entropy(x, t, w, reduction="sum", label_smoothing=0.2),
        real(6, 3, 2),
        at("probability", 6, 3, 2),
        at("weight", 3),
    ),
    "all ignored": (
        lambda torch, x, t: torch.nn.functional.cross_entropy(x, t * 0 - 100, reduction="sum"),
        real(6, 3),
        at("class 3", 6),
    ),
}

RANKING_LOSS = {
    **functional("cosine_similarity pairwise_distance", real(3, 4), real(3, 4)),
    "cosine_similarity dim": (
        lambda torch, x, y: torch.nn.functional.cosine_similarity(x, y, dim=0),
        real(3, 4),
        real(3, 4),
    ),
    "cosine_similarity short": (
        lambda torch, x, y: torch.nn.functional.cosine_similarity(x * 1e-5, y, eps=1e-3),
        real(3, 4),
        real(3, 4),
    ),
    **losses("hinge_embedding_loss soft_margin_loss", real(3, 4), at("sign", 3, 4)),
    **losses("margin_ranking_loss", real(5), real(5), at("sign", 5)),
    **losses("cosine_embedding_loss", real(5, 3), real(5, 3), at("sign", 5)),
    **losses("triplet_margin_loss", real(5, 3), real(5, 3), real(5, 3)),
    **losses("triplet_margin_loss", real(5, 3), real(5, 3), real(5, 3), swap=True, p=1.5),
    **losses("multi_margin_loss", real(5, 3), at("class 3", 5)),
    **losses("multi_margin_loss", real(5, 3), at("class 3", 5), p=2, margin=0.5),
    **losses("multilabel_soft_margin_loss", real(3, 4), at("probability", 3, 4)),
    "triplet with distance": (
        lambda torch, a, p, n: torch.nn.functional.triplet_margin_with_distance_loss(
            a, p, n, distance_function=lambda x, y: (x - y).abs().sum(-1), swap=True
        ),
        real(5, 3),
        real(5, 3),
        real(5, 3),
    ),
}


def ctc(reduction="mean", lengths=(3, 1, 2), ends=(7, 6, 5), flat=False, **arguments):
    """ctc_loss of 7 steps, 3 samples, 5 classes, blank 0; targets in rows of 3, or one after the other."""

    def call(torch, x, targets):
        targets = targets + 1
        if flat:
            targets = torch.cat([row[:n] for row, n in zip(targets, lengths, strict=True)])
        return torch.nn.functional.ctc_loss(
            torch.log_softmax(x, 2),
            targets,
            torch.tensor(ends),
            torch.tensor(lengths),
            reduction=reduction,
            **arguments,
        )

    return call, real(7, 3, 5), at("class 4", 3, 3)


CTC_LOSS = {
    "mean": ctc(),
    "sum": ctc("sum"),
    "none": ctc("none"),
    "flat": ctc("none", flat=True),
    "empty target": ctc("none", lengths=(0, 1, 2)),
    "impossible": ctc("none", lengths=(3, 3, 3), ends=(7, 2, 5), zero_infinity=True),
    "one sample": (
        lambda torch, x, targets: torch.nn.functional.ctc_loss(
            torch.log_softmax(x, 1), targets + 1, torch.tensor(6), torch.tensor(3)
        ),
        real(6, 5),
        at("class 4", 3),
    ),
}

CASES = {
    "arithmetic": ARITHMETIC,
    "division": DIVISION,
    "exponential": EXPONENTIAL,
    "special": SPECIAL,
    "trigonometry": TRIGONOMETRY,
    "extremes": EXTREMES,
    "rounding": ROUNDING,
    "comparison": COMPARISON,
    "logic": LOGIC,
    "reduction": REDUCTION,
    "products": PRODUCTS,
    "cumulative": CUMULATIVE,
    "statistics": STATISTICS,
    "order_statistics": ORDER_STATISTICS,
    "norms": NORMS,
    "activation": ACTIVATION,
    "rectifiers": RECTIFIERS,
    "smooth": SMOOTH,
    "loss": LOSS,
    "cross_entropy": CROSS_ENTROPY,
    "ranking_loss": RANKING_LOSS,
    "ctc_loss": CTC_LOSS,
}
FLOATS = ("float64", "float32")


def inputs_of(topic, case, cases=CASES):
    """The arrays of a case's inputs, float64 or integer or bool, and whether each is differentiated."""
    found = []
    for i, (kind, shape) in enumerate(cases[topic][case][1:]):
        array = np.asarray(numbers(f"{topic} {case} {i}", kind, shape))
        found.append((array, array.dtype.kind == "f" and kind not in ("weight", "sign")))
    return found


def weights_of(shape):
    """What the outputs are multiplied with before they are added up and differentiated."""
    return np.random.RandomState(7).uniform(0.5, 1.5, shape)
