"""A drawing of boxes, words and arcs, as SVG: sharp at any size, and redrawn in a few milliseconds."""

from __future__ import annotations

import html
from collections.abc import Sequence

from .picture import embedded

COLORS = ("#8CCBF0", "#F2C14E", "#7FD6BC", "#F7F09A", "#E6B5D1", "#F2A477")  # everybody can tell them apart
UNUSED, PAPER, INK, FAINT = "#EEEEEE", "#FFFFFF", "#222222", "#555555"
UNIT = 38  # pixels: the side of a box


class Drawing:
    """Boxes on a white card, legible on light and dark pages. Places and sizes are in units of a box. sentence: says
    what the picture shows, for screen readers. `str(drawing)` is the sentence, `svg` the drawing."""

    def __init__(self, width: float, height: float, sentence: str) -> None:
        self.width, self.height, self.sentence = round(width * UNIT), round(height * UNIT), sentence
        self.parts: list[str] = []

    def box(
        self, x: float, y: float, text: str, fills: Sequence[str] = (PAPER,), faint: bool = False, bold: bool = False
    ) -> None:
        """A square with text in the middle, in bands of the given colors; faint: dashed and pale."""
        left, top, band = x * UNIT, y * UNIT, UNIT / len(fills)
        for k, fill in enumerate(fills):
            self.parts.append(
                f'<rect x="{left:.1f}" y="{top + k * band:.1f}" width="{UNIT}" height="{band:.1f}" fill="{fill}"'
                f' fill-opacity="{0.35 if faint else 1}"/>'
            )
        line = 'stroke-dasharray="4 3"' if faint else f'stroke-width="{2.5 if bold else 1}"'
        self.parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{UNIT}" height="{UNIT}" fill="none" stroke="{INK}" {line}/>'
        )
        self.words(x + 0.5, y + 0.63, text, size=min(14, 52 / max(len(text), 1)), middle=True, faint=faint)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 13,
        middle: bool = False,
        bold: bool = False,
        faint: bool = False,
    ) -> None:
        """A line of text whose base is at y; centered on x or starting there."""
        look = f'text-anchor="{"middle" if middle else "start"}" font-weight="{"bold" if bold else "normal"}"'
        self.parts.append(
            f'<text x="{x * UNIT:.1f}" y="{y * UNIT:.1f}" font-size="{size:g}" {look}'
            f' fill="{FAINT if faint else INK}">{html.escape(text)}</text>'
        )

    def arc(self, start: float, end: float, y: float) -> None:
        """An arrow over the boxes whose upper side is at y, from above `start` to above `end`."""
        x1, x2, base = start * UNIT, end * UNIT, y * UNIT - 2
        bend = base - (0.36 + 0.12 * abs(end - start)) * UNIT
        self.parts.append(
            f'<path d="M{x1:.1f},{base:.1f} Q{(x1 + x2) / 2:.1f},{bend:.1f} {x2:.1f},{base:.1f}" fill="none"'
            f' stroke="{INK}" marker-end="url(#tip)"/>'
        )

    @property
    def svg(self) -> str:
        """The whole drawing."""
        label = html.escape(self.sentence, quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" role="img"'
            f' aria-label="{label}" viewBox="0 0 {self.width} {self.height}" style="max-width:100%;height:auto"'
            ' font-family="sans-serif"><defs><marker id="tip" markerWidth="7" markerHeight="6" refX="6" refY="3"'
            f' orient="auto"><path d="M0,0 L7,3 L0,6 z" fill="{INK}"/></marker></defs>'
            f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>{"".join(self.parts)}</svg>'
        )

    @property
    def html(self) -> str:
        """The drawing as an image, no wider than the page, with the sentence as its alternative text."""
        return embedded("svg+xml", self.svg.encode(), self.width, self.sentence)

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.sentence
