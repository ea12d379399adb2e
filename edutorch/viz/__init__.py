"""Pictures: a tensor's memory, broadcasting, a loss curve that grows, a progress bar, the recorded graph.

Loaded on first use; matplotlib, ipywidgets and tqdm come with `pip install edutorch-course[lab]`.
"""

from .broadcast import draw_broadcast
from .graph import graph
from .live import LossCurve, progress
from .memory import draw_memory
from .play import play
from .stepper import step_backward

__all__ = ["LossCurve", "draw_broadcast", "draw_memory", "graph", "play", "progress", "step_backward"]
