"""The GPU: whether there is one, which, how much of its memory is used. Source: torch.cuda.

>>> import edutorch as torch
>>> device = "cuda" if torch.cuda.is_available() else "cpu"

Without a GPU, functions that need one raise RuntimeError, and those that only report how much is used return 0. The
figures, in bytes, come from CuPy's memory pool.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, NamedTuple

from .aliases.table import answer_for as _answer_for
from .backend import GPU, device_module, find_cupy, gpu_number
from .pending import raise_pending
from .random.cuda import (
    get_rng_state,
    get_rng_state_all,
    initial_seed,
    manual_seed,
    manual_seed_all,
    seed,
    seed_all,
    set_rng_state,
    set_rng_state_all,
)

__all__ = [
    "Event",
    "Stream",
    "current_device",
    "current_stream",
    "default_stream",
    "device",
    "device_count",
    "empty_cache",
    "get_device_capability",
    "get_device_name",
    "get_device_properties",
    "get_rng_state",
    "get_rng_state_all",
    "initial_seed",
    "is_available",
    "is_initialized",
    "manual_seed",
    "manual_seed_all",
    "max_memory_allocated",
    "mem_get_info",
    "memory_allocated",
    "memory_reserved",
    "reset_peak_memory_stats",
    "seed",
    "seed_all",
    "set_device",
    "set_rng_state",
    "set_rng_state_all",
    "stream",
    "synchronize",
]


def is_available() -> bool:
    """Whether tensors can live on "cuda": CuPy is installed and sees a GPU."""
    return find_cupy() is not None


def is_initialized() -> bool:
    """Whether a GPU has been initialized. CuPy does that with the first array, so this is whether there is a GPU."""
    return is_available()


def device_count() -> int:
    """How many GPUs there are; 0 without CuPy."""
    cupy = find_cupy()
    return 0 if cupy is None else cupy.cuda.runtime.getDeviceCount()


def current_device() -> int:
    """The number of the GPU that "cuda" means now. Raises RuntimeError if there is none."""
    return gpu_number(None)


def set_device(device: GPU) -> None:
    """Let "cuda" mean this GPU from now on. Raises RuntimeError if there is no such GPU."""
    device_module("cuda").cuda.Device(gpu_number(device)).use()


class device:
    """Let "cuda" mean this GPU within a block: `with torch.cuda.device(1): ...`.

    Raises RuntimeError on entering if there is no such GPU. Source: torch.cuda.device."""

    def __init__(self, device: GPU) -> None:
        self.idx = device
        self.prev_idx = -1

    def __enter__(self) -> None:
        self.prev_idx = current_device()
        set_device(self.idx)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        set_device(self.prev_idx)


class DeviceProperties(NamedTuple):
    """What `get_device_properties` tells; total_memory is in bytes."""

    name: str
    major: int
    minor: int
    total_memory: int
    multi_processor_count: int


def get_device_properties(device: GPU = None) -> DeviceProperties:
    """Name, compute capability, memory and processors of a GPU."""
    index = gpu_number(device)
    found = device_module("cuda").cuda.runtime.getDeviceProperties(index)
    return DeviceProperties(
        name=found["name"].decode(),
        major=found["major"],
        minor=found["minor"],
        total_memory=found["totalGlobalMem"],
        multi_processor_count=found["multiProcessorCount"],
    )


def get_device_name(device: GPU = None) -> str:
    """The name of a GPU, such as "NVIDIA A100-SXM4-40GB"."""
    return get_device_properties(device).name


def get_device_capability(device: GPU = None) -> tuple[int, int]:
    """Major and minor compute capability of a GPU, such as (8, 0)."""
    properties = get_device_properties(device)
    return properties.major, properties.minor


def synchronize(device: GPU = None) -> None:
    """Wait until a GPU has done all the work it was given: call it before reading a clock.

    Raises the error for an index out of bounds that the GPU met in the meantime."""
    device_module("cuda").cuda.Device(gpu_number(device)).synchronize()
    raise_pending()


def _pool_figure(name: str, where: GPU) -> int:
    """A figure of CuPy's memory pool for a GPU; 0 without one."""
    cupy = find_cupy()
    if cupy is None:
        return 0
    with cupy.cuda.Device(gpu_number(where)):
        return getattr(cupy.get_default_memory_pool(), name)()


def memory_allocated(device: GPU = None) -> int:
    """Bytes that tensors take up on a GPU; 0 without one."""
    return _pool_figure("used_bytes", device)


def memory_reserved(device: GPU = None) -> int:
    """Bytes that the pool holds on a GPU, in use or kept for later; 0 without one."""
    return _pool_figure("total_bytes", device)


def max_memory_allocated(device: GPU = None) -> int:
    """The most bytes that were in use since the start, `empty_cache` or `reset_peak_memory_stats`.

    It is what the pool had to reserve, which can be a little more than PyTorch would report."""
    return memory_reserved(device)


def reset_peak_memory_stats(device: GPU = None) -> None:
    """Restart the measurement of `max_memory_allocated`; unused memory goes back to the GPU."""
    with device_module("cuda").cuda.Device(gpu_number(device)):
        empty_cache()


def empty_cache() -> None:
    """Give the memory that no tensor uses back to the GPU; nothing to do without one."""
    cupy = find_cupy()
    if cupy is not None:
        cupy.get_default_memory_pool().free_all_blocks()


def mem_get_info(device: GPU = None) -> tuple[int, int]:
    """(free, total) bytes of a GPU, with other programs counted."""
    return device_module("cuda").cuda.Device(gpu_number(device)).mem_info


class Event:
    """A moment in the work of a GPU, to measure time between two: record, record, elapsed_time.

    Raises RuntimeError without a GPU, and for a time between events that were not recorded.
    Source: torch.cuda.Event."""

    def __init__(self, enable_timing: bool = False, blocking: bool = False) -> None:
        self._event: Any = device_module("cuda").cuda.Event(blocking, not enable_timing)
        self._timed = enable_timing
        self._recorded = False

    def record(self, stream: Stream | None = None) -> None:
        """Mark the moment when the work given so far, to the current stream or another one, is done."""
        self._event.record(None if stream is None else stream._stream)
        self._recorded = True

    def wait(self, stream: Stream | None = None) -> None:
        """Let the current stream, or another one, go on after that moment; the program does not wait."""
        (stream or current_stream()).wait_event(self)

    def query(self) -> bool:
        """Whether that moment has come."""
        return self._event.done

    def synchronize(self) -> None:
        """Wait for that moment."""
        self._event.synchronize()

    def elapsed_time(self, end_event: Event) -> float:
        """Milliseconds from this event to a later one, waiting for it."""
        for event in (self, end_event):
            if not event._timed or not event._recorded:
                raise RuntimeError(
                    "Both events must be created with enable_timing=True and recorded before"
                    " elapsed_time: start.record(); ...; end.record()"
                )
        end_event.synchronize()
        return device_module("cuda").cuda.get_elapsed_time(self._event, end_event._event)


class Stream:
    """An order of work on a GPU: what is given to two streams may be done at the same time.

    >>> with torch.cuda.stream(torch.cuda.Stream()): ...

    Raises RuntimeError without a GPU. Source: torch.cuda.Stream."""

    def __init__(self, device: GPU = None, priority: int = 0, *, _stream: Any = None) -> None:
        cupy = device_module("cuda")
        with cupy.cuda.Device(gpu_number(device)):
            self._stream = _stream or cupy.cuda.Stream(non_blocking=True, priority=priority)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and self._stream == other._stream

    def __hash__(self) -> int:
        return hash(self._stream)

    def query(self) -> bool:
        """Whether all work given to it is done."""
        return self._stream.done

    def synchronize(self) -> None:
        """Wait for all work given to it. Raises the error for an index out of bounds met in the meantime."""
        self._stream.synchronize()
        raise_pending()

    def record_event(self, event: Event | None = None) -> Event:
        """The moment when the work given to it so far is done."""
        event = event or Event()
        event.record(self)
        return event

    def wait_event(self, event: Event) -> None:
        """Work given from now on begins after that moment."""
        self._stream.wait_event(event._event)

    def wait_stream(self, stream: Stream) -> None:
        """Work given from now on begins after all that was given to another stream so far."""
        self.wait_event(stream.record_event())


class stream:
    """Within the block, work is given to this stream; None changes nothing. Source: torch.cuda.stream."""

    def __init__(self, stream: Stream | None) -> None:
        self.stream = stream

    def __enter__(self) -> None:
        if self.stream is not None:
            self.stream._stream.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.stream is not None:
            self.stream._stream.__exit__(kind, error, traceback)


def current_stream(device: GPU = None) -> Stream:
    """The stream to which work is given now. Raises RuntimeError without a GPU."""
    return Stream(device, _stream=device_module("cuda").cuda.get_current_stream())


def default_stream(device: GPU = None) -> Stream:
    """The stream to which work is given outside of all `stream` blocks. Raises RuntimeError without a GPU."""
    return Stream(device, _stream=device_module("cuda").cuda.Stream.null)


_answer_for("cuda")
