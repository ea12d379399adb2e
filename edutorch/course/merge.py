"""Bringing a learner's notebook up to date: the course's new cells, with the learner's guesses and answers."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .notebook import Cell, Notebook, course_data, marked_question, source_of

GUESS = re.compile(r"^guess = .*$", re.MULTILINE)
Sources = dict[str, str]  # hashes of the sources of a notebook's cells, by the cells' ids


@dataclass
class Merged:
    """The notebook, and whether the learner's has more in it than was taken over."""

    notebook: Notebook
    more: bool


def sources_of(notebook: Notebook) -> Sources:
    """The hash of each cell's source, by its id."""
    return {str(cell.get("id", "")): source_hash(cell) for cell in notebook["cells"]}


def source_hash(cell: Cell) -> str:
    """Of a cell's source, whether it is stored as one text or as lines."""
    return hashlib.sha256(source_of(cell).encode("utf-8", "replace")).hexdigest()[:16]


def merge(mine: Notebook, new: Notebook, laid: Mapping[str, str]) -> Merged:
    """The course's `new` notebook with what is the learner's in `mine`; `laid`: the sources as they were laid.

    Taken over, with their outputs: guesses, answers to questions, "your turn" cells, where they were edited. Whatever
    else was edited or added is not, and said."""
    merged, more = copy.deepcopy(new), False
    theirs = {str(cell.get("id", "")): cell for cell in merged["cells"]}
    for cell in mine["cells"]:
        identity = str(cell.get("id", ""))
        if laid.get(identity) == source_hash(cell):
            continue  # as it was laid
        there = theirs.get(identity)
        if there is not None and source_of(there) == source_of(cell):
            continue
        if there is None or not _take_over(cell, there):
            more = more or bool(source_of(cell).strip())
    return Merged(merged, more)


def _take_over(mine: Cell, there: Cell) -> bool:
    """Put what is the learner's into the course's cell; whether it is a cell of that kind."""
    source = source_of(mine)
    whole = marked_question(source) is not None or course_data(there).get("role") == "solution"
    if not whole and "check_turn(" not in source_of(there):
        guess = GUESS.search(source)
        if guess is None or GUESS.search(source_of(there)) is None:
            return False
        same = GUESS.sub("", source) == GUESS.sub("", source_of(there))
        there["source"] = GUESS.sub(lambda _: guess.group(), source_of(there), count=1)
        if not same:  # the question was asked otherwise: its output would not fit
            return True
    else:
        there["source"] = mine["source"]
    _take_outputs(mine, there)
    return True


def _take_outputs(mine: Cell, there: Cell) -> None:
    taken: dict[str, Any] = {key: mine[key] for key in ("outputs", "execution_count") if key in mine}
    there.update(copy.deepcopy(taken))
