"""Work: a collective that has been started. Source: torch.distributed.Work."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .agreement import Agreement
from .waiting import all_done, wait

if TYPE_CHECKING:
    from mpi4py.MPI import Request

    from .groups import ProcessGroup


class Work:
    """What a collective with async_op=True gives: `wait` for its result, which is undefined before."""

    def __init__(
        self,
        group: ProcessGroup,
        what: str,
        requests: Sequence[Request],
        finish: Callable[[], None],
        agreement: Agreement | None = None,
        ranks: Sequence[int] | None = None,
    ) -> None:
        self._group, self._what, self._requests, self._finish = group, what, requests, finish
        self._agreement, self._ranks, self._done = agreement, ranks, False

    def wait(self, timeout: datetime.timedelta | None = None) -> bool:
        """Returns True once the result is there. Raises DistBackendError where processes differ or do not come."""
        if self._done:
            return True
        seconds = timeout.total_seconds() if timeout else 0
        if self._agreement is not None:
            self._agreement.wait(seconds)
        wait(self._group, self._requests, self._what, self._ranks, seconds)
        self._done = True
        self._finish()
        return True

    def is_completed(self) -> bool:
        """Whether wait() would return at once."""
        started = [] if self._agreement is None else [self._agreement.request]
        return self._done or all_done([*started, *self._requests])

    def is_success(self) -> bool:
        """Whether it is completed."""
        return self.is_completed()
