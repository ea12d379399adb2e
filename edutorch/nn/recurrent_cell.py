"""Recurrent networks one step at a time: RNNCell, LSTMCell, GRUCell. Source: torch.nn.modules.rnn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..dtypes import dtype as dtype_
from ..ops.creation import empty, zeros
from ..ops.matmul import linear
from ..ops.plumbing.entry import check_ints, check_tensors
from ..ops.recurrent import gru_step, lstm_step, rnn_step
from ..tensor import Tensor
from . import init
from .module import Module
from .parameter import Parameter

if TYPE_CHECKING:
    from ..backend import DeviceLike


class RNNCellBase(Module):
    """One step of a recurrent network as a layer. num_chunks: how many times hidden_size it computes."""

    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        super().__init__()
        check_ints(type(self).__name__, input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(empty(rows, input_size, device=device, dtype=dtype))
        self.weight_hh = Parameter(empty(rows, hidden_size, device=device, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(empty(rows, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws new initial values, uniform within 1 / sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _prepare(
        self, input: Tensor, state: tuple[Tensor, ...] | None, parts_: int
    ) -> tuple[Tensor, tuple[Tensor, ...], bool]:
        """The input's part of the sum (N, rows), the state (N, hidden_size), and whether the input was a batch."""
        name = self._get_name()
        check_tensors(name, input=input)
        if input.dim() not in (1, 2):
            raise ValueError(f"{name}: Expected input to be 1D or 2D, got {input.dim()}D instead")
        batched = input.dim() == 2
        x = input if batched else input.unsqueeze(0)
        if x.size(1) != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {x.size(1)} expected {self.input_size}")
        if state is None:
            state = (zeros(x.size(0), self.hidden_size, dtype=x.dtype, device=x.device),) * parts_
        else:
            for i, each in enumerate(state):
                if each.dim() not in (1, 2):
                    what = f"hx[{i}]" if parts_ > 1 else "hidden"
                    raise ValueError(f"{name}: Expected {what} to be 1D or 2D, got {each.dim()}D instead")
            state = tuple(each if batched else each.unsqueeze(0) for each in state)
        for each in state:
            if each.array.shape != (x.size(0), self.hidden_size):
                raise RuntimeError(
                    f"hidden has inconsistent hidden_size: got {list(each.array.shape)}, expected"
                    f" [{x.size(0)}, {self.hidden_size}]"
                )
        return linear(x, self.weight_ih, self.bias_ih), state, batched

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else f", bias={self.bias}")
        nonlinearity = self.__dict__.get("nonlinearity", "tanh")
        return text if nonlinearity == "tanh" else f"{text}, nonlinearity={nonlinearity}"


class RNNCell(RNNCellBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh).  x: (N, input_size), h: (N, hidden_size). Source: torch.nn.RNNCell."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """(N, input_size), (N, hidden_size) -> (N, hidden_size)"""
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        x, (h,), batched = self._prepare(input, None if hx is None else (hx,), 1)
        h = rnn_step(x, h, self.weight_hh, self.bias_hh, self.nonlinearity)
        return h if batched else h.squeeze(0)


class LSTMCell(RNNCellBase):
    """One step of an LSTM: (N, input_size), (h, c) -> (h, c), each (N, hidden_size). Source: torch.nn.LSTMCell."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        """(N, input_size), (h, c) -> (h, c)"""
        x, state, batched = self._prepare(input, hx, 2)
        h, c = lstm_step(x, state[0], state[1], self.weight_hh, self.bias_hh)
        return (h, c) if batched else (h.squeeze(0), c.squeeze(0))


class GRUCell(RNNCellBase):
    """One step of a GRU: (N, input_size), (N, hidden_size) -> (N, hidden_size). Source: torch.nn.GRUCell."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """(N, input_size), (N, hidden_size) -> (N, hidden_size)"""
        x, (h,), batched = self._prepare(input, None if hx is None else (hx,), 1)
        h = gru_step(x, h, self.weight_hh, self.bias_hh)
        return h if batched else h.squeeze(0)
