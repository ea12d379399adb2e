"""Tensors from Python's numbers, nested sequences and arrays: values, dtypes, memory, refusals."""

import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import edutorch as torch


@pytest.mark.parametrize(
    ("data", "dtype", "values"),
    [
        (3, torch.int64, 3),
        (2.5, torch.float32, 2.5),
        (True, torch.bool, True),
        ([1, 2], torch.int64, [1, 2]),
        ((1.0, 2), torch.float32, [1.0, 2.0]),
        ([[True, 2], [3, 4]], torch.int64, [[1, 2], [3, 4]]),
        ([True, 2.5], torch.float32, [1.0, 2.5]),
        (range(3), torch.int64, [0, 1, 2]),
        ([], torch.float32, []),
        ([[], []], torch.float32, [[], []]),
        (np.float64(1), torch.float64, 1.0),
        ([np.float32(1)], torch.float32, [1.0]),
        ([np.int8(1)], torch.int8, [1]),
        ([np.int32(1), 2], torch.int64, [1, 2]),
        ([np.array([1.0, 2.0]), [3, 4]], torch.float64, [[1.0, 2.0], [3.0, 4.0]]),
        (np.array([1, 2], np.int16), torch.int16, [1, 2]),
        (2**63 - 1, torch.int64, 2**63 - 1),
    ],
)
def test_data_gives_the_dtype_of_pytorch(data, dtype, values, device):
    x = torch.tensor(data, device=device)
    assert (x.dtype, x.tolist(), x.device.type) == (dtype, values, device)


def test_tensors_inside_a_sequence_are_numbers(device):
    inside = [torch.tensor(1.0, device=device, requires_grad=True), torch.tensor([2.0], device=device), 3]
    x = torch.tensor(inside)
    assert (x.dtype, x.tolist(), x.requires_grad) == (torch.float32, [1.0, 2.0, 3.0], False)
    assert torch.tensor([torch.tensor(1, dtype=torch.int32)]).dtype is torch.int32
    assert torch.tensor([torch.tensor(1.0, dtype=torch.float64), 2]).dtype is torch.float64


def test_dtype_may_be_one_of_python_s(device):
    assert torch.tensor([1, 2], dtype=float, device=device).dtype is torch.float64
    assert torch.zeros(2, dtype=int, device=device).dtype is torch.int64
    assert torch.tensor([1.7, -1.7], dtype=torch.int64).tolist() == [1, -1]
    assert torch.tensor([-1], dtype=torch.uint8).tolist() == [255]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ([[1, 2], [3]], ValueError, r"expected sequence of length 2 at dim 1 \(got 1\)"),
        ([[[1], [2]], [[3], [4, 5]]], ValueError, r"expected sequence of length 1 at dim 2 \(got 2\)"),
        ([[1, 2], 3], ValueError, "length 2 at dim 1"),
        ([1, [2, 3]], TypeError, "a sequence of length 2"),
        ([torch.ones(2), torch.ones(2)], ValueError, "only one element tensors.*torch.stack"),
        ("a", TypeError, "invalid data type 'str'"),
        ([1, "a"], TypeError, "invalid data type 'str'"),
        (None, RuntimeError, "Could not infer dtype of NoneType"),
        ([1, None], RuntimeError, "Could not infer dtype of NoneType"),
        ({}, RuntimeError, "Could not infer dtype of dict"),
        (1 + 2j, TypeError, "complex numbers are not supported"),
        ([1j], TypeError, "complex numbers are not supported"),
        (np.array([1j]), TypeError, "can't convert np.ndarray of type complex128"),
        (np.array(["a"]), TypeError, "can't convert np.ndarray"),
        ([2**63], ValueError, "Overflow when unpacking long long"),
    ],
)
def test_what_is_no_tensor_is_refused(data, error, message):
    with pytest.raises(error, match=message):
        torch.tensor(data)


@pytest.mark.parametrize(
    ("data", "dtype", "error", "message"),
    [
        ([300], torch.uint8, RuntimeError, "to type uint8 without overflow"),
        ([float("nan")], torch.int64, RuntimeError, "to type int64 without overflow"),
        ([1], "float32", TypeError, "argument 'dtype' must be torch.dtype, not str"),
    ],
)
def test_numbers_that_a_dtype_cannot_hold_are_refused(data, dtype, error, message):
    with pytest.raises(error, match=message):
        torch.tensor(data, dtype=dtype)


def test_a_tensor_is_copied_with_a_warning(device):
    x = torch.ones(2, device=device)
    with pytest.warns(UserWarning, match=r"sourceTensor.detach\(\).clone\(\)"):
        y = torch.tensor(x)
    y.zero_()
    assert x.tolist() == [1, 1] and y.device == x.device


def test_memory_is_shared_or_copied_as_in_pytorch():
    array = np.zeros(3)
    shared, same, copy = torch.from_numpy(array), torch.as_tensor(array), torch.tensor(array)
    array[0] = 5
    assert (shared.tolist(), same.tolist(), copy.tolist()) == ([5, 0, 0], [5, 0, 0], [0, 0, 0])
    x = torch.ones(2)
    assert torch.as_tensor(x) is x and torch.as_tensor(x, dtype=torch.float64).dtype is torch.float64
    assert torch.asarray(array, copy=True).data_ptr() != shared.data_ptr() == torch.asarray(array).data_ptr()
    with pytest.raises(ValueError, match="negative"):
        torch.from_numpy(array[::-1])
    with pytest.raises(TypeError, match=r"expected np.ndarray \(got list\)"):
        torch.from_numpy([1])


@given(
    arrays.arrays(
        np.float32, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0), elements=st.floats(-9, 9, width=32)
    )
)
@settings(max_examples=50, deadline=None)
def test_lists_make_the_round_trip(array):
    x = torch.tensor(array.tolist())
    assert x.dtype is torch.float32 and x.tolist() == array.tolist()
    np.testing.assert_array_equal(torch.tensor(array).numpy(), array)


def test_arrays_of_another_byte_order_or_read_backwards_are_refused():
    for wrong in (np.arange(3, dtype=">f4"), np.arange(3)[::-1]):
        for make in (torch.tensor, torch.from_numpy, torch.as_tensor):
            with pytest.raises(ValueError, match="byte order|stride"):
                make(wrong)


def test_the_smallest_integers_fit():
    assert torch.tensor([-128], dtype=torch.int8).item() == -128 and torch.tensor(-(2**63)).item() == -(2**63)
    assert torch.tensor(-1, dtype=torch.uint8).item() == 255
    with pytest.raises(RuntimeError, match="overflow"):
        torch.tensor(-129, dtype=torch.int8)


def test_the_historical_constructor():
    assert torch.Tensor().shape == (0,) and torch.Tensor(torch.Size([2, 3])).shape == (2, 3)
    array = np.zeros(2, np.float32)
    torch.Tensor(array)[0] = 5
    assert array.tolist() == [5, 0]


def test_frombuffer_shares_the_memory_of_a_buffer():
    memory = bytearray(b"\x00\x00\x80?\x00\x00\x00@")
    x = torch.frombuffer(memory, dtype=torch.float32)
    assert x.tolist() == [1, 2] and x.dtype == torch.float32
    memory[:4] = b"\x00\x00\x40\x40"
    x[1] = 5
    assert x.tolist() == [3, 5] and memory[4:] == b"\x00\x00\xa0\x40"
    assert torch.frombuffer(memory, dtype=torch.uint8, count=3, offset=2).tolist() == [64, 64, 0]
    assert torch.frombuffer(memoryview(memory)[4:], dtype=torch.float32, requires_grad=True).requires_grad
    assert torch.frombuffer(array.array("d", [1.5]), dtype=torch.float64).tolist() == [1.5]
    assert torch.frombuffer(np.arange(2, dtype=np.int32), dtype=torch.int64).tolist() == [2**32]
    with pytest.warns(UserWarning, match="not writable"):
        torch.frombuffer(b"abc", dtype=torch.uint8)


@pytest.mark.parametrize(
    ("buffer", "wanted", "error", "message"),
    [
        ([1], {}, ValueError, "does not implement Python buffer protocol"),
        (np.zeros(6)[::2], {}, RuntimeError, "could not retrieve buffer"),
        (bytearray(), {}, ValueError, "must not be 0"),
        (bytearray(8), {"count": 0}, ValueError, "must not be 0"),
        (bytearray(8), {"count": 3}, ValueError, r"requested buffer length \(3 \* 4 bytes\)"),
        (bytearray(8), {"offset": 5}, ValueError, r"buffer length \(3 bytes\) after offset"),
        (bytearray(8), {"offset": 8}, ValueError, r"offset \(8 bytes\)"),
        (bytearray(8), {"offset": -1}, ValueError, r"offset \(-1 bytes\)"),
    ],
)
def test_frombuffer_says_what_does_not_fit(buffer, wanted, error, message):
    with pytest.raises(error, match=message):
        torch.frombuffer(buffer, dtype=torch.float32, **wanted)
