"""Exercises in a notebook: checking, hints, the library's own source, progress.

`from edutorch.course import exercise` is all that a notebook needs. Grading and releasing, which
start kernels, are in grade.py and release.py; `edutorch check`, `grade` and `release` call them.
"""

from .browser import in_browser
from .cases import show
from .forms import answer_source, assemble, changed_statements, parts, rejects, run_program
from .framework import in_framework, my_framework
from .learner import Exercise, exercise, progress
from .practice import Problem
from .prediction import ask, reveal
from .processes import in_processes
from .ranks import simulate_ranks
from .rehearsal import rehearse
from .source import show_source
from .turn import check_turn

__all__ = [
    "Exercise",
    "Problem",
    "answer_source",
    "ask",
    "assemble",
    "changed_statements",
    "check_turn",
    "exercise",
    "in_browser",
    "in_framework",
    "in_processes",
    "my_framework",
    "parts",
    "progress",
    "rehearse",
    "rejects",
    "reveal",
    "run_program",
    "show",
    "show_source",
    "simulate_ranks",
]
