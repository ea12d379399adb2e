"""Where PyTorch's modules and names are found that stand elsewhere here, and load on first use.

A place is written without its first word: "nn.modules" is torch.nn.modules. Importing `torch.nn.modules.batchnorm` goes
from left to right: nn.modules is nn, and nn.batchnorm is nn.normalization. The attribute of that name does the same.
"""

from __future__ import annotations

import functools
import importlib
import operator
import sys
from types import ModuleType
from typing import Any

from ..left_out import missing

MODULES = {
    "amp.autocast_mode": "amp",
    "amp.grad_scaler": "amp",
    "aliases.ao.quantization": "quantization",
    "ao": "aliases.ao",
    "ao.quantization": "quantization",
    "autograd.anomaly_mode": "autograd.anomaly",
    "autograd.variable": "autograd",
    "backends": "aliases.backends",
    "cuda.amp": "aliases.cuda_amp",
    "cuda.memory": "cuda",
    "cuda.random": "cuda",
    "cuda.streams": "cuda",
    "distributed.distributed_c10d": "distributed",
    "functional": "",
    "jit": "aliases.jit",
    "multiprocessing": "aliases.multiprocessing",
    "nn.adaptive": "nn.loss",
    "nn.batchnorm": "nn.normalization",
    "nn.channelshuffle": "nn.resize",
    "nn.common_types": "aliases.types",
    "nn.fold": "nn.resize",
    "nn.instancenorm": "nn.normalization",
    "nn.modules": "nn",
    "nn.pixelshuffle": "nn.resize",
    "nn.rnn": "nn.recurrent",
    "nn.upsampling": "nn.resize",
    "multiprocessing.spawn": "aliases.multiprocessing",
    "optim.adadelta": "optim.adaptive",
    "optim.adagrad": "optim.adaptive",
    "optim.adamax": "optim.adam_variants",
    "optim.adamw": "optim.adam",
    "optim.nadam": "optim.adam_variants",
    "optim.radam": "optim.adam_variants",
    "optim.rmsprop": "optim.adaptive",
    "optim.rprop": "optim.adaptive",
    "storage": "ops.more.storage",
    "torch_version": "aliases.version",
    "types": "aliases.types",
    "utils.data._utils": "utils.data",
    "utils.hooks": "autograd.handle",
    "utils.model_zoo": "hub",
    "version": "aliases.version",
}
# modules in their own place
ON_FIRST_USE = """
    accelerator amp audio autograd.graph course cuda distributed distributions hub nn.grad nn.parallel nn.utils.prune
    onnx optim optim.swa_utils quantization serialization testing utils utils.checkpoint utils.data.distributed vision
    viz
""".split()

WINDOWS = "hann_window hamming_window blackman_window bartlett_window kaiser_window".split()
FUNCTIONS = "rrelu rrelu_ pdist multilabel_margin_loss".split()
OLD_NAMES = """
    uniform normal constant eye dirac sparse xavier_uniform xavier_normal kaiming_uniform kaiming_normal orthogonal
""".split()
TYPES = "FloatTensor DoubleTensor HalfTensor ByteTensor CharTensor ShortTensor IntTensor LongTensor BoolTensor".split()
DROPOUT = "dropout alpha_dropout feature_dropout feature_alpha_dropout".split()
IN_PLACE = """
    acos_ acosh_ addmv_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ as_strided_ asin_ asinh_ atan_ atanh_
    ceil_ clamp_max_ clamp_min_ clip_ cos_ cosh_ deg2rad_ detach_ erf_ erfc_ exp2_ expm1_ fix_ floor_ frac_ gcd_
    index_put_ lcm_ ldexp_ log10_ log1p_ log2_ log_ logit_ nan_to_num_ negative_ rad2deg_ reciprocal_ round_ rsqrt_
    sin_ sinc_ sinh_ tan_ trunc_ xlogy_
""".split()
NAMES = {
    **{
        name: f"settings.{name}"
        for name in """
            compile use_deterministic_algorithms are_deterministic_algorithms_enabled set_deterministic_debug_mode
            is_deterministic_algorithms_warn_only_enabled get_deterministic_debug_mode set_float32_matmul_precision
            get_float32_matmul_precision set_flush_denormal set_warn_always is_warn_always_enabled typename is_storage
            set_default_tensor_type
        """.split()
    },
    **dict.fromkeys("conj conj_physical real resolve_conj resolve_neg".split(), "ops.more.real.conj"),
    **dict.fromkeys("is_conj is_neg is_inference".split(), "ops.more.real.is_conj"),
    **{
        f"{verb}_num_{kind}threads": f"threads.{verb}_num_{kind}threads"
        for verb in ("get", "set")
        for kind in ("", "interop_")
    },
    **{f"cuda.{name}": f"ops.more.legacy_types:cuda.{name}" for name in TYPES},
    **{name: f"serialization.{name}" for name in ("load", "save")},
    "UntypedStorage": "ops.more.storage.UntypedStorage",
    "TypedStorage": "ops.more.storage.TypedStorage",
    **{
        f"fake_quantize_per_{each}_affine": f"ops.more.fake_quantize.fake_quantize_per_{each}_affine"
        for each in ("tensor", "channel")
    },
    **{
        name: f"quantization.schemes.{name}"
        for name in """
            qscheme per_tensor_affine per_tensor_symmetric per_channel_affine per_channel_symmetric
        """.split()
    },
    "index_reduce": "ops.more.index_reduce.index_reduce",
    **{name: f"ops.more.windows.{name}" for name in WINDOWS},
    **{name: f"tensor:Tensor.{name}" for name in IN_PLACE},
    **{f"nn.functional.{name}": f"nn.functional.more.{name}" for name in FUNCTIONS},
    **{name: f"nn.functional.more.{name}" for name in FUNCTIONS[:3]},
    **{f"nn.{name}": f"nn.more.{name}" for name in ("RReLU", "MultiLabelMarginLoss", "AdaptiveLogSoftmaxWithLoss")},
    **{f"nn.init.{name}": f"nn.old_names.{name}" for name in OLD_NAMES},
    "nn.utils.clip_grad_norm": "nn.old_names.clip_grad_norm",
    **{f"nn.utils.{name}": f"nn.utils.spectral.{name}" for name in ("spectral_norm", "remove_spectral_norm")},
    **{
        name: f"left_out_dtypes.{name}"
        for name in """
            bfloat16 uint16 uint32 uint64 complex32 complex64 complex128 chalf cfloat cdouble qint8 qint32 quint8
            float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2
        """.split()
    },
    **{
        f"nn.module.register_module_{kind}_hook": f"nn.global_hooks.register_module_{kind}_hook"
        for kind in "forward_pre forward full_backward_pre full_backward backward".split()
    },
    "GradScaler": "amp.GradScaler",
    **{f"{name}_": f"ops.rectifiers.{name}_" for name in ("celu", "selu", "threshold")},
    **{f"{name}_": f"nn.functional.train.{name}_" for name in DROPOUT},
    **{name: f"nn.functional.train.{name}" for name in DROPOUT},
    **{name: f"ops.more.floats.{name}" for name in "frexp isreal logaddexp2 nextafter".split()},
    **{name: f"ops.more.memory.{name}" for name in "as_strided_scatter empty_strided narrow_copy resize_as_".split()},
    **{f"unsafe_{name}": f"ops.splitting.{name}" for name in "chunk split split_with_sizes".split()},
    "conj_physical_": "ops.more.real.conj",
    "imag": "ops.more.real.imag",
    "igamma": "ops.more.incomplete.gammainc",
    "igammac": "ops.more.incomplete.gammaincc",
    "special.gammainc": "ops.more.incomplete.gammainc",
    "special.gammaincc": "ops.more.incomplete.gammaincc",
    "autocast": "amp.autocast",
    "nn.DataParallel": "nn.parallel.DataParallel",
    "nn.SyncBatchNorm": "nn.parallel.SyncBatchNorm",
    "utils.data.DistributedSampler": "utils.data.distributed.DistributedSampler",
    "nn._AdaptiveAvgPoolNd": "nn.pooling._AdaptiveAvgPool",
    "nn._AdaptiveMaxPoolNd": "nn.pooling._AdaptiveMaxPool",
    "nn._AvgPoolNd": "nn.pooling._AvgPool",
    "nn._BatchNorm": "nn.normalization._BatchNorm",
    "nn._ConvNd": "nn.conv._Conv",
    "nn._ConvTransposeNd": "nn.conv._Transposed",
    "nn._DropoutNd": "nn.dropout._Dropout",
    "nn._InstanceNorm": "nn.normalization._InstanceNorm",
    "nn._Loss": "nn.loss._Loss",
    "nn._MaxPoolNd": "nn.pooling._MaxPool",
    "nn._NormBase": "nn.normalization._WithStatistics",
    "nn._WeightedLoss": "nn.loss._WeightedLoss",
    **{
        f"nn.utils.{name}": f"aliases.sizes.{name}"
        for name in """
            _single _pair _triple _quadruple _ntuple _reverse_repeat_tuple _list_with_default
            consume_prefix_in_state_dict_if_present
        """.split()
    },
}


def resolve(place: str) -> str:
    """Our place of PyTorch's module: "nn.normalization" for "nn.modules.batchnorm"."""
    whole = MODULES.get(place)
    if whole is not None:
        return whole
    found = ""
    for part in place.split(".") if place else ():
        found = f"{found}.{part}".removeprefix(".")
        found = MODULES.get(found, found)
    return found


def attribute(place: str, name: str) -> Any:
    """What the module at our place has under a name that loads on first use.

    Raises AttributeError for all other names, telling what edutorch leaves out."""
    whole = f"{place}.{name}".removeprefix(".")
    if whole == "newaxis":
        return None
    if whole in MODULES or whole in ON_FIRST_USE:
        return answering(importlib.import_module(f"edutorch.{resolve(whole)}".removesuffix(".")), whole)
    if whole in NAMES:
        file, _, its = NAMES[whole].rpartition(":" if ":" in NAMES[whole] else ".")
        return operator.attrgetter(its)(importlib.import_module(f"edutorch.{file}"))
    if place.startswith("nn."):  # a layer may stand in another file than in PyTorch
        layers = importlib.import_module("edutorch.nn")
        if name in layers.__all__ or f"nn.{name}" in NAMES:
            return getattr(layers, name)
    raise missing(f"edutorch.{place}".removesuffix("."), name)


def find(module: str, name: str) -> Any:
    """What PyTorch's module has under a name, as a pickle writes them: "torch.nn.modules.linear", "Linear"."""
    found: Any = importlib.import_module(f"edutorch.{resolve(module.partition('.')[2])}".removesuffix("."))
    for part in name.split("."):
        found = getattr(found, part)
    return found


def answering(module: ModuleType, place: str) -> ModuleType:
    """The module, which from now on answers for what it does not hold itself; it is PyTorch's at that place."""
    vars(module).setdefault("__getattr__", functools.partial(attribute, place))
    return module


def answer_for(*names: str) -> None:
    """Lets modules, and those below them, answer for what they do not hold themselves: those that are loaded."""
    for name, module in list(sys.modules.items()):
        place = name.removeprefix("edutorch.")
        if place != name and place.partition(".")[0] in names:
            vars(module).setdefault("__getattr__", functools.partial(attribute, place))
