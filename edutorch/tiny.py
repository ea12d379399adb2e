"""edutorch at a glance: a deep learning library in one file, on NumPy alone. `from edutorch import tiny as torch`

Read it from top to bottom, in half an hour. The same seed gives PyTorch's numbers, and so its loss curve. edutorch does
all this faster, on GPUs, and far more: each class says where, in a line that refuses what is left out here, too.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NoReturn

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray
Rule = Callable[[Array], Array]


class Tiny:
    """A base for the classes below: it refuses, by name, what they leave out. Full: edutorch, with most of PyTorch."""

    def __init__(self, **unknown: object) -> None:
        for name in unknown:
            raise NotImplementedError(self.left_out(name))

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(self.left_out(name))

    def left_out(self, what: str) -> str:
        full = (inspect.getdoc(type(self)) or "").partition("Full: ")[2]
        return f"edutorch.tiny leaves out {what}: use the full {full}"


class Function:
    """What an operation y = f(x) leaves behind: for each tensor x that went in, the rule that makes dL/dx of dL/dy.
    Full: edutorch.autograd.Function (autograd/function.py), with forward and backward, differentiable again."""

    def __init__(self, *inputs: tuple[Tensor | float, Rule]) -> None:
        self.edges = [(x, rule) for x, rule in inputs if isinstance(x, Tensor) and x.requires_grad]


class Tensor(Tiny):
    """An array of float32, int64 or bool that remembers how it was computed.
    Full: edutorch.Tensor (tensor.py), with views, changes in place, GPUs, all dtypes, hundreds of methods."""

    def __init__(self, array: Array, grad_fn: Function | None = None, requires_grad: bool = False) -> None:
        self.array = np.asarray(array, {np.float64: np.float32, np.int_: np.int64}.get(array.dtype.type))
        edges = grad_fn.edges if grad_fn else []
        self.shape, self.grad_fn = self.array.shape, grad_fn if edges else None
        self.requires_grad: bool = requires_grad or edges != []
        self.grad: Tensor | None = None  # dL/d(this), once backward has found it
        self.depth: int = 1 + max((x.depth for x, _ in edges), default=0)  # more than all it was computed from
        if self.array.dtype not in (np.float32, np.int64, np.bool_):
            raise NotImplementedError(self.left_out(f"dtype {array.dtype}"))

    def backward(self) -> None:
        """Adds dL/dx to the grad of every leaf x that this L, a single number, depends on."""
        if self.array.size != 1 or not self.requires_grad:
            raise RuntimeError("it needs one number that requires grad; else: edutorch.Tensor.backward")
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
        a, b = self.array, other.array
        if a.ndim < 2 or b.ndim < 2:
            raise NotImplementedError(self.left_out(f"{a.shape} @ {b.shape}"))
        return Tensor(a @ b, Function((self, lambda gy: gy @ b.mT), (other, lambda gy: a.mT @ gy)))

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
        y = self.sum(dim, keepdim)
        return y / (self.array.size / y.array.size)

    def moved(self, move: Rule) -> Tensor:
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

    def __getitem__(self, index: int | slice | Array | None | tuple[int | slice | Array | None, ...]) -> Tensor:
        return self.moved(lambda x: x[index])

    def windows(self, k: int, s: int) -> Tensor:
        """im2col: (N, C, H, W) -> (N, C, k, k, H', W'), what a k x k kernel with stride s sees at H' x W' places."""
        return self.moved(lambda x: sliding_window_view(x, (k, k), (2, 3))[:, :, ::s, ::s].transpose(0, 1, 4, 5, 2, 3))

    def max(self, dim: int, keepdim: bool = False) -> tuple[Tensor, Array]:
        """The largest along dim, of equals the first, and its index."""
        index = self.array.argmax(dim, keepdims=True)
        y = self.moved(lambda x: np.take_along_axis(x, index, dim))
        return (y, index) if keepdim else (y.sum(dim), index.squeeze(dim))

    def max_pool2d(self, kernel_size: int) -> Tensor:
        """The largest of each k x k: (N, C, H, W) -> (N, C, H / k, W / k)"""
        seen = self.windows(kernel_size, kernel_size)  # (N, C, k, k, H / k, W / k)
        return seen.reshape(*seen.shape[:2], kernel_size**2, *seen.shape[4:]).max(2)[0]

    def log_softmax(self, dim: int) -> Tensor:
        """log(e^x / sum e^x) along dim. The largest is taken off first, so that no e^x overflows."""
        x = self - Tensor(self.array.max(dim, keepdims=True))
        return x - x.exp().sum(dim, keepdim=True).log()

    def nll_loss(self, target: Tensor) -> Tensor:
        """The mean of -log p of the right classes: (N, C), (N,) -> ()"""
        if target.shape != self.shape[:1] or target.array.min() < 0:
            raise NotImplementedError(self.left_out(f"nll_loss of {self.shape} and {target.shape}, classes below 0"))
        return -self[np.arange(self.shape[0]), target.array].mean()

    def cross_entropy(self, target: Tensor) -> Tensor:
        return self.log_softmax(1).nll_loss(target)

    def item(self) -> float:
        return self.array.item()

    def __repr__(self) -> str:
        return f"tensor({np.array2string(self.array, separator=', ', prefix='tensor(')})"

    def refused(self, *others: object) -> NoReturn:
        raise NotImplementedError(self.left_out("this operator"))

    __radd__, __rmul__, __hash__, __array_ufunc__ = __add__, __mul__, object.__hash__, None
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __float__ = __len__ = __contains__ = refused
    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __imatmul__ = __setitem__ = refused
    __rpow__ = __mod__ = __floordiv__ = __abs__ = refused


def tensor(data: object, requires_grad: bool = False) -> Tensor:
    """A new tensor of numbers or of an array. Floats become float32."""
    return Tensor(np.array(data), requires_grad=requires_grad)


class Generator(Tiny):
    """PyTorch's random numbers. Full: edutorch.Generator (random/), with all distributions, also of few numbers."""

    def __init__(self, seed: int) -> None:
        self.twister = np.random.RandomState(seed)  # of Mersenne

    def bits(self, count: int) -> Array:
        return self.twister.randint(0, 2**32, count, np.uint32)

    def uniform(self, count: int) -> Array:
        return self.bits(count) % 2**24 / 2**24  # (count,), in [0, 1)

    def normal(self, count: int) -> Array:
        """(count,), by Box and Muller: blocks of 8 r cos t and 8 r sin t; a last one that is not full is drawn anew."""
        if count < 16:
            raise NotImplementedError(self.left_out(f"{count} normal numbers"))
        u = self.uniform(count)[: count - count % 16].reshape(-1, 2, 8).astype(np.float32)
        r, t = np.sqrt(-2 * np.log(1 - u[:, 0])), 2 * math.pi * u[:, 1]
        z = np.stack([r * np.cos(t), r * np.sin(t)], axis=1).ravel()
        return np.append(z[: count - 16], self.normal(16)) if count % 16 else z

    def permutation(self, n: int) -> list[int]:
        order = list(range(n))  # shuffled as Fisher and Yates do
        for i, draw in enumerate(self.bits(n - 1).tolist()):
            j = i + draw % (n - i)
            order[i], order[j] = order[j], order[i]
        return order


generator = Generator(0)
manual_seed = generator.twister.seed


def randn(*shape: int) -> Tensor:
    """Normal numbers with mean 0 and variance 1, at least 16."""
    return Tensor(generator.normal(math.prod(shape)).reshape(shape))


class Parameter(Tensor):
    """A tensor to be learned. Full: edutorch.nn.Parameter (nn/parameter.py), also without gradient."""

    def __init__(self, data: Tensor) -> None:
        super().__init__(data.array, requires_grad=True)


class Module(Tiny):
    """A function with parameters. Full: edutorch.nn.Module (nn/module.py), with buffers, hooks, train, state_dict."""

    def __call__(self, *inputs: Tensor) -> Tensor:
        return self.forward(*inputs)

    def parameters(self) -> Iterator[Parameter]:
        for attribute in vars(self).values():
            if isinstance(attribute, Parameter):
                yield attribute
            elif isinstance(attribute, Module):
                yield from attribute.parameters()


def weight_and_bias(outputs: int, *inputs: int) -> tuple[Parameter, Parameter]:
    """Uniform within 1 / sqrt(fan_in), as PyTorch's kaiming_uniform_ comes to. (outputs, *inputs) and (outputs,)"""
    bound = float(np.float32(1 / math.sqrt(math.prod(inputs))))
    weight, bias = (generator.uniform(n) * 2 * bound - bound for n in (outputs * math.prod(inputs), outputs))
    return Parameter(tensor(weight.reshape(outputs, *inputs))), Parameter(tensor(bias))


class Linear(Module):
    """y = x W^T + b, (*, in) -> (*, out). Full: edutorch.nn.Linear (nn/linear.py), with bias=False, dtype, device."""

    def __init__(self, in_features: int, out_features: int, **unknown: object) -> None:
        super().__init__(**unknown)
        self.weight, self.bias = weight_and_bias(out_features, in_features)

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight.transpose(0, 1) + self.bias


class Conv2d(Module):
    """Kernels glide over images. Full: edutorch.nn.Conv2d (nn/conv.py), with padding, dilation, groups, bias=False."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, **unknown: object):
        super().__init__(**unknown)
        self.kernel_size, self.stride = kernel_size, stride
        self.weight, self.bias = weight_and_bias(out_channels, in_channels, kernel_size, kernel_size)

    def forward(self, x: Tensor) -> Tensor:
        n, _, _, _, *places = (seen := x.windows(self.kernel_size, self.stride)).shape
        columns, rows = seen.reshape(n, -1, math.prod(places)), self.weight.flatten(1)  # (N, C k k, H' W'), (O, C k k)
        return (rows @ columns + self.bias.reshape(-1, 1)).reshape(n, -1, *places)


class ReLU(Module):
    """max(x, 0). Full: edutorch.nn.ReLU (nn/activation.py), among two dozen others."""

    forward = staticmethod(Tensor.relu)


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

    def __init__(self, params: Iterable[Parameter], lr: float = 1e-3, **unknown: object) -> None:
        super().__init__(**unknown)
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

    def __init__(self, params: Iterable[Parameter], lr: float = 1e-3, momentum: float = 0, **unknown: object) -> None:
        super().__init__(params, lr, **unknown)
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
    """The rows of tensors side by side, as samples."""
    return list(zip(*(x.array for x in tensors), strict=True))


class DataLoader(Tiny):
    """Batches of tuples. Full: edutorch.utils.data.DataLoader (utils/data/), with workers, samplers, streams."""

    def __init__(self, dataset: Sequence[tuple], batch_size: int = 1, shuffle: bool = False, **unknown: object) -> None:
        super().__init__(**unknown)
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle

    def __iter__(self) -> Iterator[list[Tensor]]:
        generator.bits(2)  # PyTorch draws a seed of 64 bits for its workers, and one for the order: its low half counts
        n = len(self.dataset)
        order = Generator(int(generator.bits(2)[1])).permutation(n) if self.shuffle else range(n)
        for start in range(0, n, self.batch_size):
            samples = [self.dataset[i] for i in order[start : start + self.batch_size]]
            if not isinstance(samples[0], tuple):
                raise NotImplementedError(self.left_out(f"samples that are {type(samples[0])}"))
            yield [Tensor(np.stack(column)) for column in zip(*samples, strict=True)]


class Namespace:
    """What tiny has of a module of PyTorch's. Full: the module of edutorch that has this name."""

    def __init__(self, full: str, *things: Callable[..., object], **spaces: Namespace) -> None:
        vars(self).update({thing.__name__: thing for thing in things}, full=full, **spaces)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"edutorch.tiny leaves out {name}: use the full {self.full}.{name}")


losses = Tensor.nll_loss, Tensor.cross_entropy
functional = Namespace("edutorch.nn.functional", Tensor.relu, Tensor.max_pool2d, Tensor.log_softmax, *losses)
nn = Namespace("edutorch.nn", Module, Parameter, Linear, Conv2d, ReLU, Sequential, functional=functional)
optim = Namespace("edutorch.optim", SGD, Adam)
utils = Namespace("edutorch.utils", data=Namespace("edutorch.utils.data", TensorDataset, DataLoader))


def __getattr__(name: str) -> object:
    if name in vars(Tensor) and not name.startswith("_"):
        return getattr(Tensor, name)  # torch.exp(x) is x.exp()
    raise AttributeError(f"edutorch.tiny leaves out {name}: use the full edutorch.{name}")
