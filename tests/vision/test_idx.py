"""Reading IDX files: right ones, and ones that are cut off, changed or something else."""

import gzip
import random
import struct

import numpy as np
import pytest

from edutorch.vision.datasets.idx import read_idx

ARRAY = np.arange(24).reshape(2, 3, 4)
WHOLE = struct.pack(">HBB3I", 0, 8, 3, 2, 3, 4) + ARRAY.astype(np.uint8).tobytes()


@pytest.mark.parametrize(
    ("code", "dtype"), [(0x08, "u1"), (0x09, "i1"), (0x0B, ">i2"), (0x0C, ">i4"), (0x0D, ">f4"), (0x0E, ">f8")]
)
def test_reads_every_type_into_native_byte_order(code, dtype):
    content = struct.pack(">HBB3I", 0, code, 3, 2, 3, 4) + ARRAY.astype(dtype).tobytes()
    read = read_idx(content)
    np.testing.assert_array_equal(read, ARRAY)
    assert read.dtype == np.dtype(dtype).newbyteorder("=")
    assert read.flags.writeable


def test_reads_gzip():
    np.testing.assert_array_equal(read_idx(gzip.compress(WHOLE)), ARRAY)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no IDX file"),
        (b"PK\x03\x04 and more", "no IDX file"),
        (b"\0\0\x07\x03" + WHOLE[4:], "no IDX file"),
        (WHOLE[:9], "ends within its header of 16 bytes: it has 9"),
        (WHOLE[:-1], "takes 40 bytes: it has 39"),
        (WHOLE + b"!", "takes 40 bytes: it has 41"),
        (gzip.compress(WHOLE, mtime=0)[:-12], "digits is a damaged gzip file"),
        (struct.pack(">HBB3I", 0, 8, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1), "which takes"),
        (b"\0\0\x08\xff" + b"\0" * 1020, "no IDX file"),
    ],
    ids=["empty", "zip", "type", "header", "short", "long", "gzip", "huge", "dimensions"],
)
def test_says_what_is_wrong_with_a_damaged_file(content, message):
    with pytest.raises(ValueError, match=message):
        read_idx(content, "digits")


def test_no_image_at_all():
    assert read_idx(struct.pack(">HBB3I", 0, 8, 3, 0, 28, 28)).shape == (0, 28, 28)


def test_damage_of_any_kind_is_a_value_error():
    rng = random.Random(0)
    for source in (WHOLE, gzip.compress(WHOLE, mtime=0)):
        for _ in range(2000):
            changed = bytearray(source)
            for _ in range(rng.randrange(1, 4)):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
            try:
                array = read_idx(bytes(changed), "digits")
            except ValueError as error:
                assert str(error).startswith("digits ")
            else:
                assert array.nbytes == 24
