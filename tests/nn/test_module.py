"""Module: what becomes a part of it, what is in it, how it changes, prints and is copied."""

import copy
import pickle

import pytest

import edutorch as torch
from edutorch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 3)
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("seen", torch.zeros(1))
        self.register_buffer("scratch", torch.zeros(1), persistent=False)
        self.inner = nn.Sequential(nn.ReLU(), self.first)
        self.number = 7

    def forward(self, x, times=1):
        return self.first(x) * self.scale * times


def test_attributes_find_their_places():
    net = Net()
    assert list(net._parameters) == ["scale"] and list(net._buffers) == ["seen", "scratch"]
    assert list(net._modules) == ["first", "inner"] and net.number == 7
    assert [name for name, _ in net.named_modules()] == ["", "first", "inner", "inner.0"]
    assert [name for name, _ in net.named_modules(remove_duplicate=False)][-1] == "inner.1"
    assert [name for name, _ in net.named_parameters()] == ["scale", "first.weight", "first.bias"]
    assert [name for name, _ in net.named_parameters(recurse=False)] == ["scale"]
    assert [name for name, _ in net.named_buffers(prefix="net")] == ["net.seen", "net.scratch"]
    assert list(net.children()) == [net.first, net.inner]
    assert len(list(net.parameters())) == 3 and len(list(net.buffers())) == 2
    assert "scale" in dir(net)


def test_attributes_change_places():
    net = Net()
    net.scale = None
    assert net.scale is None and "scale" in net._parameters
    net.number = nn.Parameter(torch.zeros(1))
    assert "number" not in net.__dict__ and "number" in net._parameters
    del net.number
    with pytest.raises(AttributeError, match="'Net' object has no attribute 'number'"):
        net.number  # noqa: B018 (the attribute is the test)
    net.seen = torch.ones(2)
    assert list(net._buffers) == ["seen", "scratch"] and net.seen.shape == (2,)
    net.plain = torch.ones(2)
    assert "plain" in net.__dict__
    net.buffer = nn.Buffer(torch.ones(1), persistent=False)
    assert "buffer" in net._buffers and "buffer" not in net.state_dict()


def test_finding_by_name():
    net = Net()
    assert net.get_submodule("inner.1") is net.first and net.get_submodule("") is net
    assert net.get_parameter("inner.1.weight") is net.first.weight
    assert net.get_buffer("seen") is net.seen
    for call in (
        lambda: net.get_submodule("inner.5"),
        lambda: net.get_submodule("scale"),
        lambda: net.get_parameter("seen"),
        lambda: net.get_buffer("scale"),
    ):
        with pytest.raises(AttributeError):
            call()


def before_init(make):
    class Broken(nn.Module):
        def __init__(self):
            self.x = make()

    return Broken()


WRONG = {
    "module before init": (
        lambda net: before_init(nn.ReLU),
        AttributeError,
        r"cannot assign module before Module.__init__\(\) call",
    ),
    "parameter before init": (
        lambda net: before_init(lambda: nn.Parameter(torch.ones(1))),
        AttributeError,
        r"cannot assign parameters before Module.__init__\(\) call",
    ),
    "buffer before init": (
        lambda net: before_init(lambda: nn.Buffer(torch.ones(1))),
        AttributeError,
        r"cannot assign buffers before Module.__init__\(\) call",
    ),
    "number for a parameter": (
        lambda net: setattr(net, "scale", 3),
        TypeError,
        r"cannot assign 'int' as parameter 'scale' \(torch.nn.Parameter or None expected\)",
    ),
    "tensor for a parameter": (
        lambda net: setattr(net, "scale", torch.ones(3)),
        TypeError,
        "cannot assign 'torch.FloatTensor' as parameter 'scale'",
    ),
    "number for a module": (
        lambda net: setattr(net, "first", 3),
        TypeError,
        r"cannot assign 'int' as child module 'first' \(torch.nn.Module or None expected\)",
    ),
    "number for a buffer": (
        lambda net: setattr(net, "seen", 3),
        TypeError,
        r"cannot assign 'int' as buffer 'seen' \(torch.Tensor or None expected\)",
    ),
    "register a number": (
        lambda net: net.register_parameter("x", 3),
        TypeError,
        r"cannot assign 'int' object to parameter 'x' \(torch.nn.Parameter or None required\)",
    ),
    "register a number as buffer": (
        lambda net: net.register_buffer("x", 3),
        TypeError,
        r"cannot assign 'int' object to buffer 'x'",
    ),
    "dot": (lambda net: net.register_parameter("a.b", None), KeyError, "parameter name can.*t contain"),
    "empty name": (lambda net: net.register_buffer("", None), KeyError, "buffer name can.*t be empty string"),
    "taken name": (lambda net: net.register_parameter("forward", None), KeyError, "attribute 'forward' already exists"),
    "no name": (lambda net: net.register_buffer(3, None), TypeError, "buffer name should be a string. Got int"),
    "no module": (lambda net: net.add_module("x", 3), TypeError, "int is not a Module subclass"),
    "no forward": (
        lambda net: nn.Module()(1),
        NotImplementedError,
        r'Module \[Module\] is missing the required "forward" function',
    ),
    "dtype": (lambda net: net.to(torch.int64), TypeError, "nn.Module.to only accepts floating point"),
    "mode": (lambda net: net.train(1), ValueError, "training mode is expected to be boolean"),
    "data": (lambda net: nn.Parameter([1.0]), TypeError, "must be a Tensor, not list"),
    "integers": (lambda net: nn.Parameter(torch.tensor([1])), RuntimeError, "floating point"),
    "hook": (lambda net: net.register_forward_hook(3), TypeError, "must be callable"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_says_what_is_wrong(name):
    call, error, message = WRONG[name]
    with pytest.raises(error, match=message):
        call(Net())


def test_train_eval_apply_freeze_zero_grad():
    net = Net()
    assert net.eval() is net and not any(module.training for module in net.modules())
    assert all(module.training for module in net.train().modules())
    seen = []
    assert net.apply(lambda module: seen.append(type(module).__name__)) is net
    assert seen == ["Linear", "ReLU", "Linear", "Sequential", "Net"]
    net(torch.ones(1, 2)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert all((p.grad == 0).all() for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net.requires_grad_(False)
    assert not any(p.requires_grad for p in net.parameters())


def test_to_moves_and_converts_in_place(device):
    net = Net()
    net(torch.ones(1, 2)).sum().backward()
    before = list(net.parameters())
    assert net.to(device, torch.float64) is net
    assert all(a is b for a, b in zip(before, net.parameters(), strict=True))
    for tensor in [*net.parameters(), *(p.grad for p in net.parameters()), *net.buffers()]:
        assert tensor.device.type == device and tensor.dtype == torch.float64
    net.half()
    assert net.scale.dtype == torch.float16
    net.float().cpu()
    assert net.seen.dtype == torch.float32 and net.scale.device.type == "cpu"
    assert net.double().to(torch.zeros(1)).scale.dtype == torch.float32


def test_state_dict_and_back():
    net, other = Net(), Net()
    state = net.state_dict()
    assert list(state) == ["scale", "seen", "first.weight", "first.bias", "inner.1.weight", "inner.1.bias"]
    assert state["scale"].array is net.scale.array and not state["scale"].requires_grad
    assert net.state_dict(keep_vars=True)["scale"] is net.scale
    assert list(net.state_dict(prefix="net."))[0] == "net.scale"
    result = other.load_state_dict(state)
    assert repr(result) == "<All keys matched successfully>"
    assert torch.equal(other.first.weight, net.first.weight) and other.first.weight is not net.first.weight
    shared = nn.Linear(2, 3)
    shared.load_state_dict(net.first.state_dict(), assign=True)
    assert shared.weight.array is net.first.weight.array and isinstance(shared.weight, nn.Parameter)


def test_load_state_dict_names_all_that_does_not_fit():
    net = nn.Linear(3, 4)
    with pytest.raises(RuntimeError) as error:
        net.load_state_dict({"weight": torch.zeros(2, 2), "foo": torch.zeros(1)})
    assert str(error.value) == (
        "Error(s) in loading state_dict for Linear:\n"
        '\tMissing key(s) in state_dict: "bias". \n'
        '\tUnexpected key(s) in state_dict: "foo". \n'
        "\tsize mismatch for weight: copying a param with shape torch.Size([2, 2]) from checkpoint, the shape in current"
        " model is torch.Size([4, 3])."
    )
    result = net.load_state_dict({"bias": torch.ones(4), "foo": torch.zeros(1)}, strict=False)
    assert (result.missing_keys, result.unexpected_keys) == (["weight"], ["foo"])
    assert repr(result) == "_IncompatibleKeys(missing_keys=['weight'], unexpected_keys=['foo'])"
    assert (net.bias == 1).all()
    with pytest.raises(TypeError, match="Expected state_dict to be dict-like, got <class 'list'>"):
        net.load_state_dict([])
    with pytest.raises(RuntimeError, match="expected torch.Tensor or Tensor-like object"):
        net.load_state_dict({"weight": 3, "bias": torch.ones(4)})


def test_copies_are_apart():
    net = Net()
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert twin.inner[1] is twin.first and isinstance(twin.scale, nn.Parameter)
        twin.scale.data.fill_(5)
        assert (net.scale == 1).all() and (twin.scale == 5).all()
    tied = nn.Linear(2, 2)
    tied.again = tied.weight
    assert copy.deepcopy(tied).again is not tied.weight
    assert (lambda twin: twin.again is twin.weight)(copy.deepcopy(tied))
    tied(torch.ones(1, 2)).sum().backward()
    assert copy.deepcopy(tied).weight.grad is None  # else the copy's first backward would add to it


def test_repr():
    net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Dropout(0.2)))
    assert repr(net) == (
        "Sequential(\n"
        "  (0): Linear(in_features=2, out_features=3, bias=True)\n"
        "  (1): Sequential(\n"
        "    (0): ReLU()\n"
        "    (1): Dropout(p=0.2, inplace=False)\n"
        "  )\n"
        ")"
    )
    assert repr(nn.Parameter(torch.tensor([1.0]))) == "Parameter containing:\ntensor([1.], requires_grad=True)"
    assert repr(nn.Module()) == "Module()"


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="has no attribute 'cross_entropy_loss'"):
        nn.functional.cross_entropy_loss  # noqa: B018 (the attribute is the test)
    with pytest.raises(AttributeError, match="has no attribute 'Linaer'"):
        nn.Linaer  # noqa: B018 (the attribute is the test)


class Frozen(nn.BatchNorm1d):
    """The batch norm of transfer learning: it never trains."""

    def train(self, mode=True):
        return super().train(False)


def test_a_childs_own_train_is_called():
    net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(Frozen(3), nn.Dropout()))
    net.train()
    assert [module.training for module in net.modules()] == [True, True, True, False, True]
    net(torch.ones(4, 2))
    assert net[1][0].running_mean.tolist() == [0, 0, 0]


def test_a_childs_own_apply_is_called():
    class Plain(nn.Linear):
        weights_kept = None

        def _apply(self, fn, recurse=True):
            super()._apply(fn, recurse)
            self.weights_kept = [self.weight]
            return self

    net = nn.Sequential(Plain(2, 3)).double()
    assert net[0].weights_kept[0] is net[0].weight and net[0].weight.dtype == torch.float64
    assert net.to_empty(device="cpu", recurse=False)[0].weight is net[0].weight


def test_a_module_may_refuse_or_rename_what_is_registered():
    class Scaled(nn.Module):
        def register_parameter(self, name, param):
            super().register_parameter(f"own_{name}", param)

        def register_buffer(self, name, tensor):
            super().register_buffer(f"kept_{name}", tensor)

    net = Scaled()
    net.weight, net.mean = nn.Parameter(torch.ones(2)), nn.Buffer(torch.zeros(2))
    assert list(net.state_dict()) == ["own_weight", "kept_mean"]


def test_float_does_not_call_an_overridden_to():
    class Here(nn.Linear):
        def to(self, *args, **kwargs):
            return self.float()

    assert Here(2, 2).double().to("cpu").weight.dtype == torch.float32


def test_a_buffer_registered_again_is_persistent_again():
    net = Net()
    net.register_buffer("scratch", torch.ones(1))
    assert "scratch" in net.state_dict()


def test_converting_makes_a_new_buffer():
    net = Net()
    before = net.seen
    assert net.float().seen is before
    assert net.double().seen is not before and before.dtype == torch.float32
