"""HistogramObserver: a range that leaves rare large numbers out where the rest is the better for it.

Source: torch.ao.quantization.HistogramObserver.
"""

from __future__ import annotations

import warnings
from typing import Unpack

import numpy as np

from ..ops.creation import zeros
from ..ops.from_data import tensor
from ..ops.ranges import linspace
from ..tensor import Tensor
from .observer import Arguments, UniformQuantizationObserverBase

FINER = 16  # parts of a bin, when a histogram moves into another one's bins
STEP = 1e-5  # of all numbers seen, which one step of the search may leave out at one end


class HistogramObserver(UniformQuantizationObserverBase):
    """Counts the numbers in `bins` bins between the least and the largest, and chooses the range whose integers stand
    for them with the least square error.

    Infinite numbers are left out, with a warning. Other arguments as for MinMaxObserver. Source:
    torch.ao.quantization.HistogramObserver."""

    histogram: Tensor

    def __init__(self, bins: int = 2048, **arguments: Unpack[Arguments]) -> None:
        self.bins = bins
        super().__init__(**arguments)

    def reset_min_max_vals(self) -> None:
        """Forgets what was seen."""
        self.register_buffer("histogram", zeros(self.bins, device=self.eps.device))
        super().reset_min_max_vals()

    def forward(self, x: Tensor) -> Tensor:
        """x, any shape, as it is."""
        seen = x.detach().to(self.histogram.dtype)
        if seen.isinf().any():
            warnings.warn("torch.inf detected in input tensor, ignoring input", stacklevel=2)
            seen = seen[~seen.isinf()]
        if seen.numel():
            self._count(seen)
        return x

    def _count(self, seen: Tensor) -> None:
        least, most = seen.aminmax()
        before = self.min_val.clone(), self.max_val.clone()
        self.min_val.copy_(least.minimum(self.min_val))
        self.max_val.copy_(most.maximum(self.max_val))
        low, high = self.min_val.item(), self.max_val.item()
        counts = seen.histc(self.bins, low, high)
        if (before[0] > before[1]).item():
            self.histogram.copy_(counts)
        elif before == (low, high):
            self.histogram += counts
        else:
            self.histogram.copy_(self._moved(before[0].item(), before[1].item(), low, high) + counts)

    def _moved(self, old_low: float, old_high: float, low: float, high: float) -> Tensor:
        """The histogram of old_low to old_high in the bins of a wider range: each FINER-th of a bin goes where its
        middle lies."""
        old, f32 = self.histogram, np.float32
        if old_low == old_high:
            return tensor([old_low], device=old.device).histc(self.bins, low, high) * old.sum()
        n = self.bins * FINER
        half_a_bin = f32(0.5) * ((f32(old_high) - f32(old_low)) / f32(n))
        middles = linspace(old_low, old_high, n + 1, device="cpu").numpy()[:-1] + half_a_bin
        borders = linspace(low, high, self.bins + 1, device="cpu").numpy()
        places = (np.searchsorted(borders, middles, side="right") - 1).clip(0, self.bins - 1)
        counts = np.bincount(places, np.repeat(old.numpy(force=True) / FINER, FINER), self.bins)
        return tensor(counts.astype(f32), device=old.device)

    def calculate_qparams(self) -> tuple[Tensor, Tensor]:
        """(scale, zero point) of the chosen range."""
        if (self.min_val > self.max_val).item():
            return self._qparams(self.min_val, self.max_val)
        width = (self.max_val - self.min_val) / self.bins
        start, end = self._chosen_bins()
        return self._qparams(self.min_val + width * start, self.min_val + width * (end + 1))

    def _chosen_bins(self) -> tuple[int, int]:
        """The first and the last bin of the range. From all bins on it loses STEP of the numbers at a time, at the end
        where more bins go with them, for as long as the error falls."""
        counts = self.histogram.numpy(force=True)
        below, total = counts.cumsum(dtype=counts.dtype).tolist(), float(counts.sum())
        start, end, least_error = 0, self.bins - 1, float("inf")
        alpha, beta = 0.0, 1.0
        while alpha < beta:
            left, right = start, end
            while left < end and below[left] < (alpha + STEP) * total:
                left += 1
            while right > start and below[right] > (beta - STEP) * total:
                right -= 1
            if left - start > end - right:
                alpha, chosen = alpha + STEP, (left, end)
            else:
                beta, chosen = beta - STEP, (start, right)
            if chosen == (start, end):
                continue
            error = self._error(counts, *chosen)
            if error > least_error:
                break
            (start, end), least_error = chosen, error
        return start, end

    def _error(self, counts: np.ndarray, start: int, end: int) -> float:
        """The square error of numbers, uniform within each bin, rounded to 256 steps from bin start to bin end.

        A distance that grows evenly from a to b has the sum of squares (b^3 - a^3) / 3. A bin begins within one step,
        passes over whole ones, and ends within another; beyond the range the nearest step is the last."""
        width = (self.max_val.item() - self.min_val.item()) / self.bins
        step = width * (end - start + 1) / 256
        if step == 0:
            return 0.0
        begin = ((np.arange(self.bins) - start) * width).astype(np.float32)
        stop = begin + np.float32(width)
        first, last = (np.floor(each / np.float32(step)).clip(0, 255) for each in (begin, stop))
        half = step / 2
        squares = half**3 - (begin - (first + 0.5) * step) ** 3
        squares += (last - first - 1) * 2 * half**3
        squares += (stop - (last + 0.5) * step) ** 3 + half**3
        return float((counts / width * squares / 3).sum())
