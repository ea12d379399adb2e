"""The figures of CuPy's memory pool, from the host arrays that stand for device memory."""

import weakref

# What CuPy's pool rounds each allocation up to (cupy/cuda/memory.pyx, _allocation_unit_size).
ALLOCATION_UNIT = 512


class MemoryPool:
    """cupy.cuda.MemoryPool's figures. Memory given back stays with the pool until freed."""

    def __init__(self, allocator=None):
        self._live = {}  # id of an owning host array -> (weak reference, bytes)
        self._used = 0
        self._total = 0
        self._limit = 0

    def _register(self, host):
        """Count the memory of a host array, if it owns any that is not counted yet."""
        owner = host
        while owner.base is not None:
            owner = owner.base
        key = id(owner)
        if key in self._live or owner.nbytes == 0:
            return
        size = -(-owner.nbytes // ALLOCATION_UNIT) * ALLOCATION_UNIT
        self._live[key] = weakref.ref(owner, lambda _: self._release(key)), size
        self._used += size
        self._total = max(self._total, self._used)

    def _release(self, key):
        _, size = self._live.pop(key)
        self._used -= size

    def used_bytes(self):
        return self._used

    def total_bytes(self):
        return self._total

    def free_bytes(self):
        return self._total - self._used

    def n_free_blocks(self):
        return int(self.free_bytes() > 0)

    def free_all_blocks(self, stream=None):
        self._total = self._used

    def get_limit(self):
        return self._limit

    def set_limit(self, size=None, fraction=None):
        self._limit = size or 0


default_pool = MemoryPool()
