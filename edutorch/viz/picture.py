"""A figure with alternative text, for those who can't see it."""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 110  # sharp enough on dense screens, and small in the notebook
LEGIBLE = 0.7  # a fraction of its width, below which the letters in a picture are too small to read


class Picture:
    """A drawn figure and its text. A notebook shows an image with `alt`, a terminal the text."""

    def __init__(self, html: str, alt: str) -> None:
        self.html, self.alt = html, alt

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        return self.html


def picture(figure: Figure, alt: str) -> Picture:
    """The matplotlib `figure` with `alt`, a sentence that says what it shows. The figure is closed, so that the
    notebook does not show it again. Raises TypeError for anything but a figure, ValueError if the sentence is
    missing."""
    if not hasattr(figure, "savefig"):
        raise TypeError(f"viz.picture takes a matplotlib figure, got {type(figure).__name__}")
    if not alt.strip():
        raise ValueError("viz.picture: alt says in a sentence what is to be seen")
    return Picture(image_tag(figure, alt), alt)


def image_tag(figure: Figure, alt: str) -> str:
    """The <img> of a figure, which it closes; as wide as the notebook's own pictures, or the page."""
    import matplotlib.pyplot as plt

    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DOTS_PER_INCH)
    plt.close(figure)
    return embedded("png", file.getvalue(), round(figure.get_figwidth() * 100), alt)


def embedded(kind: str, content: bytes, width: int, alt: str) -> str:
    """The <img> of a picture of the type image/`kind`: as wide as the page allows. On a narrow page it stays large
    enough to read and scrolls sideways, and the text below it does not."""
    image, text = base64.b64encode(content).decode("ascii"), html.escape(alt, quote=True)
    style = f"width:{width}px;max-width:100%;min-width:{round(width * LEGIBLE)}px"
    tag = f'<img alt="{text}" style="{style}" src="data:image/{kind};base64,{image}">'
    return f'<div style="overflow-x:auto;contain:inline-size">{tag}</div>'
