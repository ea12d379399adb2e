"""`python -m edutorch` is the command `edutorch`."""

import sys

from .cli import main

sys.exit(main())
