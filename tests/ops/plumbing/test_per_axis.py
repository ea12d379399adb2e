"""One number for all axes, or one for each."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.ops.plumbing.per_axis import ints_per_axis, per_axis, same_padding


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, (3, 3)),
        (None, (None, None)),
        (0.5, (0.5, 0.5)),
        ((1, 2), (1, 2)),
        ([1, None], (1, None)),
        ((1, 2, 3), (1, 2, 3)),
    ],
)
def test_one_for_all_is_repeated_and_several_are_left_as_they_are(value, expected):
    assert per_axis(value, 2) == expected


def test_arrays_and_tensors_of_no_axes_are_one_number():
    assert per_axis(np.array([3, 4]), 2) == (3, 4)
    assert [int(each) for each in per_axis(torch.tensor(3), 2)] == [3, 3]


@pytest.mark.parametrize("value", [3, np.int64(3), (3,), [3], (3, 3), [3, np.int64(3)], torch.tensor(3)])
def test_ints_come_from_one_or_n_of_them(value):
    found = ints_per_axis(value, 2)
    assert found == (3, 3) and all(type(each) is int for each in found)


@pytest.mark.parametrize(
    ("value", "error"),
    [(3.0, TypeError), ("3", TypeError), ((3, 1.5), TypeError), ((1, 2, 3), ValueError), ((), ValueError)],
)
def test_what_is_no_int_and_another_number_of_them_are_told_apart(value, error):
    with pytest.raises(error):
        ints_per_axis(value, 2)


def test_same_padding_keeps_the_size_and_puts_the_odd_one_behind():
    assert same_padding((3, 4), (1, 1)) == ((1, 1), (1, 2))
    assert same_padding((3, 4), (2, 3)) == ((2, 2), (4, 5))


@pytest.mark.parametrize("size", [np.int64(3), np.array([3, 3])])
def test_layers_take_numpy_integers(size):
    assert torch.nn.Conv2d(1, 2, size).weight.shape == (2, 1, 3, 3)
