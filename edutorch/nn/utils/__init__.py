"""Helpers around modules and parameters. Source: torch.nn.utils."""

from . import rnn

__all__ = ["rnn"]
