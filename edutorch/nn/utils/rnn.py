"""Sequences of different lengths: padded to one length, or packed without padding. Source: torch.nn.utils.rnn.

A packed sequence has the first elements of all sequences, then the second elements of those that have
one, and so on; batch_sizes says how many there are each time. The sequences are in order of length, the longest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...autograd.base import TensorBase
from ...ops.from_data import as_tensor, tensor
from ...ops.gathering import index_select
from ...ops.joining import cat, stack
from ...ops.padding import pad
from ...ops.recurrent import parts
from ...ops.sorting import argsort
from ...tensor import Tensor


class PackedSequence(NamedTuple):
    """data: (sum of lengths, *); batch_sizes: (longest,) int64, on the CPU; sorted_indices: which sequence is at each
    place; unsorted_indices: its inverse. Made by pack_padded_sequence.
    Source: torch.nn.utils.rnn.PackedSequence."""

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None

    def to(self, *args: object, **kwargs: Any) -> PackedSequence:
        """The data and the indices, on another device or in another dtype."""
        data = self.data.to(*args, **kwargs)
        places = self.sorted_indices, self.unsorted_indices
        there = (None if each is None else each.to(data.device) for each in places)
        return PackedSequence(data, self.batch_sizes, *there)

    def cpu(self) -> PackedSequence:
        """to('cpu')."""
        return self.to("cpu")

    def cuda(self) -> PackedSequence:
        """to('cuda')."""
        return self.to("cuda")

    def double(self) -> PackedSequence:
        """The data as float64."""
        return self._replace(data=self.data.double())

    def float(self) -> PackedSequence:
        """The data as float32."""
        return self._replace(data=self.data.float())

    @property
    def is_cuda(self) -> bool:
        """Whether the data is on a GPU."""
        return self.data.is_cuda


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The permutation that undoes one. Source: torch.nn.utils.rnn.invert_permutation."""
    return None if permutation is None else argsort(permutation)


def pack_padded_sequence(
    input: Tensor, lengths: Tensor | list[int], batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Sequences padded to one length, (L, N, *) or with batch_first (N, L, *), without their padding.

    lengths: one for each sequence, ints or an int64 tensor on the CPU. enforce_sorted: they must be descending; else
    they are sorted here, and put back in order by pad_packed_sequence. Raises RuntimeError for lengths that do not
    fit."""
    lengths = as_tensor(lengths, dtype=tensor(0).dtype)
    sorted_indices = None
    if lengths.dim() != 1 or lengths.is_cuda:
        raise RuntimeError(
            f"'lengths' argument should be a 1D CPU int64 tensor, but got {lengths.dim()}D {lengths.device} tensor"
        )
    if not enforce_sorted:
        sorted_indices = argsort(lengths, descending=True, stable=True)
        lengths = index_select(lengths, 0, sorted_indices)
        sorted_indices = sorted_indices.to(input.device)
        input = index_select(input, 0 if batch_first else 1, sorted_indices)
    x = input.transpose(0, 1) if batch_first else input  # (L, N, *)
    sizes = _batch_sizes([int(n) for n in lengths.tolist()], x)
    data = cat([x[t, :n] for t, n in enumerate(sizes)])
    return PackedSequence(data, tensor(sizes), sorted_indices, invert_permutation(sorted_indices))


def _batch_sizes(lengths: list[int], x: Tensor) -> list[int]:
    """How many sequences reach each step. Raises RuntimeError for impossible lengths."""
    if len(lengths) != x.size(1):
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {len(lengths)} (batch_size={x.size(1)})"
        )
    if min(lengths, default=1) < 1:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0"
        )
    if any(a < b for a, b in zip(lengths, lengths[1:], strict=False)):
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass"
            " `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement."
        )
    if lengths and lengths[0] > x.size(0):
        raise RuntimeError(f"Expected lengths up to the input's {x.size(0)} steps, but got {lengths[0]}")
    return [sum(length > t for length in lengths) for t in range(lengths[0] if lengths else 0)]


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """The inverse of pack_padded_sequence: (sequences (L, N, *), or (N, L, *) with batch_first; lengths (N,)).

    total_length: the length to pad to. Raises ValueError if it is less than the longest."""
    sizes = [int(n) for n in sequence.batch_sizes.tolist()]
    if total_length is not None and total_length < len(sizes):
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, but got"
            f" total_length={total_length} and max sequence length being {len(sizes)}"
        )
    n = sizes[0]
    steps = parts(sequence.data, sizes, 0)
    axes = sequence.data.dim() - 1
    padded = [pad(s, [0, 0] * axes + [0, n - s.size(0)], value=padding_value) for s in steps]
    result = stack(padded)  # (L, N, *)
    if total_length is not None and total_length > len(sizes):
        result = pad(result, [0, 0] * (axes + 1) + [0, total_length - len(sizes)], value=padding_value)
    lengths = tensor([sum(size > i for size in sizes) for i in range(n)])
    if sequence.unsorted_indices is not None:
        result = index_select(result, 1, sequence.unsorted_indices)
        lengths = index_select(lengths, 0, sequence.unsorted_indices.cpu())
    return (result.transpose(0, 1) if batch_first else result), lengths


def pad_sequence(
    sequences: Sequence[Tensor], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Sequences (L_i, *) padded to the longest: (L, N, *), or (N, L, *) with batch_first. padding_side: 'right'
    (the end) or 'left'. Raises RuntimeError for any other side, or if the other sizes differ."""
    if isinstance(sequences, TensorBase):
        sequences = sequences.unbind(0)  # type: ignore[attr-defined]
    if not isinstance(sequences, (list, tuple)):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}"
        )
    if not sequences:
        raise RuntimeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    longest = max(each.size(0) for each in sequences)
    padded = []
    for each in sequences:
        missing = longest - each.size(0)
        sides = [missing, 0] if padding_side == "left" else [0, missing]
        padded.append(pad(each, [0, 0] * (each.dim() - 1) + sides, value=padding_value))
    return stack(padded, 0 if batch_first else 1)


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Tensor]:
    """The inverse of pad_sequence: a list of (L_i, *)."""
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[: int(n)] for row, n in zip(rows, lengths.tolist(), strict=True)]


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """pack_padded_sequence of a list of sequences (L_i, *)."""
    lengths = tensor([each.size(0) for each in sequences])
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The inverse of pack_sequence: a list of (L_i, *)."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
