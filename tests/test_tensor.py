"""What a tensor is: its flags, its data, its copies."""

import copy
import pickle

import numpy as np
import pytest

import edutorch as torch


def test_requires_grad_of_a_computed_tensor_is_not_set():
    y = torch.ones(2, requires_grad=True) * 2
    assert y.requires_grad_() is y  # asks for what is so
    for value in (True, False):
        with pytest.raises(RuntimeError, match="flags of leaf variables"):
            y.requires_grad = value
    with pytest.raises(RuntimeError, match="flags of leaf variables"):
        y.requires_grad_(False)


def test_data_of_integers_is_refused_where_a_gradient_is_wanted():
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="must be floating point"):
        x.data = torch.ones(2, dtype=torch.int64)
    x.data = torch.zeros(2)
    assert x.tolist() == [0, 0] and x.requires_grad


def test_grad_can_be_deleted():
    x = torch.ones(2, requires_grad=True)
    x.sum().backward()
    del x.grad
    assert x.grad is None


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_have_the_users_attributes_and_no_hooks(duplicate):
    # before, a copy and its original had one dictionary of hooks
    x = torch.ones(2, requires_grad=True)
    x.note = "mine"
    calls = []
    x.register_hook(lambda g: calls.append("hook"))
    x.register_post_accumulate_grad_hook(lambda t: calls.append("after"))
    twin = duplicate(x)
    assert twin.note == "mine" and twin.requires_grad and twin.is_leaf
    twin.sum().backward()
    assert calls == []


def test_a_deep_copy_copies_attributes_and_the_gradient():
    x = torch.ones(2, requires_grad=True)
    x.notes = [1]
    x.sum().backward()
    twin = copy.deepcopy(x)
    twin.notes.append(2)
    twin.grad.zero_()
    assert x.notes == [1] and x.grad.tolist() == [1, 1]


def test_a_pickled_computed_tensor_is_a_leaf():
    y = torch.ones(2, requires_grad=True) * 2
    y.retain_grad()
    loaded = pickle.loads(pickle.dumps(y))
    assert loaded.is_leaf and loaded.requires_grad and not loaded.retains_grad


def test_numpy_under_no_grad():
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="Can't call numpy"):
        np.asarray(x)
    with torch.no_grad():
        assert x.numpy() is x.array and np.asarray(x) is x.array and np.array(x).tolist() == [1, 1]


def test_the_version_is_a_number():
    x = torch.ones(2)
    assert x._version == 0 and torch.nn.Parameter(x)._version == 0
    x.add_(1)
    x[:1].zero_()
    assert x._version == x[1:]._version == x.detach()._version == 2 and x.clone()._version == 0
