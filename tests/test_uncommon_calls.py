"""Calls that real programs make, of subclasses of ndarray, sizes of nothing, views and numbers out of place: each
gives PyTorch's result, or its type of error with words that say what to do."""

import warnings

import numpy as np
import pytest

import edutorch as torch

nn, F = torch.nn, torch.nn.functional
NAN, INF = float("nan"), float("inf")
X = torch.ones(2, 3)
IMAGE = torch.arange(16).view(1, 1, 4, 4)
MATRIX = np.asmatrix([[1.0, 2.0], [3.0, 4.0]])


def memmap(path):
    array = np.memmap(path / "tokens.bin", dtype=np.uint16, mode="w+", shape=(9,))
    array[:] = np.arange(9)
    return array


def test_subclasses_of_ndarray_are_plain_arrays_inside(tmp_path):
    data = memmap(tmp_path)
    batch = torch.stack([torch.from_numpy(data[i : i + 3].astype(np.int64)) for i in (1, 4)])
    assert batch.tolist() == [[1, 2, 3], [4, 5, 6]]
    masked, record = np.ma.array([1.0, 2.0], mask=[0, 1]), np.array([1.0, 2.0]).view(np.recarray)
    for array in (MATRIX, masked, record):
        for made in (torch.tensor(array), torch.as_tensor(array), torch.from_numpy(array), torch.asarray(array)):
            assert type(made.array) is np.ndarray and (made + 1).sum() == np.asarray(array).sum() + array.size
    assert torch.Tensor(MATRIX)[0].shape == (2,) and (torch.ones(2, 2) + MATRIX)[1].tolist() == [4, 5]
    shared = torch.from_numpy(MATRIX)
    shared[0, 0] = 7
    assert MATRIX[0, 0] == 7


def plateau():
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=1.0)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)
    optimizer.add_param_group({"params": [nn.Parameter(torch.ones(1))], "lr": 2.0})
    for loss in (1.0, 2.0):
        scheduler.step(loss)
    return torch.tensor([group["lr"] for group in optimizer.param_groups])


def clipped(norm_type):
    p = nn.Parameter(torch.ones(3))
    p.grad = torch.tensor([3.0, 4.0, -12.0])
    return nn.utils.clip_grad_norm_([p], 1.0, norm_type=norm_type)


def sampled(*place, **options):
    image, grid = torch.arange(4.0).view(1, 1, 2, 2), torch.tensor([[[list(place)]]])
    return F.grid_sample(image, grid, align_corners=False, **options).reshape(())


VALUES = {
    "resize_ of a view": (lambda: torch.arange(6.0).view(2, 3).resize_(3, 2), [[0, 1], [2, 3], [4, 5]]),
    "resize_ of a part": (lambda: torch.arange(6.0)[1:].resize_(2, 2), [[1, 2], [3, 4]]),
    "avg_pool2d of integers": (lambda: F.avg_pool2d(IMAGE, 2), [[[[2, 4], [10, 12]]]]),
    "avg_pool1d of integers": (lambda: F.avg_pool1d(torch.tensor([[[0, 1, -2, -3]]]), 2), [[[0, -2]]]),
    "unique_consecutive of nothing": (lambda: torch.unique_consecutive(torch.tensor([])), []),
    "unique_consecutive of no rows": (lambda: torch.unique_consecutive(torch.zeros(0, 3), dim=0), []),
    "multinomial of no rows": (lambda: torch.multinomial(torch.zeros(0, 3), 2), []),
    "grid_sample nearest nan": (lambda: sampled(NAN, 0.0, mode="nearest"), 0),
    "grid_sample nearest nan at the border": (lambda: sampled(0.5, NAN, mode="nearest", padding_mode="border"), 1),
    "grid_sample bilinear nan": (lambda: sampled(NAN, 0.0).isnan(), True),
    "ReduceLROnPlateau and a new group": (lambda: (plateau() * 100).round(), [10, 20]),
    "clip_grad_norm_ inf": (lambda: clipped("inf"), 12),
    "clip_grad_norm_ 2": (lambda: clipped("2"), 13),
    "broadcast_to": (lambda: torch.tensor(torch.ones(4).broadcast_to(2, 3, 4).shape), [2, 3, 4]),
    "histogram without bins": (lambda: torch.tensor(torch.histogram(torch.tensor([1.0, 2.0]))[0].shape), [100]),
    "ravel of every other": (lambda: torch.tensor(torch.arange(6.0)[::2].ravel().is_contiguous()), True),
}


@pytest.mark.parametrize("name", VALUES)
def test_the_value_is_pytorchs(name):
    function, expected = VALUES[name]
    assert function().tolist() == expected


def own_grad():
    p = torch.ones(2, requires_grad=True)
    p.grad = p


def returning_hook():
    p = torch.ones(2, requires_grad=True)
    p.register_post_accumulate_grad_hook(lambda tensor: tensor.grad * 2)
    p.sum().backward()


def bag(weights):
    return F.embedding_bag(torch.tensor([[0, 1]]), torch.ones(5, 2), per_sample_weights=weights, mode="sum")


INT = torch.tensor([1, 2])
ERRORS = {
    "take_along_dim bool": (
        lambda: X.take_along_dim(X > 0, 1),
        RuntimeError,
        "indices should be Long but got torch.bool",
    ),
    "narrow float": (lambda: X.narrow(1, 1.0, 1), TypeError, r"narrow\(\): argument 'start' must be int, not float"),
    "narrow float tensor": (lambda: X.narrow(1, torch.tensor(1.0), 1), RuntimeError, "0-dim integral"),
    "select float": (lambda: X.select(1, 1.0), TypeError, "'index' must be int, not float"),
    "tril float": (lambda: X.tril(1.0), TypeError, r"tril\(\): argument 'diagonal' must be int"),
    "kthvalue float": (lambda: X.kthvalue(1.0), TypeError, "'k' must be int"),
    "one_hot float": (lambda: F.one_hot(INT, 3.0), TypeError, "'num_classes' must be int"),
    "searchsorted sorter": (
        lambda: torch.searchsorted(torch.ones(3), torch.ones(1), sorter=torch.tensor([0, 2])),
        RuntimeError,
        r"boundary and sorter must have the same size.*\[3\].*\[2\]",
    ),
    "nanmean int": (lambda: torch.nanmean(INT), RuntimeError, "nanmean.*torch.int64.*float"),
    "histc int": (lambda: torch.histc(INT), NotImplementedError, "torch.int64"),
    "histc nan": (lambda: torch.histc(torch.tensor([1.0, NAN])), RuntimeError, r"range of \[nan, nan\] is not finite"),
    "histc inf": (lambda: torch.histc(torch.tensor([1.0, INF])), RuntimeError, "is not finite"),
    "own grad": (own_grad, RuntimeError, "can't assign a tensor as its own grad"),
    "post-accumulate hook": (returning_hook, TypeError, "should return None"),
    "bag weights": (lambda: bag(torch.ones(2)), ValueError, "must have the same shape as the input"),
    "bag offsets": (
        lambda: F.embedding_bag(INT, torch.ones(5, 2), torch.tensor([0, 5])),
        RuntimeError,
        r"offsets\[-1\] can not be greater than input's length 2",
    ),
    "flip": (lambda: X.flip(), TypeError, 'missing 1 required positional argument: "dims"'),
    "group_norm of one": (
        lambda: F.group_norm(torch.ones(1, 2), 2),
        ValueError,
        "Expected more than 1 value per channel",
    ),
    "resize_ of a view to more": (lambda: X[0].resize_(9), RuntimeError, "a view whose memory ends sooner"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_the_wrong_call_is_refused(name):
    function, kind, message = ERRORS[name]
    with pytest.raises(kind, match=message):
        function()


def product():
    return torch.ones(2, requires_grad=True) * 2


WARNINGS = {
    "grad of a product": (lambda: product().grad, "not a leaf Tensor.*retain_grad"),
    "std of one": (lambda: torch.ones(1).std(), r"std\(\): degrees of freedom is <= 0"),
    "var of rows of one": (lambda: torch.ones(2, 1).var(1), r"var\(\): degrees of freedom is <= 0"),
    "std_mean of one": (lambda: torch.std_mean(torch.ones(1)), "degrees of freedom"),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_pytorchs_warning_that_teaches(name):
    function, message = WARNINGS[name]
    with pytest.warns(UserWarning, match=message) as caught:
        function()
    assert caught[0].filename == __file__


def test_no_warning_where_there_is_nothing_to_learn():
    kept = product()
    kept.retain_grad()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kept.grad is None and torch.ones(1, requires_grad=True).grad is None
        assert torch.ones(1).std(correction=0) == 0 and torch.ones(0, 2).std(1).shape == (0,)
