"""torch.utils.tensorboard: what a program writes for TensorBoard to show, through tensorboardX.

tensorboardX is optional and loads with the first writer: pip install tensorboardX. TensorBoard itself, which shows the
files, is a program of its own: pip install tensorboard, and then tensorboard --logdir=runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Self

from ..nn.module import Module
from ..tensor import Tensor

Number = float | Tensor


class SummaryWriter:
    """Writes numbers, pictures, texts ... into a file of events in log_dir.

    log_dir: by default runs/DATE_HOST with `comment` behind it. Tensors may stand wherever PyTorch takes them, and need
    no detach() and no cpu(). The methods are add_scalar, add_scalars, add_histogram, add_image, add_images, add_figure,
    add_text, add_embedding, add_pr_curve, add_hparams and tensorboardX's others, with PyTorch's arguments; flush and
    close. add_graph raises NotImplementedError. Raises ImportError where tensorboardX is not installed.

    Source: torch.utils.tensorboard.SummaryWriter."""

    def __init__(
        self,
        log_dir: str | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
    ) -> None:
        self._writer = _tensorboardx().SummaryWriter(
            None if log_dir is None else str(log_dir), comment, purge_step, max_queue, flush_secs, filename_suffix
        )
        self.log_dir = self._writer.logdir
        self.purge_step = purge_step
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.filename_suffix = filename_suffix

    def add_scalar(
        self,
        tag: str,
        scalar_value: Number,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """One number. new_style and double_precision are accepted: it is written as a float32 in the older form."""
        self._writer.add_scalar(tag, _plain(scalar_value), _plain(global_step), walltime)

    def add_hparams(
        self,
        hparam_dict: Mapping[str, bool | str | float],
        metric_dict: Mapping[str, Number],
        hparam_domain_discrete: object = None,
        run_name: str | None = None,
        global_step: int | None = None,
    ) -> None:
        """The settings of a run and what came of them, in a folder run_name of their own, by default named by the time.

        hparam_domain_discrete is accepted: the values that a setting may have are not written. Raises TypeError for
        anything but dicts."""
        if not isinstance(hparam_dict, Mapping) or not isinstance(metric_dict, Mapping):
            raise TypeError("hparam_dict and metric_dict should be dictionary.")
        self._writer.add_hparams(_plain(hparam_dict), _plain(metric_dict), run_name, global_step)

    def add_graph(
        self, model: Module, input_to_model: object = None, verbose: bool = False, use_strict_trace: bool = True
    ) -> None:
        """Not here, for nothing is traced: raises NotImplementedError."""
        raise NotImplementedError(
            "add_graph: nothing is traced here, so edutorch writes no graph for TensorBoard: leave the line out."
            " edutorch.viz.explore(model, x) steps through the layers of a model, and edutorch.viz.graph draws what"
            " autograd records; add_text('model', repr(model)) writes its text"
        )

    def get_logdir(self) -> str:
        """The folder of the files."""
        return self.log_dir

    def __getattr__(self, name: str) -> Callable[..., None]:
        """The methods whose arguments are tensorboardX's own, tensors given as arrays."""
        if name.startswith("_"):
            raise AttributeError(f"'SummaryWriter' object has no attribute '{name}'", name=name)
        method = getattr(self._writer, name)

        def call(*args: object, **kwargs: object) -> None:
            method(*map(_plain, args), **{key: _plain(value) for key, value in kwargs.items()})

        return call

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._writer.close()


def _plain(value: object) -> object:
    """The value with arrays for its tensors."""
    if isinstance(value, Tensor):
        return value.detach().cpu().numpy()
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _tensorboardx() -> ModuleType:
    try:
        import tensorboardX
    except ImportError as error:
        raise ImportError(
            "SummaryWriter needs tensorboardX, which is not installed: pip install tensorboardX"
        ) from error
    return tensorboardX
