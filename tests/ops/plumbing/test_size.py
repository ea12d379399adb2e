"""torch.Size."""

import edutorch as torch


def test_parts_and_sums_of_a_size_are_sizes():
    shape = torch.zeros(2, 3).shape
    for made, expected in (
        (shape[1:], [3]),
        (shape + (1,), [2, 3, 1]),
        ((1,) + shape, [1, 2, 3]),
        (shape * 2, [2, 3, 2, 3]),
    ):
        assert repr(made) == f"torch.Size({expected})" and made == tuple(expected)
    assert shape[-1] == 3 and shape.numel() == 6 and torch.Size([]).numel() == 1 and shape == (2, 3)
