"""How many threads work on one operation: those of NumPy's BLAS, which multiplies matrices.

All other operations take one thread. Results with another number of threads differ by rounding alone. Source:
torch.set_num_threads and its relatives.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def set_num_threads(number: int) -> None:
    """Sets how many threads multiply matrices, in this process, from now on.

    Raises RuntimeError for anything but a positive int. In a browser there is one, whatever the
    number. Source: torch.set_num_threads."""
    _check("set_num_threads", number)
    if blas := _blas():
        blas.limit(limits=number)


def get_num_threads() -> int:
    """How many threads multiply matrices. Source: torch.get_num_threads."""
    blas = _blas()
    return max((int(each.num_threads) for each in blas.lib_controllers), default=1) if blas else 1


def set_num_interop_threads(number: int) -> None:
    """Takes a number, and changes nothing: operations run one after the other here.

    Raises what set_num_threads does. Source: torch.set_num_interop_threads."""
    _check("set_num_interop_threads", number)


def get_num_interop_threads() -> int:
    """1: operations run one after the other. Source: torch.get_num_interop_threads."""
    return 1


def _check(name: str, number: int) -> None:
    if not isinstance(number, int) or isinstance(number, bool):
        raise RuntimeError(f"{name} expects an int, but got {type(number).__name__}")
    if number < 1:
        raise RuntimeError(f"{name} expects a positive integer, but got {number}")


def _blas() -> ThreadpoolController | None:
    """What sets the threads of the BLAS libraries in this process; None in a browser, which has no threads."""
    if sys.platform == "emscripten":
        return None
    import threadpoolctl  # loads on first use

    return threadpoolctl.ThreadpoolController().select(user_api="blas")
