"""Nothing that edutorch computes depends on the caller's np.seterr and filters of warnings, or changes them."""

import types
import warnings

import numpy as np
import pytest

import edutorch as torch
from tests.golden.saved_cases import CASES, inputs_of
from tests.op_table import OPS

F = torch.nn.functional
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, float("inf"), -float("inf"), float("nan"), 1e38, -1e38, 1e-38, 3e-45, 88.9, -104.0]
HALF_EDGES = [0.0, 1.0, -1.0, float("inf"), float("nan"), 65504.0, -65504.0, 6e-8, 0.5]


def edgy(shape, dtype=torch.float32, shift=0):
    """A tensor that goes round the edges of its dtype."""
    values = HALF_EDGES if dtype is torch.float16 else EDGES
    count = int(np.prod(shape))
    return torch.tensor([values[(i + shift) % len(values)] for i in range(count)], dtype=dtype).reshape(shape)


def outcome(function):
    """What a computation gives: its numbers, or its error."""
    try:
        return repr(function())
    except FloatingPointError:
        raise
    except Exception as error:
        if isinstance(error, RuntimeWarning):
            raise
        return repr(error)


@pytest.fixture
def strict():
    """The caller's state at its strictest; it is the same afterwards."""
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        state, filters = np.geterr(), list(warnings.filters)
        yield
        assert np.geterr() == state and warnings.filters == filters


def with_gradients(call, leaves):
    y = call()
    several = [each for each in (y if isinstance(y, (tuple, list)) else [y]) if isinstance(each, torch.Tensor)]
    several = [each for each in several if each.is_floating_point() and each.requires_grad]
    if several:
        sum((each.float() * 1e30).sum() for each in several).backward()
    return [each.tolist() for each in several], [None if leaf.grad is None else leaf.grad.tolist() for leaf in leaves]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize("name", OPS)
def test_an_operation_is_silent_at_the_edges(name, dtype, strict):
    v = types.SimpleNamespace(
        x=edgy((4, 3), dtype),
        y=edgy((4, 3), dtype, 5),
        p=edgy((4, 3), dtype, 2),
        q=edgy((4, 3), dtype, 7),
        m=edgy((4, 4), dtype),
        images=edgy((2, 4, 6, 6), dtype),
        kernel=edgy((4, 2, 3, 3), dtype),
    )
    leaves = list(vars(v).values())
    for leaf in leaves:
        leaf.requires_grad_()
    v.i, v.at = torch.tensor([0, 3, 1, 2]), torch.tensor([[0, 1, 2]] * 4)
    v.b = v.at > 0
    outcome(lambda: with_gradients(lambda: OPS[name](torch, F, v), leaves))


@pytest.mark.parametrize("name", CASES)
def test_another_operation_is_silent_at_the_edges(name, strict):
    tensors = {
        key: edgy(t.shape, shift=len(key)).requires_grad_() if t.is_floating_point() else t
        for key, t in inputs_of(torch, CASES[name]).items()
    }
    leaves = [t for t in tensors.values() if t.requires_grad]
    outcome(lambda: with_gradients(lambda: CASES[name](torch, F, **tensors), leaves))


@pytest.mark.parametrize(
    "name",
    "SGD Adam AdamW RMSprop Adagrad Adadelta Adamax NAdam RAdam Rprop ASGD LBFGS".split(),
)
def test_an_optimizer_is_silent_at_the_edges(name, strict):
    p = edgy((14,)).requires_grad_()
    optimizer = getattr(torch.optim, name)([p], lr=1e30)
    for _ in range(2):
        p.grad = edgy((14,), shift=3)
        optimizer.step(lambda: (p * 1e30).sum())
    torch.nn.utils.clip_grad_norm_([p], 1.0)
    torch.nn.utils.clip_grad_value_([p], 1.0)


OTHERS = {
    "from Python": lambda x: torch.tensor([1e300, 1e-300], dtype=torch.float32),
    "from arrays": lambda x: (
        torch.tensor(np.array([1e300, np.nan]), dtype=torch.float32),
        torch.tensor(np.array([1e300, np.nan]), dtype=torch.int64),
        torch.as_tensor(np.array([1e300]), dtype=torch.float16),
        torch.Tensor([1e300]),
        torch.tensor([x[5], 1e300], dtype=torch.float16),
        torch.ones(2).new_tensor([1e300]),
        torch.FloatTensor([1e300]),
    ),
    "clamping": lambda x: (x.half().clamp(-1e6, 1e6), x.half().clamp_(max=1e9), F.hardtanh(x.half(), -1e9, 1e9)),
    "scattering": lambda x: x.half().scatter(0, torch.tensor([0]), 1e9),
    "padding": lambda x: F.pad(x.half(), (1, 1), value=1e9),
    "numbers with half": lambda x: (
        x.half() * 1e9,
        x.half() / 1e9,
        x.half() + 1e9,
        x.half() ** 1e9,
        1e9 - x.half(),
        x.half() > 1e9,
    ),
    "initializing": lambda x: (torch.nn.init.constant_(x.half(), 1e9), torch.nn.init.normal_(x, 1e38, 1e38)),
    "divisions": lambda x: (x // 0, x % 0, torch.fmod(x, 0.0), torch.div(x, 0, rounding_mode="trunc")),
    "special": lambda x: (
        torch.special.expit(x),
        torch.special.xlog1py(x, x),
        torch.special.entr(x),
        torch.special.zeta(x, x),
    ),
    "linear algebra": lambda x: (
        torch.linalg.norm(x.reshape(2, 7)),
        torch.linalg.svdvals(torch.eye(2) * 1e38),
        torch.det(torch.eye(2) * 1e38),
    ),
    "schedules": lambda x: torch.optim.lr_scheduler.ExponentialLR(torch.optim.SGD([x], 1e300), 10.0).step(),
    "images": lambda x: torch.vision.transforms.functional.normalize(x[:12].reshape(3, 2, 2), [0.5] * 3, [1e-38] * 3),
    "to half": lambda x: x.half(),
    "to int": lambda x: (x.int(), x.long(), x.to(torch.uint8), x.bool(), x.char()),
    "printing": lambda x: (repr(x), str(x * 1e-30), f"{x[0]:.3f}", repr(x.half())),
    "item": lambda x: (x[5].item(), x.tolist(), float(x[7])),
    "comparing": lambda x: (x < 0, x == x, torch.isclose(x, x), torch.allclose(x, x), torch.equal(x, x)),
    "in place": lambda x: x.clone().div_(0).mul_(1e38).add_(x).sub_(x).pow_(3).log_().exp_(),
    "assigning": lambda x: x.half().index_put_((torch.tensor([0]),), torch.tensor(1e4).half() * 1e4),
    "setting": lambda x: x.half().__setitem__(0, 1e6),
    "filling": lambda x: (x.half().fill_(1e6), torch.full((2,), 1e300), x.half().masked_fill(x > 0, 1e5)),
    "copying": lambda x: torch.zeros(14, dtype=torch.float16).copy_(x),
    "out": lambda x: torch.mul(x, x, out=torch.zeros(14, dtype=torch.float16)),
    "ranges": lambda x: (torch.linspace(-3e38, 3e38, 5), torch.arange(3).float(), torch.logspace(0, 50, 5)),
    "random": lambda x: (
        torch.randn(100),
        torch.rand(100).log(),
        torch.empty(9).exponential_(),
        torch.empty(9).cauchy_(),
        torch.empty(9).log_normal_(1e3, 1),
        torch.empty(9, dtype=torch.float16).normal_(0, 1e9),
    ),
    "quantile": lambda x: (x.quantile(0.5), x.nanquantile(0.5), x.nanmedian(), x.mode(), x.histc(3, -1, 1)),
    "sorting": lambda x: (x.sort(), x.argsort(), x.unique(), x.topk(3), x.kthvalue(2)),
    "statistics": lambda x: (
        x.var(),
        x.std(),
        torch.var_mean(x),
        torch.cov(x.reshape(2, 7)),
        x.norm(),
        x.renorm(2, 0, 1.0),
    ),
    "integers": lambda x: (
        torch.tensor([127], dtype=torch.int8) + 1,
        torch.tensor([2**62]) * 4,
        -torch.tensor([-(2**63)]),
    ),
    "state": lambda x: torch.nn.BatchNorm1d(2)(x.reshape(7, 2)),
    "training": lambda x: torch.nn.Dropout(0.5)(x),
    "shrinking": lambda x: torch.nn.Embedding(7, 2, max_norm=1.0, _weight=x.reshape(7, 2))(torch.tensor([0, 1])),
    "clipping": lambda x: torch.nn.utils.parameters_to_vector([x * 1e38]),
    "a sum of gradients": lambda x: (
        lambda leaf: (torch.stack([leaf * 3e38, leaf * 3e38]).sum() + (leaf * 3e38).sum()).backward()
    )(torch.ones(3, requires_grad=True)),
    "broadcast gradients": lambda x: (lambda leaf: (leaf + torch.full((9, 3), 3e38) * leaf).sum().backward())(
        torch.ones(3, requires_grad=True)
    ),
    "accumulated gradients": lambda x: [
        (leaf * 3e38).sum().backward() for leaf in [torch.ones(3, requires_grad=True)] for _ in range(3)
    ],
}


@pytest.mark.parametrize("name", OTHERS)
def test_all_else_is_silent_at_the_edges(name, strict):
    outcome(lambda: OTHERS[name](edgy((14,))))


def test_threads_of_their_own_are_silent_too(strict):
    import threading

    found = []
    thread = threading.Thread(target=lambda: found.append((torch.zeros(2) / 0).tolist()))
    np.seterr(all="raise")
    thread.start()
    thread.join()
    assert str(found) == "[[nan, nan]]"


class SquaredByUser(torch.autograd.Function):
    """y = x^2, whose backward looks at the state of NumPy that it runs in"""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, gy):
        (x,) = ctx.saved_tensors
        STATES.append(np.geterr()["over"])
        return gy * 2 * x


STATES: list[str] = []


def test_hooks_and_backwards_of_users_run_in_the_users_state_of_numpy():
    def note(*_):
        STATES.append(np.geterr()["over"])

    STATES.clear()
    x = torch.ones(3, requires_grad=True)
    x.register_hook(note)
    x.register_post_accumulate_grad_hook(note)
    y = SquaredByUser.apply(x)
    y.grad_fn.register_hook(note)
    y.grad_fn.register_prehook(note)
    with np.errstate(all="raise"):
        y.sum().backward()
        assert np.geterr()["over"] == "raise"
    assert STATES == ["raise"] * 5


def test_a_hook_may_itself_walk_back_and_compute():
    z = torch.ones(2, requires_grad=True)

    def walk(gradient):
        with torch.enable_grad():
            (z * 1e30).exp().sum().backward()
        return gradient * 2

    x = torch.ones(2, requires_grad=True)
    x.register_hook(walk)
    with np.errstate(all="raise"):
        (x * 3).sum().backward()
    assert x.grad.tolist() == [6.0, 6.0] and z.grad.tolist() == [float("inf")] * 2
