"""edutorch: PyTorch you can read. `import edutorch as torch` runs textbook PyTorch code on NumPy and CuPy.

The learner's path through the source: autograd/base.py and autograd/function.py (what an operation
leaves behind), autograd/engine.py (the walk back), ops/arithmetic.py (how an op is written),
tensor.py (the table of methods), nn/module.py, optim/sgd.py, utils/data/.
"""

import warnings as _warnings

# first of all, so that the function `tensor` takes the module's place in this namespace
from .tensor import Size, Tensor, is_tensor  # isort: skip

from . import (
    autograd,
    cuda,
    nn,
    optim,
    random,
)
from .aliases import as_torch
from .autograd.anomaly import is_anomaly_enabled
from .autograd.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .backend import device
from .dtypes import (
    bool,
    can_cast,
    double,
    dtype,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
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
from .ops.activation import log_softmax, relu, sigmoid, softmax, tanh
from .ops.arithmetic import add, div, mul, neg, pow, rsub, sub
from .ops.arranging import (
    cartesian_prod,
    flip,
    fliplr,
    flipud,
    meshgrid,
    repeat_interleave,
    roll,
    rot90,
    tile,
)
from .ops.comparison import eq, ge, gt, le, lt, ne
from .ops.creation import (
    arange,
    as_tensor,
    empty,
    empty_like,
    eye,
    from_numpy,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    tensor,
    zeros,
    zeros_like,
)
from .ops.diagonals import (
    diag,
    diag_embed,
    diagflat,
    diagonal,
    diagonal_scatter,
    trace,
    tril,
    triu,
)
from .ops.exponential import exp, log, sqrt
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
)
from .ops.indexing import fill, index_put
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
)
from .ops.masking import argwhere, masked_fill, masked_scatter, masked_select, nonzero, where
from .ops.matmul import matmul
from .ops.reduction import amax, amin, argmax, argmin, max, mean, min, sum
from .ops.shape import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_shapes,
    broadcast_tensors,
    broadcast_to,
    clone,
    flatten,
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
from .ops.splitting import (
    chunk,
    hsplit,
    narrow,
    select,
    split,
    split_with_sizes,
    tensor_split,
    unbind,
    vsplit,
)
from .ops.strides import as_strided
from .printing import set_printoptions
from .random import (
    Generator,
    default_generator,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)
from .random_tensors import (
    bernoulli,
    multinomial,
    normal,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
)

# As PyTorch, inf and nan come without a warning; NumPy's warnings about the user's own arrays stay
_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"edutorch\.")

__version__ = "0.1.0"
