"""Rarely used names, each as PyTorch has it: values, gradients, dtypes and types of errors, live."""

import warnings
from collections import deque

import numpy as np
import pytest

import edutorch

torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")
LIBS = (edutorch, torch)


def told(run, lib):
    """What a call gives, its gradients with it, or the type of its error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = run(lib)
    except Exception as error:
        return type(error).__name__
    results = result if isinstance(result, (list, tuple)) else [result]
    return [(str(r.dtype), r.detach().numpy()) if hasattr(r, "numpy") else r for r in results]


def agree(run, rtol=1e-5, atol=1e-6):
    ours, theirs = told(run, edutorch), told(run, torch)
    assert type(ours) is type(theirs), (ours, theirs)
    if isinstance(ours, str):
        assert ours == theirs
        return
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        if isinstance(a, tuple) and len(a) == 2 and isinstance(a[1], np.ndarray):
            assert a[0] == b[0] and a[1].shape == b[1].shape, (a, b)
            np.testing.assert_allclose(a[1], b[1], rtol=rtol, atol=atol)
        else:
            assert str(a) == str(b)


def leaf(lib, *shape):
    return (lib.arange(float(np.prod(shape))).reshape(shape).sin() * 2).requires_grad_()


def with_gradient(lib, function, *shape):
    x = leaf(lib, *shape)
    y = function(x)
    (y * (lib.arange(float(y.numel())).reshape(y.shape) + 1)).sum().backward()
    return [y, x.grad]


def scalar_rrelu(lib, training):
    lib.manual_seed(3)
    x = (lib.arange(24.0) - 12).requires_grad_()
    y = lib.nn.functional.rrelu(x, 0.2, 0.2 if training else 0.4, training)
    y.sum().backward()
    return [y, x.grad]


@pytest.mark.parametrize("name", "hann_window hamming_window blackman_window bartlett_window kaiser_window".split())
@pytest.mark.parametrize("length", [-1, 0, 1, 2, 3, 8, 9])
@pytest.mark.parametrize("periodic", [True, False])
def test_windows(name, length, periodic):
    agree(lambda lib: getattr(lib, name)(length, periodic))
    agree(lambda lib: getattr(lib, name)(length, periodic=periodic, dtype=lib.float64), rtol=1e-9, atol=1e-9)
    agree(lambda lib: getattr(lib, name)(length, dtype=lib.int64))


CALLS = {
    "rrelu, trained": lambda lib: scalar_rrelu(lib, True),
    "rrelu, not trained": lambda lib: scalar_rrelu(lib, False),
    "rrelu in place": lambda lib: lib.rrelu_(lib.arange(6.0) - 3),
    "RReLU": lambda lib: [lib.nn.RReLU(0.1, 0.3).eval()(lib.arange(6.0) - 3), repr(lib.nn.RReLU())],
    "pdist": lambda lib: with_gradient(lib, lambda x: lib.pdist(x), 5, 3),
    "pdist 1": lambda lib: with_gradient(lib, lambda x: lib.nn.functional.pdist(x, 1), 4, 2),
    "pdist inf": lambda lib: lib.pdist(leaf(lib, 4, 2).detach(), float("inf")),
    "pdist 3d": lambda lib: lib.pdist(leaf(lib, 2, 2, 2)),
    "pdist -1": lambda lib: lib.pdist(leaf(lib, 2, 2), -1),
    "multilabel": lambda lib: with_gradient(
        lib, lambda x: lib.nn.functional.multilabel_margin_loss(x, lib.tensor([3, 0, -1, 1])), 4
    ),
    "multilabel none": lambda lib: with_gradient(
        lib, lambda x: lib.nn.MultiLabelMarginLoss(reduction="none")(x, lib.tensor([[3, 0, -1, 1], [-1, 1, 2, 3], [0, 1, 2, 3]])), 3, 4
    ),
    "multilabel sizes": lambda lib: lib.nn.functional.multilabel_margin_loss(leaf(lib, 3), lib.tensor([1, 0])),
    **{
        f"index_reduce {reduce} {include}": lambda lib, reduce=reduce, include=include: with_gradient(
            lib, lambda x: lib.index_reduce(x, 0, lib.tensor([0, 2, 0]), leaf(lib, 3, 2).detach(), reduce, include_self=include), 4, 2
        )
        for reduce in ("prod", "mean", "amax", "amin")
        for include in (True, False)
    },
    "index_reduce_": lambda lib: lib.ones(3).index_reduce_(0, lib.tensor([1, 1]), lib.tensor([2.0, 4.0]), "prod"),
    "index_reduce sum": lambda lib: lib.ones(3).index_reduce(0, lib.tensor([1]), lib.tensor([2.0]), "sum"),
    "index_reduce sizes": lambda lib: lib.ones(3).index_reduce(0, lib.tensor([1, 2]), lib.tensor([2.0]), "prod"),
    "conv2d_input": lambda lib: lib.nn.grad.conv2d_input((1, 2, 5, 5), leaf(lib, 3, 2, 3, 3), leaf(lib, 1, 3, 3, 3).detach()),
    "conv2d_weight": lambda lib: lib.nn.grad.conv2d_weight(leaf(lib, 1, 2, 5, 5), (4, 1, 3, 3), leaf(lib, 1, 4, 3, 3).detach(), 2, 1, 1, 2),
    "conv1d_input": lambda lib: lib.nn.grad.conv1d_input((1, 2, 5), leaf(lib, 3, 2, 3), leaf(lib, 1, 3, 3).detach()),
    "conv3d_weight": lambda lib: lib.nn.grad.conv3d_weight(leaf(lib, 1, 1, 3, 3, 3), (1, 1, 2, 2, 2), leaf(lib, 1, 1, 2, 2, 2).detach()),
    "nonzero out": lambda lib: lib.nonzero(lib.tensor([0, 1, 1]), out=lib.empty(0, dtype=lib.int64)),
    "logspace out": lambda lib: lib.logspace(0, 2, 3, out=lib.empty(3)),
    "range out": lambda lib: lib.range(0, 2, out=lib.empty(0)),
    "empty out": lambda lib: list(lib.empty((2, 3), out=lib.empty(0)).shape),
    "conj": lambda lib: [lib.conj(lib.ones(2)), lib.real(lib.ones(2)), lib.ones(2).conj(), lib.is_conj(lib.ones(1)), lib.ones(1).resolve_conj()],
    "new": lambda lib: [lib.ones(1).new([1, 2]), lib.ones(1, dtype=lib.int64).new((3, 4)), list(lib.ones(1).new(2, 3).shape), list(lib.ones(1).new().shape), lib.ones(1).new(lib.zeros(2))],
    "new float": lambda lib: lib.ones(1).new(2.5),
    "jacobian": lambda lib: lib.autograd.functional.jacobian(lambda x: x**2, lib.arange(3.0), vectorize=True, strategy="forward-mode"),
    "jacobian strategy": lambda lib: lib.autograd.functional.jacobian(lambda x: x, lib.ones(1), strategy="sideways"),
    "jacobian forward": lambda lib: lib.autograd.functional.jacobian(lambda x: x, lib.ones(1), strategy="forward-mode"),
    "newaxis": lambda lib: lib.ones(2)[lib.newaxis],
    "matmul precision": lambda lib: [lib.set_float32_matmul_precision("high"), lib.get_float32_matmul_precision(), lib.set_float32_matmul_precision("highest")],
    "matmul precision wrong": lambda lib: lib.set_float32_matmul_precision("low"),
    "deterministic": lambda lib: [lib.use_deterministic_algorithms(True, warn_only=True), lib.are_deterministic_algorithms_enabled(), lib.get_deterministic_debug_mode(), lib.set_deterministic_debug_mode("default"), lib.is_deterministic_algorithms_warn_only_enabled()],
    "typename": lambda lib: [lib.typename(lib.ones(1)), lib.typename(3), lib.is_storage(lib.ones(1))],
    "default type": lambda lib: [lib.set_default_tensor_type("torch.DoubleTensor"), lib.ones(1), lib.set_default_tensor_type(lib.FloatTensor), lib.ones(1)],
    "default type wrong": lambda lib: lib.set_default_tensor_type("torch.LongTensor"),
    "flat weights": lambda lib: [lib.nn.LSTM(2, 3, 2, bidirectional=True)._flat_weights_names, len(lib.nn.GRU(1, 1)._flat_weights)],
    "LRScheduler": lambda lib: [issubclass(lib.optim.lr_scheduler._LRScheduler, lib.optim.lr_scheduler.LRScheduler)],
    "metadata": lambda lib: [dict(lib.nn.Sequential(lib.nn.Linear(1, 1), lib.nn.BatchNorm1d(1)).state_dict()._metadata)],
    "bag": lambda lib: [lib.nn.EmbeddingBag.from_pretrained(leaf(lib, 4, 2).detach(), mode="sum")(lib.tensor([[0, 3]])), lib.nn.EmbeddingBag.from_pretrained(lib.ones(2, 2)).weight.requires_grad],
    "frexp": lambda lib: with_gradient(lib, lambda x: lib.frexp(x * 9)[0], 3, 4),
    "frexp exponents": lambda lib: [*lib.tensor([1.5, 0.0, -3.0, float("inf")]).frexp(), repr(lib.frexp(lib.ones(2)))],
    "frexp of integers": lambda lib: lib.frexp(lib.tensor([1])),
    "frexp out": lambda lib: lib.frexp(lib.ones(2), out=(lib.empty(2), lib.empty(2, dtype=lib.int32))),
    "logaddexp2": lambda lib: with_gradient(lib, lambda x: lib.logaddexp2(x, x[0] * 2), 3, 4),
    "logaddexp2 of integers": lambda lib: lib.logaddexp2(lib.tensor([1]), lib.tensor([2])),
    "logaddexp2 at infinity": lambda lib: lib.tensor([-float("inf"), 2.0]).logaddexp2(lib.tensor(-float("inf"))),
    "nextafter": lambda lib: [lib.nextafter(lib.tensor([1.0, 2.0]), lib.tensor([2.0, 1.0])) - lib.tensor([1.0, 2.0]), lib.ones(1).nextafter_(lib.zeros(1)) - 1, lib.nextafter(lib.ones(2, 1), lib.zeros(3).double())],
    "isreal": lambda lib: [lib.isreal(lib.tensor([1, 2])), lib.ones(2).real, lib.ones(1).isreal()],
    "imag": lambda lib: lib.ones(2).imag,
    "imag of": lambda lib: lib.imag(lib.ones(2)),
    "set_": lambda lib: [lib.ones(2).set_(lib.arange(3.0)), lib.ones(2).set_()],
    "set_ another dtype": lambda lib: lib.ones(2).set_(lib.arange(3)),
    "set_ of a leaf": lambda lib: leaf(lib, 2).set_(lib.ones(3)),
    "is_set_to": lambda lib: [lib.ones(2).is_set_to(lib.ones(2)), (lambda x: x.is_set_to(x.view(2)))(lib.ones(2))],
    "resize_as_": lambda lib: [lib.arange(4.0).resize_as_(lib.ones(1, 3)), lib.resize_as_(lib.arange(4.0), lib.ones(2))],
    "empty_strided": lambda lib: [lib.empty_strided((2, 3), (1, 2)).stride(), lib.empty_strided((2, 0), (1, 2)).numel(), lib.ones(1).double().new_empty_strided((2, 3), (4, 1)).stride()],
    "narrow_copy": lambda lib: with_gradient(lib, lambda x: lib.narrow_copy(x, 1, 1, 2), 2, 4),
    "as_strided_scatter": lambda lib: with_gradient(lib, lambda x: lib.as_strided_scatter(lib.zeros(9), x, (2, 2), (4, 2), 1), 2, 2),
    "sum_to_size": lambda lib: with_gradient(lib, lambda x: x.sum_to_size(3, 1), 2, 3, 4),
    "sum_to_size all": lambda lib: [lib.ones(2, 3).sum_to_size((2, 3)), lib.ones(2, 3).sum_to_size([1]), lib.ones(2, 3).sum_to_size(())],
    "sum_to_size wrong": lambda lib: lib.ones(2, 3).sum_to_size(2, 2),
    "unsafe": lambda lib: [*lib.unsafe_chunk(lib.arange(4), 2), *lib.arange(4).unsafe_split(3), *lib.unsafe_split_with_sizes(lib.arange(4), [1, 3])],
    "adjoint": lambda lib: [lib.ones(2, 3).adjoint(), lib.arange(-2.0, 2).hardshrink(), lib.ones(1).conj_physical_()],
    "kinds": lambda lib: [getattr(lib.ones(1), f"is_{kind}") for kind in "ipu maia meta mkldnn mps mtia nested quantized sparse_csr vulkan xla xpu".split()],
    "places": lambda lib: [lib.ones(1).is_shared(), lib.ones(1).is_distributed(), (lambda x: x.const_data_ptr() == x.data_ptr())(lib.ones(1))],
    "celu_": lambda lib: [lib.celu_(lib.arange(-2.0, 2), 2.0), lib.selu_(lib.arange(-2.0, 2)), lib.threshold_(lib.arange(4.0), 1, 9)],
    "celu_ of a leaf": lambda lib: lib.celu_(leaf(lib, 2)),
    **{
        f"{name}{p}": lambda lib, name=name, p=p: getattr(lib, name)(leaf(lib, 2, 3, 2).detach(), p, p != 0.5)
        for name in ("dropout", "dropout_", "alpha_dropout", "alpha_dropout_", "feature_dropout", "feature_dropout_", "feature_alpha_dropout", "feature_alpha_dropout_")
        for p in (0.0, 0.5, 1.0, 2.0)
    },
    "sequences": lambda lib: [lib.tensor(deque([1.0, 2.5])), lib.tensor([deque([1]), (2,)]), lib.tensor(deque([lib.tensor(1), 2]))],
    "sets": lambda lib: lib.tensor({1, 2}),
    "limits": lambda lib: [repr(lib.iinfo(each)) for each in (lib.int8, lib.int32, lib.int64, lib.uint8)],
    "feature_dropout of a row": lambda lib: lib.feature_dropout(lib.ones(2), 0.5, True),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_call(name):
    agree(CALLS[name])


def test_newaxis_and_functions_in_place():
    assert edutorch.newaxis is None
    names = [n for n in dir(torch) if n.endswith("_") and not n.startswith("_") and callable(getattr(torch, n))]
    with_method = [n for n in names if hasattr(edutorch.Tensor, n)]
    assert len(with_method) > 60
    for name in with_method:
        assert getattr(edutorch, name) is getattr(edutorch.Tensor, name), name
    agree(lambda lib: lib.sin_(lib.arange(3.0)))


@pytest.mark.parametrize(
    "name", "uniform normal xavier_uniform xavier_normal kaiming_uniform kaiming_normal orthogonal".split()
)
def test_old_spellings_warn(name):
    def run(lib):
        lib.manual_seed(0)
        return getattr(lib.nn.init, name)(lib.empty(4, 5))

    agree(run, atol=1e-5)
    with pytest.warns(FutureWarning, match=f"`nn.init.{name}` is now deprecated in favor of `nn.init.{name}_`"):
        run(edutorch)
    weight = edutorch.ones(1, requires_grad=True)
    weight.sum().backward()
    with pytest.warns(FutureWarning, match="clip_grad_norm_"):
        assert edutorch.nn.utils.clip_grad_norm([weight], 1.0) == 1


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize("layer", ["Linear", "ConvTranspose2d"])
def test_spectral_norm(old, layer):
    def run(lib):
        lib.manual_seed(0)
        made = lib.nn.Linear(4, 3) if layer == "Linear" else lib.nn.ConvTranspose2d(4, 3, 2)
        space = lib.nn.utils if old else lib.nn.utils.parametrizations
        net = space.spectral_norm(made, n_power_iterations=2)
        x = lib.ones(2, 4) if layer == "Linear" else lib.ones(1, 4, 3, 3)
        net(x), net(x).square().sum().backward()
        weight = net.weight_orig if old else net.parametrizations.weight.original
        net.eval()
        result = [net(x), weight.grad, sorted(net.state_dict())]
        if old:
            lib.nn.utils.remove_spectral_norm(net)
            result += [net.weight, sorted(net.state_dict())]
        return result

    agree(run, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="spectral_norm of 'weight' not found"):
        edutorch.nn.utils.remove_spectral_norm(edutorch.nn.Linear(1, 1))
    with pytest.raises(RuntimeError, match="Cannot register two"):
        edutorch.nn.utils.spectral_norm(edutorch.nn.utils.spectral_norm(edutorch.nn.Linear(1, 1)))


def test_adaptive_softmax():
    def run(lib, batched=True):
        lib.manual_seed(0)
        net = lib.nn.AdaptiveLogSoftmaxWithLoss(8, 20, [4, 10], div_value=2.0, head_bias=True)
        x, y = leaf(lib, 6, 8), lib.tensor([0, 3, 5, 19, 10, 9])
        result = net(x, y) if batched else net(x[0], y[0])
        result.loss.backward()
        return [
            result.output,
            result.loss,
            x.grad,
            net.head.weight.grad,
            net.tail[1][1].weight.grad,
            net.log_prob(x),
            net.predict(x),
        ]

    agree(run)
    agree(lambda lib: run(lib, False)[:4])
    for wrong in ([], [4, 4], [0, 3], [5, 20]):
        agree(lambda lib, wrong=wrong: lib.nn.AdaptiveLogSoftmaxWithLoss(8, 20, wrong))
    agree(lambda lib: lib.nn.AdaptiveLogSoftmaxWithLoss(8, 20, [4])(leaf(lib, 2, 8), lib.tensor([1, 20])))


@pytest.mark.parametrize("kind", ["default", "ema", "ema_multi", "swa", "buffers"])
def test_averaged_models(kind):
    def run(lib):
        swa = lib.optim.swa_utils
        lib.manual_seed(0)
        net = lib.nn.Sequential(lib.nn.Linear(3, 2), lib.nn.BatchNorm1d(2)).double()
        options = {
            "default": {},
            "ema": {"avg_fn": swa.get_ema_avg_fn(0.9)},
            "ema_multi": {"multi_avg_fn": swa.get_ema_multi_avg_fn(0.9)},
            "swa": {"avg_fn": swa.get_swa_avg_fn()},
            "buffers": {"use_buffers": True},
        }[kind]
        average = swa.AveragedModel(net, **options)
        optimizer = lib.optim.SGD(net.parameters(), lr=0.5)
        schedule = swa.SWALR(
            optimizer, swa_lr=0.05, anneal_epochs=3, anneal_strategy="linear" if kind == "ema" else "cos"
        )
        rates = []
        for step in range(5):
            optimizer.zero_grad()
            net(leaf(lib, 4, 3).detach().double() + step).square().sum().backward()
            optimizer.step()
            schedule.step()
            rates.append(round(schedule.get_last_lr()[0], 6))
            average.update_parameters(net)
        swa.update_bn([leaf(lib, 4, 3).detach().double(), [leaf(lib, 5, 3).detach().double() * 2, 1]], average)
        average.eval()
        return [*average.state_dict().values(), list(average.state_dict()), average(lib.ones(1, 3).double()), rates]

    agree(run, rtol=1e-4, atol=1e-5)
    for wrong in ("cosine", -1):
        optimizer = edutorch.optim.SGD([edutorch.ones(1)], 0.1)
        with pytest.raises(ValueError, match="anneal"):
            edutorch.optim.swa_utils.SWALR(
                optimizer, 0.1, **({"anneal_strategy": wrong} if wrong == "cosine" else {"anneal_epochs": wrong})
            )


def test_hooks_of_an_optimizers_state():
    def run(lib):
        weight = lib.nn.Parameter(lib.ones(2))
        optimizer, seen = lib.optim.SGD([weight], lr=0.1, momentum=0.9), []
        optimizer.register_state_dict_pre_hook(lambda o: seen.append("save"))
        optimizer.register_state_dict_post_hook(lambda o, s: {**s, "extra": 1})
        optimizer.register_state_dict_post_hook(lambda o, s: seen.append(sorted(s)), prepend=True)
        handle = optimizer.register_load_state_dict_pre_hook(lambda o, s: seen.append(s.pop("extra")))
        optimizer.register_load_state_dict_post_hook(lambda o: seen.append("loaded"))
        state = optimizer.state_dict()
        optimizer.load_state_dict(state)
        handle.remove()
        optimizer.load_state_dict(state)
        return [seen, sorted(state)]

    agree(run)


def test_a_hook_gets_the_version_of_the_file():
    def run(lib):
        net, seen = lib.nn.BatchNorm1d(1), []
        net.register_load_state_dict_pre_hook(lambda m, s, p, local, *rest: seen.append(local.get("version")))
        net.load_state_dict(lib.nn.BatchNorm1d(1).state_dict())
        net.load_state_dict(dict(lib.nn.BatchNorm1d(1).state_dict()), strict=False)
        return seen

    agree(run)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("corners", [False, True])
@pytest.mark.parametrize("size", [(3, 4), (5, 17), (16, 20), (9, 1), (7, 11)])
def test_interpolate_smooths_where_it_shrinks(mode, corners, size):
    def run(lib):
        return with_gradient(
            lib,
            lambda x: lib.nn.functional.interpolate(x, size, mode=mode, align_corners=corners, antialias=True),
            *(1, 2, 9, 11),
        )

    agree(run, rtol=1e-4, atol=1e-4)
    agree(lambda lib: lib.nn.functional.interpolate(lib.ones(1, 1, 9, 9), scale_factor=0.4, mode=mode, antialias=True))
    agree(lambda lib: lib.nn.functional.interpolate(lib.ones(1, 1, 9), size=3, mode="linear", antialias=True))


def test_as_subclass_shares_memory_and_graph():
    def run(lib):
        class Named(lib.Tensor):
            pass

        x = leaf(lib, 2, 3)
        y = x.as_subclass(Named)
        y.square().sum().backward()
        z = lib.ones(2).as_subclass(lib.nn.Parameter)
        same = lib.zeros(2)
        same.as_subclass(Named).add_(1)
        return [type(y).__name__, y.is_leaf, x.grad, repr(z), same]

    agree(run)
    agree(lambda lib: lib.ones(1).as_subclass(int))


def test_dropout_in_place_writes_into_its_input():
    for name in ("dropout_", "alpha_dropout_", "feature_dropout_", "feature_alpha_dropout_"):
        x = edutorch.ones(20, 30)
        assert getattr(edutorch, name)(x, 0.5, True) is x and len(x.unique()) == 2, name
    x = edutorch.feature_dropout(edutorch.ones(9, 5, 4), 0.5, True)
    assert (x == x[:, :, :1]).all() and len(x.unique()) == 2


def test_a_method_that_is_left_out_says_what_to_use_instead():
    for name, advice in (("to_sparse", "dense"), ("lu", "linalg.solve"), ("stft", "real"), ("bfloat16", "float")):
        with pytest.raises(
            AttributeError, match=f"'Tensor' object has no attribute '{name}': .*leaves it out; .*{advice}"
        ):
            getattr(edutorch.ones(1), name)
    with pytest.raises(AttributeError, match="^'Parameter' object has no attribute 'shpae'$"):
        edutorch.nn.Parameter(edutorch.ones(1)).shpae  # noqa: B018
    assert not hasattr(edutorch.ones(1), "_anything") and getattr(edutorch.ones(1), "name", None) is None
