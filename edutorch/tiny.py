"""edutorch at a glance: a deep learning library in one file, on NumPy alone. `from edutorch import tiny as torch`

Read it from top to bottom, in half an hour. The same seed gives PyTorch's numbers, and so its loss curve. The full
edutorch is faster, runs on GPUs and has far more: each class says where, after "Full:"."""

from __future__ import annotations

import contextlib
import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import NoReturn

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray


class Tiny:
    """The base of the classes below, which refuses what they lack. Full: edutorch, with most of PyTorch."""

    def __getattr__(self, name: str) -> NoReturn:
        left_out(self, name)


class Function:
    """For each input x of y, a rule from dL/dy to dL/dx. Full: edutorch.autograd.Function, with higher derivatives."""

    def __init__(self, *inputs: tuple[Tensor | float, Callable[[Array], Array]]) -> None:
        self.edges = [(x, rule) for x, rule in inputs if isinstance(x, Tensor) and x.requires_grad]


class Tensor(Tiny):
    """An array that remembers how it was computed. Full: edutorch.Tensor (tensor.py), with views, GPUs, all dtypes."""

    def __init__(self, array: Array, grad_fn: Function | None = None, requires_grad: bool = False) -> None:
        self.array = np.asarray(array, {np.float64: np.float32, np.int_: np.int64}.get(array.dtype.type))
        if self.array.dtype not in (np.float32, np.int64, np.bool_):
            left_out(self, f"dtype {array.dtype}")
        edges = grad_fn.edges if grad_fn else []
        self.shape, self.grad_fn = self.array.shape, grad_fn if edges else None
        self.requires_grad: bool = requires_grad or edges != []
        self.grad: Tensor | None = None  # dL/d(this), once backward has found it
        self.depth: int = 1 + max((x.depth for x, _ in edges), default=0)  # more than all it was computed from

    def backward(self) -> None:
        """Adds dL/dx to the grad of every leaf x that this L, a single number, depends on."""
        if self.array.size != 1 or not self.requires_grad:
            raise RuntimeError("not one number that requires grad: use edutorch.Tensor.backward")
        gradients = {self: np.ones_like(self.array)}
        while gradients:
            y = max(gradients, key=lambda x: x.depth)  # nothing deeper waits: all of its gradient is in
            gy = gradients.pop(y)
            if y.grad_fn is None:
                y.grad = Tensor(gy if y.grad is None else y.grad.array + gy)
            for x, rule in y.grad_fn.edges if y.grad_fn else []:
                gx = x.unbroadcast(rule(gy))
                gradients[x] = gradients[x] + gx if x in gradients else gx

    def unbroadcast(self, gradient: Array) -> Array:
        """The gradient of a tensor that was broadcast: the sum over the copies of each element."""
        extra = gradient.ndim - len(self.shape)
        copied = [d for d, n in enumerate(gradient.shape) if d < extra or n != self.shape[d - extra]]
        return gradient.sum(tuple(copied), np.float32, keepdims=True).reshape(self.shape)

    def __add__(self, other: Tensor | float) -> Tensor:
        """y = a + b;  dL/da = dL/dy,  dL/db = dL/dy"""
        b = other.array if isinstance(other, Tensor) else other
        return Tensor(self.array + b, Function((self, lambda gy: gy), (other, lambda gy: gy)))

    def __mul__(self, other: Tensor | float) -> Tensor:
        """y = a b;  dL/da = dL/dy b,  dL/db = dL/dy a"""
        a, b = self.array, other.array if isinstance(other, Tensor) else other
        return Tensor(a * b, Function((self, lambda gy: gy * b), (other, lambda gy: gy * a)))

    def __pow__(self, n: float) -> Tensor:
        """y = x^n for a number n;  dL/dx = dL/dy n x^(n - 1)"""
        return Tensor(self.array**n, Function((self, lambda gy: gy * n * self.array ** (n - 1 if n else 0))))

    def __matmul__(self, other: Tensor) -> Tensor:
        """y = a b, (*, n, k) @ (*, k, m) -> (*, n, m);  dL/da = dL/dy b^T,  dL/db = a^T dL/dy"""
        aT, bT = self.array.mT, other.array.mT
        return Tensor(self.array @ other.array, Function((self, lambda gy: gy @ bT), (other, lambda gy: aT @ gy)))

    def __neg__(self) -> Tensor:
        return self * -1

    def __sub__(self, other: Tensor | float) -> Tensor:
        return self + -other

    def __rsub__(self, other: float) -> Tensor:
        return -self + other

    def __truediv__(self, other: Tensor | float) -> Tensor:
        return self * other**-1.0

    def __rtruediv__(self, other: float) -> Tensor:
        return self**-1.0 * other

    def exp(self) -> Tensor:
        """y = e^x;  dL/dx = dL/dy y"""
        return Tensor(y := np.exp(self.array), Function((self, lambda gy: gy * y)))

    def log(self) -> Tensor:
        """y = log x;  dL/dx = dL/dy / x"""
        return Tensor(np.log(self.array), Function((self, lambda gy: gy / self.array)))

    def tanh(self) -> Tensor:
        """y = tanh x;  dL/dx = dL/dy (1 - y^2)"""
        return Tensor(y := np.tanh(self.array), Function((self, lambda gy: gy * (1 - y * y))))

    def relu(self) -> Tensor:
        """y = max(x, 0);  dL/dx = dL/dy where x > 0, else 0"""
        return Tensor(np.maximum(self.array, 0), Function((self, lambda gy: gy * (self.array > 0))))

    def sum(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """y = the sum of the x_i along dim, or of all;  dL/dx_i = dL/dy"""
        kept = self.array.sum(dim, keepdims=True)
        function = Function((self, lambda gy: np.broadcast_to(gy.reshape(kept.shape), self.shape)))
        return Tensor(kept if keepdim else kept.squeeze(dim), function)

    def mean(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        return self.sum(dim, keepdim) / (self.array.size if dim is None else self.shape[dim])

    def moved(self, move: Callable[[Array], Array]) -> Tensor:
        """y = elements of x, moved or copied;  dL/dx_i = the sum of the dL/dy_j for which y_j is x_i"""
        place = move(np.arange(self.array.size).reshape(self.shape)).ravel()  # y_j is x_i for i = place[j]
        function = Function((self, lambda gy: np.bincount(place, gy.ravel(), self.array.size).reshape(self.shape)))
        return Tensor(move(self.array), function)

    def reshape(self, *shape: int) -> Tensor:
        return self.moved(lambda x: x.reshape(shape))

    def flatten(self, start_dim: int = 0) -> Tensor:
        return self.reshape(*self.shape[:start_dim], -1)

    def transpose(self, dim0: int, dim1: int) -> Tensor:
        return self.moved(lambda x: x.swapaxes(dim0, dim1))

    def __getitem__(self, index: int | slice | Array | Tensor | tuple[int | slice | Array | None, ...]) -> Tensor:
        return self.moved(lambda x: x[index.array if isinstance(index, Tensor) else index])

    def windows(self, k: int, s: int) -> Tensor:
        """im2col: (N, C, H, W) -> (N, C, k, k, H', W'), what a k x k kernel with stride s sees at H' x W' places."""
        return self.moved(lambda x: sliding_window_view(x, (k, k), (2, 3))[:, :, ::s, ::s].transpose(0, 1, 4, 5, 2, 3))

    def max(self, dim: int, keepdim: bool = False) -> tuple[Tensor, Array]:
        """The largest along dim, of equals the first, and its index."""
        index = self.array.argmax(dim, keepdims=True)
        y = self.moved(lambda x: np.take_along_axis(x, index, dim))
        return (y, index) if keepdim else (y.sum(dim), index.squeeze(dim))

    def max_pool2d(self, kernel_size: int) -> Tensor:
        """The largest of each k x k: (N, C, H, W) -> (N, C, H / k, W / k). Full: edutorch.nn.functional.max_pool2d"""
        seen = self.windows(kernel_size, kernel_size)  # (N, C, k, k, H / k, W / k)
        return seen.reshape(*seen.shape[:2], kernel_size**2, *seen.shape[4:]).max(2)[0]

    def log_softmax(self, dim: int) -> Tensor:
        """log(e^x / sum e^x) along dim. The largest is taken off first, so that no e^x overflows."""
        x = self - Tensor(self.array.max(dim, keepdims=True))
        return x - x.exp().sum(dim, keepdim=True).log()

    def nll_loss(self, target: Tensor) -> Tensor:
        """The mean of -log p of the right classes: (N, C), (N,) -> (). Full: edutorch.nn.functional.nll_loss"""
        if target.shape != self.shape[:1] or target.array.dtype != np.int64 or target.array.min() < 0:
            left_out(Tensor.nll_loss, f"targets that are not {self.shape[:1]} classes from 0 on")
        return -self[np.arange(self.shape[0]), target.array].mean()

    def cross_entropy(self, target: Tensor) -> Tensor:
        """nll_loss of the log_softmax: (N, C), (N,) -> (). Full: edutorch.nn.functional.cross_entropy"""
        return self.log_softmax(1).nll_loss(target)

    def item(self) -> float:
        return self.array.item()

    def __repr__(self) -> str:
        return f"tensor({np.array2string(self.array, separator=', ', prefix='tensor(')})"

    def __format__(self, spec: str) -> str:
        return format(self.item() if spec else repr(self), spec)

    __radd__, __rmul__, __array_ufunc__ = __add__, __mul__, None  # None: a NumPy number * tensor asks the tensor


def tensor(data: object, requires_grad: bool = False) -> Tensor:
    """A new tensor of numbers or of an array. Floats become float32. Full: edutorch.tensor, with dtype, device."""
    return Tensor(np.array(data), requires_grad=requires_grad)


class Generator(Tiny):
    """PyTorch's random numbers. Full: edutorch.Generator (random/), with all distributions, also of few numbers."""

    def __init__(self, seed: int) -> None:
        self.twister = np.random.RandomState(seed)  # of Mersenne

    def bits(self, count: int) -> Array:
        return self.twister.randint(0, 2**32, count, np.uint32)

    def permutation(self, n: int) -> list[int]:
        order = list(range(n))  # shuffled as Fisher and Yates do
        for i, draw in enumerate(self.bits(n - 1).tolist()):
            j = i + draw % (n - i)
            order[i], order[j] = order[j], order[i]
        return order


def randn(*shape: int) -> Tensor:
    """Normal numbers by Box and Muller, in blocks of 16. Full: edutorch.randn, also of fewer than 16, dtype, device."""
    u = generator.bits(count := math.prod(shape)) % 2**24 / 2**24  # uniform in [0, 1)
    u = u[: count - count % 16].reshape(-1, 2, 8).astype(np.float32)
    r, t = np.sqrt(-2 * np.log(1 - u[:, 0])), 2 * math.pi * u[:, 1]
    z = np.stack([r * np.cos(t), r * np.sin(t)], axis=1).ravel()  # if the last block is not full, it is drawn again
    return Tensor((np.append(z[: count - 16], randn(16).array) if count % 16 else z).reshape(shape))


class Parameter(Tensor):
    """A tensor to be learned. Full: edutorch.nn.Parameter (nn/parameter.py), also without gradient."""

    def __init__(self, data: Tensor) -> None:
        super().__init__(data.array, requires_grad=True)


class Module(Tiny):
    """A function with parameters. Full: edutorch.nn.Module (nn/module.py), with buffers, hooks, train, state_dict."""

    def __init__(self) -> None: ...

    def __call__(self, *inputs: Tensor, **named: Tensor) -> Tensor:
        return self.forward(*inputs, **named)

    def parameters(self) -> Iterator[Parameter]:
        for attribute in vars(self).values():
            if isinstance(attribute, Parameter):
                yield attribute
            elif isinstance(attribute, Module):
                yield from attribute.parameters()


def weight_and_bias(outputs: int, *inputs: int) -> tuple[Parameter, Parameter]:
    """Uniform within 1 / sqrt(fan_in), as PyTorch's kaiming_uniform_ comes to. (outputs, *inputs) and (outputs,)"""
    bound = float(np.float32(1 / math.sqrt(math.prod(inputs))))
    weight, bias = (generator.bits(n) % 2**24 / 2**23 * bound - bound for n in (outputs * math.prod(inputs), outputs))
    return Parameter(tensor(weight.reshape(outputs, *inputs))), Parameter(tensor(bias))


class Linear(Module):
    """y = x W^T + b, (*, in) -> (*, out). Full: edutorch.nn.Linear (nn/linear.py), with bias=False, dtype, device."""

    def __init__(self, in_features: int, out_features: int) -> None:
        self.weight, self.bias = weight_and_bias(out_features, in_features)

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight.transpose(0, 1) + self.bias


class Conv2d(Module):
    """Kernels glide over images. Full: edutorch.nn.Conv2d (nn/conv.py), with padding, dilation, groups, bias=False."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1) -> None:
        self.kernel_size, self.stride = kernel_size, stride
        self.weight, self.bias = weight_and_bias(out_channels, in_channels, kernel_size, kernel_size)

    def forward(self, x: Tensor) -> Tensor:
        n, _, _, _, *places = (seen := x.windows(self.kernel_size, self.stride)).shape
        columns, rows = seen.reshape(n, -1, math.prod(places)), self.weight.flatten(1)  # (N, C k k, H' W'), (O, C k k)
        return (rows @ columns + self.bias.reshape(-1, 1)).reshape(n, -1, *places)


class ReLU(Module):
    """max(x, 0). Full: edutorch.nn.ReLU (nn/activation.py), among two dozen others."""

    def forward(self, x: Tensor) -> Tensor:
        return x.relu()


class Sequential(Module):
    """One module after another. Full: edutorch.nn.Sequential (nn/container.py), which is a list, too."""

    def __init__(self, *modules: Module) -> None:
        vars(self).update({str(i): module for i, module in enumerate(modules)})

    def forward(self, x: Tensor) -> Tensor:
        for module in vars(self).values():
            x = module(x)
        return x


class Optimizer(Tiny):
    """Steps down the gradients. Full: edutorch.optim.Optimizer (optim/optimizer.py), with groups, hooks, state_dict."""

    def __init__(self, params: Iterable[Parameter], lr: float = 1e-3) -> None:
        self.lr, self.state = lr, {p: (np.zeros_like(p.array), np.zeros_like(p.array), 0) for p in params}

    def zero_grad(self) -> None:
        for p in self.state:
            p.grad = None

    def step(self) -> None:
        for p in self.state:
            if p.grad is not None:
                p.array = p.array - self.lr * self.direction(p, p.grad.array)


class SGD(Optimizer):
    """m <- momentum m + g,  p <- p - lr m. Full: edutorch.optim.SGD (optim/sgd.py), with weight decay, Nesterov."""

    def __init__(self, params: Iterable[Parameter], lr: float = 1e-3, momentum: float = 0) -> None:
        super().__init__(params, lr)
        self.momentum = momentum

    def direction(self, p: Parameter, g: Array) -> Array:
        m, v, t = self.state[p]
        self.state[p] = m, v, t = self.momentum * m + g, v, t + 1
        return m


class Adam(Optimizer):
    """m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g^2,  p <- p - lr (m / c1) / (sqrt(v / c2) + eps),  c = 1 - b^t
    Full: edutorch.optim.Adam (optim/adam.py), with other b1, b2, eps than 0.9, 0.999, 1e-8, weight decay, AdamW."""

    def direction(self, p: Parameter, g: Array) -> Array:
        m, v, t = self.state[p]
        self.state[p] = m, v, t = 0.9 * m + (1 - 0.9) * g, 0.999 * v + (1 - 0.999) * g * g, t + 1
        return m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


def TensorDataset(*tensors: Tensor) -> list[tuple[Array, ...]]:
    """The rows of tensors side by side, as samples. Full: edutorch.utils.data.TensorDataset, a class."""
    return list(zip(*(x.array for x in tensors), strict=True))


class DataLoader(Tiny):
    """Batches of tuples. Full: edutorch.utils.data.DataLoader (utils/data/), with workers, samplers, streams."""

    def __init__(self, dataset: Sequence[tuple], batch_size: int = 1, shuffle: bool = False) -> None:
        self.dataset, self.shuffle, self.starts = dataset, shuffle, range(0, len(dataset), batch_size)

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[list[Tensor]]:
        generator.bits(2)  # PyTorch draws a seed of 64 bits for its workers, and one for the order: its low half counts
        n = len(self.dataset)
        order = Generator(int(generator.bits(2)[1])).permutation(n) if self.shuffle else range(n)
        for start in self.starts:
            samples = [self.dataset[i] for i in order[start : start + self.starts.step]]
            if not isinstance(samples[0], tuple):
                left_out(self, f"samples that are {type(samples[0])}")
            yield [Tensor(np.stack(column)) for column in zip(*samples, strict=True)]


class LeftOut(NotImplementedError, AttributeError):
    """The error of calls that only the full edutorch takes. From here on the file is about them, and about names."""


def left_out(thing: object, what: str) -> NoReturn:
    """Refuses in one sentence. The nearest docstring with "Full:" says what to use."""
    docs = [str(doc) for doc in (thing, thing.__doc__, *(base.__doc__ for base in type(thing).__mro__))]
    full = " ".join(next(doc for doc in docs if "Full: " in doc).partition("Full: ")[2].split())
    raise LeftOut(f"edutorch.tiny leaves out {what}: use the full {full}")


@contextlib.contextmanager
def refusing(thing: object) -> Iterator[None]:
    """Decorates a function: it refuses arguments that it has no place for."""
    try:
        yield
    except (TypeError, AttributeError, ValueError) as error:
        raise error if isinstance(error, LeftOut) else left_out(thing, f"this call ({error})") from None


for cls in (Tensor, Parameter, Linear, Conv2d, ReLU, SGD, Adam, DataLoader):
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        setattr(cls, name, refusing(method if "Full:" in str(method.__doc__) else cls)(method))
for name in """eq ne lt le gt ge bool float int round len abs invert mod floordiv divmod and or xor lshift rshift rpow
        rmatmul array setitem delitem iadd isub imul itruediv ipow imatmul""".split():
    setattr(Tensor, f"__{name}__", lambda self, *_, **__: left_out(self, "this operator"))


def namespace(full: str, *things: Callable[..., object], **spaces: ModuleType) -> ModuleType:
    """What tiny has of a module of PyTorch's."""
    space, names = ModuleType(full), {thing.__name__: thing for thing in things}
    vars(space).update(names, __getattr__=lambda name: left_out(f"Full: {full}.{name}", name), **spaces)
    return space


tensor, randn, TensorDataset = refusing(tensor)(tensor), refusing(randn)(randn), refusing(TensorDataset)(TensorDataset)
generator = Generator(0)
manual_seed = refusing(Generator)(generator.twister.seed)
losses = Tensor.nll_loss, Tensor.cross_entropy
functional = namespace("edutorch.nn.functional", Tensor.relu, Tensor.max_pool2d, Tensor.log_softmax, *losses)
nn = namespace("edutorch.nn", Module, Parameter, Linear, Conv2d, ReLU, Sequential, functional=functional)
optim = namespace("edutorch.optim", SGD, Adam)
utils = namespace("edutorch.utils", data=namespace("edutorch.utils.data", TensorDataset, DataLoader))


def __getattr__(name: str) -> object:
    return vars(Tensor).get(name) or left_out(f"Full: edutorch.{name}", name)  # torch.exp(x) is x.exp()
