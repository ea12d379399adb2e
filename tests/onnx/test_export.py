"""Exported models run in onnxruntime and give what they give here; what can't be exported says why."""

import io
import sys

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn
from edutorch.nn import functional as F
from edutorch.onnx import nodes

onnx = pytest.importorskip("onnx", reason="the package onnx is not installed")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
runtime.set_default_logger_severity(3)

BATCH = {"input0": {0: "batch"}}


class Calls(nn.Module):
    """A model of one function, with a parameter beside the input."""

    def __init__(self, function):
        super().__init__()
        self.function, self.weight = function, nn.Parameter(torch.linspace(-1, 1, 4))

    def forward(self, *inputs):
        return self.function(*inputs, self.weight)


class GPT(nn.Module):
    """Tokens, positions, a causal mask, the last position's scores."""

    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(11, 16), nn.Parameter(torch.randn(8, 16))
        self.block = nn.TransformerEncoderLayer(16, 4, 32, activation="gelu", batch_first=True, norm_first=True)
        self.head = nn.Linear(16, 11)

    def forward(self, x):
        n = x.shape[1]
        mask = torch.triu(torch.ones(n, n, dtype=torch.bool), 1)
        return self.head(self.block(self.tokens(x) + self.places[:n], src_mask=mask))[:, -1]


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, stride=2, groups=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Conv2d(4, 8, 3, bias=False, groups=2), nn.GELU(), nn.AvgPool2d(2, padding=1), nn.Flatten(), nn.Dropout(),
        nn.Linear(8 * 3 * 3, 10), nn.LogSoftmax(1),
    )  # fmt: skip


def example(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


MODELS = {
    "cnn": (cnn, lambda: (example(2, 1, 28, 28),)),
    "gpt": (GPT, lambda: (torch.arange(16).reshape(2, 8) % 11,)),
    "encoder layer": (lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), lambda: (example(2, 5, 8),)),
    "transposed": (lambda: nn.ConvTranspose2d(3, 4, 3, 2, 1, output_padding=1), lambda: (example(2, 3, 5, 5),)),
    "group norm": (lambda: nn.GroupNorm(2, 4), lambda: (example(2, 4, 3, 3),)),
    "adaptive": (lambda: nn.AdaptiveAvgPool2d(2), lambda: (example(2, 3, 8, 8),)),
}
RECURRENT = {
    "lstm": (lambda: nn.LSTM(5, 7, batch_first=True), lambda: (example(2, 4, 5),)),
    "gru": (lambda: nn.GRU(5, 6, 2, bidirectional=True), lambda: (example(4, 2, 5),)),
}
FUNCTIONS = {
    "rectifiers": lambda x, w: F.elu(x) + F.leaky_relu(x) + F.hardtanh(x) + F.silu(x) + F.softplus(x) + F.selu(x),
    "powers": lambda x, w: (x.abs() + 1) ** w + 2.0**x + x.square() + (x.abs() + 0.5).rsqrt() - x.exp().log(),
    "sums": lambda x, w: x.sum(1, keepdim=True) + x.mean() + x.amax(0) + x.var(1, keepdim=True) + x.logsumexp(1, True),
    "in place": lambda x, w: x.add_(1).mul_(w).clamp_(-1, 2),
    "slices": lambda x, w: torch.cat([x[:, 1:3], x[:, -1:], x[..., None, 0], x[:, ::2] * w[1:3]], 1),
    "a stack": lambda x, w: torch.stack([x, x * w], 1).transpose(0, 1).cumsum(2),
    "pads": lambda x, w: F.pad(x, (1, 2), value=3.0).unsqueeze(1).expand(-1, 3, -1),
    "other dtypes": lambda x, w: x.double() * 2 + 1,
    "several": lambda x, w: {"a": x + w, "b": [x.amin(1), x.chunk(2, 1)[1]]},
    "where": lambda x, w: torch.where(torch.tensor([True, False, True, False]), x, w) + torch.maximum(x, w),
}


def session(model, args, **options):
    file = io.BytesIO()
    torch.onnx.export(model, args, file, **options)
    return runtime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])


def flat(output):
    if isinstance(output, (tuple, list, dict)):
        return [each for one in (output.values() if isinstance(output, dict) else output) for each in flat(one)]
    return [output.detach().numpy()]


def check(model, args, **options):
    found = session(model, args, **options)
    model.eval()
    longer = [args, tuple(torch.cat([x, x.flip(0), x]) for x in args)] if "dynamic_axes" in options else [args]
    for each in longer:
        got = found.run(None, {f"input{i}": x.numpy() for i, x in enumerate(each)})
        want = flat(model(*(x.clone() for x in each)))
        assert len(got) == len(want)
        for ours, theirs in zip(want, got, strict=True):
            assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
            np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_for_batches_of_any_size(name):
    torch.manual_seed(0)
    make, inputs = MODELS[name]
    check(make(), inputs(), dynamic_axes=BATCH)


@pytest.mark.parametrize("name", RECURRENT)
def test_a_recurrent_network_step_by_step(name):
    torch.manual_seed(0)
    make, inputs = RECURRENT[name]
    check(make(), inputs())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    check(Calls(FUNCTIONS[name]), (example(3, 4),))


def test_parameters_and_axes_keep_their_names(tmp_path):
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    names = {"input_names": ["image"], "output_names": ["scores"]}
    torch.onnx.export(
        model, example(2, 4), tmp_path / "m.onnx", dynamic_axes={"image": {0: "n"}, "scores": [0]}, **names
    )
    graph = onnx.load(tmp_path / "m.onnx").graph
    assert {each.name for each in graph.initializer} == {"0.weight", "0.bias"}
    assert [node.op_type for node in graph.node] == ["Gemm", "Relu", "Identity"]
    assert [each.name for each in (*graph.input, *graph.output)] == ["image", "scores"]
    assert graph.input[0].type.tensor_type.shape.dim[0].dim_param == "n"
    assert graph.output[0].type.tensor_type.shape.dim[0].dim_param == "scores_axis0"


def test_the_model_stays_as_it_was():
    model = cnn()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    x = example(2, 1, 28, 28)
    kept = x.clone()
    session(model, (x,))
    assert model.training and torch.equal(x, kept) and not x.requires_grad
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())
    assert (torch.ones(1) + 1).item() == 2  # nothing is noted any more


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x, w: x * (x > 0), r"Mul got a tensor of shape \[3, 4\] that changes with the input"),
        (lambda x, w: x.argmax(1), "output 0 does not depend on the input by recorded operations"),
        (lambda x, w: x * w if x.sum() > -1.7 else x + w, "another input takes another way through the model"),
        (lambda x, w: x.min(1).values, "Pick has no form in ONNX here"),
        (lambda x, w: torch.linalg.inv(x[:, :3]), "Inverse has no form in ONNX here. Those that have one: .*Linear"),
    ],
)
def test_what_the_file_could_not_say_is_refused(function, message):
    x = example(3, 4)
    assert x.sum() < -1.7
    with pytest.raises(RuntimeError, match=message):
        session(Calls(function), (x,))


def test_an_axis_that_is_not_free_is_refused():
    with pytest.raises(RuntimeError, match="where the dynamic axes were one longer.*Leave those axes out"):
        session(Calls(lambda x, w: x.sum(0) / x.shape[0]), (example(3, 4),), dynamic_axes=BATCH)


def test_a_wrong_call_says_what_is_expected(monkeypatch):
    with pytest.raises(TypeError, match="args holds tensors, not ndarray"):
        session(nn.Linear(4, 3), (np.ones((2, 4)),))
    with pytest.raises(TypeError, match="a model gives tensors, in tuples, lists and dicts; this one int"):
        session(Calls(lambda x, w: 3), (example(3, 4),))
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match="pip install onnx onnxruntime"):
        session(nn.Linear(4, 3), (example(2, 4),))


def test_each_module_is_in_its_own_mode_again():
    model = cnn()
    model[1].eval()  # frozen, in a network that trains
    session(model, (example(2, 1, 28, 28),))
    assert model.training and model[0].training and not model[1].training


def test_an_example_of_ones_hides_no_choice():
    with pytest.raises(RuntimeError, match="Mul got a tensor .* changes with the input"):
        session(Calls(lambda x, w: x * (x > 0)), (torch.ones(3, 4),))


def test_a_model_can_ask_whether_it_is_exported():
    seen = []
    session(Calls(lambda x, w: seen.append(torch.onnx.is_in_onnx_export()) or x + w), (example(3, 4),))
    assert seen == [True, True] and not torch.onnx.is_in_onnx_export()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dynamic_axes": {"inptu": {0: "n"}}}, r"dynamic_axes names \['inptu'\], but there are \['input0'\] and"),
        ({"dynamic_axes": {"input0": {-1: "n"}}}, "count them from 0"),
        ({"input_names": ["a", "b"]}, "input_names has 2 names, but the model has 1 inputs"),
        ({"output_names": ["a", "b"]}, "output_names has 2 names, but the model has 1 outputs"),
    ],
)
def test_names_that_do_not_fit_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        session(nn.Linear(4, 3), (example(2, 4),), **options)


def test_another_operator_set_is_met_with_a_warning(tmp_path):
    with pytest.warns(UserWarning, match="writes operator set 18, not 11"):
        session(nn.Linear(4, 3), (example(2, 4),), opset_version=11)
    with pytest.raises(RuntimeError, match="Parent directory .* does not exist"):
        torch.onnx.export(nn.Linear(4, 3), example(2, 4), tmp_path / "no" / "m.onnx")


def test_what_is_known_are_functions_of_the_library():
    from edutorch.autograd.function import Function

    names, left = set(), [Function]
    while left:
        kind = left.pop()
        names.add(kind.__name__)
        left += kind.__subclasses__()
    assert set(nodes.known()) <= names
