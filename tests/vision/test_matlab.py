"""MATLAB's files, written by scipy."""

from pathlib import Path

import numpy as np
import pytest

from edutorch.vision.datasets.matlab import read_mat

GOLDEN = Path(__file__).parents[1] / "golden"
PACKED, PLAIN = (GOLDEN / name for name in ("svhn.mat", "svhn_plain.mat"))


def test_a_packed_file():
    arrays = read_mat(PACKED.read_bytes())
    expected = np.random.RandomState(0).randint(0, 4, (32, 32, 3, 4)).astype(np.uint8) * 80
    assert sorted(arrays) == ["X", "y"]
    assert arrays["X"].dtype == np.uint8 and np.array_equal(arrays["X"], expected)
    assert arrays["y"].tolist() == [[1], [10], [9], [10]]


def test_a_plain_file_and_small_elements():
    arrays = read_mat(PLAIN.read_bytes())
    assert sorted(arrays) == ["few", "whole", "y"]
    assert arrays["few"].dtype == np.float64 and arrays["few"].tolist() == [[1.5, -2.0, 3.0]]
    assert arrays["whole"].dtype == np.int16 and arrays["whole"].tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("path", [PACKED, PLAIN])
def test_a_file_that_is_cut_off_or_damaged(path):
    content = path.read_bytes()
    for end in (130, 140, 150, len(content) // 2, len(content) - 9):
        with pytest.raises(ValueError, match="x.mat is damaged"):
            read_mat(content[:end], "x.mat")
    rng = np.random.RandomState(0)
    for _ in range(200):
        changed = bytearray(content)
        changed[rng.randint(128, len(content))] ^= 1 << rng.randint(8)
        try:
            read_mat(bytes(changed), "x.mat")
        except ValueError as error:
            assert "x.mat" in str(error)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89HDF\r\n", b"MATLAB 7.3 MAT-file" + bytes(110) + b"IM"])
def test_another_format_is_refused(content):
    with pytest.raises(ValueError, match="x.mat is no MATLAB file of version 5: it begins with"):
        read_mat(content, "x.mat")


def test_against_scipy(tmp_path):
    io = pytest.importorskip("scipy.io", reason="scipy is for comparison only")
    rng = np.random.RandomState(1)
    arrays = {f"a{i}": rng.randint(0, 100, (2, 3, i + 1)).astype(dtype) for i, dtype in enumerate("bBhHiIlLfd")}
    for packed in (False, True):
        io.savemat(tmp_path / "x.mat", arrays, do_compression=packed)
        found = read_mat((tmp_path / "x.mat").read_bytes())
        assert all(np.array_equal(found[name], arrays[name]) for name in arrays) and len(found) == len(arrays)
        assert all(found[name].dtype == arrays[name].dtype for name in arrays)
