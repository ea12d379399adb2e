"""Arguments of a DataLoader that exclude each other, and those that this machine can't satisfy."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from typing import TYPE_CHECKING

from ...backend import find_cupy

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext


def warn_of_machine(num_workers: int, pin_memory: bool) -> None:
    """Warns of more workers than processors, and of pinned memory where there is no GPU."""
    available = _available_cpus()
    if num_workers > available:
        warnings.warn(
            f"This DataLoader will create {num_workers} worker processes in total. Our "
            f"suggested max number of worker in current system is {available}, which is smaller "
            "than what this DataLoader is going to create.",
            stacklevel=3,
        )
    if pin_memory and find_cupy() is None:
        warnings.warn(
            "'pin_memory' argument is set as true but no accelerator is found, then device "
            "pinned memory won't be used.",
            stacklevel=3,
        )


def _available_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_workers(num_workers: int, timeout: float, prefetch_factor: int | None, persistent_workers: bool) -> None:
    """Raises ValueError for options of workers that are out of range, or that need workers where there are none."""
    if num_workers < 0:
        raise ValueError(
            "num_workers option should be non-negative; use num_workers=0 to disable "
            f"multiprocessing. Got {num_workers}"
        )
    if timeout < 0:
        raise ValueError(f"timeout option should be non-negative, got {timeout}")
    if num_workers == 0 and prefetch_factor is not None:
        raise ValueError(
            "prefetch_factor option could only be specified in multiprocessing. Let num_workers > 0 "
            "to enable multiprocessing, otherwise set prefetch_factor to None."
        )
    if prefetch_factor is not None and prefetch_factor < 0:
        raise ValueError(f"prefetch_factor option should be non-negative, got {prefetch_factor}")
    if persistent_workers and num_workers == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")


def check_stream(shuffle: object, sampler: object, batch_sampler: object) -> None:
    """Raises ValueError if an order is given for a stream, which has its own."""
    given = {"shuffle": shuffle or None, "sampler": sampler, "batch_sampler": batch_sampler}
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"DataLoader with IterableDataset: expected unspecified {name} option, but got "
                f"{name}={value}. A stream decides its own order."
            )


def check_order(
    batch_size: int | None, shuffle: object, sampler: object, batch_sampler: object, drop_last: bool
) -> None:
    """Raises ValueError for two arguments that would both decide what is in a batch."""
    if sampler is not None and shuffle:
        raise ValueError("sampler option is mutually exclusive with shuffle")
    if batch_sampler is not None and (batch_size != 1 or shuffle or sampler or drop_last):
        raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last")
    if batch_size is None and drop_last:
        raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")


def context_for(wanted: BaseContext | str | None, num_workers: int) -> BaseContext | None:
    """The multiprocessing context, given by name or as such; None for the default one."""
    if wanted is None:
        return None
    if num_workers == 0:
        raise ValueError(
            "multiprocessing_context can only be used with multi-process loading (num_workers > 0), "
            f"but got num_workers={num_workers}"
        )
    if isinstance(wanted, str):
        methods = multiprocessing.get_all_start_methods()
        if wanted not in methods:
            raise ValueError(
                f"multiprocessing_context option should specify a valid start method in {methods}, "
                f"but got multiprocessing_context={wanted!r}"
            )
        return multiprocessing.get_context(wanted)
    if not isinstance(wanted, multiprocessing.context.BaseContext):
        raise TypeError(
            "multiprocessing_context option should be a valid context object or a string specifying "
            f"the start method, but got multiprocessing_context={wanted}"
        )
    return wanted


def processes_start() -> bool:
    """Whether workers can be started: not in a browser, where one warning says so."""
    if sys.platform != "emscripten":
        return True
    if "no processes" not in _warned:
        _warned.add("no processes")
        warnings.warn(
            "DataLoader: num_workers is taken as 0: a browser starts no processes, and batches are loaded in this one.",
            stacklevel=3,
        )
    return False


_warned: set[str] = set()
