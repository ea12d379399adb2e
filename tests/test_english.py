"""American spelling and plain words in the code, its documents and the course."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("edutorch", "chapters", "exercises", "solutions")
STEMS = (
    "authoris apologis categoris centralis characteris criticis customis discretis emphasis(?:e|ing) equalis factoris finalis"
    " generalis initialis linearis localis materialis maximis memoris minimis normalis optimis organis orthogonalis"
    " parametris penalis quantis randomis realis recognis regularis serialis specialis stabilis standardis summaris"
    " synchronis tokenis utilis vectoris visualis"
)
BRITISH = re.compile(
    r"colour|behaviour|neighbour|favour|flavour|honour|labour|(?<!\w)grey|(?<![a-z])centre(?![a-z])|centre[ds]|licence|defence"
    r"|judgement|analyse|catalogue|metres?(?![a-z])(?<!parametre)|fibre|(?:label|model|travel|cancel|signal)l(?:ed|ing)|whilst|amongst|learnt"
    r"|(?:"
    + "|".join(stem if "(" in stem else f"{stem}(?:e|es|ed|er|ers|ing|ation|ations)" for stem in STEMS.split())
    + r")(?![a-z])",
    re.IGNORECASE,
)
NOT_WRITTEN = re.compile(r"\bsuch that\b|\bwhoever\b", re.IGNORECASE)
QUOTED = "Unrecognised padding mode"  # an error of PyTorch's, to the letter


def texts() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".py", ".md", ".ipynb"))
    yield from (ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines, but for pictures and sounds in notebooks."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if '"image/' not in line:
            yield number, re.sub(r'base64,[^"\\\\]*', "", line).replace(QUOTED, "")


def found(pattern: re.Pattern[str], paths: Iterable[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in paths
        for number, line in lines(path)
        if (match := pattern.search(line))
    ]


def test_spelling_is_american() -> None:
    assert found(BRITISH, texts()) == []


def test_library_and_course_are_written_in_plain_words() -> None:
    assert len(list(texts())) > 250 and found(NOT_WRITTEN, texts()) == []


@pytest.mark.parametrize(
    "word", ["colour", "Normalised", "centre", "_labelled", "grey", "neighbouring", "optimiser", "metres"]
)
def test_british_words_are_found(word: str) -> None:
    assert BRITISH.search(f"a {word} of")


@pytest.mark.parametrize(
    "word", ["color", "parameters", "optimistic", "emphasis", "normalize", "mechanism", "analysis", "metric", "realist"]
)
def test_american_words_are_not(word: str) -> None:
    assert not BRITISH.search(f"a {word} of")
