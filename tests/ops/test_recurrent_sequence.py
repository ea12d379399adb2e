"""A layer as one operation equals the plain steps: values, gradients, their gradients; packed, backwards, on a GPU."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.ops.plumbing.recurrent_arrays import Layer, Run
from edutorch.ops.recurrent import plain_sequence
from edutorch.ops.recurrent_sequence import RecurrentSequence

GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}
CASES = {
    "all of one length": {},
    "backwards": {"backwards": True},
    "packed": {"sizes": (3, 3, 2, 1)},
    "packed, backwards": {"sizes": (3, 3, 2, 1), "backwards": True},
    "one step": {"steps": 1},
    "without bias": {"bias": False},
    "projection": {"proj": 2},
    "projection, packed, backwards": {"proj": 2, "sizes": (3, 1), "backwards": True},
}
KINDS = [(kind, case) for kind in GATES for case in CASES if kind == "LSTM" or "proj" not in CASES[case]]


def make(kind, device="cpu", dtype=torch.float64, sizes=None, backwards=False, steps=4, bias=True, proj=None, width=3):
    """(the inputs of a layer, its Run), drawn with a fixed seed."""
    draws = np.random.RandomState(0)
    n, inputs = 3, 2
    rows, outs = GATES[kind] * width, proj or width
    shapes = Layer(
        x=(steps, n, inputs) if sizes is None else (sum(sizes), inputs),
        h=(n, outs),
        c=(n, width) if kind == "LSTM" else None,
        w_ih=(rows, inputs),
        w_hh=(rows, outs),
        b_ih=(rows,) if bias else None,
        b_hh=(rows,) if bias else None,
        w_hr=(outs, width) if proj else None,
    )
    tensors = [
        None if shape is None else torch.tensor(draws.randn(*shape), dtype=dtype, device=device, requires_grad=True)
        for shape in shapes
    ]
    return tensors, Run(kind, sizes, backwards)


def weighted(outputs):
    """A loss in which each element of each output has a weight of its own."""
    return sum((each * torch.arange(1.0, each.numel() + 1).to(each).reshape(each.shape)).sum() for each in outputs)


def gradients(outputs, tensors):
    return torch.autograd.grad(weighted(outputs), [each for each in tensors if each is not None])


def assert_equal(found, expected, rtol, atol):
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape and a.dtype == b.dtype and a.device == b.device
        np.testing.assert_allclose(a.detach().cpu().numpy(), b.detach().cpu().numpy(), rtol, atol)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize(("kind", "case"), KINDS)
def test_it_equals_the_plain_steps(kind, case, dtype, device):
    tensors, run = make(kind, device, dtype, **CASES[case])
    outputs, plain = RecurrentSequence.apply(*tensors, run), plain_sequence(run, Layer(*tensors))
    close = {"rtol": 1e-11, "atol": 1e-12} if dtype is torch.float64 else {"rtol": 2e-5, "atol": 2e-4}
    assert_equal(outputs, plain, **close)
    assert_equal(gradients(outputs, tensors), gradients(plain, tensors), **close)


@pytest.mark.parametrize("kind", GATES)
def test_first_states_may_lie_in_memory_by_columns(kind, device):
    tensors, run = make(kind, device)
    expected = RecurrentSequence.apply(*tensors, run)
    turned = [
        None if each is None else each.detach().t().contiguous().t().requires_grad_() if i in (1, 2) else each
        for i, each in enumerate(tensors)
    ]
    outputs = RecurrentSequence.apply(*turned, run)
    assert_equal(outputs, expected, 1e-12, 1e-12)
    assert_equal(gradients(outputs[:1], turned[:2]), gradients(expected[:1], tensors[:2]), 1e-12, 1e-12)


@pytest.mark.parametrize("kind", GATES)
def test_second_derivatives_are_those_of_finite_differences(kind):
    tensors, run = make(kind, sizes=(3, 1), backwards=True, proj=1 if kind == "LSTM" else None, width=2)
    given = [each for each in tensors if each is not None]

    def layer(*values):
        left = iter(values)
        return RecurrentSequence.apply(*[None if each is None else next(left) for each in tensors], run)

    assert torch.autograd.gradgradcheck(layer, given)


@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("used", [0, 1, -1], ids=["outputs", "last h", "last state"])
def test_one_output_alone_may_be_used(kind, used):
    tensors, run = make(kind)
    outputs, plain = RecurrentSequence.apply(*tensors, run), plain_sequence(run, Layer(*tensors))
    found, expected = gradients([outputs[used]], tensors), gradients([plain[used]], tensors)
    assert_equal(found, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("kind", GATES)
def test_only_the_gradients_that_are_wanted(kind):
    tensors, run = make(kind)
    for each in tensors:
        if each is not None:
            each.requires_grad_(False)
    tensors[0].requires_grad_()
    weighted(RecurrentSequence.apply(*tensors, run)).backward()
    found = tensors[0].grad
    tensors[0].grad = None
    weighted(plain_sequence(run, Layer(*tensors))).backward()
    assert_equal([found], [tensors[0].grad], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("kind", GATES)
def test_outputs_may_be_changed_in_place(kind):
    """The outputs share the memory that backward uses: it notices the change."""
    tensors, run = make(kind)
    outputs, plain = RecurrentSequence.apply(*tensors, run), plain_sequence(run, Layer(*tensors))
    changed, expected = ([each.mul_(2) for each in which] for which in (outputs, plain))
    assert_equal(gradients(changed, tensors), gradients(expected, tensors), rtol=1e-11, atol=1e-12)


def test_the_same_tensor_as_h_and_c():
    tensors, run = make("LSTM")
    tensors[2] = tensors[1]
    (found,) = torch.autograd.grad(weighted(RecurrentSequence.apply(*tensors, run)), [tensors[1]], create_graph=True)
    (expected,) = torch.autograd.grad(weighted(plain_sequence(run, Layer(*tensors))), [tensors[1]])
    assert_equal([found], [expected], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("kind", GATES)
def test_a_training_step_stays_on_the_gpu(kind, count_transfers):
    tensors, run = make(kind, "cuda", torch.float32)
    with count_transfers() as transfers:
        sum(each.sum() for each in RecurrentSequence.apply(*tensors, run)).backward()
    assert (transfers.to_host, transfers.to_device) == (0, 0)
