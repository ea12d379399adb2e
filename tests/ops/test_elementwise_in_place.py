"""Every in-place method gives what its operation gives, in the tensor's own memory, with the gradient."""

import pytest

import edutorch as torch

NAMES = (
    "exp exp2 expm1 log log2 log10 log1p sqrt rsqrt erf erfc sin cos tan atan sinh cosh asinh sigmoid tanh relu logit"
    " abs neg square reciprocal sign floor ceil round trunc frac nan_to_num asin acos atanh erfinv absolute negative fix"
    " arcsin arccos arctan sgn lgamma digamma"
).split()
METHODS = {
    **dict.fromkeys(NAMES, ()),
    "add": (2.0,),
    "sub": (2.0,),
    "subtract": (2.0,),
    "mul": (2.0,),
    "multiply": (3.0,),
    "div": (2.0,),
    "divide": (2.0,),
    "true_divide": (2.0,),
    "floor_divide": (0.3,),
    "remainder": (0.3,),
    "fmod": (0.3,),
    "pow": (3,),
    "clamp": (0.3, 0.6),
    "clip": (0.3,),
    "clamp_min": (0.3,),
    "clamp_max": (0.3,),
    "polygamma": (1,),
    "renorm": (2, 0, 0.5),
    "copysign": (-1.0,),
    "cumsum": (0,),
    "cumprod": (1,),
    "lerp": (torch.tensor([[1.0, 2.0, 3.0]]), 0.3),
    "addcmul": (torch.tensor([1.0, 2.0, 3.0]), torch.tensor([3.0, 2.0, 1.0])),
    "addcdiv": (torch.tensor([1.0, 2.0, 3.0]), torch.tensor([3.0, 2.0, 1.0])),
    "atan2": (torch.tensor([1.0, 2.0, 3.0]),),
    "xlogy": (torch.tensor([1.0, 2.0, 3.0]),),
    "eq": (0.5,),
    "ne": (0.5,),
    "lt": (0.5,),
    "le": (0.5,),
    "gt": (0.5,),
    "ge": (0.5,),
    "logical_not": (),
    "logical_and": (torch.tensor([1.0, 0.0, 3.0]),),
}
NO_GRADIENT = ("floor_divide", "eq", "ne", "lt", "le", "gt", "ge", "logical_not", "logical_and")


def test_integers_in_place(device):
    x = torch.tensor([4, 6], device=device)
    assert x.gcd_(torch.tensor([6, 9], device=device)).tolist() == [2, 3]
    assert x.lcm_(torch.tensor([3, 2], device=device)) is x and x.tolist() == [6, 6]
    y = torch.tensor([-1.0, 0.0, 2.0], device=device)
    assert y.heaviside_(torch.tensor(0.5, device=device)).tolist() == [0.0, 0.5, 1.0]


def moved(arguments, device):
    return [each.to(device) if isinstance(each, torch.Tensor) else each for each in arguments]


@pytest.mark.parametrize("name", METHODS)
def test_in_place_is_the_operation_in_the_same_memory(name, device):
    arguments = moved(METHODS[name], device)
    leaf = torch.tensor([[0.2, 0.5, 0.7], [0.1, 0.9, 0.4]], device=device, requires_grad=name not in NO_GRADIENT)
    expected = getattr(leaf * 1, name)(*arguments)
    x = leaf * 1
    memory, version = x.data_ptr(), x._version
    assert getattr(x, name + "_")(*arguments) is x
    assert x.tolist() == expected.to(x.dtype).tolist() and x.dtype is leaf.dtype
    assert x.data_ptr() == memory and x._version > version
    if name not in NO_GRADIENT:
        (expected * expected).sum().backward()
        gradient, leaf.grad = leaf.grad, None
        (x * x).sum().backward()
        assert leaf.grad.tolist() == gradient.tolist()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("x += 2", [9, 5]),
        ("x -= 2", [5, 1]),
        ("x *= 2", [14, 6]),
        ("x //= 2", [3, 1]),
        ("x %= 4", [3, 3]),
        ("x **= 2", [49, 9]),
        ("x &= 6", [6, 2]),
        ("x |= 8", [15, 11]),
        ("x ^= 1", [6, 2]),
    ],
)
def test_augmented_assignment_keeps_the_object(statement, expected, device):
    x = torch.tensor([7, 3], device=device)
    names = {"x": x}
    exec(statement, names)
    assert names["x"] is x and x.tolist() == expected and x.dtype is torch.int64


def test_augmented_division_of_integers_is_refused(device):
    x = torch.tensor([7, 3], device=device)
    with pytest.raises(RuntimeError, match="can't be cast"):
        x /= 2
