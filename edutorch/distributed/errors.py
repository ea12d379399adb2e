"""What goes wrong between processes. Source: torch.distributed.DistError and its subclasses."""

from __future__ import annotations


class DistError(RuntimeError):
    """An error of this package."""


class DistBackendError(DistError):
    """A collective that can't be done: processes that do not come, or that ask for different things."""


class DistNetworkError(DistError):
    """Processes that can't reach each other."""
