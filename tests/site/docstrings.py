"""A Sphinx extension: the library's docstrings, which are plain text, as reStructuredText that shows them as they stand.

Names stand in `single` quotes there, examples and tables are indented, and *, | and a closing _ mean themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MARKUP = re.compile(r"(`[^`]*`)|([*|\\])|(?<=\w)(_)(?!\w)")


def as_restructured_text(lines: list[str]) -> list[str]:
    """Indented paragraphs become literal blocks; in the others all markup but the single quotes is escaped."""
    result: list[str] = []
    literal = False
    for line in lines:
        indented = line.startswith("    ")
        if indented and not literal:
            result += ["", "::", ""]
        elif literal and line and not indented:
            result += [""]
        if line:
            literal = indented
        result.append(line if indented else MARKUP.sub(_escaped, line))
    return result


def _escaped(found: re.Match[str]) -> str:
    quoted, sign, underscore = found.groups()
    return quoted or f"\\{sign or underscore}"


def _process(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    lines[:] = as_restructured_text(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
