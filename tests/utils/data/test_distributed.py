"""DistributedSampler gives each process PyTorch's indices; golden/make_distributed.py wrote those."""

import json

import pytest

from edutorch.utils import data
from edutorch.utils.data import distributed
from tests.golden.make_distributed import SAMPLERS, indices


@pytest.mark.parametrize("number", range(len(SAMPLERS)), ids=map(str, SAMPLERS))
def test_the_indices_are_those_of_pytorch(number, root):
    expected = json.loads((root / "tests/golden/distributed.json").read_text())["samplers"]
    assert indices(distributed, SAMPLERS[number]) == expected[number]


def test_wrong_ranks_and_no_group_to_ask():
    with pytest.raises(ValueError, match=r"Invalid rank 3, rank should be in the interval \[0, 2\]"):
        data.DistributedSampler(range(10), num_replicas=3, rank=3)
    with pytest.raises(ValueError, match="Default process group has not been initialized"):
        data.DistributedSampler(range(10))
