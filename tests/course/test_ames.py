"""The embedded Ames house prices."""

import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from edutorch.course import ames


def test_numbers_and_words():
    table = ames.load_ames()
    assert len(table) == 22
    assert {column.shape for column in table.values()} == {(2930,)}
    assert table["Sale_Price"].dtype == np.float64
    assert table["Sale_Price"].mean() == pytest.approx(180796.06, abs=0.01)  # De Cock: 180,796
    assert table["Gr_Liv_Area"][:3].tolist() == [1656.0, 896.0, 1329.0]
    assert table["Neighborhood"][0] == "North_Ames"
    assert all(np.isfinite(c).all() for c in table.values() if c.dtype == np.float64)


def test_chosen_columns_keep_their_order():
    assert list(ames.load_ames(["Sale_Price", "Lot_Area"])) == ["Sale_Price", "Lot_Area"]


def test_an_unknown_column_is_named_with_those_there_are():
    with pytest.raises(KeyError, match="no column Price; they have Gr_Liv_Area"):
        ames.load_ames(["Price"])


def test_a_changed_file_is_refused(monkeypatch, tmp_path):
    shutil.copytree(str(files("edutorch.course") / "embedded"), tmp_path / "embedded")
    csv = tmp_path / "embedded" / "ames.csv"
    csv.write_bytes(csv.read_bytes().replace(b"215000", b"215001", 1))
    monkeypatch.setattr(ames, "files", lambda package: Path(tmp_path))
    with pytest.raises(RuntimeError, match=r"ames\.csv is damaged: expected sha256 ca63b689.* restore it with git"):
        ames.load_ames()
