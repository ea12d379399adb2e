"""Flatten and Unflatten. Source: torch.nn.modules.flatten."""

from __future__ import annotations

from ..ops.plumbing.entry import check_tensors
from ..tensor import Tensor
from .module import Module


class Flatten(Module):
    """The axes start_dim to end_dim as one: (N, C, H, W) -> (N, C*H*W). Source: torch.nn.Flatten."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        """(N, *) -> (N, product of the rest)"""
        check_tensors("Flatten", input=input)
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One axis as several: Unflatten(1, (3, 4)) makes (N, 12) into (N, 3, 4). Source: torch.nn.Unflatten.

    Raises TypeError for sizes that are not ints."""

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        super().__init__()
        sizes = tuple(unflattened_size)
        for i, size in enumerate(sizes):
            if not isinstance(size, int):
                raise TypeError(
                    f"unflattened_size must be tuple of ints, but found element of type"
                    f" {type(size).__name__} at pos {i}"
                )
        self.dim = dim
        self.unflattened_size = sizes

    def forward(self, input: Tensor) -> Tensor:
        """(*, product of the sizes, *) -> (*, *unflattened_size, *)"""
        check_tensors("Unflatten", input=input)
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
