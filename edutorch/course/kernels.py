"""The kernels of one submission: which process gives the next one, and when its sandbox is used no more."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from .forks import POSSIBLE, KernelParent, Stem
from .kernel import GuardedKernel, KernelLost
from .sandbox import Limits, Sandbox, best_sandbox

UNUSED = Sandbox("limits", drops_root=False)  # of what is trusted


class Kernels:
    """Gives kernels for the questions of one submission, forked where that is possible.

    What all of them import is imported before any cell's time begins to count; one that is forked has it already."""

    warm_up = (
        "import edutorch, edutorch.course.fence\nedutorch.as_torch()\nedutorch.course.fence.put_up()\ndel edutorch"
    )

    def __init__(
        self,
        limits: Limits,
        hidden: tuple[Path, ...] = (),
        trusted: bool = False,
        container: str = "",
        stem: Stem | None = None,
    ) -> None:
        """trusted: what will run is no learner's, and needs no sandbox. container: the engine of the one this is in.
        stem: what comes into each sandbox from outside; without it each imports everything."""
        self.limits, self.trusted = limits, trusted and POSSIBLE
        self.sandbox = UNUSED if self.trusted else replace(best_sandbox(hidden), container=container)
        self.stem = stem if self.sandbox.kind == "bubblewrap" else None
        self.parent = self._new_parent()
        self.used = False
        self.ready: GuardedKernel | None = None

    def prepare(self) -> None:
        """Start the one that will be taken next, before any answer has run here."""
        with contextlib.suppress(OSError):
            self.ready = self.ready or self._start()

    def take(self) -> GuardedKernel:
        """A kernel that answers, where no answer has left anything. Raises KernelLost if none starts."""
        if self.ready is None and self.parent is not None and self.used and not self.parent.is_clean():
            self.parent.close()
            self.parent = self._new_parent()
        self.used = True
        try:
            kernel, self.ready = self.ready or self._start(), None
        except OSError as error:
            raise KernelLost("died") from error
        kernel.wait_until_ready()
        if self.trusted:
            self.prepare()  # two questions' waits overlap
        return kernel

    def close(self) -> None:
        """Stop the one that nobody took, and end the sandbox."""
        if self.ready is not None:
            self.ready.stop()
            self.ready = None
        if self.parent is not None:
            self.parent.close()

    def _new_parent(self) -> KernelParent | None:
        return KernelParent(self.sandbox, self.limits, self.stem) if POSSIBLE else None

    def _start(self) -> GuardedKernel:
        if self.stem is not None and self.parent is not None:
            try:
                self.parent.wait_until_ready()
            except OSError:  # this system does not let us enter
                self.parent.close()
                self.stem = None
                self.parent = self._new_parent()
        kernel = GuardedKernel(self.sandbox, self.limits, self.parent)
        if self.parent is None:
            kernel.execute_cell_input(self.warm_up, allow_stdin=False)
        return kernel
