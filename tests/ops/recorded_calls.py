"""The calls of the golden cases and of the table of operations, recorded, so that a test can repeat them changed."""

import functools
import inspect
import types
import warnings

import edutorch as torch
from tests import op_table
from tests.ops import agreement

PLACES = {
    "torch": torch,
    "functional": torch.nn.functional,
    "linalg": torch.linalg,
    "special": torch.special,
    "Tensor": torch.Tensor,
}


@functools.cache
def recorded_calls():
    """For each public function, method and kind of arguments one call: {"Tensor.gather": [(function, args, kwargs)]}."""
    calls, depth = {}, [0]

    def recorder(name, function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            if depth[0] == 0:
                kinds = (*map(type, args), *kwargs)
                calls.setdefault(name, {}).setdefault(kinds, (function, args, dict(kwargs)))
            depth[0] += 1
            try:
                return function(*args, **kwargs)
            finally:
                depth[0] -= 1

        return call

    patched = []
    for label, place in PLACES.items():
        for name, function in list(vars(place).items()):
            if isinstance(function, types.FunctionType) and not name.startswith("_") and name != "manual_seed":
                patched.append((place, name, function))
                setattr(place, name, recorder(f"{label}.{name}", function))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _run_all()
    finally:
        for place, name, function in patched:
            setattr(place, name, function)
    return {name: list(kinds.values()) for name, kinds in calls.items()}


def _run_all():
    for topic, cases in agreement.CASES.items():
        for case, (function, *_) in cases.items():
            function(torch, *agreement.inputs(topic, case, requires_grad=False))
    torch.manual_seed(0)
    v = types.SimpleNamespace(
        x=torch.randn(4, 3),
        y=torch.randn(4, 3),
        p=torch.rand(4, 3) + 0.3,
        q=torch.rand(4, 3) + 0.3,
        m=torch.randn(4, 4) + 4 * torch.eye(4),
        images=torch.randn(2, 4, 6, 6),
        kernel=torch.randn(4, 2, 3, 3),
        i=torch.tensor([0, 2, 1, 3]),
        at=torch.tensor([[0, 1, 2]] * 4),
        b=torch.rand(4, 3) > 0.5,
    )
    for function in op_table.OPS.values():
        function(torch, torch.nn.functional, v)


def tensor_places(function, args, kwargs):
    """The positions and keywords of a call at which a tensor stands, with the name of the parameter."""
    names = [p.name for p in inspect.signature(function).parameters.values() if p.kind is not p.VAR_KEYWORD]
    for i, value in enumerate(args):
        if isinstance(value, torch.Tensor):
            yield i, names[min(i, len(names) - 1)]
    for name, value in kwargs.items():
        if isinstance(value, torch.Tensor):
            yield name, name
