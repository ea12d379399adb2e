"""Pictures: a loss curve that grows while a model trains, a progress bar, the recorded graph.

Loaded on first use; matplotlib, ipywidgets and tqdm come with `pip install edutorch-course[lab]`.
"""

from .broadcast import draw_broadcast
from .classes import draw_boundary, draw_confusion
from .explore import explore
from .graph import graph
from .live import LossCurve, progress
from .memory import draw_memory
from .pad import drawing_pad
from .picture import picture
from .play import buttons, play
from .race import draw_race, race
from .ring import draw_ring
from .step_graph import step_graph

__all__ = [
    "LossCurve",
    "buttons",
    "draw_boundary",
    "draw_broadcast",
    "draw_confusion",
    "draw_memory",
    "draw_race",
    "draw_ring",
    "drawing_pad",
    "explore",
    "graph",
    "picture",
    "play",
    "progress",
    "race",
    "step_graph",
]
