"""Recurrent layers on sequences of different lengths, given states, one sequence alone; wrong calls."""

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

CLASSES = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}


def close(a, b):
    return torch.allclose(a, b, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", CLASSES)
def test_packed_sequences_are_each_run_alone(name, device):
    torch.manual_seed(0)
    net = CLASSES[name](3, 4, 2, bidirectional=True).to(device)
    x, lengths = torch.randn(5, 3, 3, device=device), [2, 5, 3]
    packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
    output, last = net(packed)
    padded, got = pad_packed_sequence(output)
    assert got.tolist() == lengths and padded.shape == (5, 3, 8)
    last = last if name == "LSTM" else (last,)
    for i, length in enumerate(lengths):
        alone, end = net(x[:length, i])
        end = end if name == "LSTM" else (end,)
        assert close(padded[:length, i], alone) and (padded[length:, i] == 0).all()
        assert all(close(a[:, i], b) for a, b in zip(last, end, strict=True))


@pytest.mark.parametrize("name", CLASSES)
def test_the_state_goes_on(name):
    torch.manual_seed(0)
    net = CLASSES[name](3, 4, batch_first=True)
    x = torch.randn(2, 6, 3)
    whole, end = net(x)
    first, middle = net(x[:, :2])
    second, last = net(x[:, 2:], middle)
    assert close(torch.cat([first, second], 1), whole)
    ends = zip(end, last, strict=True) if name == "LSTM" else [(end, last)]
    assert all(close(a, b) for a, b in ends)


@pytest.mark.parametrize("name", CLASSES)
def test_the_cell_is_one_step(name):
    torch.manual_seed(0)
    net, cell = CLASSES[name](3, 4), getattr(nn, name + "Cell")(3, 4)
    cell.load_state_dict({key[: -len("_l0")]: value for key, value in net.state_dict().items()})
    x, state = torch.randn(3, 3), None
    for step in x:
        state = cell(step, state)
    h = state[0] if name == "LSTM" else state
    assert close(h, net(x)[0][-1])


def test_gradients_are_those_of_finite_differences():
    torch.manual_seed(0)
    net = nn.LSTM(2, 3, bidirectional=True).double()
    packed = pack_padded_sequence(torch.randn(3, 2, 2).double(), [3, 1])

    def run(data):
        return net(packed._replace(data=data))[0].data

    torch.autograd.gradcheck(run, (packed.data.requires_grad_(),))


def test_dropout_between_layers_and_weights():
    torch.manual_seed(0)
    net = nn.GRU(2, 3, num_layers=2, dropout=1.0)
    x = torch.randn(4, 1, 2)
    assert not close(net(x)[0], net.eval()(x)[0])
    assert [[w.shape[0] for w in layer] for layer in net.all_weights] == [[9, 9, 9, 9]] * 2
    net.flatten_parameters()
    with pytest.warns(UserWarning, match="dropout option adds dropout after all but last"):
        nn.RNN(2, 3, dropout=0.5)


WRONG = {
    "axes": (lambda: nn.LSTM(2, 3)(torch.zeros(2)), ValueError, "LSTM: Expected input to be 2D or 3D, got 1D"),
    "features": (
        lambda: nn.GRU(2, 3)(torch.zeros(4, 1, 5)),
        RuntimeError,
        r"input.size\(-1\) must be equal to input_size. Expected 2, got 5",
    ),
    "dtype": (lambda: nn.GRU(2, 3)(torch.zeros(4, 1, 2).double()), ValueError, "does not match weight dtype"),
    "state": (
        lambda: nn.RNN(2, 3)(torch.zeros(4, 1, 2), torch.zeros(1, 2, 3)),
        RuntimeError,
        r"Expected hidden size \(1, 1, 3\), got \[1, 2, 3\]",
    ),
    "cell state": (
        lambda: nn.LSTM(2, 3)(torch.zeros(4, 1, 2), (torch.zeros(1, 1, 3), torch.zeros(1, 2, 3))),
        RuntimeError,
        r"Expected hidden\[1\] size \(1, 1, 3\), got \[1, 2, 3\]",
    ),
    "axes of the state": (
        lambda: nn.RNN(2, 3)(torch.zeros(4, 1, 2), torch.zeros(1, 3)),
        RuntimeError,
        "For batched 3-D input, hx should also be 3-D but got 2-D tensor",
    ),
    "hidden size": (lambda: nn.RNN(2, 0), ValueError, "hidden_size must be greater than zero"),
    "kind of size": (lambda: nn.RNN(2.0, 3), TypeError, "input_size should be of type int, got: float"),
    "dropout": (lambda: nn.RNN(2, 3, dropout=2), ValueError, "dropout should be a number in range"),
    "projection": (lambda: nn.GRU(2, 3, proj_size=1), ValueError, "proj_size argument is only supported for LSTM"),
    "nonlinearity": (lambda: nn.RNN(2, 3, nonlinearity="sin"), ValueError, "Unknown nonlinearity 'sin'"),
    "cell axes": (lambda: nn.GRUCell(2, 3)(torch.zeros(1, 1, 2)), ValueError, "GRUCell: Expected input to be 1D or 2D"),
    "cell features": (lambda: nn.GRUCell(2, 3)(torch.zeros(1, 4)), RuntimeError, "got 4 expected 2"),
    "cell hidden": (
        lambda: nn.GRUCell(2, 3)(torch.zeros(1, 2), torch.zeros(1, 4)),
        RuntimeError,
        "hidden has inconsistent hidden_size",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_says_what_is_wrong(name):
    call, error, message = WRONG[name]
    with pytest.raises(error, match=message):
        call()


def test_a_sequence_of_no_steps_is_refused():
    with pytest.raises(RuntimeError, match="sequence length to be larger than 0"):
        nn.GRU(4, 3)(torch.zeros(0, 2, 4))
