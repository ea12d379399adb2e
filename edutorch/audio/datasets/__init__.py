"""edutorch.audio.datasets: spoken words, by torchaudio's names, and an embedded set of synthetic ones."""

from ..left_out import missing as _missing
from .speechcommands import SPEECHCOMMANDS
from .synthetic import SyntheticCommands

SpeechCommands = SPEECHCOMMANDS

__all__ = ["SPEECHCOMMANDS", "SpeechCommands", "SyntheticCommands"]


def __getattr__(name: str) -> object:
    """For what torchaudio has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
