"""Importing the course's front door, as the command and every exercise do, needs NumPy alone."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
THIRD_PARTY = ("psutil", "zmq", "nbval", "nbformat", "pytest", "IPython", "jupyter_client", "matplotlib")


def test_no_extra_is_loaded():
    source = f"""
import sys
for name in {THIRD_PARTY}:
    sys.modules[name] = None  # as where it is not installed
import edutorch.course, edutorch.cli
from edutorch.course import exercise, show, show_source
show("one", 1.0)
"""
    done = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "one -> 1.0\n"), done.stderr
