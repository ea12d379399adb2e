"""class Tensor: the names of its methods. They are implemented in ops/, one topic a file.

`exp = ops.exp` makes `x.exp()` and `edutorch.exp(x)` one function: an editor finds it, and
`help(Tensor.exp)` is its own docstring. What is written out here is what a tensor *is*: its place in
the graph, its properties, its conversions to Python.
"""

from __future__ import annotations

import builtins
import warnings
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from numbers import Number
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar

import numpy as np

from . import dtypes, left_out_methods, ops, printing, random
from .autograd import engine
from .autograd.accumulate_grad import hooked
from .autograd.base import TensorBase, register_tensor_class, wrap
from .autograd.edges import keep_grad
from .autograd.function import Function
from .autograd.grad_mode import is_grad_enabled
from .autograd.handle import RemovableHandle
from .autograd.versions import alias, tick, version_counter, version_of
from .autograd.views import refresh_view
from .backend import Array, DeviceLike, address, device, device_of, is_contiguous, to_numpy
from .backend import item as item_of
from .ops.plumbing.inplace import in_place
from .ops.plumbing.size import Size

if TYPE_CHECKING:
    from .autograd.hooks import TensorHook

Kind = TypeVar("Kind", bound="Tensor")


class Tensor(TensorBase):
    """An array that can be differentiated. Make one with `edutorch.tensor(data)`.

    The methods are listed by topic; each is a function of `edutorch.ops`. Source: torch.Tensor."""

    __module__ = "edutorch"  # where users find it

    # Lets the tensor on the right of an operator handle it if an ndarray is on the left
    __array_priority__ = 1000
    _backward_hooks: dict[int, TensorHook] | None = None
    _post_accumulate_grad_hooks: dict[int, TensorHook] | None = None

    def __init__(self, *data: Any, device: DeviceLike = None) -> None:
        """Tensor([1, 2]) copies data as the default dtype, Tensor(2, 3) is uninitialized: the historical
        constructor. Use `edutorch.tensor` and `edutorch.empty`."""
        first = data[0] if data else 0
        if isinstance(first, (builtins.float, np.generic)):
            raise TypeError(f"new(): data must be a sequence (got {type(first).__name__}): Tensor([2.5])")
        kind = dtypes.get_default_dtype()
        if len(data) != 1 or isinstance(first, (builtins.int, Size)):
            made = ops.creation.empty(*(data or (0,)), device=device)
        elif isinstance(first, np.ndarray):
            made = ops.from_data.as_tensor(first, dtype=kind, device=device)
        else:
            made = ops.from_data.tensor(first, dtype=kind, device=device)
        self._become(made.array)

    def _become(self, array: Array) -> None:
        """Becomes a leaf around an array: for the constructors of subclasses."""
        self.array = array
        self._requires_grad = False
        self._edge = self._grad = self._counter = self._view = None

    # ---- what it is

    @property
    def shape(self) -> Size:
        """The size of each axis."""
        return Size(self.array.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        """The type of the elements."""
        return dtypes.from_numpy_dtype(self.array.dtype)

    @property
    def device(self) -> device:
        """Where the elements are."""
        return device_of(self.array)

    @property
    def ndim(self) -> builtins.int:
        """The number of axes."""
        return self.array.ndim

    def dim(self) -> builtins.int:
        """The number of axes."""
        return self.array.ndim

    ndimension = dim

    def size(self, dim: builtins.int | None = None) -> Any:
        """The shape, or the size of one axis."""
        return self.shape if dim is None else self.array.shape[ops.shape.wrap_dim(dim, self.array.ndim)]

    def numel(self) -> builtins.int:
        """The number of elements."""
        return self.array.size

    nelement = numel

    def element_size(self) -> builtins.int:
        """The bytes of one element."""
        return self.array.itemsize

    @property
    def itemsize(self) -> builtins.int:
        """The bytes of one element."""
        return self.array.itemsize

    @property
    def nbytes(self) -> builtins.int:
        """The bytes of all elements."""
        return self.array.nbytes

    def stride(self, dim: builtins.int | None = None) -> Any:
        """The distance in memory, in elements, from one position of an axis to the next."""
        array = self.array
        if is_contiguous(array):  # NumPy has other numbers for axes of size 1, where they do not matter
            strides = ops.shape.contiguous_strides(array.shape)
        else:
            strides = tuple(s // array.itemsize for s in array.strides)
        return strides if dim is None else strides[ops.shape.wrap_dim(dim, len(strides))]

    def is_contiguous(self, memory_format: ops.conversion.memory_format | None = None) -> builtins.bool:
        """Whether the elements are in order in memory, without gaps."""
        ops.conversion.check_format(memory_format)
        return is_contiguous(self.array)

    def data_ptr(self) -> builtins.int:
        """The address of the first element."""
        return address(self.array)

    const_data_ptr = data_ptr

    def is_floating_point(self) -> builtins.bool:
        """Whether the dtype is a floating one."""
        return self.array.dtype.kind == "f"

    def is_complex(self) -> builtins.bool:
        """False: there are no complex tensors here."""
        return False

    @property
    def is_cuda(self) -> builtins.bool:
        """Whether the elements are on a GPU."""
        return self.device.type == "cuda"

    @property
    def is_cpu(self) -> builtins.bool:
        """Whether the elements are in the CPU's memory."""
        return self.device.type == "cpu"

    @property
    def is_sparse(self) -> builtins.bool:
        """False: tensors are dense here."""
        return False

    @property
    def layout(self) -> ops.conversion.layout:
        """torch.strided: tensors are dense here."""
        return ops.conversion.strided

    def is_signed(self) -> builtins.bool:
        """Whether the dtype has negative numbers."""
        return self.dtype.is_signed

    def is_nonzero(self) -> builtins.bool:
        """Whether the only element is not 0. Raises RuntimeError for a tensor of no elements or several."""
        return builtins.bool(self)

    def is_same_size(self, other: Tensor) -> builtins.bool:
        """Whether the shapes are equal."""
        return self.shape == other.shape

    is_pinned = ops.conversion.is_pinned
    pin_memory = ops.conversion.pin_memory

    def get_device(self) -> builtins.int:
        """The index of the GPU, -1 for the CPU."""
        return -1 if self.device.index is None else self.device.index

    # ---- its place in the graph

    @property
    def requires_grad(self) -> builtins.bool:
        """Whether a gradient is computed for this tensor, or through it."""
        refresh_view(self)
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: builtins.bool) -> None:
        if value and not self.is_floating_point():
            raise RuntimeError(
                f"only Tensors of floating point and complex dtype can require gradients, not {self.dtype}"
            )
        if self.grad_fn is not None:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in"
                " a subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        self._requires_grad = builtins.bool(value)

    def requires_grad_(self, requires_grad: builtins.bool = True) -> Tensor:
        """Sets requires_grad and returns the tensor. True changes nothing if a recorded operation made the tensor."""
        if not requires_grad or self.grad_fn is None:
            self.requires_grad = requires_grad
        return self

    @property
    def grad(self) -> Tensor | None:
        """The gradients that backward() has added up here; None before the first.

        Warns for a tensor that is not a leaf unless retain_grad() was called: it gets no gradient."""
        if self._edge is not None and self._grad is None and not self.retains_grad:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute"
                " won't be populated during autograd.backward(): call .retain_grad() on it, or ask for the leaf's.",
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is self:
            raise RuntimeError("can't assign a tensor as its own grad: use its clone()")
        if value is not None and not isinstance(value, TensorBase):
            raise TypeError(f"assigned grad expected to be a Tensor or None but got {type(value).__name__}")
        if value is not None and value.array.shape != self.array.shape:
            raise RuntimeError(
                f"assigned grad has data of a different size: {list(value.array.shape)}, the tensor has"
                f" {list(self.array.shape)}"
            )
        if value is not None and value.array.dtype != self.array.dtype:
            raise RuntimeError(f"assigned grad has data of a different type: {value.dtype}, expected {self.dtype}")
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    @property
    def grad_fn(self) -> Function | None:
        """The node that computed this tensor; None for a leaf."""
        refresh_view(self)
        return self._grad_fn

    @property
    def is_leaf(self) -> builtins.bool:
        """Whether no recorded operation computed it: parameters and data are leaves."""
        return self.grad_fn is None

    @property
    def output_nr(self) -> builtins.int:
        """Which of its node's outputs it is."""
        return 0 if self._edge is None else self._edge[1]

    @property
    def _base(self) -> Tensor | None:
        """The tensor whose memory a view shares."""
        base: Any = None if self._view is None else self._view.base
        while base is not None and base._view is not None:
            base = base._view.base
        return base

    def _is_view(self) -> builtins.bool:
        """Whether it shares the memory of a base."""
        return self._view is not None

    @property
    def data(self) -> Tensor:
        """The same memory without history. Autograd does not notice changes made through it: prefer detach()."""
        return wrap(self.array)

    @data.setter
    def data(self, value: Tensor) -> None:
        if self._requires_grad and not value.is_floating_point():
            raise RuntimeError("data set to a tensor that requires gradients must be floating point or complex dtype")
        self.array = value.array

    @property
    def _version(self) -> builtins.int:
        """How often its memory has been changed in place."""
        return version_of(self)

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: builtins.bool | None = None,
        create_graph: builtins.bool = False,
        inputs: Tensor | Sequence[Tensor] | None = None,
    ) -> None:
        """Adds to `.grad` of each leaf the gradient of this tensor, like edutorch.autograd.backward."""
        engine.backward((self,), None if gradient is None else (gradient,), retain_graph, create_graph, inputs)

    def detach(self) -> Tensor:
        """The same memory as a leaf that requires no gradient."""
        return alias(self)

    def detach_(self) -> Tensor:
        """Cuts this tensor off from the graph that computed it."""
        if self._view is not None:
            raise RuntimeError("Can't detach views in-place. Use detach() instead.")
        if self._edge is not None:  # a node that saved it must refuse it from now on
            self._detached_at = tick()
            version_counter(self).recorded_times()
        self._edge, self._requires_grad = None, False
        return self

    def retain_grad(self) -> None:
        """Asks for the `.grad` of a tensor that is not a leaf."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if not self.is_leaf and "_retains_grad" not in self.__dict__:
            self._retains_grad = True
            keep_grad(self)

    @property
    def retains_grad(self) -> builtins.bool:
        """Whether retain_grad() was called on a tensor that is not a leaf."""
        return "_retains_grad" in self.__dict__

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
        """Calls hook(grad) whenever this tensor's gradient is known. A tensor that it returns replaces the gradient."""
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        node = self.grad_fn
        if node is not None:
            return node._register(f"output {self.output_nr}", hook)
        if self._backward_hooks is None:
            self._backward_hooks = {}
        return RemovableHandle(self._backward_hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> RemovableHandle:
        """Calls hook(tensor) once a backward has added to this leaf's `.grad`, while it walks on to others."""
        if not self.is_leaf:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        hooked[:] = [True]
        if self._post_accumulate_grad_hooks is None:
            self._post_accumulate_grad_hooks = {}
        return RemovableHandle(self._post_accumulate_grad_hooks, hook)

    def as_subclass(self, cls: builtins.type[Kind]) -> Kind:
        """A tensor of a subclass on the same memory, at the same place in the graph."""
        if not issubclass(cls, Tensor):
            raise TypeError(f"as_subclass: cls must be a subclass of Tensor, not {cls.__name__}")
        same = self.view(self.shape)
        made = _rebuild(cls, same.array, same._requires_grad, {})
        made._edge, made._counter, made._view = same._edge, version_counter(same), same._view
        return made

    def __dir__(self) -> list[str]:
        """What it has: without the methods of PyTorch's that say what to use instead."""
        return [name for name in super().__dir__() if name not in left_out_methods.REASONS]

    # ---- to Python and NumPy

    def numpy(self, *, force: builtins.bool = False) -> np.ndarray:
        """The array itself: a change of one changes the other.

        Raises RuntimeError for a tensor that requires a gradient (except under no_grad), TypeError for one on a GPU;
        force=True gives detach().cpu().numpy()."""
        if self.requires_grad and not force and is_grad_enabled():
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        if self.is_cuda and not force:
            raise TypeError(
                f"can't convert {self.device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host"
                " memory first."
            )
        return to_numpy(self.array)

    def __array__(self, dtype: np.dtype | None = None, copy: builtins.bool | None = None) -> np.ndarray:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __array_wrap__(
        self,
        array: Array,
        context: object = None,
        return_scalar: builtins.bool = False,
    ) -> Tensor:
        return wrap(np.asarray(array))  # np.exp(tensor) is a tensor

    def item(self) -> Any:
        """The only element as a Python number. Raises RuntimeError for several elements."""
        if self.array.size != 1:
            raise RuntimeError(f"a Tensor with {self.array.size} elements cannot be converted to Scalar")
        return item_of(self.array)

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers, or one number."""
        return to_numpy(self.array).tolist()

    def __float__(self) -> builtins.float:
        return builtins.float(self._only_element())

    def __int__(self) -> builtins.int:
        return builtins.int(self._only_element())

    def _only_element(self) -> builtins.float:
        if self.array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return self.item()

    def __index__(self) -> builtins.int:
        if self.array.dtype.kind not in "iub" or self.array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return builtins.int(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __bool__(self) -> builtins.bool:
        if self.array.size > 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        if self.array.size == 0:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        return builtins.bool(item_of(self.array))

    def __len__(self) -> builtins.int:
        if self.array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if self.array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(self.array.shape[0]))

    def __reversed__(self) -> Tensor:
        return self.flip(0) if self.array.ndim else self

    def __delitem__(self, index: object) -> None:
        raise TypeError("Tensor does not support deleting items: pick those that stay, x[mask]")

    def __contains__(self, element: object) -> builtins.bool:
        if not isinstance(element, (TensorBase, Number)):
            raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, not {type(element)}.")
        return builtins.bool((self.array == getattr(element, "array", element)).any())

    __hash__ = object.__hash__

    __repr__ = printing.tensor_repr
    __format__ = printing.tensor_format

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Callable[..., Tensor], tuple[object, ...]]:
        return _rebuild, (type(self), self.array, self._requires_grad, self._attributes())

    def _attributes(self) -> dict[str, object]:
        """The attributes that the user has set on the tensor, without hooks, which stay with the tensor they were
        registered on."""
        return {name: value for name, value in self.__dict__.items() if name not in _ITS_OWN}

    def __copy__(self) -> Tensor:
        copy = _rebuild(type(self), self.array, self._requires_grad, self._attributes())
        copy._counter = version_counter(self)
        return copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if self.grad_fn is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the"
                " moment. Use tensor.detach().clone()."
            )
        memory = ops.more.storage.copy_with_memory(self, memo)
        copy = _rebuild(type(self), memory.array, self._requires_grad, {})
        copy._counter = memory._counter
        memo[id(self)] = copy
        copy.__dict__.update(deepcopy(self._attributes(), memo))
        copy._grad = deepcopy(self._grad, memo)
        return copy

    # ---- arithmetic

    add = __add__ = __radd__ = ops.arithmetic.add
    sub = subtract = __sub__ = ops.arithmetic.sub
    rsub = __rsub__ = ops.arithmetic.rsub
    mul = multiply = __mul__ = ops.arithmetic.mul
    __rmul__ = ops.arithmetic.rmul
    div = divide = __truediv__ = ops.arithmetic.div
    true_divide = ops.arithmetic.true_divide
    __rtruediv__ = ops.arithmetic.rdiv
    floor_divide = __floordiv__ = ops.division.floor_divide
    __rfloordiv__ = ops.division.rfloor_divide
    remainder = __mod__ = ops.division.remainder
    __rmod__ = ops.division.rremainder
    fmod = ops.division.fmod
    gcd = ops.division.gcd
    lcm = ops.division.lcm
    neg = negative = __neg__ = ops.arithmetic.neg
    positive = __pos__ = ops.arithmetic.positive
    pow = __pow__ = ops.arithmetic.pow
    __rpow__ = ops.arithmetic.rpow
    float_power = ops.arithmetic.float_power
    ldexp = ops.arithmetic.ldexp
    square = ops.arithmetic.square
    reciprocal = ops.arithmetic.reciprocal
    lerp = ops.arithmetic.lerp
    addcmul = ops.arithmetic.addcmul
    addcdiv = ops.arithmetic.addcdiv
    add_ = __iadd__ = in_place(ops.arithmetic.add)
    sub_ = subtract_ = __isub__ = in_place(ops.arithmetic.sub)
    mul_ = multiply_ = __imul__ = in_place(ops.arithmetic.mul)
    div_ = divide_ = __itruediv__ = in_place(ops.arithmetic.div)
    true_divide_ = in_place(ops.arithmetic.true_divide)
    floor_divide_ = __ifloordiv__ = in_place(ops.division.floor_divide)
    remainder_ = __imod__ = in_place(ops.division.remainder)
    fmod_ = in_place(ops.division.fmod)
    gcd_ = in_place(ops.division.gcd)
    lcm_ = in_place(ops.division.lcm)
    neg_ = negative_ = in_place(ops.arithmetic.neg)
    pow_ = __ipow__ = in_place(ops.arithmetic.pow)
    float_power_ = in_place(ops.arithmetic.float_power)
    ldexp_ = in_place(ops.arithmetic.ldexp)
    square_ = in_place(ops.arithmetic.square)
    reciprocal_ = in_place(ops.arithmetic.reciprocal)
    lerp_ = in_place(ops.arithmetic.lerp)
    addcmul_ = in_place(ops.arithmetic.addcmul)
    addcdiv_ = in_place(ops.arithmetic.addcdiv)

    # ---- exponentials, logarithms, roots

    exp = ops.exponential.exp
    exp2 = ops.exponential.exp2
    expm1 = ops.exponential.expm1
    log = ops.exponential.log
    log2 = ops.exponential.log2
    log10 = ops.exponential.log10
    log1p = ops.exponential.log1p
    logaddexp = ops.exponential.logaddexp
    logaddexp2 = ops.floats.logaddexp2
    nextafter = ops.floats.nextafter
    frexp = ops.floats.frexp
    isreal = ops.floats.isreal
    nextafter_ = in_place(ops.floats.nextafter)
    xlogy = ops.exponential.xlogy
    sqrt = ops.exponential.sqrt
    rsqrt = ops.exponential.rsqrt
    exp_ = in_place(ops.exponential.exp)
    exp2_ = in_place(ops.exponential.exp2)
    expm1_ = in_place(ops.exponential.expm1)
    log_ = in_place(ops.exponential.log)
    log2_ = in_place(ops.exponential.log2)
    log10_ = in_place(ops.exponential.log10)
    log1p_ = in_place(ops.exponential.log1p)
    xlogy_ = in_place(ops.exponential.xlogy)
    sqrt_ = in_place(ops.exponential.sqrt)
    rsqrt_ = in_place(ops.exponential.rsqrt)
    erf = ops.special.erf
    erfc = ops.special.erfc
    erfinv = ops.special.erfinv
    lgamma = ops.special.lgamma
    digamma = ops.special.digamma
    mvlgamma = ops.special.mvlgamma
    erf_ = in_place(ops.special.erf)
    erfc_ = in_place(ops.special.erfc)
    erfinv_ = in_place(ops.special.erfinv)
    lgamma_ = in_place(ops.special.lgamma)
    digamma_ = in_place(ops.special.digamma)
    mvlgamma_ = in_place(ops.special.mvlgamma)

    def polygamma(self, n: builtins.int) -> Tensor:
        """The n-th derivative of digamma, of each element. Source: torch.Tensor.polygamma."""
        return ops.special.polygamma(n, self)

    polygamma_ = in_place(polygamma)

    # ---- trigonometry

    sin = ops.trigonometry.sin
    cos = ops.trigonometry.cos
    tan = ops.trigonometry.tan
    asin = arcsin = ops.trigonometry.asin
    acos = arccos = ops.trigonometry.acos
    atan = arctan = ops.trigonometry.atan
    atan2 = arctan2 = ops.trigonometry.atan2
    sinh = ops.trigonometry.sinh
    cosh = ops.trigonometry.cosh
    asinh = arcsinh = ops.trigonometry.asinh
    acosh = arccosh = ops.trigonometry.acosh
    atanh = arctanh = ops.trigonometry.atanh
    hypot = ops.trigonometry.hypot
    sinc = ops.trigonometry.sinc
    deg2rad = ops.trigonometry.deg2rad
    rad2deg = ops.trigonometry.rad2deg
    sin_ = in_place(ops.trigonometry.sin)
    cos_ = in_place(ops.trigonometry.cos)
    tan_ = in_place(ops.trigonometry.tan)
    asin_ = arcsin_ = in_place(ops.trigonometry.asin)
    acos_ = arccos_ = in_place(ops.trigonometry.acos)
    atan_ = arctan_ = in_place(ops.trigonometry.atan)
    atan2_ = arctan2_ = in_place(ops.trigonometry.atan2)
    sinh_ = in_place(ops.trigonometry.sinh)
    cosh_ = in_place(ops.trigonometry.cosh)
    asinh_ = arcsinh_ = in_place(ops.trigonometry.asinh)
    acosh_ = arccosh_ = in_place(ops.trigonometry.acosh)
    atanh_ = arctanh_ = in_place(ops.trigonometry.atanh)
    sinc_ = in_place(ops.trigonometry.sinc)
    hypot_ = in_place(ops.trigonometry.hypot)
    deg2rad_ = in_place(ops.trigonometry.deg2rad)
    rad2deg_ = in_place(ops.trigonometry.rad2deg)

    # ---- size, sign, bounds, rounding

    abs = absolute = __abs__ = ops.extremes.abs
    maximum = ops.extremes.maximum
    minimum = ops.extremes.minimum
    clamp = clip = ops.extremes.clamp
    clamp_min = ops.extremes.clamp_min
    clamp_max = ops.extremes.clamp_max
    fmax = ops.extremes.fmax
    fmin = ops.extremes.fmin
    copysign = ops.extremes.copysign
    heaviside = ops.extremes.heaviside
    signbit = ops.extremes.signbit
    nan_to_num = ops.extremes.nan_to_num
    sign = sgn = ops.rounding.sign
    floor = ops.rounding.floor
    ceil = ops.rounding.ceil
    round = ops.rounding.round
    trunc = fix = ops.rounding.trunc
    frac = ops.rounding.frac
    abs_ = absolute_ = in_place(ops.extremes.abs)
    clamp_ = clip_ = in_place(ops.extremes.clamp)
    clamp_min_ = in_place(ops.extremes.clamp_min)
    clamp_max_ = in_place(ops.extremes.clamp_max)
    copysign_ = in_place(ops.extremes.copysign)
    heaviside_ = in_place(ops.extremes.heaviside)
    nan_to_num_ = in_place(ops.extremes.nan_to_num)
    sign_ = sgn_ = in_place(ops.rounding.sign)
    floor_ = in_place(ops.rounding.floor)
    ceil_ = in_place(ops.rounding.ceil)
    round_ = in_place(ops.rounding.round)
    trunc_ = fix_ = in_place(ops.rounding.trunc)
    frac_ = in_place(ops.rounding.frac)

    # ---- comparison and logic

    eq = ops.comparison.eq
    __eq__ = ops.comparison.is_equal
    ne = not_equal = ops.comparison.ne
    __ne__ = ops.comparison.is_different
    lt = less = __lt__ = ops.comparison.lt
    le = less_equal = __le__ = ops.comparison.le
    gt = greater = __gt__ = ops.comparison.gt
    ge = greater_equal = __ge__ = ops.comparison.ge
    isnan = ops.comparison.isnan
    isinf = ops.comparison.isinf
    isposinf = ops.comparison.isposinf
    isneginf = ops.comparison.isneginf
    isfinite = ops.comparison.isfinite
    isclose = ops.comparison.isclose
    allclose = ops.comparison.allclose
    equal = ops.comparison.equal
    logical_and = ops.logic.logical_and
    logical_or = ops.logic.logical_or
    logical_xor = ops.logic.logical_xor
    logical_not = ops.logic.logical_not
    bitwise_and = __and__ = __rand__ = ops.logic.bitwise_and
    bitwise_or = __or__ = __ror__ = ops.logic.bitwise_or
    bitwise_xor = __xor__ = __rxor__ = ops.logic.bitwise_xor
    bitwise_not = ops.logic.bitwise_not
    __invert__ = ops.logic.invert
    bitwise_left_shift = __lshift__ = ops.logic.bitwise_left_shift
    bitwise_right_shift = __rshift__ = ops.logic.bitwise_right_shift
    __rlshift__ = ops.logic.rlshift
    __rrshift__ = ops.logic.rrshift
    bitwise_left_shift_ = __ilshift__ = in_place(ops.logic.bitwise_left_shift)
    bitwise_right_shift_ = __irshift__ = in_place(ops.logic.bitwise_right_shift)
    eq_ = in_place(ops.comparison.eq)
    ne_ = not_equal_ = in_place(ops.comparison.ne)
    lt_ = less_ = in_place(ops.comparison.lt)
    le_ = less_equal_ = in_place(ops.comparison.le)
    gt_ = greater_ = in_place(ops.comparison.gt)
    ge_ = greater_equal_ = in_place(ops.comparison.ge)
    logical_and_ = in_place(ops.logic.logical_and)
    logical_or_ = in_place(ops.logic.logical_or)
    logical_xor_ = in_place(ops.logic.logical_xor)
    logical_not_ = in_place(ops.logic.logical_not)
    bitwise_and_ = __iand__ = in_place(ops.logic.bitwise_and)
    bitwise_or_ = __ior__ = in_place(ops.logic.bitwise_or)
    bitwise_xor_ = __ixor__ = in_place(ops.logic.bitwise_xor)
    bitwise_not_ = in_place(ops.logic.bitwise_not)

    # ---- matrices

    matmul = __matmul__ = ops.matmul.matmul
    __rmatmul__ = ops.matmul.rmatmul
    mm = ops.matrices.mm
    bmm = ops.matrices.bmm
    mv = ops.matrices.mv
    dot = ops.matrices.dot
    vdot = ops.matrices.vdot
    inner = ops.matrices.inner
    outer = ger = ops.matrices.outer
    kron = ops.matrices.kron
    cross = ops.matrices.cross
    det = ops.linalg.det
    logdet = ops.linalg.logdet
    slogdet = ops.linalg.slogdet
    inverse = ops.linalg.inv
    pinverse = ops.solving.pinverse
    cholesky = ops.solving.cholesky
    matrix_power = ops.linalg.matrix_power
    matrix_exp = ops.linalg.matrix_exp
    cholesky_solve = ops.solving.cholesky_solve
    cholesky_inverse = ops.solving.cholesky_inverse
    qr = ops.decompositions.qr
    svd = ops.decompositions.svd_with_v
    addmm = ops.matrices.addmm
    addmv = ops.matrices.addmv
    addr = ops.matrices.addr
    baddbmm = ops.matrices.baddbmm
    addbmm = ops.matrices.addbmm
    addmm_ = ops.matrices.addmm_
    addmv_ = ops.matrices.addmv_
    addr_ = ops.matrices.addr_
    baddbmm_ = ops.matrices.baddbmm_
    addbmm_ = ops.matrices.addbmm_

    # ---- reduction

    sum = ops.reduction.sum
    mean = ops.reduction.mean
    nansum = ops.reduction.nansum
    nanmean = ops.reduction.nanmean
    prod = ops.products.prod
    max = ops.reduction.max
    min = ops.reduction.min
    amax = ops.reduction.amax
    amin = ops.reduction.amin
    aminmax = ops.reduction.aminmax
    argmax = ops.reduction.argmax
    argmin = ops.reduction.argmin
    all = ops.reduction.all
    any = ops.reduction.any
    count_nonzero = ops.reduction.count_nonzero
    logsumexp = ops.reduction.logsumexp
    var = ops.statistics.var
    std = ops.statistics.std
    cov = ops.statistics.cov
    corrcoef = ops.statistics.corrcoef
    histc = ops.statistics.histc
    histogram = ops.statistics.histogram
    median = ops.order_statistics.median
    nanmedian = ops.order_statistics.nanmedian
    quantile = ops.order_statistics.quantile
    nanquantile = ops.order_statistics.nanquantile
    mode = ops.order_statistics.mode
    norm = ops.norms.norm
    renorm = ops.norms.renorm
    renorm_ = in_place(ops.norms.renorm)
    dist = ops.norms.dist

    # ---- along an axis

    cumsum = ops.cumulative.cumsum
    cumprod = ops.products.cumprod
    cummax = ops.cumulative.cummax
    cummin = ops.cumulative.cummin
    logcumsumexp = ops.cumulative.logcumsumexp
    diff = ops.cumulative.diff
    cumsum_ = in_place(ops.cumulative.cumsum)
    cumprod_ = in_place(ops.products.cumprod)

    # ---- activation

    relu = ops.activation.relu
    sigmoid = ops.activation.sigmoid
    tanh = ops.activation.tanh
    logit = ops.activation.logit
    softmax = ops.activation.softmax
    log_softmax = ops.activation.log_softmax
    prelu = ops.rectifiers.prelu
    hardshrink = ops.rectifiers.hardshrink
    relu_ = in_place(ops.activation.relu)
    sigmoid_ = in_place(ops.activation.sigmoid)
    tanh_ = in_place(ops.activation.tanh)
    logit_ = in_place(ops.activation.logit)

    # ---- shape

    reshape = ops.shape.reshape
    reshape_as = ops.shape.reshape_as
    view = ops.shape.view
    view_as = ops.shape.view_as
    flatten = ops.shape.flatten
    unflatten = ops.shape.unflatten
    ravel = ops.shape.ravel
    squeeze = ops.shape.squeeze
    unsqueeze = ops.shape.unsqueeze
    permute = ops.shape.permute
    transpose = swapaxes = swapdims = ops.shape.transpose
    movedim = moveaxis = ops.shape.movedim
    t = ops.shape.t
    expand = ops.broadcasting.expand
    expand_as = ops.broadcasting.expand_as
    broadcast_to = ops.broadcasting.broadcast_to
    clone = ops.shape.clone
    contiguous = ops.shape.contiguous
    T = property(ops.shape.T)
    mT = property(ops.shape.mT)
    H = property(ops.shape.H)
    adjoint = ops.shape.mT
    mH = property(ops.shape.mT)

    # ---- parts, repeats, diagonals

    narrow = ops.splitting.narrow
    select = ops.splitting.select
    unbind = ops.splitting.unbind
    split = unsafe_split = ops.splitting.split
    split_with_sizes = unsafe_split_with_sizes = ops.splitting.split_with_sizes
    chunk = unsafe_chunk = ops.splitting.chunk
    tensor_split = ops.splitting.tensor_split
    hsplit = ops.splitting.hsplit
    vsplit = ops.splitting.vsplit
    dsplit = ops.splitting.dsplit
    repeat = ops.arranging.repeat
    tile = ops.arranging.tile
    repeat_interleave = ops.arranging.repeat_interleave
    roll = ops.arranging.roll
    flip = ops.arranging.flip
    fliplr = ops.arranging.fliplr
    flipud = ops.arranging.flipud
    rot90 = ops.arranging.rot90
    diag = ops.diagonals.diag
    diagflat = ops.diagonals.diagflat
    diagonal = ops.diagonals.diagonal
    diagonal_scatter = ops.diagonals.diagonal_scatter
    diag_embed = ops.diagonals.diag_embed
    trace = ops.diagonals.trace
    tril = ops.diagonals.tril
    triu = ops.diagonals.triu
    tril_ = ops.diagonals.tril_
    triu_ = ops.diagonals.triu_
    fill_diagonal_ = ops.diagonals.fill_diagonal_
    unfold = ops.strides.unfold
    as_strided = ops.strides.as_strided

    # ---- indexing

    __getitem__ = ops.indexing.getitem
    __setitem__ = ops.indexing.setitem
    index_put = ops.indexing.index_put
    index_put_ = ops.indexing.index_put_
    put = ops.indexing.put
    put_ = ops.indexing.put_
    select_scatter = ops.indexing.select_scatter
    slice_scatter = ops.indexing.slice_scatter
    fill_ = ops.indexing.fill_
    zero_ = ops.indexing.zero_
    copy_ = ops.indexing.copy_
    gather = ops.gathering.gather
    take = ops.gathering.take
    take_along_dim = ops.gathering.take_along_dim
    index_select = ops.gathering.index_select
    index_add = ops.gathering.index_add
    index_add_ = ops.gathering.index_add_
    index_reduce = ops.index_reduce.index_reduce
    index_reduce_ = ops.index_reduce.index_reduce_
    conj = conj_physical = conj_physical_ = resolve_conj = resolve_neg = ops.real.conj
    is_conj = is_neg = is_inference = is_distributed = is_shared = ops.real.is_conj
    real = property(ops.real.conj)
    imag = property(ops.real.imag)
    is_ipu = is_maia = is_meta = is_mkldnn = is_mps = is_mtia = is_nested = property(ops.real.is_conj)
    is_quantized = is_sparse_csr = is_vulkan = is_xla = is_xpu = property(ops.real.is_conj)
    index_copy = ops.gathering.index_copy
    index_copy_ = ops.gathering.index_copy_
    index_fill = ops.gathering.index_fill
    index_fill_ = ops.gathering.index_fill_
    scatter = ops.gathering.scatter
    scatter_ = ops.gathering.scatter_
    scatter_add = ops.gathering.scatter_add
    scatter_add_ = ops.gathering.scatter_add_
    scatter_reduce = ops.gathering.scatter_reduce
    scatter_reduce_ = ops.gathering.scatter_reduce_

    # ---- masks and order

    masked_fill = ops.masking.masked_fill
    masked_fill_ = ops.masking.masked_fill_
    masked_select = ops.masking.masked_select
    masked_scatter = ops.masking.masked_scatter
    masked_scatter_ = ops.masking.masked_scatter_
    nonzero = ops.masking.nonzero
    argwhere = ops.masking.argwhere
    sort = ops.sorting.sort
    argsort = ops.sorting.argsort
    msort = ops.sorting.msort
    topk = ops.sorting.topk
    kthvalue = ops.sorting.kthvalue
    unique = ops.sorting.unique
    unique_consecutive = ops.sorting.unique_consecutive
    bincount = ops.sorting.bincount

    def where(self, condition: Tensor, other: Any) -> Tensor:
        """This tensor where condition is True, else other. Source: torch.Tensor.where."""
        return ops.masking.where(condition, self, other)

    # ---- random numbers

    uniform_ = random.fill.uniform_
    normal_ = random.fill.normal_
    log_normal_ = random.fill.log_normal_
    exponential_ = random.fill.exponential_
    cauchy_ = random.fill.cauchy_
    geometric_ = random.fill.geometric_
    bernoulli_ = random.fill.bernoulli_
    random_ = random.fill.random_
    bernoulli = random.tensors.bernoulli
    multinomial = random.tensors.multinomial

    # ---- dtype and device

    to = ops.conversion.to
    type_as = ops.conversion.type_as
    cpu = ops.conversion.cpu
    cuda = ops.conversion.cuda
    double = ops.conversion.double
    float = ops.conversion.float
    half = ops.conversion.half
    long = ops.conversion.long
    int = ops.conversion.int
    bool = ops.conversion.bool
    short = ops.conversion.short
    char = ops.conversion.char
    byte = ops.conversion.byte
    type = ops.conversion.type
    new_tensor = ops.storage.new_tensor
    new_full = ops.storage.new_full
    new_zeros = ops.storage.new_zeros
    new_ones = ops.storage.new_ones
    new_empty = ops.storage.new_empty
    new = ops.storage.new

    # ---- memory

    untyped_storage = ops.storage.untyped_storage
    storage = ops.storage.storage
    storage_offset = ops.storage.storage_offset
    share_memory_ = ops.storage.share_memory_
    apply_ = ops.storage.apply_
    map_ = ops.storage.map_
    squeeze_ = ops.storage.squeeze_
    unsqueeze_ = ops.storage.unsqueeze_
    transpose_ = swapaxes_ = swapdims_ = ops.storage.transpose_
    t_ = ops.storage.t_
    as_strided_ = ops.storage.as_strided_
    resize_ = ops.storage.resize_
    resize_as_ = ops.memory.resize_as_
    set_ = ops.memory.set_
    is_set_to = ops.memory.is_set_to
    new_empty_strided = ops.memory.new_empty_strided
    narrow_copy = ops.memory.narrow_copy
    as_strided_scatter = ops.memory.as_strided_scatter
    sum_to_size = ops.memory.sum_to_size


for _name in left_out_methods.REASONS:  # a __getattr__ would make every attribute of a tensor slow
    setattr(Tensor, _name, left_out_methods.LeftOut(_name))

_ITS_OWN = ("_backward_hooks", "_post_accumulate_grad_hooks", "_retains_grad")


def _rebuild(cls: type[Kind], array: Array, requires_grad: builtins.bool, attributes: dict[str, object]) -> Kind:
    made = cls.__new__(cls)
    made._become(array)
    made._requires_grad = requires_grad
    made.__dict__.update(attributes)
    return made


def is_tensor(obj: object) -> builtins.bool:
    """Whether an object is a tensor. Source: torch.is_tensor."""
    return isinstance(obj, Tensor)


register_tensor_class(Tensor)
