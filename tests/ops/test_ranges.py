"""Numbers counted off."""

import pytest

import edutorch as torch


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        ((5,), [0, 1, 2, 3, 4]),
        ((1, 2.5, 0.5), [1.0, 1.5, 2.0]),
        ((5, 0, -2), [5, 3, 1]),
        ((3, 3), []),
        ((0, 1, 0.1), [i * 0.1 for i in range(10)]),
    ],
)
def test_arange(arguments, values, device):
    x = torch.arange(*arguments, device=device)
    assert x.tolist() == pytest.approx(values)
    whole = all(isinstance(each, int) for each in arguments)
    assert (x.dtype, x.device.type) == (torch.int64 if whole else torch.float32, device)


def test_even_steps(device):
    assert torch.linspace(0, 1, 5, device=device).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert torch.linspace(0, 10, 4, dtype=torch.int64, device=device).tolist() == [0, 3, 6, 10]
    assert torch.linspace(2, 3, 1).tolist() == [2] and torch.linspace(0, 1, 0).tolist() == []
    assert torch.logspace(0, 2, 3, device=device).tolist() == pytest.approx([1, 10, 100])
    assert torch.logspace(0, 2, 3, base=2).tolist() == [1, 2, 4]
    assert torch.range(1, 3).tolist() == [1.0, 2.0, 3.0]


def test_places_in_a_triangle(device):
    assert torch.tril_indices(3, 3, device=device).tolist() == [[0, 1, 1, 2, 2, 2], [0, 0, 1, 0, 1, 2]]
    assert torch.triu_indices(2, 4, 1, device=device).tolist() == [[0, 0, 0, 1, 1], [1, 2, 3, 2, 3]]


def test_arange_of_integers_reads_its_arguments_as_integers():
    assert torch.arange(0, 3, 1.5, dtype=torch.int64).tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="step must be nonzero"):
        torch.arange(0, 1, 0.1, dtype=torch.int64)
    with pytest.raises(RuntimeError, match="unsupported range"):
        torch.arange(float("inf"))
    with pytest.raises(NotImplementedError, match="bool"):
        torch.arange(3, dtype=torch.bool)
    with pytest.raises(TypeError, match="steps"):
        torch.linspace(0, 1, 5.0)


def test_float32_steps_are_those_of_pytorch_to_the_last_bit(device):
    assert torch.linspace(-10, 10, 7, device=device).tolist() == [
        -10.0,
        -6.6666669845581055,
        -3.3333334922790527,
        2.384185791015625e-07,
        3.3333334922790527,
        6.6666669845581055,
        10.0,
    ]
