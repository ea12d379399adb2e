"""Hooks on saved tensors, held against PyTorch's."""

import numpy as np
import pytest

import edutorch
from edutorch.autograd import graph
from tests.test_rare_names import agree, leaf

torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")


def of(lib):
    return lib.autograd.graph


def recorded(lib, log):
    """Hooks that write down what they get, and keep arrays."""

    def pack(tensor):
        log.append(("pack", tuple(tensor.shape), tensor.requires_grad, lib.is_grad_enabled()))
        return tensor.numpy().copy()

    def unpack(array):
        log.append(("unpack", array.shape))
        return lib.from_numpy(array)

    return of(lib).saved_tensors_hooks(pack, unpack)


def test_what_is_packed_and_unpacked():
    def run(lib):
        log, x, w = [], leaf(lib, 3), lib.ones(3, requires_grad=True)
        with recorded(lib, log):
            y = (x * w).exp() * 2
        z = x.exp()
        (y.sum() + z.sum()).backward()
        return [x.grad, w.grad, log]

    agree(run)


def test_derivatives_of_any_order_go_through_packed_tensors():
    def run(lib):
        log, x, w = [], leaf(lib, 3), lib.ones(3, requires_grad=True)
        with recorded(lib, log):
            y = (x * w).exp() * x.sigmoid()
        (first,) = lib.autograd.grad(y.sum(), x, create_graph=True)
        return [first, *lib.autograd.grad((first**2).sum(), [x, w])]

    agree(run)


def test_functions_of_ones_own_and_what_needs_no_gradient():
    def run(lib):
        class Twice(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x, y):
                ctx.save_for_backward(x, None, y)
                return x * y

            @staticmethod
            def backward(ctx, g):
                x, nothing, y = ctx.saved_tensors
                log.append((x.requires_grad, nothing, y.requires_grad))
                return g * y, None

        log, x = [], leaf(lib, 3)
        with recorded(lib, log):
            Twice.apply(x, lib.ones(3)).sum().backward()
        return [x.grad, log]

    agree(run)


def test_the_innermost_hooks_count_and_they_go_with_their_block():
    def run(lib):
        x = leaf(lib, 2)
        with of(lib).saved_tensors_hooks(lambda t: t, lambda t: t * 100):
            with of(lib).saved_tensors_hooks(lambda t: t, lambda t: t * 10):
                a = x * x
            b = x.exp()
        c = x.exp()
        return [lib.autograd.grad(each.sum(), x)[0] for each in (a, b, c)]

    agree(run)


def test_hooks_are_those_of_a_thread():
    import threading

    def run(lib):
        found, x = [], leaf(lib, 2)

        def other():
            found.append(lib.autograd.grad(x.exp().sum(), x)[0])

        with of(lib).saved_tensors_hooks(lambda t: t, lambda t: t * 10):
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        return found

    agree(run)


def test_a_large_network_trains_from_files(tmp_path):
    def run(lib):
        lib.manual_seed(0)
        net = lib.nn.Sequential(
            lib.nn.Conv2d(1, 4, 3),
            lib.nn.BatchNorm2d(4),
            lib.nn.ReLU(),
            lib.nn.MaxPool2d(2),
            lib.nn.Flatten(),
            lib.nn.Linear(36, 3),
        )
        files = []

        def pack(tensor):
            files.append(tmp_path / f"{lib.__name__}{len(files)}.npy")
            np.save(files[-1], tensor.detach().numpy())
            return files[-1]

        with of(lib).saved_tensors_hooks(pack, lambda path: lib.from_numpy(np.load(path))):
            loss = lib.nn.functional.cross_entropy(net(lib.randn(2, 1, 8, 8)), lib.tensor([0, 2]))
        loss.backward()
        assert len(files) > 3
        return [loss, *[p.grad for p in net.parameters()]]

    agree(run)


WRONG = {
    "in place": (lambda t: t.add_(1), lambda t: t),
    "no tensor": (lambda t: 4, lambda t: t),
    "raises": (lambda t: t, lambda t: t[99]),
}


@pytest.mark.parametrize("way", WRONG)
def test_wrong_hooks(way):
    def run(lib):
        x = leaf(lib, 3)
        with of(lib).saved_tensors_hooks(*WRONG[way]):
            y = x * x
        y.sum().backward()

    agree(run)


def test_a_second_walk_is_refused_as_ever():
    def run(lib):
        x = leaf(lib, 3)
        with recorded(lib, []):
            y = x.exp()
        y.sum().backward()
        y.sum().backward()

    agree(run)


def test_disabled():
    def inside(lib):
        with of(lib).disable_saved_tensors_hooks("not here"), recorded(lib, []):
            pass

    def around(lib):
        with recorded(lib, []), of(lib).disable_saved_tensors_hooks("not here"):
            pass

    def after(lib):
        x = leaf(lib, 1)
        with of(lib).disable_saved_tensors_hooks("not here"):
            x.exp().sum().backward()
        with recorded(lib, []):
            return [x.grad, x.exp()]

    for each in (inside, around, after):
        agree(each)
    with pytest.raises(RuntimeError, match="^not here$"):
        inside(edutorch)


def test_save_on_cpu(device):
    x = edutorch.arange(3.0, device=device, requires_grad=True)
    with graph.save_on_cpu(pin_memory=True):
        y = x.exp() * x
        kept = [each.packed[1].device.type for each in y.grad_fn._saved.saved]
    y.sum().backward()
    assert kept == ["cpu", "cpu"] and x.grad.device == x.device
    assert edutorch.allclose(x.grad, (x.exp() * (1 + x)).detach())


def test_increment_version_and_nodes():
    def run(lib):
        x = leaf(lib, 2)
        y = x * x
        node = isinstance(y.grad_fn, of(lib).Node)
        of(lib).increment_version(x)
        of(lib).increment_version([x, y])
        return [node, x._version, y._version]

    agree(run)

    def changed(lib):
        x = leaf(lib, 2)
        y = x * x
        of(lib).increment_version(x)
        y.sum().backward()

    agree(changed)
