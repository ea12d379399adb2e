"""What a module's state_dict holds beside tensors, the hooks around it, and loading what fits in another way."""

import pytest

import edutorch as torch
from edutorch import nn


class Counter(nn.Module):
    """Its count is no tensor."""

    def __init__(self, count=0):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.count = count

    def get_extra_state(self):
        return {"count": self.count}

    def set_extra_state(self, state):
        self.count = state["count"]


def test_extra_state_is_saved_and_loaded():
    saved = nn.Sequential(Counter(3)).state_dict()
    assert list(saved) == ["0.weight", "0._extra_state"] and saved["0._extra_state"] == {"count": 3}
    other = nn.Sequential(Counter())
    other.load_state_dict(saved)
    assert other[0].count == 3
    with pytest.raises(RuntimeError, match="Missing key.*0._extra_state"):
        other.load_state_dict({"0.weight": torch.ones(1)})
    with pytest.raises(RuntimeError, match="Unexpected key.*_extra_state"):
        nn.Linear(1, 1, bias=False).load_state_dict({"weight": torch.ones(1, 1), "_extra_state": 3})


def test_a_module_may_load_its_own_part_in_another_way():
    class Renamed(nn.Linear):
        def _load_from_state_dict(self, state_dict, prefix, *args):
            state_dict[prefix + "weight"] = state_dict.pop(prefix + "kernel")
            super()._load_from_state_dict(state_dict, prefix, *args)

        def _save_to_state_dict(self, destination, prefix, keep_vars):
            destination[prefix + "kernel"] = self.weight.detach()

    net = nn.Sequential(Renamed(2, 1, bias=False), nn.Linear(1, 1, bias=False))
    assert list(net.state_dict()) == ["0.kernel", "1.weight"]
    saved = {"0.kernel": torch.zeros(1, 2), "1.weight": torch.zeros(1, 1)}
    net.load_state_dict(saved)
    assert net[0].weight.tolist() == [[0.0, 0.0]]
    assert list(saved) == ["0.kernel", "1.weight"]  # what was given is as it was


def test_hooks_around_saving_and_loading():
    net, log = nn.Sequential(nn.Linear(1, 1, bias=False)), []
    net[0].register_state_dict_pre_hook(lambda module, prefix, keep_vars: log.append(prefix))
    net[0].register_state_dict_post_hook(lambda m, state, prefix, _: state.update({prefix + "more": 1}))
    saved = net.state_dict()
    assert log == ["0."] and list(saved) == ["0.weight", "0.more"]

    handle = net[0].register_load_state_dict_pre_hook(lambda m, state, prefix, *_: state.pop(prefix + "more"))
    net.load_state_dict(saved)
    handle.remove()
    with pytest.raises(RuntimeError, match="0.more"):
        net.load_state_dict(saved)
    net.register_load_state_dict_post_hook(lambda m, found: found.unexpected_keys.clear())
    assert net.load_state_dict(saved).unexpected_keys == []


def test_assigning_a_parameter_keeps_whether_the_module_wants_its_gradient():
    net = nn.Linear(2, 1)
    net.weight.requires_grad_(False)
    net.load_state_dict({"weight": nn.Parameter(torch.zeros(1, 2)), "bias": torch.zeros(1)}, assign=True)
    assert [p.requires_grad for p in net.parameters()] == [False, True]


def test_a_list_of_one_loads_into_a_number():
    norm = nn.BatchNorm1d(2)
    norm.load_state_dict({**norm.state_dict(), "num_batches_tracked": torch.tensor([5])})
    assert norm.num_batches_tracked.item() == 5 and norm.num_batches_tracked.shape == ()


def test_converting_a_module_keeps_the_gradients_it_has():
    net = nn.Linear(2, 1)
    net(torch.ones(1, 2)).sum().backward()
    gradient = net.weight.grad
    net.double()
    assert net.weight.grad is gradient and gradient.dtype == torch.float64


@pytest.mark.parametrize("layer", ["BatchNorm1d", "InstanceNorm1d"])
def test_a_file_from_before_batches_were_counted_is_complete(layer):
    """A plain dictionary has no version: what it lacks then is not missing, as in PyTorch."""
    norm = getattr(nn, layer)(2, track_running_stats=True)
    norm.num_batches_tracked.fill_(3)
    old = {name: value for name, value in norm.state_dict().items() if name != "num_batches_tracked"}
    assert norm.load_state_dict(old).missing_keys == [] and norm.num_batches_tracked == 3 and len(old) < 5
    new = norm.state_dict()
    del new["num_batches_tracked"]
    with pytest.raises(RuntimeError, match="num_batches_tracked"):
        norm.load_state_dict(new)
    assert set(nn.Sequential(norm).load_state_dict({}, strict=False).missing_keys) == {f"0.{name}" for name in old}
