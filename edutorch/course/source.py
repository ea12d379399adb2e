"""show_source: the library's own source, live, never a pasted copy."""

from __future__ import annotations

import importlib
import inspect
import sys
from types import ModuleType
from typing import Any

MOST_LINES = 25


class SourceListing:
    """Source text that JupyterLab shows in color and a terminal as it is."""

    def __init__(self, text: str, place: str, note: str = "") -> None:
        self.text, self.place, self.note = text, place, note

    def __repr__(self) -> str:
        return f"# {self.place}\n{self.text}{self.note and f'# {self.note}'}"

    def _repr_markdown_(self) -> str:
        listing = f"```python\n{self.text}```"
        # an exported page gives listings in outputs the letters of prose, unless what is around them says otherwise
        return f'`{self.place}`\n\n<div style="font-family: monospace">\n\n{listing}\n\n</div>\n\n{self.note}'


def show_source(what: object) -> SourceListing:
    """The source of a function or class of the library, given as such or by its dotted name; for a module, what it
    defines.

    At most 25 lines are shown: for more, name one function, `show_source(nn.Module.train)`. Raises TypeError for things
    without Python source."""
    thing = find(what) if isinstance(what, str) else what
    try:
        lines, line, file = _lines_of(thing)
    except (TypeError, OSError) as error:
        raise TypeError(f"{what!r} has no Python source: give a class, function or module") from error
    place = f"edutorch/{(file or '').replace(chr(92), '/').rpartition('/edutorch/')[2]}, line {max(line, 1)}"
    if isinstance(thing, ModuleType):
        return SourceListing(_contents(thing), place, "Name one of them to see it whole.")
    lines = inspect.cleandoc("\n" + "".join(lines)).splitlines()
    shown = "".join(f"{each}\n" for each in lines[:MOST_LINES])
    return SourceListing(shown, place, _rest(thing, len(lines) - MOST_LINES))


def _lines_of(thing: Any) -> tuple[list[str], int, str | None]:
    """Source lines, the number of the first, and the file."""
    thing = inspect.unwrap(thing) if callable(thing) else thing
    members = vars(thing).values() if inspect.isclass(thing) else []
    methods = [inspect.unwrap(each) for each in members if inspect.isfunction(each)]
    home = sys.modules.get(methods[0].__globals__["__name__"]) if methods else None
    if home is None or home.__name__ == thing.__module__:
        return *inspect.getsourcelines(thing), inspect.getsourcefile(thing)
    lines, _ = inspect.findsource(home)  # a class whose __module__ is its public place
    start = next(i for i, line in enumerate(lines) if line.startswith(f"class {thing.__name__}"))
    return inspect.getblock(lines[start:]), start + 1, inspect.getsourcefile(home)


def _contents(module: ModuleType) -> str:
    """The first line of what a module says about itself, and its public functions and classes."""
    about = (module.__doc__ or "").strip().partition("\n")[0]
    members = [each for each in vars(module).values() if _home(each) == module.__name__]
    names = [
        f"{'class' if inspect.isclass(each) else 'def'} {each.__name__}"
        for each in members
        if (inspect.isclass(each) or inspect.isfunction(each)) and not each.__name__.startswith("_")
    ]
    more = [f"# ... and {len(names) - MOST_LINES} more"] if len(names) > MOST_LINES else []
    return "\n".join([f'"""{about}"""', *names[:MOST_LINES], *more, ""])


def _home(thing: Any) -> str:
    """The module whose file has the source of a function or class."""
    if inspect.isfunction(thing):
        return inspect.unwrap(thing).__globals__["__name__"]  # __module__ says where users find it
    return getattr(thing, "__module__", "")


def _rest(thing: object, count: int) -> str:
    """A note about the lines that are not shown."""
    if count <= 0:
        return ""
    methods = [name for name, each in vars(thing).items() if inspect.isfunction(each)] if inspect.isclass(thing) else []
    public = [name for name in methods if not name.startswith("_") or name == "__init__"]
    name = getattr(thing, "__qualname__", "it")
    way = f" One function alone: `show_source({name}.{public[-1]})`." if public else ""
    return f"... and {count} more lines.{way}"


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
