"""edutorch.audio: sound files, spectrograms and data sets of spoken words, in the place of torchaudio."""

from . import datasets, functional, transforms
from .left_out import missing as _missing
from .wav import load, save

__all__ = ["datasets", "functional", "load", "save", "transforms"]


def __getattr__(name: str) -> object:
    """For what torchaudio has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
