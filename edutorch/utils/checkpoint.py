"""Checkpointing: keep what goes into a part of a network, compute the part again in the backward.

That trades time for memory: of a chain of parts only their inputs are kept, and one part's inner values at a time.
Source: torch.utils.checkpoint; Chen, Xu, Zhang, Guestrin 2016.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from ..autograd.engine import grad
from ..autograd.function import Function
from ..autograd.grad_mode import enable_grad, is_grad_enabled, no_grad
from ..autograd.versions import tick
from ..nn.container import Sequential
from ..random import fork_rng
from ..random.generator import all_states, load_all_states
from ..tensor import Tensor

__all__ = ["checkpoint", "checkpoint_sequential"]

Part = Callable[..., object]


class Checkpoint(Function):
    """y = part(x);  dL/dx and dL/dp by computing part(x) again, recorded, and walking back through it"""

    _gives_back = True

    @staticmethod
    def forward(ctx: Function, run: Run, *tensors: Tensor) -> tuple[object, ...]:
        ctx.run = run
        ctx.save_for_backward(*tensors)
        return run.take_outputs()

    @staticmethod
    def backward(ctx: Function, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        return (None, *ctx.run.gradients(ctx.saved_tensors, gradients))


class Run:
    """One call of a part: its arguments without their tensors, what it gave, the generators' states before."""

    def __init__(self, function: Part, args: tuple[object, ...], kwargs: dict[str, object], keep_random: bool) -> None:
        self.function, self.kwargs = function, kwargs
        self.args: list[Any] = list(args)
        self.places = [i for i, each in enumerate(args) if isinstance(each, Tensor)]
        self.states = all_states() if keep_random else None
        self.outputs: tuple[object, ...] = ()
        self.several = False

    def __call__(self, tensors: Sequence[Tensor]) -> tuple[object, ...]:
        """The part's outputs for these tensors in the places of its arguments."""
        args = list(self.args)
        for place, tensor in zip(self.places, tensors, strict=True):
            args[place] = tensor
        result: Any = self.function(*args, **self.kwargs)
        self.several = isinstance(result, tuple)
        return result if self.several else (result,)

    def first(self) -> list[Tensor]:
        """Calls the part and keeps its outputs, cut off. Returns the leaves that take part beside its arguments: its
        parameters."""
        inputs = [self.args[i].detach().requires_grad_(self.args[i].requires_grad) for i in self.places]
        began = tick()
        with enable_grad():
            outputs = self(inputs)
        leaves = _leaves_of(outputs, began)
        self.outputs = tuple(each.detach() if isinstance(each, Tensor) else each for each in outputs)
        for place in self.places:
            self.args[place] = None
        return [leaf for leaf in leaves if not any(leaf is each for each in inputs)]

    def take_outputs(self) -> tuple[object, ...]:
        """The outputs of the first call, which nothing here holds any longer."""
        outputs, self.outputs = self.outputs, ()
        return outputs

    def gradients(self, tensors: Sequence[Tensor], arrived: Sequence[Tensor | None]) -> list[Tensor | None]:
        """Computes the outputs again, and from the gradients that arrived at them those of the tensors."""
        twice = is_grad_enabled()  # create_graph=True: the inputs keep their place in the graph
        count = len(self.places)
        inputs = [x if twice else x.detach().requires_grad_(x.requires_grad) for x in tensors[:count]]
        with fork_rng(enabled=self.states is not None), enable_grad():
            if self.states is not None:
                load_all_states(self.states)
            outputs = self(inputs)
        of_outputs = [
            (output, gradient)
            for output, gradient in zip(outputs, arrived, strict=True)
            if isinstance(output, Tensor) and output.requires_grad and gradient is not None
        ]
        every = [*inputs, *tensors[count:]]
        wanted = [x for x in every if x.requires_grad]
        reached, given = [pair[0] for pair in of_outputs], [pair[1] for pair in of_outputs]
        found = iter(grad(reached, wanted, given, create_graph=twice, allow_unused=True) if reached else ())
        return [next(found, None) if x.requires_grad else None for x in every]


def _leaves_of(outputs: Sequence[object], began: int) -> list[Tensor]:
    """The leaves that the outputs were computed from. Raises RuntimeError for a tensor that was computed before and is
    no argument."""
    stack = [each.grad_fn for each in outputs if isinstance(each, Tensor) and each.grad_fn is not None]
    seen, leaves = set(stack), {}
    while stack:
        for edge in stack.pop()._edges:
            if edge is None:
                continue
            if isinstance(edge[0], Tensor):
                leaves[id(edge[0])] = edge[0]
            elif edge[0]._number < began:
                raise RuntimeError(
                    "checkpoint: the function uses a tensor that was computed before, without getting it as an"
                    " argument: checkpoint(function, x, that_tensor)"
                )
            elif edge[0] not in seen:
                seen.add(edge[0])
                stack.append(edge[0])
    return list(leaves.values())


def checkpoint(
    function: Part,
    *args: object,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: object,
) -> Any:
    """function(*args, **kwargs), whose inner values are dropped and computed again in the backward.

    args: tensors that need gradients stand here, not in kwargs. preserve_rng_state: dropout draws the same numbers
    again. use_reentrant=True, PyTorch's older way, has no gradient unless one of args requires it, and warns. The other
    options choose between checks of PyTorch's. Source: torch.utils.checkpoint.checkpoint."""
    if use_reentrant is None:
        use_reentrant = True
        warnings.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly: use_reentrant=False",
            stacklevel=2,
        )
    if not is_grad_enabled():
        return function(*args, **kwargs)
    tensors = [each for each in args if isinstance(each, Tensor)]
    if use_reentrant and kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if use_reentrant and not any(each.requires_grad for each in tensors):
        warnings.warn("None of the inputs have requires_grad=True. Gradients will be None", stacklevel=2)
        with no_grad():
            return function(*args, **kwargs)
    run = Run(function, args, kwargs, preserve_rng_state)
    parameters = run.first()
    outputs = Checkpoint.apply(run, *tensors, *parameters)
    return outputs if run.several else outputs[0]


def checkpoint_sequential(
    functions: Sequential | Sequence[Part],
    segments: int,
    input: object,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
) -> Any:
    """A chain of modules or functions in `segments` parts, each but the last one checkpointed.

    Source: torch.utils.checkpoint.checkpoint_sequential."""
    chain = list(functions.children()) if isinstance(functions, Sequential) else list(functions)
    size = len(chain) // segments
    for start in range(0, size * (segments - 1), size):
        input = checkpoint(
            _through(chain[start : start + size]),
            input,
            use_reentrant=use_reentrant,
            preserve_rng_state=preserve_rng_state,
        )
    return _through(chain[size * (segments - 1) :])(input)


def _through(chain: Sequence[Part]) -> Part:
    def run(x: object) -> object:
        for each in chain:
            x = each(x)
        return x

    return run
