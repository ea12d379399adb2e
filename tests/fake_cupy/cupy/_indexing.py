"""Indices as CuPy reads them: wrapped around instead of checked, masks counted on the host."""

import numpy as np

import cupy
from cupy import _transfers

INVALID = (
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean "
    "arrays are valid indices"
)


def host_index(shape, key):
    """The NumPy index that does on an array of `shape` what CuPy does for `key`.

    Returns it with the list of its index arrays. A list or NumPy array in the key is sent to the
    device, which counts. An integer array out of range wraps around, as on the device; a single
    integer out of range is an IndexError.
    """
    items = list(key) if isinstance(key, tuple) else [key]
    items = [_host_item(item) for item in items]
    consumed = sum(_axes(item) for item in items if item is not Ellipsis)
    if consumed > len(shape):
        raise IndexError(f"too many indices for array: array is {len(shape)}-dimensional, but {consumed} were indexed")
    axis = 0
    for position, item in enumerate(items):
        if isinstance(item, np.ndarray) and item.dtype.kind != "b" and shape[axis] > 0:
            items[position] = item % shape[axis]
        axis += len(shape) - consumed if item is Ellipsis else _axes(item)
    return tuple(items), [item for item in items if isinstance(item, np.ndarray)]


def _host_item(item):
    if item is None or item is Ellipsis or isinstance(item, slice):
        return item
    if isinstance(item, (int, np.integer)) and not isinstance(item, bool):
        return item
    if isinstance(item, cupy.ndarray):
        host = item._host
    elif isinstance(item, (bool, np.bool_, list, tuple, np.ndarray)):
        host = cupy.array(item)._host
        if isinstance(item, (list, tuple)) and host.size == 0:
            host = host.astype(np.int32)
    else:
        raise IndexError(INVALID)
    if host.dtype.kind not in "biu":
        raise IndexError(f"arrays used as indices must be of integer or boolean type. (actual: {host.dtype.type})")
    return host


def _axes(item):
    """How many axes of the array an index uses up."""
    if item is None:
        return 0
    if isinstance(item, np.ndarray) and item.dtype.kind == "b":
        return item.ndim
    return 1


def getitem(host, key):
    """`host[key]`: a view for basic indices, a copy with index arrays."""
    index, arrays = host_index(host.shape, key)
    if any(array.dtype.kind == "b" for array in arrays):
        _transfers.to_host(8)  # the size of the result is read from the device
        return host[index]
    if arrays:
        return np.array(host[index])
    result = host[index]
    return result if isinstance(result, np.ndarray) else host[(*index, ...)]  # 0-d, still a view


def setitem(host, key, value):
    """`host[key] = value`; a host array as value only where CuPy sends it along."""
    index, arrays = host_index(host.shape, key)
    if len(arrays) > 1 and any(array.dtype.kind == "b" for array in arrays):
        _transfers.to_host(8)
    if isinstance(value, cupy.ndarray):
        value = value._host
    elif arrays:
        value = cupy.array(value, dtype=host.dtype)._host
    elif np.shape(value) != ():
        raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
    with np.errstate(all="ignore"):
        host[index] = value
