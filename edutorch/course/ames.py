"""The Ames house prices (De Cock 2011), embedded: the regression data set of the course."""

import csv
from collections.abc import Iterable
from importlib.resources import files

import numpy as np

from ..utils.files import read_verified

_SHA256 = "ca63b689d51a452ca5a9c46c9b4fb9bb1f1db5a8b568429a706e8d85e612228c"


def load_ames(columns: Iterable[str] | None = None) -> dict[str, np.ndarray]:
    """Columns of the Ames house prices, by name: 2,930 sales in Ames, Iowa, 2006 to 2010.

    `columns` names those wanted, in that order; None gives all 22. A column of numbers is a float64
    array (2930,), a column of words a string array (2930,). Areas are in square feet (`Gr_Liv_Area` is
    the living area above ground), `Sale_Price` in US dollars. Raises KeyError for an unknown column and
    RuntimeError where the embedded file is damaged.

    Source: De Cock, Ames, Iowa: Alternative to the Boston Housing Data as an End of Semester Regression
    Project, Journal of Statistics Education 19(3), 2011; `embedded/README.txt` has license and units."""
    path = files("edutorch.course") / "embedded" / "ames.csv"
    content = read_verified(str(path), _SHA256, "install edutorch anew, or restore it with git")
    header, *rows = csv.reader(content.decode("ascii").splitlines())
    table = {name: _column(values) for name, values in zip(header, zip(*rows, strict=True), strict=True)}
    names = header if columns is None else list(columns)
    unknown = [name for name in names if name not in table]
    if unknown:
        raise KeyError(f"the Ames data have no column {', '.join(unknown)}; they have {', '.join(header)}")
    return {name: table[name] for name in names}


def _column(values: Iterable[str]) -> np.ndarray:
    """Numbers where every value is one, else the words."""
    words = np.array(values)
    try:
        return words.astype(np.float64)
    except ValueError:
        return words
