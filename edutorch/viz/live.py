"""What to look at while a model trains: a growing loss curve, a progress bar."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..tensor import Tensor


from .picture import picture

Item = TypeVar("Item")


def progress(items: Iterable[Item], description: str = "", total: int | None = None) -> Iterator[Item]:
    """The items, with a bar that shows the progress and the remaining time (by tqdm; without it, just the items).
    total: how many items there are, if `items` has no len()."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return iter(items)
    if sys.platform == "emscripten":
        tqdm.monitor_interval = 0  # the monitor is a thread, and there are none
    return iter(tqdm(items, desc=description, total=total, leave=True))


class LossCurve:
    """A plot of the loss that is redrawn every `every` seconds while `add(loss)` is called.

    curve = LossCurve()
    for images, labels in loader:
        ...
        curve.add(loss)
    curve.finish()

    The faint line shows each value, the strong one their running mean over `window` values. In a notebook the
    picture changes in place; elsewhere `figure` has it at the end. Drawing costs a tenth of a second each.
    A screen reader reads the first and the last mean."""

    def __init__(self, label: str = "loss", every: float = 1.0, window: int = 20, log: bool = False) -> None:
        self.values: list[float] = []
        self.label, self.every, self.window, self.log = label, every, window, log
        self._drawn_at = time.monotonic()
        self._display: Any = None

    def add(self, value: Tensor | float) -> None:
        """Adds a value: a number or a tensor of one element."""
        self.values.append(value.item() if hasattr(value, "item") else float(value))
        if time.monotonic() - self._drawn_at >= self.every:
            self._show()
            self._drawn_at = time.monotonic()

    def finish(self) -> None:
        """Draws the last state."""
        self._show()

    def means(self) -> list[float]:
        """The running mean of the last `window` values, at each value."""
        total, means = 0.0, []
        for i, value in enumerate(self.values):
            total += value - (self.values[i - self.window] if i >= self.window else 0.0)
            means.append(total / min(i + 1, self.window))
        return means

    @property
    def figure(self) -> Figure:
        """The picture as a matplotlib figure."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6, 3), layout="constrained")
        axes = figure.subplots()
        axes.plot(self.values, color="tab:blue", alpha=0.3, linewidth=1, label="each batch")
        axes.plot(self.means(), color="tab:blue", linewidth=2, label=f"mean of {self.window}")
        axes.set_xlabel("step")
        axes.set_ylabel(self.label)
        if self.log:
            axes.set_yscale("log")
        axes.grid(alpha=0.3)
        axes.legend()
        return figure

    def _show(self) -> None:
        display = _notebook_display()
        if display is None:
            return
        shown = picture(self.figure, self.sentence)
        if self._display is None:
            self._display = display(shown, display_id=True)
        else:
            self._display.update(shown)

    @property
    def sentence(self) -> str:
        """A sentence about what the picture shows."""
        means = self.means()
        if not means:
            return f"No {self.label} yet."
        words = f"The {self.label}, its mean over {self.window} steps, goes"
        return f"{words} from {means[0]:.3g} to {means[-1]:.3g} in {len(means)} steps."


def _notebook_display() -> Any:
    """IPython's display in a notebook; None elsewhere."""
    try:
        import IPython
    except ImportError:
        return None
    shell = IPython.get_ipython()
    return IPython.display.display if shell is not None and hasattr(shell, "kernel") else None
