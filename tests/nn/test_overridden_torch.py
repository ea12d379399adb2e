"""Beside PyTorch: which methods a module calls of itself and of its child, so that a subclass may override any."""

import inspect
import warnings

import pytest

import edutorch

torch = pytest.importorskip("torch")

LAYERS = {
    "Module": (),
    "Linear": (2, 3),
    "Conv2d": (2, 3, 1),
    "BatchNorm1d": (3,),
    "LayerNorm": (3,),
    "RMSNorm": (3,),
    "GroupNorm": (1, 3),
    "LSTMCell": (2, 3),
    "PReLU": (),
}
METHODS = """
    train eval double float half cpu zero_grad requires_grad_ state_dict parameters named_parameters buffers
    named_buffers children named_children modules named_modules __repr__
""".split()
PROGRAMS = {name: lambda T, m, name=name: list(getattr(m, name)() or ()) for name in METHODS[-9:-1]}
PROGRAMS |= {name: lambda T, m, name=name: getattr(m, name)() for name in [*METHODS[:-9], "__repr__"]}
PROGRAMS |= {
    "to": lambda T, m: m.to(T.float64),
    "type": lambda T, m: m.type(T.float32),
    "to_empty": lambda T, m: m.to_empty(device="cpu"),
    "apply": lambda T, m: m.apply(lambda each: None),
    "load_state_dict": lambda T, m: m.load_state_dict(m.state_dict(), strict=False),
    "set a parameter": lambda T, m: setattr(m, "extra", T.nn.Parameter(T.ones(1))),
    "set a module": lambda T, m: setattr(m, "extra", T.nn.ReLU()),
    "set a buffer": lambda T, m: setattr(m, "extra", T.nn.Buffer(T.ones(1))),
    "register_module": lambda T, m: m.register_module("extra", T.nn.ReLU()),
    "get_parameter": lambda T, m: m.get_parameter("child.weight"),
}
NOT_COMPARED = {
    "_get_name",
    "get_extra_state",
    "set_extra_state",
    "__setattr__",
    "__getattr__",
    "__init__",
    "__delattr__",
    "__dir__",
}


def calls_of(T, layer, program):
    """The methods called by making a layer, and by the program on a layer with a child of the same class."""
    calls = []
    plain, theirs = getattr(T.nn, layer), getattr(torch.nn, layer)

    def noted(name):
        def method(self, *args, **kwargs):
            calls.append(f"{'child.' if vars(self).get('is_child') else ''}{name}")
            return getattr(plain, name)(self, *args, **kwargs)

        return method

    shared = {n for n in dir(theirs) if inspect.isfunction(getattr(theirs, n)) and hasattr(plain, n)}
    cls = type(layer, (plain,), {name: noted(name) for name in shared - NOT_COMPARED})
    module, child = cls(*LAYERS[layer]), cls(*LAYERS[layer])
    object.__setattr__(child, "is_child", True)
    module._modules["child"] = child
    made = list(calls)
    calls.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program(T, module)
        except AttributeError as error:  # no such parameter
            calls.append(type(error).__name__)
    return made, calls


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_methods_called_are_pytorchs(layer, program):
    assert calls_of(edutorch, layer, PROGRAMS[program]) == calls_of(torch, layer, PROGRAMS[program])
