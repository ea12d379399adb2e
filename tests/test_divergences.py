"""The table of what differs from PyTorch: each row names a test that exists."""

import re
from pathlib import Path

import pytest

import edutorch

TABLE = (Path(edutorch.__file__).parent / "DIVERGENCES.md").read_text(encoding="utf-8")
ROWS = [line for line in TABLE.splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_each_row_is_executed_by_a_test(row: str, root: Path) -> None:
    what, theirs, ours, test = (cell.strip() for cell in row.strip("|").split("|"))
    assert what and theirs and ours
    file, function = test.split("::")
    source = (root / "tests" / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {function}\(", source, re.MULTILINE), f"{file} has no {function}"
