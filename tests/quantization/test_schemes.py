"""The schemes are values: copies and pickles of a model keep them."""

import copy
import pickle

import pytest

import edutorch
from edutorch.quantization.schemes import integer_range

from .agreement import both


@pytest.mark.parametrize(
    "name", "per_tensor_affine per_tensor_symmetric per_channel_affine per_channel_symmetric".split()
)
def test_by_name(name):
    ours, theirs = (getattr(torch, name) for torch, _ in both())
    assert repr(ours) == str(ours) == repr(theirs)
    assert copy.deepcopy(ours) is pickle.loads(pickle.dumps(ours)) is ours
    assert isinstance(ours, edutorch.qscheme)


def test_ranges():
    assert integer_range(edutorch.qint8, None, None, False) == (-128, 127)
    assert integer_range(edutorch.quint8, None, None, True) == (0, 127)
    assert integer_range(edutorch.int8, -8, 7, True) == (-4, 3)
    with pytest.raises(AssertionError, match="use torch.qint8 or torch.quint8, not torch.qint32"):
        integer_range(edutorch.qint32, None, None, False)
