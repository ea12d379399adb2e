"""default_collate and default_convert over everything a sample may be."""

from collections import OrderedDict, UserDict, defaultdict, namedtuple

import numpy as np
import pytest

import edutorch as torch
from edutorch.utils.data import default_collate, default_convert
from edutorch.utils.data.collate import collate

Point = namedtuple("Point", ["x", "y"])


@pytest.mark.parametrize(
    ("batch", "dtype", "values"),
    [
        ([1, 2], torch.int64, [1, 2]),
        ([1.5, 2], torch.float64, [1.5, 2.0]),
        ([True, False], torch.bool, [True, False]),
        ([np.float32(1.5), np.float32(2)], torch.float32, [1.5, 2.0]),
        ([np.float64(1.5), np.float64(2)], torch.float64, [1.5, 2.0]),
        ([np.int16(1), np.int16(2)], torch.int16, [1, 2]),
        ([np.bool_(True), np.bool_(False)], torch.bool, [True, False]),
        ([np.array([1, 2], np.uint8), np.array([3, 4], np.uint8)], torch.uint8, [[1, 2], [3, 4]]),
        ([torch.tensor([1.0]), torch.tensor([2.0])], torch.float32, [[1.0], [2.0]]),
    ],
)
def test_leaves_become_tensors_of_pytorchs_dtype(batch, dtype, values):
    collated = default_collate(batch)
    assert isinstance(collated, torch.Tensor)
    assert collated.dtype is dtype
    assert collated.tolist() == values


def test_strings_and_bytes_stay():
    assert default_collate(["a", "b"]) == ["a", "b"]
    assert default_collate([b"a", b"b"]) == [b"a", b"b"]


def test_nested_samples_keep_their_form():
    sample = {"image": np.zeros((2, 3)), "box": Point(1, 2.0), "name": "a", "pair": ([1, 2], (3,))}
    batch = default_collate([sample, sample, sample])
    assert batch["image"].shape == (3, 2, 3)
    assert isinstance(batch["box"], Point)
    assert batch["box"].x.tolist() == [1, 1, 1]
    assert batch["name"] == ["a", "a", "a"]
    assert isinstance(batch["pair"], list)  # a tuple becomes a list, as in PyTorch
    assert [t.tolist() for t in batch["pair"][0]] == [[1, 1, 1], [2, 2, 2]]
    assert batch["pair"][1][0].tolist() == [3, 3, 3]


def test_mappings_keep_their_type():
    assert type(default_collate([OrderedDict(a=1), OrderedDict(a=2)])) is OrderedDict
    filled = defaultdict(int, a=1)
    assert default_collate([filled, filled]).default_factory is int
    assert type(default_collate([UserDict(a=1)])) is UserDict


def test_a_gradient_flows_through_a_collated_batch():
    leaf = torch.tensor([1.0, 2.0], requires_grad=True)
    default_collate([leaf * 2, leaf * 3]).sum().backward()
    assert leaf.grad.tolist() == [5.0, 5.0]


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ([object(), object()], TypeError, "batch must contain tensors.*found <class 'object'>"),
        ([None], TypeError, "found <class 'NoneType'>"),
        ([np.array(["a"])], TypeError, "found <U1"),
        ([[1, 2], [1]], RuntimeError, r"equal size: the lengths are \[2, 1\].*collate_fn"),
        ([torch.zeros(2), torch.zeros(3)], RuntimeError, "stack expects each tensor"),
    ],
)
def test_what_cannot_be_collated_is_named(batch, error, message):
    with pytest.raises(error, match=message):
        default_collate(batch)


def test_a_function_of_ones_own_for_a_type():
    class Boxed(list):
        pass

    functions = {Boxed: lambda batch, *, collate_fn_map: len(batch), int: lambda b, **_: sum(b)}
    assert collate([(Boxed([1]), 1), (Boxed([2, 3]), 2)], collate_fn_map=functions) == [2, 3]


def test_convert_makes_tensors_of_arrays_only():
    data = {"a": np.ones(2), "b": [np.int64(3), "s"], "c": Point(np.zeros(1), 5), "d": (1, np.ones(1))}
    converted = default_convert(data)
    assert isinstance(converted["a"], torch.Tensor)
    assert converted["b"][0].item() == 3 and converted["b"][1] == "s"
    assert isinstance(converted["c"], Point) and converted["c"].y == 5
    assert isinstance(converted["d"], list) and converted["d"][0] == 1
    words = np.array(["a"])
    assert default_convert(words) is words
    assert default_convert(None) is None
