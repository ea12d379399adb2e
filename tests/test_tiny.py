"""tiny.py: it trains as edutorch and PyTorch 2.13 do, its gradients are theirs, and what it lacks it says.

golden/tiny_cases.py names the trainings, golden/make_tiny.py wrote what PyTorch loses in them.
"""

import ast
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

import edutorch
import edutorch.nn
import edutorch.optim
import edutorch.utils.data
from edutorch import tiny
from edutorch.vision.datasets import MNIST

FOLDER = Path(__file__).parent / "golden"
CASES = runpy.run_path(str(FOLDER / "tiny_cases.py"))
GOLDEN = json.loads((FOLDER / "tiny.json").read_text())
SOURCE = Path(tiny.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES["CASES"])
def test_the_same_losses_at_every_step_as_edutorch_and_pytorch(name: str) -> None:
    data = MNIST.embedded()
    small, full = (CASES["losses"](torch, data.data.numpy(), data.targets.numpy(), name) for torch in (tiny, edutorch))
    assert len(small) == len(GOLDEN[name]) == 100
    np.testing.assert_allclose(small, full, rtol=1e-4)
    np.testing.assert_allclose(small, GOLDEN[name], rtol=1e-4)


# y of tensors a (2, 3), b (3,), c (3, 4), p (2, 3) above 0, x (2, 3, 6, 6) and t, two classes of three
OPERATIONS = {
    "add": lambda torch, a, b, **_: a + b,
    "add a number": lambda torch, a, **_: 2 + a + 1.5,
    "sub": lambda torch, a, b, **_: b - a,
    "sub from a number": lambda torch, a, **_: 2 - a - 1.5,
    "mul": lambda torch, a, b, **_: a * b,
    "mul a number": lambda torch, a, **_: 2 * a * 1.5,
    "div": lambda torch, a, p, **_: a / p,
    "div a number": lambda torch, p, **_: 2 / p / 1.5,
    "neg": lambda torch, a, **_: -a,
    "pow": lambda torch, a, **_: a**3,
    "pow 0.5": lambda torch, p, **_: p**0.5,
    "pow 0": lambda torch, a, **_: (a - a) ** 0,
    "matmul": lambda torch, a, c, **_: a @ c,
    "matmul of stacks": lambda torch, x, c, **_: x @ x.transpose(2, 3) @ x[0, 0, :, :3] @ c,
    "exp": lambda torch, a, **_: torch.exp(a),
    "log": lambda torch, p, **_: torch.log(p),
    "tanh": lambda torch, a, **_: torch.tanh(a),
    "relu": lambda torch, a, **_: torch.relu(a),
    "sum": lambda torch, a, **_: a.sum(),
    "sum along a dim": lambda torch, a, **_: a.sum(0),
    "sum keepdim": lambda torch, a, **_: a.sum(-1, keepdim=True),
    "mean": lambda torch, a, **_: a.mean(),
    "mean along a dim": lambda torch, a, **_: a.mean(1),
    "max": lambda torch, a, **_: a.max(1)[0],
    "max keepdim": lambda torch, a, **_: a.max(0, keepdim=True)[0],
    "max of equals": lambda torch, a, **_: (a - a + 1).max(1)[0] * a.sum() + (a * 0 + 1).max(1)[0],
    "reshape": lambda torch, a, **_: a.reshape(3, 2),
    "flatten": lambda torch, x, **_: torch.flatten(x, 1),
    "transpose": lambda torch, x, **_: x.transpose(1, 3),
    "index": lambda torch, a, **_: a[1],
    "index with slices": lambda torch, x, **_: x[:, 1, ::2, 1:4],
    "index that repeats": lambda torch, a, **_: a[np.array([0, 1, 1, 0, 1])],
    "max_pool2d": lambda torch, x, **_: torch.nn.functional.max_pool2d(x, 2),
    "log_softmax": lambda torch, a, **_: torch.nn.functional.log_softmax(a * 100, dim=1),
    "nll_loss": lambda torch, a, t, **_: torch.nn.functional.nll_loss(a, t),
    "cross_entropy": lambda torch, a, t, **_: torch.nn.functional.cross_entropy(a, t),
    "used twice": lambda torch, a, b, **_: (a * b).exp() * a + a,
}


def values_and_gradients(torch, operation) -> list:
    rng = np.random.default_rng(0)
    shapes = {"a": (2, 3), "b": (3,), "c": (3, 4), "x": (2, 3, 6, 6)}
    given = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    given["p"] = np.exp(given["a"])
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in given.items()}
    y = operation(torch, **tensors, t=torch.tensor(np.array([2, 0], np.int64)))
    weights = rng.standard_normal(y.shape).astype(np.float32)
    (y * torch.tensor(weights)).sum().backward()
    return [y.array, *(None if x.grad is None else x.grad.array for x in tensors.values())]


@pytest.mark.parametrize("name", OPERATIONS)
def test_values_and_gradients_are_those_of_edutorch(name: str) -> None:
    pairs = zip(*(values_and_gradients(torch, OPERATIONS[name]) for torch in (tiny, edutorch)), strict=True)
    for small, full in pairs:
        assert (small is None) == (full is None)
        if small is not None:
            assert small.shape == full.shape and small.dtype == full.dtype
            np.testing.assert_allclose(small, full, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("kernel_size", "stride"), [(3, 1), (2, 2), (3, 2)])
def test_conv2d_is_that_of_edutorch(kernel_size: int, stride: int) -> None:
    def found(torch) -> list:
        torch.manual_seed(5)
        layer = torch.nn.Conv2d(3, 4, kernel_size, stride)
        x = torch.tensor(np.random.default_rng(1).standard_normal((2, 3, 7, 6)).astype(np.float32), requires_grad=True)
        y = layer(x)
        (y**2).sum().backward()
        return [
            y.array,
            x.grad.array,
            *(p.array for p in layer.parameters()),
            *(p.grad.array for p in layer.parameters()),
        ]

    for small, full in zip(found(tiny), found(edutorch), strict=True):
        np.testing.assert_allclose(small, full, rtol=1e-4, atol=1e-4)


def test_random_numbers_weights_and_orders_are_those_of_edutorch() -> None:
    def found(torch) -> list:
        torch.manual_seed(7)
        samples = torch.utils.data.TensorDataset(torch.tensor(np.arange(57.0, dtype=np.float32)))
        loader = torch.utils.data.DataLoader(samples, batch_size=8, shuffle=True)
        layers = torch.nn.Linear(784, 10), torch.nn.Conv2d(3, 6, 5)
        epochs = [batch.array for _ in range(2) for (batch,) in loader]
        return [*(p.array for layer in layers for p in layer.parameters()), *epochs, torch.randn(5, 8).array]

    for small, full in zip(found(tiny), found(edutorch), strict=True):
        np.testing.assert_array_equal(small, full)
    for torch in (tiny, edutorch):
        torch.manual_seed(8)
    np.testing.assert_allclose(tiny.randn(3, 7).array, edutorch.randn(3, 7).array, rtol=1e-6)


def test_a_chain_of_100000_operations_walks_back() -> None:
    x = tiny.tensor([1.0], requires_grad=True)
    y = x
    for _ in range(100_000):
        y = y + 1
    y.sum().backward()
    assert x.grad is not None and x.grad.item() == 1


def test_gradients_add_up_until_zero_grad() -> None:
    p = tiny.nn.Parameter(tiny.tensor([1.0, 2.0]))
    optimizer = tiny.optim.SGD([p, p], lr=0.5)
    for expected in (2.0, 4.0):
        (p * 2).sum().backward()
        np.testing.assert_array_equal(p.grad.array, [expected] * 2)
    optimizer.step()
    np.testing.assert_array_equal(p.array, [-1.0, 0.0])  # once, although it was given twice
    optimizer.zero_grad()
    assert p.grad is None


def test_it_reaches_97_percent_on_the_test_images() -> None:
    nn, F = tiny.nn, tiny.nn.functional

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(1, 16, 5, 2)
            self.conv2 = nn.Conv2d(16, 32, 3)
            self.fc = nn.Linear(32 * 5 * 5, 10)

        def forward(self, x):  # (N, 1, 28, 28)
            x = F.relu(self.conv1(x))  # (N, 16, 12, 12)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, 32, 5, 5)
            return self.fc(tiny.flatten(x, 1))

    def images_and_labels(train: bool) -> tuple:
        data = MNIST.embedded(train=train)
        return tiny.tensor(data.data.numpy()[:, None] / 255), tiny.tensor(data.targets.numpy())

    tiny.manual_seed(0)
    model = Net()
    optimizer = tiny.optim.Adam(model.parameters())
    samples = tiny.utils.data.TensorDataset(*images_and_labels(True))
    for optimizer.lr in (0.005, 0.0015):
        for x, y in tiny.utils.data.DataLoader(samples, batch_size=50, shuffle=True):
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    images, labels = images_and_labels(False)
    assert (model(images).max(1)[1] == labels.array).mean() >= 0.97


X = np.ones((2, 3), np.float32)

LEFT_OUT = {
    "a function": (lambda: tiny.einsum, AttributeError, "einsum: use the full edutorch.einsum"),
    "a dtype": (lambda: tiny.float64, AttributeError, "edutorch.float64"),
    "a dtype of an array": (
        lambda: tiny.tensor(X.astype(np.uint8)),
        NotImplementedError,
        "dtype uint8.*edutorch.Tensor",
    ),
    "a method": (lambda: tiny.tensor(X).sigmoid(), AttributeError, "sigmoid: use the full edutorch.Tensor"),
    "a layer": (lambda: tiny.nn.LSTM(3, 4), AttributeError, "edutorch.nn.LSTM"),
    "a functional": (lambda: tiny.nn.functional.gelu, AttributeError, "edutorch.nn.functional.gelu"),
    "an optimizer": (lambda: tiny.optim.LBFGS, AttributeError, "edutorch.optim.LBFGS"),
    "a data set": (lambda: tiny.utils.data.Subset, AttributeError, "edutorch.utils.data.Subset"),
    "an argument of SGD": (
        lambda: tiny.optim.SGD([], nesterov=True),
        NotImplementedError,
        "nesterov.*edutorch.optim.SGD",
    ),
    "an argument of Adam": (
        lambda: tiny.optim.Adam([], betas=(0, 0)),
        NotImplementedError,
        "betas.*edutorch.optim.Adam",
    ),
    "an argument of Linear": (
        lambda: tiny.nn.Linear(2, 3, bias=False),
        NotImplementedError,
        "bias.*edutorch.nn.Linear",
    ),
    "an argument of Conv2d": (
        lambda: tiny.nn.Conv2d(1, 1, 3, padding=1),
        NotImplementedError,
        "padding.*edutorch.nn.Conv2d",
    ),
    "an argument of DataLoader": (
        lambda: tiny.utils.data.DataLoader([], num_workers=2),
        NotImplementedError,
        "num_workers.*edutorch.utils.data.DataLoader",
    ),
    "samples that are no tuples": (
        lambda: next(iter(tiny.utils.data.DataLoader([X, X]))),
        NotImplementedError,
        "samples.*ndarray.*edutorch.utils.data.DataLoader",
    ),
    "a module's method": (lambda: tiny.nn.Linear(2, 3).state_dict(), AttributeError, "state_dict.*edutorch.nn.Linear"),
    "a module without forward": (lambda: tiny.nn.Module()(), AttributeError, "forward.*edutorch.nn.Module"),
    "a vector's product": (
        lambda: tiny.tensor(X) @ tiny.tensor(X[0]),
        NotImplementedError,
        r"\(2, 3\) @ \(3,\).*edutorch.Tensor",
    ),
    "few normal numbers": (lambda: tiny.randn(15), NotImplementedError, "15 normal numbers.*edutorch.Generator"),
    "a class below 0": (
        lambda: tiny.nn.functional.nll_loss(tiny.tensor(X), tiny.tensor([0, -1])),
        NotImplementedError,
        "nll_loss.*edutorch.Tensor",
    ),
    "targets of another shape": (
        lambda: tiny.nn.functional.nll_loss(tiny.tensor(X), tiny.tensor([[0], [1]])),
        NotImplementedError,
        "nll_loss.*edutorch.Tensor",
    ),
    "backward of many numbers": (
        lambda: tiny.tensor(X, requires_grad=True).backward(),
        RuntimeError,
        "edutorch.Tensor.backward",
    ),
    "an argument of a function": (
        lambda: tiny.nn.functional.max_pool2d(tiny.tensor(X), 2, stride=1),
        TypeError,
        "max_pool2d.* unexpected keyword argument 'stride'",
    ),
}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_what_it_leaves_out_is_refused_by_the_full_name(what: str) -> None:
    call, error, message = LEFT_OUT[what]
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("name", ["forward", "fc3"])
def test_a_learners_module_that_lacks_a_name_says_which(name: str) -> None:
    class Net(tiny.nn.Module):
        pass

    with pytest.raises(AttributeError, match=f"{name}.*edutorch.nn.Module"):
        getattr(Net(), name)


OPERATORS = """x += 1|x -= 1|x *= 2|x /= 2|x **= 2|x @= x|x[0] = 1|x == x|x != x|x < 1|x <= 1|x > 1|x >= 1|bool(x)|float(x)
2**x|x**x|x % 2|x // 2|abs(x)|1 in x|len(x)""".replace("\n", "|").split("|")


@pytest.mark.parametrize("code", OPERATORS)
def test_an_operator_that_it_leaves_out_is_refused(code: str) -> None:
    with pytest.raises(NotImplementedError, match="leaves out this operator: use the full edutorch.Tensor"):
        exec(code, {"x": tiny.tensor(X)})


def test_the_source_is_as_long_as_promised_and_says_what_arrays_it_takes() -> None:
    assert 350 <= len(SOURCE.splitlines()) <= 400
    tree = ast.parse(SOURCE)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "Any" not in names and "Callable" in names
    imported = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))}  # fmt: skip
    assert {name.split(".")[0] for name in imported} == {
        "__future__",
        "collections",
        "inspect",
        "math",
        "numpy",
        "typing",
    }


def test_every_operation_has_its_formula_and_every_class_its_full_one() -> None:
    tree = ast.parse(SOURCE)
    recorded = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and "Function(" in ast.unparse(f.body)]
    assert len(recorded) == 10
    for function in recorded:
        assert "y = " in ast.get_docstring(function) and "dL/d" in ast.get_docstring(function), function.name
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert [node.name for node in classes if "Full: " not in ast.get_docstring(node)] == []


def test_what_the_course_prints_is_short() -> None:
    tree = ast.parse(SOURCE)
    pieces = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    assert {p.name for p in pieces if p.end_lineno - p.lineno + 1 > 25} == {"Tensor", "Generator"}
