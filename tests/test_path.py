"""The learner's path through the source, in edutorch's docstring, is closed, in order, and as long as it says."""

import re

import pytest

import edutorch
from tests.test_floors import MODULES, own_imports

PATH, _, SKIPPED = (edutorch.__doc__ or "").partition("may be skipped")


def modules(text: str) -> list[str]:
    """The modules whose files a text names; a folder stands for all that is in it."""
    files = re.findall(r"[\w/]+(?:\.py\b|/)", text)
    return [file.removesuffix(".py").rstrip("/").replace("/", ".") for file in files]


STEPS = modules("\n".join(re.findall(r"^    (\S+\.py) ", PATH, re.M)))
SKIPS = modules(SKIPPED.partition("(tests/")[0])


def is_skipped(module: str) -> bool:
    return any(f"{module}.".startswith(f"{skip}.") for skip in SKIPS)


def test_it_names_files_that_exist() -> None:
    assert len(STEPS) > 20 and len(set(STEPS)) == len(STEPS)
    assert [name for name in [*STEPS, *SKIPS] if name not in MODULES] == []


def test_each_file_comes_before_those_that_use_it() -> None:
    for number, step in enumerate(STEPS):
        used = {other for other, _ in own_imports(step)}
        early = sorted(other for other in used & set(STEPS) if other not in STEPS[:number])
        assert early == [], f"{step} comes before {early}, which it imports"


@pytest.mark.parametrize("step", STEPS)
def test_what_it_leaves_out_is_named(step: str) -> None:
    unnamed = {other for other, _ in own_imports(step) if other not in STEPS and not is_skipped(other)}
    assert unnamed == set(), f"{step} imports what is neither on the path nor among what may be skipped"


def test_it_skips_only_what_its_files_import() -> None:
    used = {other for step in STEPS for other, _ in own_imports(step)} - set(STEPS)
    assert [skip for skip in SKIPS if not any(f"{other}.".startswith(f"{skip}.") for other in used)] == []


def test_it_is_as_long_as_it_says() -> None:
    said = [
        int(number.replace(",", ""))
        for number in re.findall(r"about ([\d,]+) lines \((\d+)", " ".join(PATH.split()))[0]
    ]
    lengths = {step: len(MODULES[step].read_text(encoding="utf-8").splitlines()) for step in STEPS}
    counted = [sum(lengths.values()), lengths["tensor"]]
    assert all(abs(n - m) <= 0.05 * m for n, m in zip(said, counted, strict=True)), (
        f"{said} lines said, {counted} counted"
    )
