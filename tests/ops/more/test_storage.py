"""Memory: storage, new tensors alike, elements one by one, pickles and copies."""

import copy
import pickle

import numpy as np
import pytest

import edutorch as torch


def test_new_tensors_have_the_dtype_and_device_of_the_old_one(device):
    x = torch.zeros(2, 3, dtype=torch.float64, device=device)
    made = {
        "new_zeros": x.new_zeros(2, 2),
        "new_ones": x.new_ones((2, 2)),
        "new_full": x.new_full((2, 2), 7),
        "new_empty": x.new_empty(2, 2),
        "new_tensor": x.new_tensor([[1, 2], [3, 4]]),
    }
    assert all(y.dtype is torch.float64 and y.device == x.device and y.shape == (2, 2) for y in made.values())
    assert made["new_full"].tolist() == [[7, 7], [7, 7]] and made["new_tensor"].tolist() == [[1, 2], [3, 4]]
    assert x.new_zeros(size=(1,), dtype=torch.int64, requires_grad=False).dtype is torch.int64
    assert x.new_ones(2, device="cpu", requires_grad=True).requires_grad


def test_storage_is_shared_by_views(device):
    x = torch.zeros(4, 5, device=device)
    y = x[1:, ::2]
    assert x.untyped_storage().nbytes() == len(y.untyped_storage()) == 80
    assert y.untyped_storage().data_ptr() == x.data_ptr()
    assert (y.storage_offset(), y.data_ptr() - x.data_ptr()) == (5, 20)
    assert "80 bytes" in repr(x.untyped_storage())
    assert torch.zeros(0, device=device).storage_offset() == 0


def test_apply_and_map_go_element_by_element(device):
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=device)
    y = x.t()
    assert y.apply_(lambda v: v * 10) is y
    assert x.tolist() == [[10, 20], [30, 40]]
    x.map_(torch.tensor([1.0, 2.0], device=device), lambda a, b: a + b)
    assert x.tolist() == [[11, 22], [31, 42]]


def test_share_memory_gives_the_tensor_back():
    x = torch.zeros(2)
    assert x.share_memory_() is x


def test_numpy_reads_tensors():
    x = torch.tensor([[1.0, 2.0]])
    assert np.asarray(x) is x.numpy()
    assert np.array(x, dtype=np.float64).dtype == np.float64
    assert np.sum(x) == 3 and np.stack([x, x]).shape == (2, 1, 2)
    with pytest.raises(RuntimeError, match=r"requires grad. Use tensor.detach\(\).numpy\(\)"):
        np.asarray(torch.ones(1, requires_grad=True))


def test_item_and_tolist_give_python_numbers(device):
    for value, kind in ((1.5, float), (3, int), (True, bool)):
        assert type(torch.tensor(value, device=device).item()) is kind
        assert type(torch.tensor([[value]], device=device).tolist()[0][0]) is kind
    assert torch.tensor(2.0, device=device).tolist() == 2.0
    assert float(torch.tensor([2.5], device=device)) == 2.5 and int(torch.tensor(2.9)) == 2
    assert [10, 20, 30][torch.tensor(1, device=device)] == 20


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
def test_copies_keep_values_dtype_and_requires_grad(again, device):
    x = torch.tensor([[1.0, 2.0]], dtype=torch.float64, device=device, requires_grad=True)
    y = again(x)
    assert y.tolist() == x.tolist() and y.dtype is x.dtype and y.requires_grad and y.device == x.device
    assert y.is_leaf and y.untyped_storage().data_ptr() != x.untyped_storage().data_ptr()
    with torch.no_grad():
        y.zero_()
    assert x.tolist() == [[1, 2]]


def test_copies_share_memory_where_their_originals_do(device):
    # before, each was copied by itself, and a change of one did not reach the other
    x = torch.arange(6.0, device=device)
    originals = [x[1:3], x, x.view(2, 3).t(), x.view(torch.int32)[3:5], x.detach()]
    narrow, whole, turned, integers, detached = copies = copy.deepcopy(originals)
    narrow.fill_(7)
    integers.zero_()
    assert whole.tolist() == detached.tolist() == [0, 7, 7, 0, 0, 5] and turned.tolist() == [[0, 0], [7, 0], [7, 5]]
    assert [y.stride() for y in copies] == [y.stride() for y in originals]
    assert [y.storage_offset() for y in copies] == [1, 0, 0, 3, 0]
    assert not any(y._is_view() for y in copies) and whole._version == narrow._version == 2
    assert x.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_change_through_a_copy_is_noticed_by_backward():
    x, y = copy.deepcopy([base := torch.ones(3), base[:2]])
    for change in (y, copy.copy(x)):
        loss = (x.requires_grad_() ** 2).sum()
        change.detach().mul_(2)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            loss.backward()


def test_copies_of_lone_and_odd_tensors(device):
    rows = torch.arange(2.0, device=device).expand(3, 2)
    assert copy.deepcopy(rows).stride() == (0, 1) and copy.deepcopy(rows).tolist() == [[0, 1]] * 3
    assert copy.deepcopy(torch.arange(1000.0)[:2]).untyped_storage().nbytes() == 4000  # as in PyTorch
    assert copy.deepcopy(torch.zeros(0, 3)).shape == (0, 3) and copy.deepcopy(torch.tensor(3)[None])[0] == 3
    assert copy.deepcopy(torch.from_numpy(np.frombuffer(bytearray(b"abc"), np.uint8))[1:]).tolist() == [98, 99]


def test_a_copy_of_a_gradient_is_one_with_the_copied_tensors_own():
    x, gradient = torch.ones(2, requires_grad=True), torch.arange(2.0)
    x.grad = gradient
    y, copied = copy.deepcopy([x, gradient])
    assert y.grad is copied and copied is not gradient


def test_a_copied_parameter_has_memory_of_its_own():
    base = torch.arange(4.0)
    whole, parameter = copy.deepcopy([base, torch.nn.Parameter(base[:2])])
    whole.zero_()
    assert parameter.tolist() == [0, 1] and type(parameter) is torch.nn.Parameter


def test_a_pickle_holds_what_a_tensor_shows():
    x = torch.arange(1000.0)
    content = pickle.dumps([x[:2], x.view(500, 2)[:2].t()])
    first, turned = pickle.loads(content)
    assert len(content) < 1000 and first.untyped_storage().nbytes() == 8
    assert turned.tolist() == [[0, 2], [1, 3]]
    first, twin = pickle.loads(pickle.dumps([x, x.detach()]))
    first.zero_()
    assert not twin.any()


def test_deepcopy_of_what_was_computed_is_refused():
    with pytest.raises(RuntimeError, match="graph leaves.*detach"):
        copy.deepcopy(torch.ones(2, requires_grad=True) * 2)


def test_type_names():
    assert torch.zeros(1).type() == "torch.FloatTensor"
    assert torch.zeros(1, dtype=torch.bool).type() == "torch.BoolTensor"
    assert torch.zeros(1).type(torch.int64).dtype is torch.int64
    assert torch.zeros(1).type("torch.LongTensor").dtype is torch.int64


def test_methods_named_after_dtypes(device):
    x = torch.tensor([1.7, -2.2], device=device)
    expected = {
        "double": "float64",
        "float": "float32",
        "half": "float16",
        "long": "int64",
        "int": "int32",
        "short": "int16",
        "char": "int8",
        "bool": "bool",
    }
    for name, dtype in expected.items():
        assert getattr(x, name)().dtype is getattr(torch, dtype)
    assert x.long().tolist() == [1, -2] and x.bool().tolist() == [True, True]
    assert x.float() is x and x.to(torch.float32, copy=True) is not x
    assert x.to(torch.float32, False, True) is not x
    assert x.abs().byte().tolist() == [1, 2]


def test_storage_is_one_row_of_numbers():
    points = torch.tensor([[4.0, 1.0], [5.0, 3.0], [2.0, 1.0]])
    storage = points.t().storage()
    assert len(storage) == 6 and list(storage) == [4, 1, 5, 3, 2, 1] and storage[3] == 3 and storage[:2] == [4, 1]
    storage[0] = 2.0
    assert points[0, 0] == 2 and storage.data_ptr() == points.storage().data_ptr() == points.data_ptr()
    text = " 1\n 2\n[torch.storage.TypedStorage(dtype=torch.int64, device=cpu) of size 2]"
    assert repr(torch.tensor([1, 2]).storage()) == text


def test_resize(device):
    x = torch.arange(6.0, device=device)
    memory = x.data_ptr()
    assert x.resize_(2, 2) is x and x.tolist() == [[0.0, 1.0], [2.0, 3.0]] and x.data_ptr() == memory
    assert x.resize_((3, 1)).tolist() == [[0.0], [1.0], [2.0]]
    assert x.resize_(torch.Size([2, 3])).shape == (2, 3) and x.reshape(-1)[:3].tolist() == [0.0, 1.0, 2.0]
    assert torch.empty(0, device=device).resize_(0, 4).shape == (0, 4)


def test_resize_gives_a_tensor_that_grows_memory_of_its_own(device):
    x = torch.arange(3.0, device=device)
    same = x.detach()
    x.resize_(5)
    x[0] = 7
    assert same.tolist() == [0.0, 1.0, 2.0] and x[:3].tolist() == [7.0, 1.0, 2.0]
    with pytest.raises(RuntimeError, match="resize_: the tensor is a view"):
        x[:2].resize_(6)


def test_resize_goes_on_in_the_memory_that_there_is(device):
    # before, a view could not grow, and a tensor made smaller had lost the rest
    x = torch.arange(6.0, device=device)
    view = x[1:3]
    assert view.resize_(2, 2) is view and view.tolist() == [[1, 2], [3, 4]]
    view.zero_()
    assert x.tolist() == [0, 0, 0, 0, 0, 5] and x._version == view._version == 1
    assert x.resize_(2).resize_(6).tolist() == [0, 0, 0, 0, 0, 5]


def test_resize_is_refused_where_a_gradient_is_wanted_and_noticed_where_it_was_saved(device):
    x = torch.ones(2, device=device, requires_grad=True)
    for tensor in (x, x * 1):
        with pytest.raises(RuntimeError, match="cannot resize variables that require grad"):
            tensor.resize_(3)
    for size in (1, 5):
        factor = torch.ones(2, device=device)
        y = x * factor
        factor.resize_(size)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()
    with pytest.raises(RuntimeError, match="a size can't be negative"):
        factor.resize_(-1)
