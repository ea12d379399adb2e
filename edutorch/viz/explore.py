"""A model from the inside: the output of each layer for one example, as pictures with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..nn.module import Module
from ..tensor import Tensor
from .layers import Layer, layers_of
from .play import Playground, play

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_MAPS = 32  # small pictures next to the large one
MOST_NUMBERS = 16  # rows and columns up to which the cells show their numbers
MOST_BARS = 40
LONG = 4  # times as long as wide: from there on a map fills its place, else a line of it would be all there is to see


def explore(model: Module, x: Tensor | tuple[Tensor, ...]) -> Playground:
    """A widget that steps through the layers of a model, with a slider for the layer and one for the channel or head.

    Feature maps and attention maps are shown for all channels, with one of them large, and numbers in its cells if
    there is room; plain numbers, such as scores, as bars. model, x: as for `layers_of`. Needs ipywidgets."""
    import ipywidgets as widgets

    layers = layers_of(model, x)
    last = len(layers) - 1
    number = widgets.IntSlider(min(1, last), 0, max(last, 1), description="layer")
    channel = widgets.IntSlider(0, 0, 1, description="channel")

    def draw(number: int, channel: int) -> tuple[Figure, str]:
        number = min(number, last)
        return draw_layer(layers[number], channel, f"{number} of {last}: ")

    def fit(change: object = None) -> None:  # a browser can't show a slider with a single position
        channels = layers[min(number.value, last)].channels
        channel.max, channel.disabled = max(channels - 1, 1), channels == 1

    fit()
    number.observe(fit, names="value")  # before `play` draws the layer
    return play(draw, number, channel)


def draw_layer(layer: Layer, channel: int = 0, place: str = "") -> tuple[Figure, str]:
    """The figure of one layer, and a sentence with its shape and its extremes. channel: which one is shown large;
    place: the text in front of the layer's name."""
    low, high = float(layer.maps.min()), float(layer.maps.max())
    size = " × ".join(str(n) for n in layer.maps.shape)
    zeros = 100 * float((layer.maps == 0).mean())
    sentence = f"{layer.title}: {size} numbers from {low:.2f} to {high:.2f}, {zeros:.0f} % of them 0"
    if layer.maps.ndim == 1:
        return _draw_bars(layer.maps, place + layer.title), f"{sentence}. The largest is number {layer.maps.argmax()}."
    chosen = min(channel, layer.channels - 1)
    return _draw_maps(layer, chosen, place), f"{sentence}. Large: {layer.unit} {chosen} of {layer.channels}."


def _draw_bars(numbers: np.ndarray, title: str) -> Figure:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8.6, 3.6))
    shown = numbers[:MOST_BARS]
    heights = np.where(np.isfinite(shown), shown, 0)
    axes.bar(range(len(shown)), heights, color=["#D55E00" if n == numbers.max() else "#0072B2" for n in shown])
    if len(shown) <= MOST_NUMBERS:
        axes.set_xticks(range(len(shown)))
        axes.margins(y=0.12)
        for i, (number, height) in enumerate(zip(shown, heights, strict=True)):
            axes.text(i, height, f"{number:.2f}", ha="center", va="bottom" if height >= 0 else "top", fontsize=8)
    rest = f", the first {MOST_BARS} of {len(numbers)}" if len(numbers) > MOST_BARS else ""
    axes.set(xlabel="number of the unit", ylabel="value", title=title + rest)
    return figure


def _draw_maps(layer: Layer, chosen: int, place: str) -> Figure:
    """On the left all maps, small; on the right one of them, large. Purple is above 0, orange below."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 5))
    maps, small = layer.maps, layer.maps[:MOST_MAPS]
    count, height, width = maps.shape
    most = max(float(np.abs(maps[np.isfinite(maps)]).max(initial=0)), 1e-12)
    is_long = max(height, width) > LONG * min(height, width)
    drawn = {"cmap": "PuOr", "vmin": -most, "vmax": most, "interpolation": "nearest"}
    drawn["aspect"] = "auto" if is_long else "equal"
    left.imshow(_side_by_side(small), **drawn)
    right.imshow(maps[chosen], **drawn)
    if 1 < len(small) > chosen:  # a frame around the one that is shown large
        top, start = _corner(chosen, *small.shape)
        corner = (start - 0.5, top - 0.5)
        left.add_patch(Rectangle(corner, width, height, fill=False, edgecolor="#D55E00", linewidth=2))
    if max(height, width) <= MOST_NUMBERS:
        _write_numbers(right, maps[chosen], most)
    units = f"{count} {layer.unit}{'s' if count > 1 else ''}"
    left.set_title(f"{place}{layer.title}\n{f'the first {len(small)} of ' if count > len(small) else ''}{units}")
    right.set_title(f"{layer.unit} {chosen}, {height} × {width}\n{_key(layer)}")
    for axes in (left, right):
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    return figure


def _key(layer: Layer) -> str:
    if layer.unit == "head":
        return "a row looks at a column: the darker, the more"
    return "purple: above 0, orange: below" if layer.maps.min() < 0 else "the darker, the larger"


def _write_numbers(axes: Axes, one: np.ndarray, most: float) -> None:
    """The numbers of a map in its cells; small ones, such as attention's, with one more digit."""
    digits, size = 2 if most <= 1 else 1 if most < 100 else 0, min(9, 70 / max(one.shape))
    for (i, j), number in np.ndenumerate(one):
        ink = "white" if abs(number) > 0.65 * most else "#222222"
        axes.text(j, i, f"{number:.{digits}f}", ha="center", va="center", fontsize=size, color=ink)


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
