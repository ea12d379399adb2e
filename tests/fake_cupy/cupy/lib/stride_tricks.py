"""cupy.lib.stride_tricks: views by strides. as_strided has no `subok` and no `writeable`."""

import numpy as np

from cupy._convert import device_array, wrap


def as_strided(x, shape=None, strides=None):
    return wrap(np.lib.stride_tricks.as_strided(device_array(x), shape, strides))


def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    host = np.lib.stride_tricks.sliding_window_view(device_array(x), window_shape, axis, writeable=writeable)
    return wrap(host)
