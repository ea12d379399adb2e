"""The operations whose dtypes are held against PyTorch, with every two dtypes.

make_promotion.py runs them with PyTorch and writes promotion.json; tests/ops/plumbing/test_promotion.py runs them
with edutorch.
"""

DTYPES = ("float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool")
# The second operand: a tensor with an axis, a 0-d tensor, or a Python number of its category.
KINDS = ("tensor", "0-d", "number")

BINARY = {
    "add": lambda torch, x, y: torch.add(x, y),
    "sub": lambda torch, x, y: x - y,
    "mul": lambda torch, x, y: x * y,
    "div": lambda torch, x, y: x / y,
    "div floor": lambda torch, x, y: torch.div(x, y, rounding_mode="floor"),
    "div trunc": lambda torch, x, y: torch.div(x, y, rounding_mode="trunc"),
    "remainder": lambda torch, x, y: x % y,
    "pow": lambda torch, x, y: x**y,
    "eq": lambda torch, x, y: x == y,
    "bitwise_and": lambda torch, x, y: x & y,
    "clamp": lambda torch, x, y: torch.clamp(x, max=y),
    "where": lambda torch, x, y: torch.where(x > 0, x, y),
}
TENSORS_ONLY = {
    "maximum": lambda torch, x, y: torch.maximum(x, y),
    "atan2": lambda torch, x, y: torch.atan2(x, y),
    "logical_and": lambda torch, x, y: torch.logical_and(x, y),
}
BINARY.update(TENSORS_ONLY)

UNARY = {
    name: (lambda torch, x, name=name: getattr(torch, name)(x))
    for name in (
        "exp log sqrt sin tanh sigmoid erf reciprocal rsqrt abs neg sign floor round square relu isnan logical_not"
        " bitwise_not frac"
    ).split()
}
REDUCTIONS = {
    "sum": lambda torch, x: x.sum(),
    "prod": lambda torch, x: x.prod(),
    "mean": lambda torch, x: x.mean(),
    "var": lambda torch, x: x.var(),
    "norm": lambda torch, x: x.norm(),
    "cumsum": lambda torch, x: x.cumsum(0),
    "cumprod": lambda torch, x: x.cumprod(0),
    "amax": lambda torch, x: x.amax(0),
    "max": lambda torch, x: x.max(0)[0],
    "argmax": lambda torch, x: x.argmax(),
    "all": lambda torch, x: x.all(),
    "any": lambda torch, x: x.any(0),
    "logsumexp": lambda torch, x: x.logsumexp(0),
    "count_nonzero": lambda torch, x: x.count_nonzero(),
    "softmax": lambda torch, x: x.softmax(0),
    "median": lambda torch, x: x.median(),
}


def operands(torch, first, second, kind):
    """Ones of the two dtypes, the second one as `kind` says."""
    x = torch.ones(2, 2, dtype=getattr(torch, first))
    y = torch.ones((), dtype=getattr(torch, second))
    if kind == "tensor":
        return x, torch.ones(2, dtype=getattr(torch, second))
    return x, y if kind == "0-d" else y.item()
