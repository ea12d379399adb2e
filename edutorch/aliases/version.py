"""A version that compares by its numbers. Source: torch.torch_version.TorchVersion."""

from __future__ import annotations

import re


class TorchVersion(str):
    """Prints as a string and compares as versions do, with a string or a tuple: "2.13.0" >= "2.4", >= (2, 4)."""

    def _numbers(self, other: object) -> tuple[list[int], list[int]]:
        both = [_release(self), list(other) if isinstance(other, (tuple, list)) else _release(str(other))]
        length = max(map(len, both))
        mine, theirs = (numbers + [0] * (length - len(numbers)) for numbers in both)
        return mine, theirs

    def __lt__(self, other: object) -> bool:
        mine, theirs = self._numbers(other)
        return mine < theirs

    def __le__(self, other: object) -> bool:
        mine, theirs = self._numbers(other)
        return mine <= theirs

    def __gt__(self, other: object) -> bool:
        return not self <= other

    def __ge__(self, other: object) -> bool:
        return not self < other


def _release(version: str) -> list[int]:
    """The numbers of a release: [2, 13, 0] of "2.13.0+edutorch"."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return [int(number) for number in found.group(1).split(".")] if found else []


# ---- torch.version

__version__ = TorchVersion("2.13.0+edutorch")
cuda = hip = rocm = xpu = git_version = None
debug = False
