"""Found as `torchaudio` by workers of a program that called as_torch; see aliases/__init__.py."""

import sys

from edutorch import aliases

aliases.install()
sys.modules[__name__] = aliases.original(__name__)
