"""`python -m edutorch` is the command `edutorch`."""

import sys

from edutorch.cli import main

sys.exit(main())
