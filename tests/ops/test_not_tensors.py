"""What is no tensor, where there should be one: every operation says so, naming what it got, by TypeError."""

import re

import pytest

import edutorch as torch
from tests.golden import layer_cases
from tests.ops.recorded_calls import recorded_calls, tensor_places

OTHERS = {
    "list": lambda x: x.tolist(),
    "ndarray": lambda x: x.numpy(),
    "float": lambda x: 1.5,
    "NoneType": lambda x: None,
    "str": lambda x: "3",
}
INTERNALS = re.compile(
    "attribute|unsupported operand|ufunc|not supported between|must be real number|bad operand|non-int of type"
)
OTHERWISE = {  # argument: why there are other errors
    "max.dim": "an axis or a tensor",
    "min.dim": "an axis or a tensor",
    "quantile.q": "a number, out of range",
    "nanquantile.q": "a number, out of range",
    "bitwise_and.other": "a number, whose dtype is refused",
    "bitwise_or.other": "a number, whose dtype is refused",
    "bitwise_xor.other": "a number, whose dtype is refused",
    "clamp.min": "may be None if max is not",
    "clamp.max": "may be None if min is not",
    "batch_norm.running_mean": "may be None while training",
    "batch_norm.running_var": "may be None while training",
    "embedding_bag.offsets": "may be None for a matrix",
    "repeat_interleave.repeats": "may be None",
    "ctc_loss.input_lengths": "a list or a tensor",
    "ctc_loss.target_lengths": "a list or a tensor",
    "histogram.bins": "a number, a list or a tensor",
    "searchsorted.input": "a number, for one row alone",
    "atleast_1d.tensors": "a list of tensors",
    "atleast_2d.tensors": "a list of tensors",
    "isin.elements": "one of the two may be a number",
    "einsum.equation": "a string, or the form with lists",
}


def problems(name):
    for function, args, kwargs in recorded_calls()[name]:
        for place, parameter in tensor_places(function, args, kwargs):
            if name.startswith("Tensor.") and place == 0:
                continue
            for other in OTHERS.values():
                given, named = [x.clone() if isinstance(x, torch.Tensor) else x for x in args], dict(kwargs)
                into = named if isinstance(place, str) else given
                into[place] = other(into[place])
                kind = type(into[place]).__name__  # a tensor of one number as a list is a number
                try:
                    function(*given, **named)
                except Exception as error:
                    told = isinstance(error, TypeError) and not INTERNALS.search(str(error)) and kind in str(error)
                    if not told and f"{name.partition('.')[2]}.{parameter}" not in OTHERWISE:
                        yield f"{name}, {parameter} a {kind}: {type(error).__name__}: {error}"


def test_every_operation_says_so():
    assert [problem for name in recorded_calls() for problem in problems(name)] == []


@pytest.mark.parametrize("case", sorted(layer_cases.CASES.keys() - {"Identity"}))
def test_every_layer_says_so(case):
    layer = layer_cases.CASES[case][0](torch)
    inputs = [torch.tensor(array) for array in layer_cases.arrays(case)]
    for i, x in enumerate(inputs):
        for kind, other in OTHERS.items():
            given = [*inputs[:i], other(x), *inputs[i + 1 :]]
            if kind == "NoneType" and i > 0:
                continue  # the later inputs of a layer may be left out
            with pytest.raises(TypeError, match=f"must be Tensor.*{kind}"):
                layer(*given)
