"""Observers choose the scales and zero points that PyTorch's choose."""

import copy

import numpy as np
import pytest

import edutorch
from edutorch import quantization

from .agreement import both

NAMES = """
    MinMaxObserver MovingAverageMinMaxObserver HistogramObserver PerChannelMinMaxObserver
    MovingAveragePerChannelMinMaxObserver
""".split()
NORMAL = [
    (np.random.default_rng(i).normal(size=(4, 5, 6)) * width + middle).astype("float32")
    for i, (width, middle) in enumerate([(1, 0), (2, 1), (0.5, 3), (3, -1)])
]
DATA = {"normal": NORMAL, "positive": [abs(x) for x in NORMAL], "zero": [x * 0 for x in NORMAL]}


def seen(name, batches, dtype, qscheme, **arguments):
    """The observers of both libraries after some batches."""
    made = []
    for torch, its in both():
        each = getattr(its, name)(dtype=getattr(torch, dtype), qscheme=getattr(torch, qscheme), **arguments)
        for batch in batches:
            x = torch.tensor(batch)
            assert each(x) is x
        made.append(each)
    return made


def assert_same(ours, theirs):
    for mine, its in zip(ours.calculate_qparams(), theirs.calculate_qparams(), strict=True):
        assert str(mine.dtype) == str(its.dtype)
        assert tuple(mine.shape) == tuple(its.shape)
        np.testing.assert_array_equal(mine.numpy(), its.numpy())
    assert list(ours.state_dict()) == list(theirs.state_dict())


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("dtype", ["qint8", "quint8"])
@pytest.mark.parametrize("kind", ["affine", "symmetric"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore:.*reduce_range will be deprecated")
def test_scale_and_zero_point(name, kind, dtype, data):
    channels = "PerChannel" in name
    arguments = {"ch_axis": 1} if channels else {}
    scheme = f"per_{'channel' if channels else 'tensor'}_{kind}"
    assert_same(*seen(name, DATA[data], dtype, scheme, **arguments))
    if (kind, dtype) != ("symmetric", "quint8"):
        assert_same(*seen(name, DATA[data], dtype, scheme, reduce_range=True, **arguments))


@pytest.mark.parametrize(("dtype", "low", "high"), [("qint8", -8, 7), ("quint8", 0, 15), ("qint8", -2, 1)])
@pytest.mark.parametrize("scheme", ["per_tensor_affine", "per_tensor_symmetric"])
def test_fewer_bits(scheme, dtype, low, high):
    assert_same(*seen("MinMaxObserver", NORMAL, dtype, scheme, quant_min=low, quant_max=high))


def test_by_hand():
    observer = quantization.MinMaxObserver()
    observer(edutorch.tensor([-1.0, 0.5]))
    observer(edutorch.tensor([[1.55]]))
    scale, zero_point = observer.calculate_qparams()
    assert abs(scale.item() - 0.01) < 1e-9 and zero_point.item() == 100  # 255 steps from -1 to 1.55
    assert observer(edutorch.zeros(0)).shape == (0,)
    observer.reset_min_max_vals()
    with pytest.warns(UserWarning, match="must run observer before calling calculate_qparams"):
        assert [each.item() for each in observer.calculate_qparams()] == [1, 0]


def test_a_new_per_channel_observer_warns_and_loads_the_state_of_another():
    made = quantization.PerChannelMinMaxObserver()
    with pytest.warns(UserWarning, match="must run observer"):
        made.calculate_qparams()
    other = quantization.PerChannelMinMaxObserver()
    other(edutorch.tensor(NORMAL[0]))
    made.load_state_dict(other.state_dict())
    assert made.min_val.tolist() == other.min_val.tolist() and len(made.max_val) == 4
    made.reset_min_max_vals()
    assert made.min_val.numel() == 0


def test_with_args_adds_arguments_and_can_be_copied():
    recipe = quantization.MinMaxObserver.with_args(quant_min=0, quant_max=127).with_args(quant_max=63)
    assert (recipe().quant_min, copy.deepcopy(recipe)().quant_max) == (0, 63)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("MinMaxObserver", {"qscheme": "per_channel_affine"}, "qscheme"),
        ("PerChannelMinMaxObserver", {"qscheme": "per_tensor_affine"}, "qscheme"),
        ("MinMaxObserver", {"dtype": "float32"}, "torch.qint8"),
        ("MinMaxObserver", {"quant_min": 1, "quant_max": 5}, "include 0"),
        ("MinMaxObserver", {"quant_min": 0, "quant_max": 0}, "include 0"),
        ("MinMaxObserver", {"dtype": "qint8", "quant_min": -200, "quant_max": 200}, "256"),
        ("MinMaxObserver", {"qscheme": "per_tensor_symmetric", "reduce_range": True}, "Cannot reduce range"),
        ("HistogramObserver", {"is_dynamic": True}, "dynamic"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*reduce_range will be deprecated")
def test_errors(name, arguments, message):
    (ours, mine), (theirs, its) = both()

    def make(torch, library):
        found = {k: getattr(torch, v) if isinstance(v, str) else v for k, v in arguments.items()}
        return getattr(library, name)(**found)

    with pytest.raises(Exception) as expected:
        make(theirs, its)
    with pytest.raises(type(expected.value), match=message):
        make(ours, mine)
