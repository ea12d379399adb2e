"""Recurrent networks as layers: RNN, LSTM and GRU. Source: torch.nn.modules.rnn.

The three differ in a single step (ops/recurrent.py, and as one operation ops/recurrent_sequence.py). They share how
layers and directions follow one another.
"""

from __future__ import annotations

import math
import numbers
import warnings
from typing import TYPE_CHECKING, Any

from ..dtypes import dtype as dtype_
from ..ops.creation import empty, zeros
from ..ops.gathering import index_select
from ..ops.joining import cat, stack
from ..ops.plumbing.entry import check_tensors
from ..ops.plumbing.recurrent_arrays import Run
from ..ops.recurrent_sequence import RecurrentSequence
from ..tensor import Tensor
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter
from .utils.rnn import PackedSequence

if TYPE_CHECKING:
    from ..backend import DeviceLike


WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
State = tuple[Tensor, ...]  # (h,), or (h, c) for an LSTM; each (N, features)


class RNNBase(Module):
    """What RNN, LSTM and GRU share. gates: how many times hidden_size a step computes."""

    gates = 1
    states: tuple[str, ...] = ("hidden",)  # the names of the state's parts in messages

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        super().__init__()
        _check_sizes(input_size, hidden_size, num_layers, proj_size)
        _check_dropout(dropout, num_layers)
        self.mode, self.input_size, self.hidden_size, self.num_layers = mode, input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size = bidirectional, proj_size
        outputs = proj_size or hidden_size
        for layer in range(num_layers):
            inputs = input_size if layer == 0 else outputs * (2 if bidirectional else 1)
            for suffix in self._suffixes(layer):
                rows = self.gates * hidden_size
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, outputs)}
                if bias:
                    shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for name, shape in shapes.items():
                    self.register_parameter(name + suffix, Parameter(empty(shape, device=device, dtype=dtype)))
        self.reset_parameters()

    def _suffixes(self, layer: int) -> list[str]:
        """The suffix of the names of a layer's weights, for each direction."""
        return [f"_l{layer}", f"_l{layer}_reverse"] if self.bidirectional else [f"_l{layer}"]

    def reset_parameters(self) -> None:
        """Draws new initial values, uniform within 1 / sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size)
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Does nothing: PyTorch lays out the weights for cuDNN here."""

    @property
    def _flat_weights_names(self) -> list[str]:
        """The names of the weights, in order."""
        return [name for name, _ in self.named_parameters()]

    @property
    def _flat_weights(self) -> list[Parameter]:
        """The weights, in order."""
        return [getattr(self, name) for name in self._flat_weights_names]

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The weights of each layer and direction."""
        ends = [suffix for layer in range(self.num_layers) for suffix in self._suffixes(layer)]
        named = dict(self.named_parameters())
        return [[weight for name, weight in named.items() if name[name.index("_l") :] == end] for end in ends]

    def _hidden_sizes(self) -> tuple[int, ...]:
        return (self.hidden_size,)

    def forward(
        self, input: Tensor | PackedSequence, hx: Tensor | tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor | PackedSequence, Tensor | tuple[Tensor, Tensor]]:
        """input (L, N, input_size), (N, L, input_size) with batch_first, (L, input_size), or a PackedSequence; hx:
        (layers * directions, N, hidden_size), zeros by default. Gives (outputs of the last layer, last states)."""
        if isinstance(input, PackedSequence):
            return self._packed(input, hx)
        check_tensors(self._get_name(), input=input)
        if input.dim() not in (2, 3):
            raise ValueError(f"{self._get_name()}: Expected input to be 2D or 3D, got {input.dim()}D tensor instead")
        batched = input.dim() == 3
        x = input if batched else input.unsqueeze(1)
        if batched and self.batch_first:
            x = x.transpose(0, 1)
        if not x.size(0):
            raise RuntimeError(
                f"{self._get_name()}: Expected sequence length to be larger than 0 in RNN, got input"
                f" {list(input.shape)}"
            )
        state = self._first_state(x, hx, batched, x.size(1))
        self._check_input(x)
        output, last = self._run(x, None, state)
        if not batched:
            return output.squeeze(1), self._as_given(tuple(each.squeeze(1) for each in last))
        return (output.transpose(0, 1) if self.batch_first else output), self._as_given(last)

    def _packed(
        self, input: PackedSequence, hx: Tensor | tuple[Tensor, Tensor] | None
    ) -> tuple[PackedSequence, Tensor | tuple[Tensor, Tensor]]:
        sizes = tuple(int(n) for n in input.batch_sizes.tolist())
        self._check_input(input.data)
        state = self._first_state(input.data, hx, True, sizes[0])
        if hx is not None and input.sorted_indices is not None:
            state = tuple(index_select(each, 1, input.sorted_indices) for each in state)
        output, last = self._run(input.data, sizes, state)
        if input.unsorted_indices is not None:
            last = tuple(index_select(each, 1, input.unsorted_indices) for each in last)
        return input._replace(data=output), self._as_given(last)

    def _as_given(self, state: Any) -> Tensor | tuple[Tensor, Tensor]:
        return state[0] if len(self.states) == 1 else state

    def _check_input(self, x: Tensor) -> None:
        weight = self.weight_ih_l0
        if x.dtype != weight.dtype:
            raise ValueError(
                f"RNN input dtype ({x.dtype}) does not match weight dtype ({weight.dtype}). Convert input:"
                f" input.to({weight.dtype}), or convert model: model.to({x.dtype})"
            )
        if x.size(-1) != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {x.size(-1)}"
            )

    def _first_state(self, x: Tensor, hx: Any, batched: bool, n: int) -> State:
        """The given state, or zeros: each part (layers * directions, N, features)."""
        rows = self.num_layers * (2 if self.bidirectional else 1)
        shapes = [(rows, n, size) for size in self._hidden_sizes()]
        if hx is None:
            return tuple(zeros(shape, dtype=x.dtype, device=x.device) for shape in shapes)
        given = hx if len(self.states) > 1 else (hx,)
        for each in given:
            if each.dim() != (3 if batched else 2):
                kind = "batched 3-D" if batched else "unbatched 2-D"
                raise RuntimeError(
                    f"For {kind} input, hx should also be {3 if batched else 2}-D but got {each.dim()}-D tensor"
                )
        state = tuple(each if batched else each.unsqueeze(1) for each in given)
        for name, each, shape in zip(self.states, state, shapes, strict=True):
            if each.array.shape != shape:
                raise RuntimeError(f"Expected {name} size {shape}, got {list(each.array.shape)}")
        return state

    def _run(self, x: Tensor, batch_sizes: tuple[int, ...] | None, state: State) -> tuple[Tensor, State]:
        """All layers. x: (L, N, features), or packed (sum of lengths, features) with batch_sizes."""
        finals: list[State] = []
        for layer in range(self.num_layers):
            outputs = []
            for suffix in self._suffixes(layer):
                first = tuple(each[len(finals)] for each in state)
                run = Run(self.mode, batch_sizes, suffix.endswith("reverse"))
                output, last = self._direction(x, run, first, suffix)
                outputs.append(output)
                finals.append(last)
            x = cat(outputs, -1) if self.bidirectional else outputs[0]
            if self.dropout and layer < self.num_layers - 1:
                x = F.dropout(x, self.dropout, self.training)
        return x, tuple(stack(each) for each in zip(*finals, strict=True))

    def _direction(self, x: Tensor, run: Run, first: State, suffix: str) -> tuple[Tensor, State]:
        """One layer in one direction: its outputs and its last state."""
        weights = (getattr(self, name + suffix, None) for name in WEIGHTS)
        h, c = first if len(first) > 1 else (first[0], None)
        output, *last = RecurrentSequence.apply(x, h, c, *weights, run)
        return output, tuple(last)

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        for name, value, default in (
            ("proj_size", self.proj_size, 0),
            ("num_layers", self.num_layers, 1),
            ("bias", self.bias, True),
            ("batch_first", self.batch_first, False),
            ("dropout", self.dropout, 0),
            ("bidirectional", self.bidirectional, False),
        ):
            if value != default:
                text += f", {name}={value}"
        return text


class RNN(RNNBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), in num_layers layers. nonlinearity: 'tanh' or 'relu'.

    Gives (outputs (L, N, directions * hidden_size), h (layers * directions, N, hidden_size)). Source: torch.nn.RNN."""

    def __init__(self, *args: Any, nonlinearity: str = "tanh", **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        if len(args) > 3:
            nonlinearity, args = args[3], args[:3] + args[4:]
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        self.__dict__["nonlinearity"] = nonlinearity
        super().__init__(f"RNN_{nonlinearity.upper()}", *args, **kwargs)


class LSTM(RNNBase):
    """Long short-term memory, in num_layers layers; proj_size: the outputs are projected to that many features.

    Gives (outputs (L, N, directions * hidden_size), (h, c)), each (layers * directions, N, hidden_size); hx is (h, c).
    Source: torch.nn.LSTM."""

    gates = 4
    states = ("hidden[0]", "hidden[1]")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def _hidden_sizes(self) -> tuple[int, ...]:
        return (self.proj_size or self.hidden_size, self.hidden_size)


class GRU(RNNBase):
    """Gated recurrent units, in num_layers layers.

    Gives (outputs (L, N, directions * hidden_size), h (layers * directions, N, hidden_size)). Source: torch.nn.GRU."""

    gates = 3

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)


def _check_sizes(input_size: int, hidden_size: int, num_layers: int, proj_size: int) -> None:
    for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
        if not isinstance(size, int):
            raise TypeError(f"{name} should be of type int, got: {type(size).__name__}")
        if size <= 0:
            raise ValueError(f"{name} must be greater than zero")
    if num_layers <= 0:
        raise ValueError("num_layers must be greater than zero")
    if proj_size < 0:
        raise ValueError("proj_size should be a positive integer or zero to disable projections")
    if proj_size >= hidden_size:
        raise ValueError("proj_size has to be smaller than hidden_size")


def _check_dropout(dropout: float, num_layers: int) -> None:
    if not isinstance(dropout, numbers.Number) or isinstance(dropout, bool) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
        )
    if dropout and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers"
            f" greater than 1, but got dropout={dropout} and num_layers={num_layers}",
            stacklevel=4,
        )
