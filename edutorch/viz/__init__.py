"""Pictures: a loss curve that grows while a model trains, a progress bar, the recorded graph.

Loaded on first use; matplotlib, ipywidgets and tqdm come with `pip install edutorch-course[lab]`.
"""

from .graph import graph
from .live import LossCurve, progress
from .play import play
from .stepper import step_backward

__all__ = ["LossCurve", "graph", "play", "progress", "step_backward"]
