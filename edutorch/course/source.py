"""show_source: the library's own source, live, never a pasted copy."""

from __future__ import annotations

import importlib
import inspect
from typing import Any


class SourceListing:
    """Source text that JupyterLab shows in colour and a terminal as it is."""

    def __init__(self, text: str, place: str) -> None:
        self.text, self.place = text, place

    def __repr__(self) -> str:
        return f"# {self.place}\n{self.text}"

    def _repr_markdown_(self) -> str:
        return f"`{self.place}`\n\n```python\n{self.text}```"


def show_source(what: Any) -> SourceListing:
    """The source of a class, function or module of the library, or of a dotted name of one.

    Raises TypeError for what has no source in Python."""
    thing = find(what) if isinstance(what, str) else what
    try:
        text, line = inspect.getsourcelines(thing)
        file = inspect.getsourcefile(thing)
    except (TypeError, OSError) as error:
        raise TypeError(f"{what!r} has no Python source: give a class, function or module") from error
    place = (file or "").replace("\\", "/").rpartition("/edutorch/")[2]
    return SourceListing(inspect.cleandoc("\n" + "".join(text)) + "\n", f"edutorch/{place}, line {line}")


def find(name: str) -> Any:
    """The object with a dotted name such as "edutorch.ops.exponential.Exp".

    Raises AttributeError or ModuleNotFoundError where there is none."""
    words = name.split(".")
    for split in range(len(words), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(words[:split]))
        except ModuleNotFoundError:
            if split == 1:
                raise
            continue
        for word in words[split:]:
            found = getattr(found, word)
        return found
    raise ModuleNotFoundError(name)
