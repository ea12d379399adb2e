"""The messages of q.check() and others: Markdown in JupyterLab, with buttons for what comes next; text in a
terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Actions = dict[str, Callable[[], object]]


class Message:
    """A title, a case, paragraphs and a listing; `actions`, by their labels, become buttons."""

    def __init__(
        self, title: str, *parts: str, case: str = "", listing: str = "", actions: Actions | None = None
    ) -> None:
        self.title, self.case, self.listing = title, case, listing
        self.parts = [part for part in parts if part]
        self.actions = actions or {}

    def __repr__(self) -> str:
        return "\n".join(filter(None, [self.title, self.case, *self.parts, self.listing]))

    def _repr_markdown_(self) -> str:
        case = f"```text\n{self.case}\n```" if self.case else ""
        listing = f"```python\n{self.listing.rstrip()}\n```" if self.listing else ""
        return "\n\n".join(filter(None, [f"**{self.title}**", case, *self.parts, listing]))

    def _ipython_display_(self) -> None:
        """The text, and the buttons below it where there are widgets."""
        from IPython.display import display

        display({"text/plain": repr(self), "text/markdown": self._repr_markdown_()}, raw=True)
        if self.actions:
            try:
                display(_buttons(self.actions))
            except ImportError:  # the text says what q.hint() and q.solution() are
                return


def _buttons(actions: Actions) -> Any:
    """A button for each action, in a row, and a place below for what they give."""
    import ipywidgets as widgets

    place = widgets.Output()
    row = []
    for words, act in actions.items():
        button = widgets.Button(description=words)
        button.on_click(lambda _, act=act: _show_in(place, act))
        row.append(button)
    return widgets.VBox([widgets.HBox(row), place])


def _show_in(place: Any, act: Callable[[], object]) -> None:
    from IPython.display import display

    place.clear_output()
    with place:
        display(act())
