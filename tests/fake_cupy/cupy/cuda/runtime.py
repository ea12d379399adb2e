"""cupy.cuda.runtime: one device, with the figures that names and memory reports are made of."""

DEVICE_NAME = b"Stand-in for a CUDA device"
TOTAL_MEMORY = 8 * 2**30

errorInvalidDevice = 101
errorMemoryAllocation = 2


class CUDARuntimeError(RuntimeError):
    def __init__(self, status, message):
        self.status = status
        super().__init__(message)


def _check_device(device_id):
    if device_id != 0:
        raise CUDARuntimeError(errorInvalidDevice, "cudaErrorInvalidDevice: invalid device ordinal")


def getDeviceCount():
    return 1


def getDevice():
    return 0


def setDevice(device_id):
    _check_device(device_id)


def getDeviceProperties(device_id):
    _check_device(device_id)
    return {"name": DEVICE_NAME, "totalGlobalMem": TOTAL_MEMORY, "major": 9, "minor": 0, "multiProcessorCount": 1}


def memGetInfo():
    """(free bytes, total bytes)"""
    from cupy import _memory

    return TOTAL_MEMORY - _memory.default_pool.total_bytes(), TOTAL_MEMORY


def deviceSynchronize():
    pass


def runtimeGetVersion():
    return 12000


def driverGetVersion():
    return 12000
