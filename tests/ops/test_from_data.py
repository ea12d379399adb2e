"""Tensors from Python's numbers, nested sequences and arrays: values, dtypes, memory, refusals."""

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
