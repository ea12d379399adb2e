"""The backward walk: sums, orders, refusals, hooks, long chains."""

import gc
import threading

import numpy as np
import pytest

import edutorch as torch


def leaf(*values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def test_gradients_add_up_over_paths_and_over_backwards(device):
    x = torch.tensor([2.0], device=device, requires_grad=True)
    y = x * x + x
    y.backward()
    assert x.grad.tolist() == [5.0]
    (x * 3).backward()
    assert x.grad.tolist() == [8.0]


def test_a_node_waits_for_all_its_gradients():
    calls = []

    class Once(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, gy):
            calls.append(gy.item())
            return gy

    x = leaf(1.0)
    shared = Once.apply(x)
    (shared * 2 + (shared * 3).exp().log() + shared).sum().backward()
    assert calls == [6.0] and x.grad.item() == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("a", "b"), [((3, 1), (4,)), ((), (2, 3)), ((1,), (1, 1)), ((2, 3), (2, 3)), ((5, 1, 2), (1, 3, 1))]
)
def test_broadcast_inputs_get_gradients_of_their_shape(a, b, device):
    rng = np.random.RandomState(0)
    x = torch.tensor(rng.randn(*a), device=device).requires_grad_()
    y = torch.tensor(rng.randn(*b), device=device).requires_grad_()
    (x * y).sum().backward()
    full = np.broadcast_shapes(a, b)
    ones = np.ones(full)
    yn, xn = y.detach().cpu().numpy(), x.detach().cpu().numpy()

    def down(g, shape):
        g = g.sum(tuple(range(g.ndim - len(shape))))
        return g.sum(tuple(d for d, n in enumerate(shape) if n == 1 and g.shape[d] != 1), keepdims=True)

    np.testing.assert_allclose(x.grad.cpu().numpy(), down(ones * yn, a))
    np.testing.assert_allclose(y.grad.cpu().numpy(), down(ones * xn, b))


def test_mixed_dtypes_give_each_input_a_gradient_of_its_own_dtype():
    x, y = leaf(1.0, dtype=torch.float32), leaf(2.0)
    (x * y).sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (torch.float32, torch.float64)


def test_a_chain_of_100000_operations():
    x = leaf(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1
    y.backward()
    assert x.grad.tolist() == [1.0]
    del y
    gc.collect()


def test_a_training_loop_does_not_grow():
    w = leaf(0.5, 0.5)
    data = torch.tensor([1.0, 2.0], dtype=torch.float64)

    def steps(n):
        for _ in range(n):
            w.grad = None
            loss = ((w * data).sum() - 1) ** 2
            loss.backward()
            with torch.no_grad():
                w.sub_(0.01 * w.grad)
            (w[0] * 0).detach()

    steps(20)
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        steps(2000)
        assert len(gc.get_objects()) - before < 50
    finally:
        gc.enable()


def test_second_backward_is_refused_and_retain_graph_allows_it():
    x = leaf(2.0)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match="backward through the graph a second time.*retain_graph=True"):
        y.backward()
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [12.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: leaf(1.0, 2.0).exp().backward(), r"only for scalar outputs.*\[2\]"),
        (lambda: torch.ones(1).backward(), "does not require grad and does not have a grad_fn"),
        (lambda: leaf(1.0, 2.0).exp().backward(torch.ones(3)), r"Mismatch in shape.*\[3\].*\[2\]"),
        (lambda: torch.autograd.grad(leaf(1.0) * 2, leaf(1.0)), "not have been used in the graph.*allow_unused"),
        (lambda: torch.autograd.grad(leaf(1.0) * 2, torch.ones(1)), "does not require grad"),
        (lambda: (leaf(1.0) * 2).backward(inputs=[]), "cannot be empty"),
    ],
)
def test_wrong_calls(call, message):
    with pytest.raises(RuntimeError, match=message):
        call()


def test_backward_of_a_vector_with_a_gradient():
    x = leaf(1.0, 2.0)
    (x * x).backward(torch.tensor([1.0, 10.0], dtype=torch.float64))
    assert x.grad.tolist() == [2.0, 40.0]


def test_backward_of_several_tensors():
    x = leaf(1.0)
    torch.autograd.backward([x * 2, x * 3])
    assert x.grad.tolist() == [5.0]


def test_grad_leaves_dot_grad_alone_and_handles_unused():
    x, z = leaf(3.0), leaf(1.0)
    y = x * x
    gx, gz = torch.autograd.grad(y, [x, z], allow_unused=True)
    assert gx.tolist() == [6.0] and gz is None and x.grad is None
    gx, gz = torch.autograd.grad(x * x, [x, z], materialize_grads=True)
    assert gz.tolist() == [0.0]


def test_grad_with_respect_to_a_tensor_in_the_middle_stops_there():
    ran = []

    class Trace(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, gy):
            ran.append(1)
            return gy

    x = leaf(2.0)
    middle = Trace.apply(x)
    (g,) = torch.autograd.grad(middle * 5, middle)
    assert g.tolist() == [5.0] and ran == []
    g_middle, g_x = torch.autograd.grad(middle * 5, [middle, x])
    assert (g_middle.tolist(), g_x.tolist(), ran) == ([5.0], [5.0], [1])


def test_backward_inputs_changes_only_those():
    x, w = leaf(2.0), leaf(3.0)
    (x * w).backward(inputs=[x])
    assert x.grad.tolist() == [3.0] and w.grad is None


def test_create_graph_differentiates_the_gradient():
    x = leaf(2.0)
    (x**4).backward(create_graph=True)
    assert x.grad.requires_grad
    g = x.grad
    x.grad = None
    g.backward()
    assert x.grad.tolist() == [48.0]


def test_a_leafs_gradient_is_its_own():
    x, y = leaf(1.0), leaf(1.0)
    (x + y).sum().backward()
    assert x.grad.data_ptr() != y.grad.data_ptr()
    x.grad.mul_(10)
    assert y.grad.tolist() == [1.0]
    given = torch.tensor([1.0], dtype=torch.float64)
    z = leaf(1.0)
    z.backward(given)
    z.grad.mul_(5)
    assert given.tolist() == [1.0]


def test_gradients_accumulate_in_the_same_tensor():
    x = leaf(1.0)
    (x * 2).backward()
    held = x.grad
    (x * 2).backward()
    assert x.grad is held and held.tolist() == [4.0]


def test_tensor_hooks_see_the_whole_gradient_and_may_replace_it():
    x = leaf(1.0)
    y = x * 2
    seen = []
    handle = y.register_hook(lambda g: seen.append(g.item()) or g * 10)
    (y * 3 + y).sum().backward()
    assert seen == [4.0] and x.grad.tolist() == [80.0]
    handle.remove()
    x.grad = None
    (x * 2).sum().backward()
    assert x.grad.tolist() == [2.0]


def test_leaf_hooks_and_post_accumulate_hooks():
    x = leaf(1.0)
    after = []
    x.register_hook(lambda g: g * 2)
    x.register_post_accumulate_grad_hook(lambda t: after.append(t.grad.item()))
    (x * 3 + x).backward()
    assert x.grad.tolist() == [8.0] and after == [8.0]


def test_post_accumulate_hooks_are_called_while_the_walk_goes_on():
    first, last, plain = leaf(2.0), leaf(3.0), leaf(5.0)
    order = []
    hidden = first * plain
    hidden.register_hook(lambda g: order.append("hidden"))
    for name, tensor in [("first", first), ("last", last)]:
        tensor.register_post_accumulate_grad_hook(lambda t, name=name: order.append((name, t.grad.item())))
    (hidden * last + last).backward()
    assert order == [("last", 11.0), "hidden", ("first", 15.0)]
    assert plain.grad.tolist() == [6.0]


def test_a_leaf_that_is_used_twice_is_complete_after_the_second_gradient():
    x, w = leaf(2.0), leaf(3.0)
    seen = []
    x.register_post_accumulate_grad_hook(lambda t: seen.append(t.grad.item()))
    (x * w * x * x).backward()
    torch.autograd.backward([x, x * 2], [torch.ones(1), torch.ones(1)])
    assert seen == [36.0, 39.0]


def test_node_hooks():
    x = leaf(1.0)
    y = x * 2
    calls = []
    y.grad_fn.register_prehook(lambda outputs: (outputs[0] * 2,))
    y.grad_fn.register_hook(lambda inputs, outputs: calls.append((inputs[0].item(), outputs[0].item())))
    y.backward()
    assert calls == [(4.0, 2.0)] and x.grad.tolist() == [4.0]


def test_retain_grad():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    (y * 3).backward()
    assert y.grad.tolist() == [3.0] and y.retains_grad
    with pytest.raises(RuntimeError, match="retain_grad"):
        torch.ones(1).retain_grad()


def test_retain_grad_follows_a_change_in_place_and_sees_what_hooks_made(device):
    # silently wrong before: the gradient of what y was
    x = torch.ones(3, device=device, requires_grad=True)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda g: g * 10)  # stays with what y is now
    y.add_(1)
    y[0:1].mul_(3)
    y.register_hook(lambda g: g * 100)
    (y * y).sum().backward()
    assert y.tolist() == [9, 3, 3] and y.grad.tolist() == [1800, 600, 600]
    assert x.grad.tolist() == [108000, 12000, 12000]


def test_two_retained_gradients_share_no_memory():
    x = leaf(1.0)
    y = x * 2
    z = y + 0
    y.retain_grad()
    z.retain_grad()
    z.backward()
    z.grad.zero_()
    assert y.grad.tolist() == [1.0]


def test_gradients_of_a_recorded_walk_share_no_memory():
    # silently wrong before: clipping a's gradient in place clipped b's too
    a, b = leaf(1.0), leaf(2.0)
    (a + b).backward(create_graph=True)
    with torch.no_grad():
        a.grad.mul_(10)
    assert b.grad.tolist() == [1.0]


def test_backward_inputs_of_a_tensor_in_the_middle_retains_its_gradient():
    x = leaf(2.0)
    y = x * x
    (y * 3).backward(inputs=[y])
    assert y.grad.tolist() == [3.0] and y.retains_grad and x.grad is None
    with pytest.raises(RuntimeError, match="requires_grad=False"):
        x.sum().backward(inputs=[torch.ones(1)])


def test_a_leaf_frozen_after_forward_gets_no_gradient():
    x, w = leaf(2.0), leaf(3.0)
    y = x * w
    x.requires_grad_(False)
    y.backward()
    assert x.grad is None and w.grad.tolist() == [2.0]


@pytest.mark.parametrize("create_graph", [False, True])
def test_leaf_hooks_run_as_recorded_as_the_walk(create_graph):
    x, w = leaf(1.0), leaf(2.0)
    seen = []
    x.register_hook(lambda g: seen.append(torch.is_grad_enabled()) or g * w)
    x.register_post_accumulate_grad_hook(lambda t: seen.append(torch.is_grad_enabled()))
    (x * x).backward(create_graph=create_graph)
    assert seen == [create_graph, create_graph] and x.grad.requires_grad is create_graph


def test_a_post_accumulate_hook_may_change_the_leaf_in_place():
    x = leaf(1.0)
    x.register_post_accumulate_grad_hook(lambda t: t.sub_(t.grad) and None)
    (x * 3).backward()
    assert x.tolist() == [-2.0]


def test_leaf_hooks_run_in_the_order_in_which_the_gradients_are_complete():
    x, w, v = leaf(1.0), leaf(1.0), leaf(1.0)
    order = []
    for name, tensor in [("x", x), ("w", w), ("v", v)]:
        tensor.register_hook(lambda g, name=name: order.append(name))
    ((x * 2 * w) * v * w).backward()
    assert order == ["v", "w", "x"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [(3, TypeError), (torch.ones(2), RuntimeError), (torch.ones(3, dtype=torch.float64), RuntimeError)],
)
def test_a_hook_that_gives_another_kind_of_gradient_is_refused(wrong, error):
    x = torch.ones(3, requires_grad=True)
    y = x * 2
    for tensor in (x, y):
        with tensor.register_hook(lambda g: wrong), pytest.raises(error, match="hook"):
            (y * 3).sum().backward(retain_graph=True)
    assert x.grad is None and torch.is_grad_enabled()


def test_node_hooks_see_gradients_like_the_inputs_and_must_return_as_many():
    x, bias = torch.ones(2, 3, requires_grad=True), torch.ones(3, requires_grad=True)
    y = x * bias
    shapes = []
    y.grad_fn.register_hook(lambda inputs, _: shapes.extend(g.shape for g in inputs))
    y.sum().backward(retain_graph=True)
    assert shapes == [(2, 3), (3,)]
    with (
        y.grad_fn.register_hook(lambda inputs, _: inputs[:1]),
        pytest.raises(RuntimeError, match="got 1, but expected 2"),
    ):
        y.sum().backward(retain_graph=True)
    with y.grad_fn.register_prehook(lambda outputs: outputs[0]), pytest.raises(TypeError, match="expected tuple"):
        y.sum().backward()


def test_a_prehook_has_no_part_in_the_gradient_of_the_nodes_output():
    y = leaf(1.0) * 2
    y.grad_fn.register_prehook(lambda outputs: (outputs[0] * 5,))
    assert torch.autograd.grad(y * 3, y)[0].tolist() == [3.0]


def test_a_gradient_with_a_graph_is_still_added_to_in_place():
    x = leaf(1.0)
    (x * x).backward(create_graph=True)
    held = x.grad
    (x * x).backward()
    assert x.grad is held and held.tolist() == [4.0]


def test_wrong_calls_of_grad():
    x = leaf(1.0)
    with pytest.raises(RuntimeError, match="cannot be empty"):
        torch.autograd.grad(x * 2, [])
    with pytest.raises(ValueError, match="allow_unused"):
        torch.autograd.grad(x * 2, x, materialize_grads=True, allow_unused=False)
    with pytest.raises(TypeError, match="either Tensors or None"):
        (x * 2).backward(3.0)


def test_two_threads_that_walk_back_to_one_leaf():
    x = torch.ones(100_000, requires_grad=True)

    def work():
        for _ in range(50):
            (x * 1).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (x.grad == 200).all()


def test_anomaly_detection_names_the_forward_line():
    x = leaf(0.0)
    with torch.autograd.detect_anomaly():
        y = x.sqrt() * 0  # the line to be found
        with pytest.raises(RuntimeError, match=r"SqrtBackward0.*nan(.|\n)*the line to be found"):
            y.backward()
    assert not torch.is_anomaly_enabled()


def test_a_view_is_brought_up_to_date_wherever_it_stands_among_the_inputs():
    w = torch.tensor([2.0, 3.0], requires_grad=True)
    base = torch.zeros(3)
    view = base[:2]
    base[:2] = w * w  # from here on the view has a gradient
    (w.detach().requires_grad_() * view).sum().backward()
    assert w.grad.tolist() == [8, 18]  # d(w0 w^2)/dw with w0 held fixed: 2 w0 w


def test_an_output_that_is_a_view_of_what_was_changed_since():
    # silently lost before: the walk looked for x behind the grad_fn that the view had
    x = torch.ones(3, requires_grad=True)
    y = x * 1
    v = y[:2]
    y.mul_(2)
    g = torch.ones(2)
    assert torch.autograd.grad(v, x, g, retain_graph=True, allow_unused=True)[0].tolist() == [2, 2, 0]
    w = y[1:]
    y.mul_(3)
    w.backward(g, inputs=[x])
    assert x.grad.tolist() == [0, 6, 6]
