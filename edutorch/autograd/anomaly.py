"""Anomaly detection: which line of the forward pass has a gradient that became nan.

Source: torch.autograd.detect_anomaly, torch.autograd.set_detect_anomaly.
"""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class _Mode:
    def __init__(self) -> None:
        self.enabled = False
        self.check_nan = True


mode = _Mode()


class set_detect_anomaly:
    """Switches anomaly detection on or off, until the end of the block when used with `with`.

    While it is on, every node remembers the line that made it, and a backward that gives nan raises
    RuntimeError with that line. Slow: for debugging."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.before = _set(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: object) -> None:
        _set(*self.before)


class detect_anomaly(set_detect_anomaly):
    """`with detect_anomaly():` finds the operation whose gradient becomes nan."""

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__(True, check_nan)


def is_anomaly_enabled() -> bool:
    """Whether anomaly detection is on. Source: torch.is_anomaly_enabled."""
    return mode.enabled


def where() -> str:
    """The lines of the user's program that led here, innermost last."""
    import traceback  # here, since few programs come by

    frames = [f for f in traceback.extract_stack() if not f.filename.startswith(_PACKAGE)]
    return "".join(traceback.format_list(frames[-5:]))


def _set(enabled: bool, check_nan: bool) -> tuple[bool, bool]:
    before = mode.enabled, mode.check_nan
    mode.enabled, mode.check_nan = enabled, check_nan
    return before
