"""Function: recording, ctx, the node, refusals."""

import dis
import gc
import math
import weakref

import pytest

import edutorch as torch
from edutorch.autograd import Function
from edutorch.autograd.function import once_differentiable
from edutorch.ops.exponential import Exp


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, gy):
        (x,) = ctx.saved_tensors
        return gy * 3 * x * x


class SplitSum(Function):
    """Two outputs, one of them of integers."""

    @staticmethod
    def forward(ctx, x, times):
        ctx.times = times
        return x * times, x.sum(), x.argmax()

    @staticmethod
    def backward(ctx, g_scaled, g_sum, g_index):
        return g_scaled * ctx.times + g_sum, None


def leaf(*values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def test_a_user_function_records_itself_and_differentiates_twice(device):
    x = leaf(1.0, 2.0).detach().to(device).requires_grad_()
    y = Cube.apply(x)
    assert y.requires_grad and isinstance(y.grad_fn, Cube) and y.grad_fn.name() == "CubeBackward"
    (g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    assert g.tolist() == [3.0, 12.0]
    (g2,) = torch.autograd.grad(g.sum(), x)
    assert g2.tolist() == [6.0, 12.0]


def test_forward_runs_with_recording_off_and_nothing_is_recorded_without_need():
    seen = []

    class Look(Function):
        @staticmethod
        def forward(ctx, x):
            seen.append((torch.is_grad_enabled(), list(ctx.needs_input_grad)))
            return x + 1

        @staticmethod
        def backward(ctx, gy):
            return gy

    assert Look.apply(leaf(1.0)).requires_grad
    assert not Look.apply(torch.ones(1)).requires_grad
    with torch.no_grad():
        assert Look.apply(leaf(1.0)).grad_fn is None
    assert seen == [(False, [True]), (False, [False]), (False, [False])]


def test_several_outputs_unused_ones_get_zeros_and_integers_get_none():
    x = leaf(1.0, 3.0)
    scaled, total, index = SplitSum.apply(x, 2)
    assert not index.requires_grad and index.item() == 1
    assert (scaled.output_nr, total.output_nr) == (0, 1)
    total.backward()
    assert x.grad.tolist() == [1.0, 1.0]
    scaled, total, _ = SplitSum.apply(x, 2)
    (scaled.sum() + total).backward()
    assert x.grad.tolist() == [4.0, 4.0]


def test_set_materialize_grads_false_gives_none():
    got = []

    class Pair(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(False)
            return x + 1, x + 2

        @staticmethod
        def backward(ctx, ga, gb):
            got.append((ga, gb))
            return ga

    x = leaf(1.0)
    Pair.apply(x)[0].sum().backward()
    assert got[0][1] is None and x.grad.tolist() == [1.0]


def test_setup_context_style():
    class Square(Function):
        @staticmethod
        def forward(x):
            return x * x

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, gy):
            (x,) = ctx.saved_tensors
            return 2 * x * gy

    x = leaf(3.0)
    Square.apply(x).backward()
    assert x.grad.tolist() == [6.0]


def test_setup_context_gets_the_defaults_of_forward():
    class Scale(Function):
        @staticmethod
        def forward(x, by=2.0, times=3.0):
            return x * by * times

        @staticmethod
        def setup_context(ctx, inputs, output):
            _, by, times = inputs
            ctx.by = by * times

        @staticmethod
        def backward(ctx, gy):
            return gy * ctx.by, None, None

    x = leaf(1.0)
    (Scale.apply(x) + Scale.apply(x, 5.0) + Scale.apply(x, 1.0, 1.0)).backward()
    assert x.grad.tolist() == [22.0]


def test_mark_non_differentiable():
    class WithMask(Function):
        @staticmethod
        def forward(ctx, x):
            mask = (x > 0).double()
            ctx.mark_non_differentiable(mask)
            return x * mask, mask

        @staticmethod
        def backward(ctx, gy, g_mask):
            return gy

    y, mask = WithMask.apply(leaf(1.0, -1.0))
    assert y.requires_grad and not mask.requires_grad


def test_an_input_given_back_is_another_tensor():
    class Same(Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, gy):
            return gy * 2

    x = leaf(1.0)
    y = Same.apply(x)
    assert y is not x and x.is_leaf and y.data_ptr() == x.data_ptr()
    y.backward()
    assert x.grad.tolist() == [2.0]


class GiveBack(Function):
    @staticmethod
    def forward(ctx, x, w):
        return x, w * 2

    @staticmethod
    def backward(ctx, gx, gw):
        return gx, gw * 2


@pytest.mark.parametrize("wanted", [True, False])
def test_an_input_given_back_unrecorded_is_another_tensor_too(wanted):
    x = torch.ones(2, requires_grad=wanted)
    with torch.set_grad_enabled(not wanted):
        y, _ = GiveBack.apply(x, torch.ones(2))
    assert y is not x and not y.requires_grad and y.is_leaf


def test_a_change_in_place_of_an_input_given_back_is_refused():
    # silently wrong before: h's memory changed, and its gradient did not know
    h = leaf(1.0, 2.0) * 3
    y, _ = GiveBack.apply(h, torch.ones(2))
    with pytest.raises(RuntimeError, match="modified inplace"):
        y.mul_(2)
    assert h.tolist() == [3.0, 6.0]


def test_nothing_inside_forward_is_recorded_even_where_no_input_wants_a_gradient():
    w = leaf(2.0)

    class Closure(Function):
        @staticmethod
        def forward(ctx, x):
            return w * x

        @staticmethod
        def backward(ctx, gy):
            return gy

    y = Closure.apply(torch.ones(1))
    assert not y.requires_grad and torch.is_grad_enabled()


@pytest.mark.parametrize("wanted", [True, False])
def test_what_is_marked_dirty_must_be_returned(wanted):
    class Forgets(Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.mark_dirty(x)
            x.add_(1)
            return y * 2

        @staticmethod
        def backward(ctx, gy):
            return None, gy * 2

    y = torch.ones(2, requires_grad=wanted)
    with pytest.raises(RuntimeError, match="must all be outputs of the Function"):
        Forgets.apply(y * 2, y)


def test_a_forgotten_staticmethod_is_forgiven():
    class Double(Function):
        def forward(ctx, x):
            return x * 2

        def backward(ctx, gy):
            return gy * 2

    x = leaf(3.0)
    Double.apply(x).backward()
    assert x.grad.tolist() == [2.0]


class ExpInPlace(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        x.exp_()
        ctx.save_for_backward(x)
        return x

    @staticmethod
    def backward(ctx, gy):
        (y,) = ctx.saved_tensors
        return gy * y


def test_a_function_in_place_may_save_what_it_made_and_leaks_nothing():
    # before, the saved output passed for one that was changed after forward
    x = leaf(0.0, 1.0)
    y = x * 2
    assert ExpInPlace.apply(y) is y
    (y * 3).sum().backward(retain_graph=True)
    assert x.grad.tolist() == pytest.approx([6.0, 6 * math.exp(2)])
    saved = weakref.ref(y)
    gc.disable()
    try:
        del y
        assert saved() is None
    finally:
        gc.enable()


def test_wrong_number_of_gradients_is_refused():
    class TooMany(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, gy):
            return gy, gy

    with pytest.raises(RuntimeError, match=r"TooManyBackward returned an incorrect number.*expected 1, got 2"):
        TooMany.apply(leaf(1.0)).backward()


def test_gradient_of_a_wrong_shape_is_refused():
    class WrongShape(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, gy):
            return gy.reshape(2, 1, 1).expand(2, 3, 4)

    with pytest.raises(
        RuntimeError, match=r"WrongShapeBackward returned an invalid gradient at index 0.*\[2, 3, 4\].*\[2\]"
    ):
        WrongShape.apply(leaf(1.0, 2.0)).sum().backward()


@pytest.mark.parametrize("wrong", [2.0, [1.0], "g"])
def test_a_gradient_that_is_no_tensor_is_refused(wrong):
    class NoTensor(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, gy):
            return (wrong,)

    with pytest.raises(TypeError, match=r"NoTensorBackward.backward\(\) returned a .* at index 0: expected a Tensor"):
        NoTensor.apply(leaf(1.0)).backward()


@pytest.mark.parametrize("missing", ["forward", "backward"])
def test_missing_methods_say_what_to_write(missing):
    methods = {"forward": staticmethod(lambda ctx, x: x * 1), "backward": staticmethod(lambda ctx, g: g)}
    del methods[missing]
    half = type("Half", (Function,), methods)
    with pytest.raises(NotImplementedError, match=f"implement the {missing} function"):
        half.apply(leaf(1.0)).backward()


def test_once_differentiable_refuses_the_second_derivative():
    class Once(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        @once_differentiable
        def backward(ctx, gy):
            (x,) = ctx.saved_tensors
            return 2 * x * gy

    x = leaf(3.0)
    (g,) = torch.autograd.grad(Once.apply(x), x)
    assert g.tolist() == [6.0]
    g_out = torch.ones(1, dtype=torch.float64, requires_grad=True)
    (g,) = torch.autograd.grad(Once.apply(x), x, g_out, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        g.backward()


def test_next_functions_lead_to_the_leaves():
    x, w = leaf(1.0), leaf(2.0)
    y = (x * w).exp()
    ((mul, nr),) = y.grad_fn.next_functions
    assert nr == 0 and mul.name() == "MulBackward0" and repr(mul).startswith("<MulBackward0 object at 0x")
    assert [n.variable for n, _ in mul.next_functions] == [x, w] or all(
        n.variable is t for (n, _), t in zip(mul.next_functions, (x, w), strict=True)
    )
    assert mul.next_functions[0][0].name() == "torch::autograd::AccumulateGrad"
    assert mul.next_functions[0][0] == mul.next_functions[0][0]


def test_nothing_leaks_without_the_garbage_collector():
    gc.disable()
    try:
        x = leaf(1.0)
        y = (x.exp() * 2).sigmoid().relu().sum()
        node, middle = weakref.ref(y.grad_fn), weakref.ref(y)
        y.backward()
        del y
        assert node() is None and middle() is None
    finally:
        gc.enable()


def test_metadata_is_the_users():
    y = leaf(1.0) * 2
    y.grad_fn.metadata["note"] = 1
    assert y.grad_fn.metadata == {"note": 1}


def test_saved_tensors_of_two_outputs_keep_their_place_in_the_graph():
    class ExpTwice(Function):
        @staticmethod
        def forward(ctx, x):
            a, b = x.exp(), (2 * x).exp()
            ctx.save_for_backward(a, b)
            return a, b

        @staticmethod
        def backward(ctx, ga, gb):
            a, b = ctx.saved_tensors
            return ga * a + 2 * gb * b

    x = torch.tensor([0.1, 0.2], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(ExpTwice.apply, x)
    assert torch.autograd.gradgradcheck(ExpTwice.apply, x)


def test_ctx_takes_attributes_of_any_name():
    names = "edges number hooks outputs inputs traceback materialize name is_view free shape saved".split()

    class Times(Function):
        @staticmethod
        def forward(ctx, x, w):
            for each in names:
                setattr(ctx, each, x.shape)
            ctx.save_for_backward(x, w)
            return x * w

        @staticmethod
        def backward(ctx, gy):
            assert all(getattr(ctx, each) == gy.shape for each in names)
            x, w = ctx.saved_tensors
            return gy * w, gy * x

    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = Times.apply(x, w)
    assert "grad_fn=<TimesBackward>" in repr(y)
    y.register_hook(lambda g: g * 10)
    (y * y).sum().backward()
    assert x.grad.tolist() == [180.0, 640.0] and w.grad.tolist() == [60.0, 320.0]


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_saved_tensor_that_was_detached_in_place_is_refused(create_graph):
    x, w = leaf(2.0, 3.0), leaf(5.0, 7.0)
    y = x * x
    z, v = y * w, y.view(-1) * w
    y.detach_()
    with pytest.raises(RuntimeError, match=r"detached in-place, i.e. with .detach_\(\): MulBackward0 saved it"):
        torch.autograd.grad(z.sum(), w, create_graph=create_graph)
    assert torch.autograd.grad(v.sum(), w)[0].tolist() == [4.0, 9.0]  # a view goes its own way
    y.mul_(2)  # a leaf that nobody has saved since
    assert (y * w).sum().item() == 166.0


def test_an_own_output_may_be_detached_in_place():
    x = leaf(0.0, 0.0)
    y = x.exp()
    z = y + 1
    y.detach_()
    z.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


ON_ARRAYS = [each for each in Function.__subclasses__() if each._built_in and each.on_arrays]


@pytest.mark.parametrize("operation", ON_ARRAYS)
def test_an_operation_on_arrays_keeps_nothing_on_ctx(operation):
    """Unrecorded, they all have one ctx; recorded, their output is taken for a new tensor."""
    instructions = list(dis.get_instructions(operation.forward))
    assert "STORE_ATTR" not in {each.opname for each in instructions}
    assert not {each.argval for each in instructions} & {"mark_dirty", "mark_non_differentiable"}
    assert not operation.is_view and not operation._gives_back


def test_a_subclass_of_an_operation_on_arrays_may_call_others_and_return_its_input():
    class Twice(Exp):
        @staticmethod
        def forward(ctx, x):
            return x.exp() * 2

    class Same(Exp):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x

    x = leaf(0.0, 1.0)
    assert Twice.apply(x)[0].item() == 2.0
    assert Same.apply(x) is not x and x.is_leaf


def test_an_operation_on_arrays_that_calls_another_one_is_refused():
    """on_arrays leaves recording on and would record the other one, too."""

    class Wrong(Function):
        on_arrays = True

        @staticmethod
        def forward(ctx, x):
            return x.exp()

    with pytest.raises(RuntimeError, match="cannot enter context"):
        Wrong.apply(torch.ones(2, requires_grad=True))
