"""Pruning: masks, values and gradients are PyTorch's."""

import copy

import numpy as np
import pytest

import edutorch
from edutorch import nn
from edutorch.nn.utils import prune
from tests.test_rare_names import agree


def made(lib, *shape):
    """A layer with known weights."""
    lib.manual_seed(0)
    layer = lib.nn.Conv2d(shape[1], shape[0], 1) if len(shape) == 4 else lib.nn.Linear(shape[1], shape[0])
    values = np.sin(np.arange(np.prod(shape)) * 3.0).reshape(shape).astype("float32")
    layer.weight.data = lib.from_numpy(values)
    return layer


def state(layer):
    """All that pruning changes."""
    kept = [(name, value.clone()) for name, value in layer.state_dict().items() if "weight" in name]
    names = [name for name, _ in layer.named_parameters()] + [name for name, _ in layer.named_buffers()]
    return [value for _, value in kept] + [layer.weight, names, [name for name, _ in kept]]


LONG = (6, 4, 1, 1)
WAYS = {
    "identity": lambda p, m: p.identity(m, "weight"),
    "random": lambda p, m: p.random_unstructured(m, "weight", 0.3),
    "random, a number": lambda p, m: p.random_unstructured(m, "weight", amount=5),
    "l1": lambda p, m: p.l1_unstructured(m, "weight", amount=0.4),
    "l1, nothing": lambda p, m: p.l1_unstructured(m, "weight", amount=0),
    "l1, all": lambda p, m: p.l1_unstructured(m, "weight", amount=1.0),
    "l1, scores": lambda p, m: p.l1_unstructured(m, "weight", 3, importance_scores=-m.weight.detach().abs()),
    "random rows": lambda p, m: p.random_structured(m, "weight", amount=2, dim=0),
    "random columns": lambda p, m: p.random_structured(m, "weight", amount=0.5, dim=1),
    "l2 rows": lambda p, m: p.ln_structured(m, "weight", amount=0.5, n=2, dim=0),
    "l1 columns": lambda p, m: p.ln_structured(m, "weight", amount=1, n=1, dim=1),
    "linf": lambda p, m: p.ln_structured(m, "weight", amount=1, n=float("inf"), dim=-2),
    "l2, nothing": lambda p, m: p.ln_structured(m, "weight", amount=0.0, n=2, dim=0),
    "mask": lambda p, m: p.custom_from_mask(m, "weight", m.weight.detach() > 0),
    "twice": lambda p, m: p.l1_unstructured(p.l1_unstructured(m, "weight", 0.5), "weight", 0.5),
    "rows after elements": lambda p, m: p.ln_structured(p.l1_unstructured(m, "weight", 0.5), "weight", 1, 2, 0),
    "columns after rows": lambda p, m: p.ln_structured(p.ln_structured(m, "weight", 2, 2, 0), "weight", 1, 2, 1),
    "elements after rows": lambda p, m: p.random_unstructured(p.ln_structured(m, "weight", 2, 2, 0), "weight", 0.5),
    "mask after elements": lambda p, m: p.custom_from_mask(p.l1_unstructured(m, "weight", 0.5), "weight", m.weight > 0),
}
WRONG = {
    "a word": lambda p, m: p.l1_unstructured(m, "weight", "many"),
    "more than all": lambda p, m: p.l1_unstructured(m, "weight", 1.5),
    "less than none": lambda p, m: p.random_unstructured(m, "weight", -1),
    "more than there are": lambda p, m: p.random_unstructured(m, "weight", 100),
    "slices of a vector": lambda p, m: p.random_structured(m, "bias", 1, 0),
    "no such axis": lambda p, m: p.ln_structured(m, "weight", 1, 2, 5),
    "a mask of another shape": lambda p, m: p.custom_from_mask(m, "weight", m.bias > 0),
    "scores of another shape": lambda p, m: p.l1_unstructured(m, "weight", 1, importance_scores=m.bias),
    "not pruned": lambda p, m: p.remove(m, "weight"),
    "no such parameter": lambda p, m: p.l1_unstructured(m, "wieght", 1),
    "structured as global": lambda p, m: p.global_unstructured([(m, "weight")], p.LnStructured, amount=1, n=1),
    "scores in a list": lambda p, m: p.global_unstructured([(m, "weight")], p.L1Unstructured, [m.weight], amount=1),
    "one module": lambda p, m: p.global_unstructured(m, p.L1Unstructured, amount=1),
    "another parameter": lambda p, m: p.PruningContainer(p.L1Unstructured.apply(m, "weight", 1)).add_pruning_method(p.L1Unstructured.apply(m, "bias", 1)),
    "no method": lambda p, m: p.PruningContainer(p.Identity.apply(m, "weight")).add_pruning_method(m),
    "no mask": lambda p, m: p.BasePruningMethod().compute_mask(m.weight, m.weight),
}  # fmt: skip


def of(lib):
    """The module torch.nn.utils.prune of a library."""
    return __import__(f"{lib.__name__}.nn.utils.prune", fromlist=["prune"])


@pytest.mark.parametrize("shape", [(5, 7), LONG])
@pytest.mark.parametrize("way", WAYS)
def test_masks_values_and_gradients(way, shape):
    def run(lib):
        layer = made(lib, *shape)
        assert WAYS[way](of(lib), layer) is layer
        x = lib.arange(2.0 * shape[1]).reshape(2, shape[1], *[1] * (len(shape) - 2)).cos()
        y = layer(x)
        y.square().sum().backward()
        found = [*state(layer), y, layer.weight_orig.grad, of(lib).is_pruned(layer)]
        with lib.no_grad():
            layer.weight_orig += 1
        found.append(layer(x))
        of(lib).remove(layer, "weight")
        return [*found, *state(layer), of(lib).is_pruned(layer)]

    agree(run)


@pytest.mark.parametrize("way", WRONG)
def test_wrong_calls(way):
    if way == "no mask":
        with pytest.raises(NotImplementedError, match="BasePruningMethod needs a method compute_mask"):
            WRONG[way](prune, nn.Linear(1, 1))
    else:
        agree(lambda lib: WRONG[way](of(lib), made(lib, 3, 2)))


@pytest.mark.parametrize("scores", [False, True])
def test_several_parameters_as_one(scores):
    def run(lib):
        net = lib.nn.Sequential(made(lib, 4, 3), made(lib, 2, 4))
        net[1].weight.data *= 0.5
        of(lib).l1_unstructured(net[0], "weight", 2)
        pairs = tuple((layer, "weight") for layer in net)
        given = {(net[0], "weight"): lib.ones(4, 3)} if scores else None
        of(lib).global_unstructured(pairs, of(lib).L1Unstructured, given, amount=0.4)
        return [*state(net[0]), *state(net[1]), of(lib).is_pruned(net)]

    agree(run)


def test_a_method_of_ones_own():
    def run(lib):
        class EveryOther(of(lib).BasePruningMethod):
            PRUNING_TYPE = "unstructured"

            def compute_mask(self, t, default_mask):
                mask = default_mask.clone()
                mask.view(-1)[::2] = 0
                return mask

        layer = made(lib, 3, 4)
        EveryOther.apply(layer, "weight")
        of(lib).l1_unstructured(layer, "weight", 1)
        (hook,) = layer._forward_pre_hooks.values()
        alone = EveryOther().prune(lib.ones(5), default_mask=lib.tensor([1.0, 1, 1, 0, 1]))
        return [
            *state(layer),
            len(hook),
            [type(each).__name__ for each in hook],
            hook._tensor_name,
            hook[1].amount,
            alone,
        ]

    agree(run)


def test_a_pruned_module_trains_is_copied_and_loaded():
    def run(lib):
        layer = of(lib).l1_unstructured(made(lib, 4, 3), "weight", 0.5)
        optimizer = lib.optim.SGD(layer.parameters(), 0.1, weight_decay=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            layer(lib.ones(2, 3)).square().sum().backward()
            optimizer.step()
        again = of(lib).identity(made(lib, 4, 3), "weight")
        again.load_state_dict(layer.state_dict())
        return [*state(layer), again(lib.ones(1, 3)) - layer(lib.ones(1, 3))]

    agree(run)
    layer = prune.l1_unstructured(nn.Linear(3, 2), "weight", 0.5)
    layer(edutorch.ones(1, 3))
    layer.weight = layer.weight.detach()  # the graph's tensors are not copied, in PyTorch either
    assert edutorch.equal(copy.deepcopy(layer)(edutorch.ones(1, 3)), layer(edutorch.ones(1, 3)))
