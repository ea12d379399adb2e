"""cupy.cuda: devices, streams, events, memory pool, of a device whose work is done at once."""

import time

from cupy._memory import MemoryPool
from cupy.cuda import runtime

__all__ = [
    "Device",
    "Event",
    "MemoryPool",
    "PinnedMemoryPointer",
    "Stream",
    "get_current_stream",
    "get_device_id",
    "get_elapsed_time",
    "is_available",
    "runtime",
]


def is_available():
    return runtime.getDeviceCount() > 0


def get_device_id():
    return runtime.getDevice()


class PinnedMemoryPointer(bytearray):
    """Memory of the host that does not move: the `base` of an array in it."""


class Device:
    """A device by number; the current one where none is given."""

    def __init__(self, device=None):
        self.id = runtime.getDevice() if device is None else int(device)

    def use(self):
        runtime.setDevice(self.id)

    def __enter__(self):
        runtime.setDevice(self.id)
        return self

    def __exit__(self, *exception):
        return None

    def synchronize(self):
        runtime.setDevice(self.id)

    @property
    def mem_info(self):
        return runtime.memGetInfo()

    @property
    def compute_capability(self):
        properties = runtime.getDeviceProperties(self.id)
        return f"{properties['major']}{properties['minor']}"

    @property
    def attributes(self):
        return {"MultiProcessorCount": 1}

    def __int__(self):
        return self.id

    def __eq__(self, other):
        return isinstance(other, Device) and self.id == other.id

    def __hash__(self):
        return hash(self.id)

    def __repr__(self):
        return f"<CUDA Device {self.id}>"


class Event:
    """A moment on a stream."""

    def __init__(self, block=True, disable_timing=False, interprocess=False):
        self._time = None

    done = True

    def record(self, stream=None):
        self._time = time.perf_counter()

    def synchronize(self):
        pass


def get_elapsed_time(start_event, end_event):
    """Milliseconds between two recorded events."""
    return (end_event._time - start_event._time) * 1e3


class Stream:
    """An order of work. Everything is done by the time it is asked for."""

    def __init__(self, null=False, non_blocking=False, ptds=False, priority=None):
        self.ptr = 0

    done = True

    def __enter__(self):
        _current.append(self)
        return self

    def __exit__(self, *exception):
        _current.pop()

    def use(self):
        _current[-1] = self
        return self

    def synchronize(self):
        pass

    def record(self, event=None):
        event = event or Event()
        event.record(self)
        return event

    def wait_event(self, event):
        pass


Stream.null = Stream(null=True)
_current = [Stream.null]


def get_current_stream(device_id=-1):
    return _current[-1]
