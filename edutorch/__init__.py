"""edutorch: PyTorch you can read. `import edutorch as torch` runs textbook PyTorch code on NumPy and CuPy.

tiny.py is the whole library at a glance, in one file. From there the learner's path through the source, about 4,900
lines (950 of them are the table of methods in tensor.py). Each file comes before those that use it:

    autograd/base.py            TensorBase: an array and its place in the graph
    autograd/versions.py        how a change in place is noticed
    autograd/edges.py           where a gradient goes
    autograd/views.py           tensors on the memory of another one
    autograd/attach.py          how an output gets its place in the graph
    autograd/accumulate_grad.py where a gradient ends: a leaf's .grad
    autograd/node.py            what an operation leaves in the graph
    autograd/function.py        Function: an operation that knows its gradient
    autograd/gradients.py       what a backward returns, brought into the form of the inputs
    autograd/engine.py          the walk back from the loss to the leaves
    ops/plumbing/promotion.py   two operands get one dtype
    ops/arithmetic.py           how an operation is written: + - * / and powers
    ops/matmul.py               the product that a layer is made of
    tensor.py                   class Tensor: what a tensor is, and the names of its methods
    nn/parameter.py             a tensor that a module notices
    nn/module.py                Module: a function with parameters, built of other modules
    nn/linear.py                how a layer is written
    optim/optimizer.py          what all optimizers share
    optim/sgd.py                one step down the gradient
    optim/adam.py               the optimizer that most programs use
    utils/data/dataset.py       samples by index
    utils/data/sampler.py       in which order
    utils/data/collate.py       samples become a batch
    utils/data/fetch.py         from the indices of a batch to the batch
    utils/data/dataloader.py    DataLoader: one batch after the other

Other imports of these files may be skipped at first: backend.py, fusion.py, dtypes.py and browser_numpy.py (arrays of
NumPy or CuPy, their arithmetic as one kernel, the types of their elements, and what NumPy does otherwise in a browser),
autograd/grad_mode.py (no_grad), autograd/hooks.py, autograd/handle.py, autograd/saved_hooks.py and autograd/anomaly.py
(hooks and debugging), the rest of ops/ (written in the same way), printing.py, random/, left_out_methods.py,
nn/functional/, nn/init.py, nn/conversion.py, nn/hooks.py, nn/state_dict.py, nn/summary.py, utils/data/arguments.py,
utils/data/pin.py and utils/data/worker_iterator.py.
(tests/test_path.py holds this.)
"""

import sys as _sys
import typing as _typing
from math import e, inf, nan, pi

# first of all, so that the function `tensor` takes the module's place in this namespace
from .tensor import Size, Tensor, is_tensor  # isort: skip

from . import autograd, linalg, nn, random, special
from .aliases import backends
from .aliases import as_torch
from .aliases.table import answer_for as _answer_for, attribute as _attribute
from .autograd.anomaly import is_anomaly_enabled
from .autograd.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .devices import device, get_default_device, set_default_device
from .dtypes import (
    bool,
    can_cast,
    double,
    dtype,
    finfo,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    iinfo,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    set_default_dtype,
    short,
    uint8,
)
from .nn.functional import bilinear, hardshrink
from . import return_types
from .ops.activation import log_softmax, logit, relu, sigmoid, softmax, tanh
from .ops.adaptive_pool import adaptive_avg_pool1d, adaptive_max_pool1d
from .ops.arithmetic import (
    add,
    addcdiv,
    addcmul,
    div,
    float_power,
    ldexp,
    lerp,
    mul,
    neg,
    positive,
    pow,
    reciprocal,
    rsub,
    square,
    sub,
    true_divide,
)
from .ops.arithmetic import div as divide, mul as multiply, neg as negative, sub as subtract
from .ops.more.arranging import (
    cartesian_prod,
    combinations,
    flip,
    fliplr,
    flipud,
    meshgrid,
    repeat_interleave,
    roll,
    rot90,
    tile,
)
from .ops.avg_pool import avg_pool1d
from .ops.comparison import allclose, eq, equal, ge, gt, isclose, isfinite, isinf, isnan, isneginf, isposinf, le, lt, ne
from .ops.comparison import ge as greater_equal, gt as greater, le as less_equal, lt as less, ne as not_equal
from .ops.conv import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from .ops.conversion import (
    channels_last,
    contiguous_format,
    layout,
    memory_format,
    preserve_format,
    result_type,
    strided,
)
from .ops.creation import empty, empty_like, eye, full, full_like, ones, ones_like, scalar_tensor, zeros, zeros_like
from .ops.cumulative import cummax, cummin, cumsum, diff, logcumsumexp
from .ops.more.decompositions import qr, svd_with_v as svd
from .ops.diagonals import diag, diag_embed, diagflat, diagonal, diagonal_scatter, trace, tril, triu
from .ops.division import floor_divide, fmod, gcd, lcm, remainder
from .ops.einsum import einsum
from .ops.exponential import exp, exp2, expm1, log, log1p, log2, log10, logaddexp, rsqrt, sqrt, xlogy
from .ops.extremes import (
    abs,
    clamp,
    clamp_max,
    clamp_min,
    copysign,
    fmax,
    fmin,
    heaviside,
    maximum,
    minimum,
    nan_to_num,
    signbit,
)
from .ops.extremes import abs as absolute, clamp as clip
from .ops.from_data import as_tensor, asarray, from_numpy, frombuffer, tensor
from .ops.more.special import digamma, lgamma, mvlgamma, polygamma
from .ops.gathering import (
    gather,
    index_add,
    index_copy,
    index_fill,
    index_select,
    scatter,
    scatter_add,
    scatter_reduce,
    take,
    take_along_dim,
    unravel_index,
)
from .ops.indexing import fill, fill_, index_put, put, select_scatter, slice_scatter, zero_
from .ops.more.integration import cumulative_trapezoid, gradient, trapezoid, trapz
from .ops.joining import (
    block_diag,
    cat,
    cat as concat,
    cat as concatenate,
    column_stack,
    dstack,
    hstack,
    stack,
    vstack,
    vstack as row_stack,
)
from .ops.more.legacy_types import (
    BoolTensor,
    ByteTensor,
    CharTensor,
    DoubleTensor,
    FloatTensor,
    HalfTensor,
    IntTensor,
    LongTensor,
    ShortTensor,
)
from .ops.logic import (
    bitwise_and,
    bitwise_left_shift,
    bitwise_not,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
)
from .ops.masking import argwhere, masked_fill, masked_scatter, masked_select, nonzero, where
from .ops.more.linalg import det, inv as inverse, logdet, matrix_exp, matrix_power, slogdet, vander_descending as vander
from .ops.more.solving import cholesky, cholesky_inverse, cholesky_solve, pinverse
from .ops.matmul import matmul
from .ops.matrices import (
    addbmm,
    addmm,
    addmv,
    addr,
    baddbmm,
    bmm,
    cdist,
    chain_matmul,
    cross,
    dot,
    inner,
    kron,
    mm,
    mv,
    outer,
    outer as ger,
    tensordot,
    vdot,
)
from .ops.max_pool import max_pool1d, max_pool2d, max_pool3d
from .ops.layer_norm import layer_norm
from .ops.normalization import group_norm, rms_norm
from .ops.norms import dist, norm, renorm
from .ops.more.order_statistics import median, mode, nanmedian, nanquantile, quantile
from .ops.more.products import cumprod, prod
from .ops.ranges import arange, linspace, logspace, range_ as range, tril_indices, triu_indices
from .ops.rectifiers import celu, prelu, selu, threshold
from .ops.more.ranking_loss import cosine_similarity, pairwise_distance
from .ops.recurrent import gru_cell, lstm_cell, rnn_relu_cell, rnn_tanh_cell
from .ops.reduction import (
    all,
    amax,
    amin,
    aminmax,
    any,
    argmax,
    argmin,
    count_nonzero,
    logsumexp,
    max,
    mean,
    min,
    nanmean,
    nansum,
    sum,
)
from .ops.more.resize import channel_shuffle, pixel_shuffle, pixel_unshuffle
from .ops.rounding import ceil, floor, frac, round, sign, trunc
from .ops.rounding import sign as sgn, trunc as fix
from .ops.shape import (
    clone,
    flatten,
    mT as adjoint,
    movedim,
    movedim as moveaxis,
    permute,
    ravel,
    reshape,
    squeeze,
    t,
    transpose,
    transpose as swapaxes,
    transpose as swapdims,
    unflatten,
    unsqueeze,
)
from .ops.broadcasting import atleast_1d, atleast_2d, atleast_3d, broadcast_shapes, broadcast_tensors, broadcast_to
from .ops.sorting import (
    argsort,
    bincount,
    bucketize,
    isin,
    kthvalue,
    msort,
    searchsorted,
    sort,
    topk,
    unique,
    unique_consecutive,
)
from .ops.more.special import erf, erfc, erfinv
from .ops.splitting import chunk, dsplit, hsplit, narrow, select, split, split_with_sizes, tensor_split, unbind, vsplit
from .ops.statistics import corrcoef, cov, histc, histogram, std, std_mean, var, var_mean
from .ops.strides import as_strided
from .ops.trigonometry import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    deg2rad,
    hypot,
    rad2deg,
    sin,
    sinc,
    sinh,
    tan,
)
from .ops.trigonometry import acos as arccos, asin as arcsin, atan as arctan, atan2 as arctan2
from .ops.trigonometry import acosh as arccosh, asinh as arcsinh, atanh as arctanh
from .printing import set_printoptions
from .public_names import show_where_found as _show_where_found
from .random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from .random.tensors import (
    bernoulli,
    binomial,
    multinomial,
    normal,
    poisson,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
)

if _typing.TYPE_CHECKING:  # what loads on first use
    from . import accelerator, cuda, optim, utils
    from .serialization import load, save

is_floating_point = Tensor.is_floating_point
is_signed = Tensor.is_signed
numel = Tensor.numel
detach = Tensor.detach
get_device = Tensor.get_device
abs_, exp_, neg_, sqrt_, square_ = Tensor.abs_, Tensor.exp_, Tensor.neg_, Tensor.sqrt_, Tensor.square_
relu_, sigmoid_, tanh_, clamp_ = Tensor.relu_, Tensor.sigmoid_, Tensor.tanh_, Tensor.clamp_
is_complex = Tensor.is_complex
is_nonzero = Tensor.is_nonzero
is_same_size = Tensor.is_same_size

_show_where_found(nn.functional, random, autograd, _sys.modules[__name__], linalg, special)
_answer_for("autograd", "linalg", "nn", "random", "special")

__version__ = "0.1.0"
__all__ = [name for name in globals() if not name.startswith("_")]
__all__ += ["accelerator", "cuda", "load", "optim", "save", "utils"]  # on first use


def __getattr__(name: str) -> _typing.Any:
    """What loads on first use; for what PyTorch has and edutorch has not, an error that says so."""
    return _attribute("", name)


def __dir__() -> list[str]:
    """All names, those that load on first use among them."""
    return sorted({*globals(), *__all__})
