"""A model from within: what comes out of each of its layers for one example, as pictures with their numbers."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.grad_mode import no_grad
from ..nn.module import Module
from ..tensor import Tensor
from .play import Playground, play

MOST_MAPS = 32  # small pictures beside the large one
MOST_NUMBERS = 16  # rows and columns up to which the numbers stand in the cells
MOST_BARS = 40


@dataclass
class Layer:
    """What came out of a layer for one example. maps: (C, H, W), a feature map or an attention map for each channel,
    or (N,), numbers that have no place."""

    name: str
    kind: str
    maps: np.ndarray

    @property
    def channels(self) -> int:
        return len(self.maps) if self.maps.ndim == 3 else 1


def layers_of(model: Module, x: Tensor) -> list[Layer]:
    """The input, then the layers in the order in which they are called, those within others alone.

    model: any Module; it runs once, in the mode it is in, without gradients, and is as it was afterwards. x: its input,
    of which the first example is kept. Where a layer gives several tensors, the first is its output, and a second one
    of three axes or more, such as MultiheadAttention's, is its attention."""
    seen = [Layer("input", "", _first(x))]
    names = {id(module): name for name, module in model.named_modules()}

    def note(module: Module, inputs: Any, output: Any) -> None:
        given = [each for each in (output if isinstance(output, (tuple, list)) else [output]) if hasattr(each, "shape")]
        name, kind = names[id(module)] or "model", type(module).__name__
        if given:
            seen.append(Layer(name, kind, _first(given[0])))
        if len(given) > 1 and given[1].ndim >= 3:
            seen.append(Layer(f"{name}, attention", kind, _first(given[1])))

    inner = [module for module in model.modules() if _is_innermost(module)]
    handles = [module.register_forward_hook(note) for module in inner]
    try:
        with no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return seen


def explore(model: Module, x: Tensor) -> Playground:
    """A widget that steps through the layers of a model, with a slider for the layer and one for the channel.

    Of feature maps and attention maps it shows all channels, and one of them large, with the numbers in its cells where
    there is room; of plain numbers, such as scores, bars. model, x: as `layers_of` takes them. Needs ipywidgets."""
    widgets = importlib.import_module("ipywidgets")
    layers = layers_of(model, x)
    options = [(f"{i}: {layer.name} {layer.kind}".strip(), i) for i, layer in enumerate(layers)]
    return play(
        lambda number, channel: draw_layer(layers[number], channel),
        widgets.SelectionSlider(options=options, value=min(1, len(layers) - 1), description="layer"),
        widgets.IntSlider(0, 0, max(max(layer.channels for layer in layers) - 1, 1), description="channel"),
    )


def draw_layer(layer: Layer, channel: int = 0) -> tuple[Any, str]:
    """The figure of one layer, and a sentence with its shape and its extremes; channel: which one is shown large."""
    low, high = float(layer.maps.min()), float(layer.maps.max())
    title = f"{layer.name} {layer.kind}".strip()
    size = " × ".join(str(n) for n in layer.maps.shape)
    zeros = 100 * float((layer.maps == 0).mean())
    sentence = f"{title}: {size} numbers from {low:.2f} to {high:.2f}, {zeros:.0f} % of them 0"
    if layer.maps.ndim == 1:
        return _draw_bars(layer.maps, title), f"{sentence}. The largest has the number {int(layer.maps.argmax())}."
    chosen = min(channel, layer.channels - 1)
    return _draw_maps(layer.maps, chosen, title), f"{sentence}. Large: channel {chosen} of {layer.channels}."


def _is_innermost(module: Module) -> bool:
    """Whether it has no layers within, or gives a tuple whose parts are worth seeing, as attention does."""
    return not list(module.children()) or type(module).__name__ == "MultiheadAttention"


def _first(x: Tensor) -> np.ndarray:
    """The first example as (C, H, W) maps or (N,) numbers, float64; of more axes the leading ones are joined."""
    array = np.asarray(x.detach().cpu().tolist(), dtype=np.float64)
    array = array[0] if array.ndim > 1 else array
    return array.reshape(-1) if array.ndim < 2 else array.reshape(-1, *array.shape[-2:])


def _draw_bars(numbers: np.ndarray, title: str) -> Any:
    figure, axes = importlib.import_module("matplotlib.pyplot").subplots(figsize=(8, 3.4))
    shown = numbers[:MOST_BARS]
    axes.bar(range(len(shown)), shown, color=["#D55E00" if n == numbers.max() else "#0072B2" for n in shown])
    if len(shown) <= MOST_NUMBERS:
        for i, number in enumerate(shown):
            axes.text(i, number, f"{number:.2f}", ha="center", va="bottom" if number >= 0 else "top", fontsize=8)
    rest = f", the first {MOST_BARS} of {len(numbers)}" if len(numbers) > MOST_BARS else ""
    axes.set(xlabel="number of the unit", ylabel="value", title=title + rest)
    return figure


def _draw_maps(maps: np.ndarray, chosen: int, title: str) -> Any:
    """Left all maps, small; right one of them, large. Purple is above 0, orange below."""
    pyplot = importlib.import_module("matplotlib.pyplot")
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8.6, 4.4))
    most = max(float(np.abs(maps).max()), 1e-12)
    colors = {"cmap": "PuOr", "vmin": -most, "vmax": most}
    small = maps[:MOST_MAPS]
    left.imshow(_side_by_side(small), **colors)
    right.imshow(maps[chosen], **colors)
    height, width = maps.shape[1:]
    if 1 < len(small) > chosen:  # a frame around the one that is shown large
        top, start = _corner(chosen, *small.shape)
        frame = importlib.import_module("matplotlib.patches").Rectangle
        left.add_patch(frame((start - 0.5, top - 0.5), width, height, fill=False, edgecolor="#D55E00", linewidth=2))
    if max(height, width) <= MOST_NUMBERS:
        for (i, j), number in np.ndenumerate(maps[chosen]):
            ink = "white" if abs(number) > 0.65 * most else "#222222"
            right.text(j, i, f"{number:.1f}", ha="center", va="center", fontsize=min(9, 70 / width), color=ink)
    count = min(len(maps), MOST_MAPS)
    left.set_title(f"{title}\n{f'the first {count} of ' if len(maps) > count else ''}{len(maps)} channels")
    right.set_title(f"channel {chosen}, {height} × {width}")
    for axes in (left, right):
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    return figure


def _corner(k: int, count: int, height: int, width: int) -> tuple[int, int]:
    """The row and the column in which map k of `count` begins, in rows of equal length with gaps between the maps."""
    columns, gap = int(np.ceil(np.sqrt(count))), max(1, width // 12)
    return k // columns * (height + gap), k % columns * (width + gap)


def _side_by_side(maps: np.ndarray) -> np.ndarray:
    """The maps as one picture, (C, H, W) -> (rows, columns); gaps are nan."""
    count, height, width = maps.shape
    corners = [_corner(k, *maps.shape) for k in range(count)]
    picture = np.full((max(top for top, _ in corners) + height, max(start for _, start in corners) + width), np.nan)
    for (top, start), each in zip(corners, maps, strict=True):
        picture[top : top + height, start : start + width] = each
    return picture
