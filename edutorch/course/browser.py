"""Whether a notebook runs in a browser, where Python has neither processes nor a fast matrix product.

EPOCHS = 3 if in_browser() else 5
"""

import sys


def in_browser() -> bool:
    """True under Pyodide. The same training takes some ten times as long there, so chapters make theirs shorter."""
    return sys.platform == "emscripten"
