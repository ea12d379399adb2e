"""gradcheck finds wrong gradients and says where; autograd.functional gives whole Jacobians."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.autograd import functional, gradcheck, gradgradcheck
from edutorch.autograd.gradcheck import GradcheckError


class WrongAtOne(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, gy):
        (x,) = ctx.saved_tensors
        slope = 2 * x
        slope[1] = 7.0
        return gy * slope


def leaf(*values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def test_right_gradients_pass(device):
    x = torch.tensor([0.5, -1.0], dtype=torch.float64, device=device, requires_grad=True)
    w = torch.tensor([[1.0], [2.0]], dtype=torch.float64, device=device, requires_grad=True)
    assert gradcheck(lambda x, w: (x @ w).sigmoid(), (x, w))
    assert gradgradcheck(lambda x, w: (x @ w).sigmoid(), (x, w))


def test_a_wrong_gradient_is_named():
    def square(x):
        return WrongAtOne.apply(x)

    with pytest.raises(GradcheckError) as error:
        gradcheck(square, leaf(1.0, 2.0, 3.0))
    text = str(error.value)
    for part in ("output 0", "input 0", "square", "d output[1] / d input[1]", "4", "7", "1 of 9"):
        assert part in text
    assert gradcheck(square, leaf(1.0, 2.0, 3.0), raise_exception=False) is False


def test_a_backward_that_ignores_its_gradient_is_found():
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, gy):
            (x,) = ctx.saved_tensors
            return 2 * x  # right for one number, whose gradient is 1

    with pytest.raises(GradcheckError, match="backward not multiplied by grad_output: output 0 of apply"):
        gradcheck(Square.apply, leaf(3.0))
    assert gradcheck(Square.apply, leaf(3.0), raise_exception=False) is False


def test_a_wrong_second_derivative_is_found():
    class HalfCube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x * x

        @staticmethod
        def backward(ctx, gy):
            (x,) = ctx.saved_tensors
            return gy * 3 * x * x.detach()  # right once, wrong twice

    assert gradcheck(HalfCube.apply, leaf(1.0, 2.0))
    with pytest.raises(GradcheckError, match="the gradient of"):
        gradgradcheck(HalfCube.apply, leaf(1.0, 2.0))


def test_inputs_that_cannot_be_checked():
    with pytest.raises(ValueError, match="requires_grad=True"):
        gradcheck(torch.exp, torch.ones(2))
    with pytest.raises(RuntimeError, match="stride 0"):
        gradcheck(torch.exp, leaf(1.0).expand(3))
    with pytest.warns(UserWarning, match=r"float32.*\.double\(\)"):
        assert gradcheck(torch.exp, torch.ones(2, requires_grad=True), eps=1e-2, atol=1e-2)


def test_what_the_function_finds_by_another_way_is_checked_too():
    layer, x = torch.nn.Linear(2, 2).double(), leaf(1.0, 2.0)
    before, version = layer.weight.tolist(), layer.weight._version
    assert gradcheck(lambda weight, bias: layer(x).tanh(), (layer.weight, layer.bias))
    assert gradgradcheck(lambda weight: layer(x).tanh(), layer.weight)
    assert layer.weight.tolist() == before and layer.weight._version == version
    assert gradcheck(lambda a, b: a * b, (x, x))


def test_a_backward_that_differs_from_run_to_run():
    class Unsteady(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, gy):
            return gy * 2 * (1 + 1e-7 * torch.rand(1, dtype=torch.float64))

    with pytest.raises(GradcheckError, match="not reentrant.*nondet_tol=0.0"):
        gradcheck(Unsteady.apply, leaf(1.0, 2.0))
    assert gradcheck(Unsteady.apply, leaf(1.0, 2.0), nondet_tol=1e-5)


def test_jacobian_and_hessian():
    x = leaf(1.0, 2.0, 3.0)
    assert functional.jacobian(lambda x: x * x, x).tolist() == np.diag([2.0, 4.0, 6.0]).tolist()
    assert functional.hessian(lambda x: (x**3).sum(), x).tolist() == np.diag([6.0, 12.0, 18.0]).tolist()
    a, b = leaf(1.0, 2.0), leaf(3.0)
    (da, db) = functional.jacobian(lambda a, b: a * b, (a, b))
    assert da.tolist() == [[3.0, 0.0], [0.0, 3.0]] and db.tolist() == [[1.0], [2.0]]
    (haa, hab), (hba, hbb) = functional.hessian(lambda a, b: (a * b).sum() ** 2, (a, b))
    assert haa.tolist() == [[18.0, 18.0], [18.0, 18.0]] and hbb.tolist() == [[18.0]]
    assert hab.tolist() == [[36.0], [36.0]] and hba.tolist() == [[36.0, 36.0]]


def test_products_with_vectors():
    x, v = leaf(1.0, 2.0), torch.tensor([1.0, 10.0], dtype=torch.float64)
    output, product = functional.vjp(lambda x: x * x, x, v)
    assert output.tolist() == [1.0, 4.0] and product.tolist() == [2.0, 40.0] and not output.requires_grad
    assert functional.jvp(lambda x: x * x, x, v)[1].tolist() == [2.0, 40.0]
    assert functional.vhp(lambda x: (x**3).sum(), x, v)[1].tolist() == [6.0, 120.0]
    assert functional.hvp(lambda x: (x**3).sum(), x, v)[1].tolist() == [6.0, 120.0]
    with pytest.raises(RuntimeError, match="strict=True"):
        functional.vjp(lambda x: torch.ones(1), x, strict=True)
    with pytest.raises(RuntimeError, match="single value"):
        functional.hessian(lambda x: x * x, x)
