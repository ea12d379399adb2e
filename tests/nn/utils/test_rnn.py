"""Padding, packing and back."""

import pytest

import edutorch as torch
from edutorch.nn.utils import rnn

SEQUENCES = [torch.arange(1.0, n + 1) for n in (2, 4, 1)]


def test_pad_and_unpad():
    padded = rnn.pad_sequence(SEQUENCES, batch_first=True, padding_value=-1)
    assert padded.tolist() == [[1, 2, -1, -1], [1, 2, 3, 4], [1, -1, -1, -1]]
    assert rnn.pad_sequence(SEQUENCES).shape == (4, 3)
    assert rnn.pad_sequence(SEQUENCES, True, padding_side="left")[0].tolist() == [0, 0, 1, 2]
    back = rnn.unpad_sequence(padded, torch.tensor([2, 4, 1]), batch_first=True)
    assert [each.tolist() for each in back] == [each.tolist() for each in SEQUENCES]


def test_pack_and_back(device):
    padded = rnn.pad_sequence([each.to(device) for each in SEQUENCES]).requires_grad_()
    packed = rnn.pack_padded_sequence(padded, [2, 4, 1], enforce_sorted=False)
    assert packed.data.tolist() == [1, 1, 1, 2, 2, 3, 4] and packed.batch_sizes.tolist() == [3, 2, 1, 1]
    assert packed.sorted_indices.tolist() == [1, 0, 2] and packed.data.device.type == device
    back, lengths = rnn.pad_packed_sequence(packed, padding_value=-1, total_length=5)
    assert lengths.tolist() == [2, 4, 1] and back.shape == (5, 3)
    assert back.T.tolist() == [[1, 2, -1, -1, -1], [1, 2, 3, 4, -1], [1, -1, -1, -1, -1]]
    back.sum().backward()
    assert padded.grad.T.tolist() == [[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]]
    assert packed.double().data.dtype == torch.float64 and packed.cpu().data.device.type == "cpu"


def test_sequences_of_vectors():
    packed = rnn.pack_sequence([torch.ones(n, 2) for n in (3, 1)])
    assert packed.data.shape == (4, 2) and packed.sorted_indices is None
    assert [each.shape[0] for each in rnn.unpack_sequence(packed)] == [3, 1]


WRONG = {
    "order": (lambda: rnn.pack_padded_sequence(torch.zeros(4, 2), [1, 2]), RuntimeError, "sorted in decreasing order"),
    "count": (lambda: rnn.pack_padded_sequence(torch.zeros(4, 2), [2]), RuntimeError, "equal to batch_size"),
    "nothing": (lambda: rnn.pack_padded_sequence(torch.zeros(4, 2), [2, 0]), RuntimeError, "has to be greater than 0"),
    "too long": (
        lambda: rnn.pack_padded_sequence(torch.zeros(4, 2), [5, 1]),
        RuntimeError,
        "up to the input's 4 steps",
    ),
    "total": (
        lambda: rnn.pad_packed_sequence(rnn.pack_sequence(SEQUENCES[:1]), total_length=1),
        ValueError,
        "Expected total_length to be at least the length of the longest sequence",
    ),
    "empty": (lambda: rnn.pad_sequence([]), RuntimeError, "empty list of sequences"),
    "side": (lambda: rnn.pad_sequence(SEQUENCES, padding_side="up"), RuntimeError, "one of left or right, but got up"),
    "number": (lambda: rnn.pad_sequence(3), RuntimeError, "Expected iterable for input sequences"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_says_what_is_wrong(name):
    call, error, message = WRONG[name]
    with pytest.raises(error, match=message):
        call()
