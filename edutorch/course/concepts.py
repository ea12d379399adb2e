"""The concepts of the course: `chapters/concepts.toml`, one list for the glossary, the index and a test.

[[concept]]
name = "learning rate"
chapter = "02_linear_regression"
says = "How far one step of gradient descent goes, as a multiple of the gradient."
forms = ["learning rates"]     # other ways in which the word stands in a text
api = ["torch.optim.SGD"]      # names of the library that come with it
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = "concepts.toml"


@dataclass(frozen=True)
class Concept:
    """A term of the field: the chapter that teaches it, and its sentence in the glossary."""

    name: str
    chapter: str
    says: str
    forms: tuple[str, ...] = ()
    api: tuple[str, ...] = ()

    def stands_in(self, text: str) -> bool:
        """Whether the term, in any of its forms, occurs in a text."""
        words = "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in (self.name, *self.forms))
        return re.search(rf"(?<![\w-])(?:{words})(?![\w-])", text, re.IGNORECASE) is not None


def load_concepts(chapters: Path) -> list[Concept]:
    """The concepts listed in a folder of chapters, in its order.

    Raises ValueError for an entry that lacks a field, has an unknown one, or is there twice."""
    with open(chapters / FILE, "rb") as file:
        entries = tomllib.load(file)["concept"]
    concepts: dict[str, Concept] = {}
    for entry in entries:
        try:
            forms, api = tuple(entry.pop("forms", ())), tuple(entry.pop("api", ()))
            concept = Concept(**entry, forms=forms, api=api)
        except TypeError as error:
            raise ValueError(f"{FILE}: the concept {entry.get('name')!r}: {error}") from error
        if concept.name in concepts:
            raise ValueError(f"{FILE}: the concept {concept.name!r} is there twice")
        concepts[concept.name] = concept
    return list(concepts.values())


def glossary(concepts: list[Concept]) -> str:
    """A list in Markdown, by name: each term with its sentence, and what it is called in the library."""
    lines = []
    for concept in sorted(concepts, key=lambda each: each.name.lower()):
        names = f" ({', '.join(f'`{name}`' for name in concept.api)})" if concept.api else ""
        lines.append(f"- **{concept.name}**: {concept.says}{names}")
    return "\n".join(lines)


def index(concepts: list[Concept]) -> str:
    """A line in Markdown, by name: each term leads to the chapter that teaches it."""
    ordered = sorted(concepts, key=lambda each: each.name.lower())
    return " · ".join(f"[{concept.name}]({concept.chapter}.ipynb)" for concept in ordered)
