"""Counts what crosses between host and device, which a training step must not do unasked."""

from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Transfers:
    """How often data crossed, and how many bytes, since the counting began."""

    to_device: int = 0  # host to device: asarray(numpy array or list), set
    to_host: int = 0  # device to host: get, asnumpy, item, float, int, bool, print, nonzero's size
    bytes_to_device: int = 0
    bytes_to_host: int = 0


_open: list[Transfers] = []


@contextmanager
def counted():
    """Count the transfers of a block: `with counted() as transfers: ...`."""
    transfers = Transfers()
    _open.append(transfers)
    try:
        yield transfers
    finally:
        _open.remove(transfers)


def to_device(nbytes):
    for transfers in _open:
        transfers.to_device += 1
        transfers.bytes_to_device += nbytes


def to_host(nbytes):
    for transfers in _open:
        transfers.to_host += 1
        transfers.bytes_to_host += nbytes
