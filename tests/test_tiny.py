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


class Net(tiny.nn.Module):
    """A learner's own docstring does not say what is full."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = tiny.nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x)


# what a call of PyTorch's is refused with: how the sentence names it -> the calls
LEFT_OUT = {
    "edutorch.Tensor (": """x.sigmoid()|x.view(-1)|x.numpy()|x.detach()|x.size(0)|x.T|x.dtype|x.to("cpu")|x.sum(axis=0)|x.sum("a")
        x.mean(dim="a")|x.max()|x.reshape((3, 2))|x.flatten(end_dim=1)|x.transpose(0)|x.relu(inplace=True)|torch.exp(x, out=x)
        torch.exp(X)|torch.relu(3.0)|torch.sum(x, dim=0, dtype=None)|x + None|x + "a"|x ** "a"|x @ X|X @ x|2 @ x|x @ x[0]
        x & x|~x|x << 1|int(x)|round(x)|np.asarray(x)|torch.tensor(x)|x.sum().backward(retain_graph=True)|x.item(3)
        f"{x:.4f}"|F.relu(x, inplace=True)|F.relu(X)|F.log_softmax(x)|net.fc(X)|F.max_pool2d(image[0], 2)|nn.Conv2d(1, 1, 2)(image[0])|torch.tensor(X.astype("uint8"))""",
    "edutorch.tensor,": "torch.tensor([1.0], dtype=None)|torch.tensor([1.0], device='cpu')",
    "edutorch.randn,": "torch.randn(15)|torch.randn((20, 20))|torch.randn(20, 20, device='cpu')|torch.randn('a')",
    "edutorch.Generator (": "torch.manual_seed('a')|torch.generator.get_state()",
    "edutorch.nn.functional.max_pool2d": "F.max_pool2d(image, 2, 2)|F.max_pool2d(image, 2, stride=1)",
    "edutorch.nn.functional.cross_entropy": "F.cross_entropy(x, y, reduction='sum')|F.cross_entropy(x, y, weight=x)",
    "edutorch.nn.functional.nll_loss": """F.cross_entropy(x, x)|F.nll_loss(x, torch.tensor([0, -1]))|F.nll_loss(x, y.reshape(2, 1))
        F.nll_loss(x, torch.tensor([0.0, 1.0]))|F.nll_loss(x, y, reduction="sum")""",
    "edutorch.nn.Module (": "net.train()|net.eval()|net.state_dict()|net.fc3|nn.Module()(x)",
    "edutorch.nn.Parameter (": "net.fc.weight.data|nn.Parameter(x, requires_grad=False)|nn.Parameter(X)",
    "edutorch.nn.Linear (": "nn.Linear(3)|nn.Linear(2, 3, bias=False)|nn.Linear(2.5, 3)|nn.Linear(2, 3, dtype=None)|net.fc.train()",
    "edutorch.nn.Conv2d (": """nn.Conv2d(1, 1, 3, padding=1)|nn.Conv2d(1, 1, (3, 3))|nn.Conv2d(1, 1, 3, 1, 1)|nn.Conv2d(1, 1, 3)(X)
        nn.Conv2d(1, 1, 3).to("cpu")""",
    "edutorch.nn.ReLU (": "nn.ReLU(inplace=True)|nn.ReLU(True)|nn.ReLU()(X)",
    "edutorch.nn.Sequential (": "nn.Sequential(net).append(net)",
    "edutorch.optim.SGD (": """optim.SGD([], nesterov=True)|optim.SGD([{"params": []}], lr=0.1)|optim.SGD([], 0.1, 0.9, 0.0)|sgd.state_dict()
        sgd.step(lambda: 3)|sgd.zero_grad(set_to_none=True)|sgd.param_groups""",
    "edutorch.optim.Adam (": "optim.Adam([], betas=(0, 0))|optim.Adam([], 0.1, (0.9, 0.99))",
    "edutorch.utils.data.TensorDataset,": "data.TensorDataset(X, X)|data.TensorDataset(x, x[0])",
    "edutorch.utils.data.DataLoader (": """data.DataLoader([], num_workers=2)|data.DataLoader([], drop_last=True)|data.DataLoader(3)
        next(iter(data.DataLoader([X, X])))|data.DataLoader([], batch_size="a")|data.DataLoader([]).sampler""",
    "edutorch.einsum": "torch.einsum",
    "edutorch.LSTM": "torch.LSTM",
    "edutorch.float64": "torch.float64",
    "edutorch.no_grad": "torch.no_grad()",
    "edutorch.nn.LSTM": "nn.LSTM(3, 4)",
    "edutorch.nn.functional.gelu": "F.gelu",
    "edutorch.optim.lr_scheduler": "optim.lr_scheduler",
    "edutorch.utils.data.Subset": "data.Subset",
    "edutorch.utils.tensorboard": "torch.utils.tensorboard",
}
CALLS = [(full, c.strip()) for full, calls in LEFT_OUT.items() for c in calls.replace("\n", "|").split("|")]


@pytest.mark.parametrize(("full", "call"), CALLS)
def test_what_it_leaves_out_is_refused_by_the_full_name(full: str, call: str) -> None:
    nn, optim, data = tiny.nn, tiny.optim, tiny.utils.data
    x, net = tiny.tensor(X, requires_grad=True), Net()
    names = {
        "torch": tiny,
        "nn": nn,
        "optim": optim,
        "data": data,
        "F": nn.functional,
        "np": np,
        "X": X,
        "x": x,
        "net": net,
    }
    names |= {"y": tiny.tensor([0, 1]), "image": tiny.tensor(X.reshape(1, 1, 2, 3)), "sgd": optim.SGD([], lr=0.1)}
    with pytest.raises(tiny.LeftOut) as error:
        eval(call, names)
    assert str(error.value).startswith("edutorch.tiny leaves out ") and "\n" not in str(error.value)
    assert str(error.value).count("use the full") == 1 and f": use the full {full}" in str(error.value)


def test_backward_of_many_numbers_names_the_full_one() -> None:
    with pytest.raises(RuntimeError, match="one number.*use edutorch.Tensor.backward"):
        tiny.tensor(X, requires_grad=True).backward()


def test_errors_in_a_learners_code_stay_what_they_are() -> None:
    class Wrong(Net):
        def forward(self, x):
            return self.fc(x) + len(3)

    class Samples:
        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> tuple:
            return (index + "a",)

    with pytest.raises(TypeError, match="has no len"):
        Wrong()(tiny.tensor(X))
    with pytest.raises(TypeError, match="unsupported operand"):
        list(tiny.utils.data.DataLoader(Samples()))


def test_a_loader_knows_how_many_batches_it_gives() -> None:
    loader = tiny.utils.data.DataLoader(tiny.utils.data.TensorDataset(tiny.randn(17, 2)), batch_size=5)
    assert len(loader) == len(list(loader)) == 4


def test_a_formatted_number_and_an_index_that_is_a_tensor() -> None:
    x = tiny.tensor([1.5, 2.5])
    assert f"{x.sum():.2f} {x}" == "4.00 tensor([1.5, 2.5])"
    np.testing.assert_array_equal(x[tiny.tensor([1, 0, 1])].array, [2.5, 1.5, 2.5])


@pytest.mark.parametrize("name", ["forward", "fc3"])
def test_a_learners_module_that_lacks_a_name_says_which(name: str) -> None:
    class Empty(tiny.nn.Module):
        pass

    with pytest.raises(AttributeError, match=f"{name}.*edutorch.nn.Module"):
        getattr(Empty(), name)


OPERATORS = """x += 1|x -= 1|x *= 2|x /= 2|x **= 2|x @= x|x[0] = 1|x == x|x != x|x < 1|x <= 1|x > 1|x >= 1|bool(x)|float(x)
2**x|x**x|x % 2|x // 2|divmod(x, 2)|abs(x)|1 in x|len(x)|reversed(x)|x & x|x << 1|~x|round(x)""".replace(
    "\n", "|"
).split("|")


@pytest.mark.parametrize("code", OPERATORS)
def test_an_operator_that_it_leaves_out_is_refused(code: str) -> None:
    with pytest.raises(tiny.LeftOut, match="leaves out this operator: use the full edutorch.Tensor"):
        exec(code, {"x": tiny.tensor(X)})


def test_the_source_is_as_long_as_promised_and_says_what_arrays_it_takes() -> None:
    assert 350 <= len(SOURCE.splitlines()) <= 400
    tree = ast.parse(SOURCE)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "Any" not in names and "Callable" in names
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    imported = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    assert {name.split(".")[0] for name in imported} == {
        "__future__",
        "collections",
        "contextlib",
        "inspect",
        "math",
        "numpy",
        "types",
        "typing",
    }


def test_every_operation_has_its_formula_and_every_class_its_full_one() -> None:
    tree = ast.parse(SOURCE)
    recorded = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and "Function(" in ast.unparse(f.body)]
    assert len(recorded) == 10
    for function in recorded:
        assert "y = " in ast.get_docstring(function) and "dL/d" in ast.get_docstring(function), function.name
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert [node.name for node in classes if "Full: " not in ast.get_docstring(node)] == ["LeftOut"]


def test_what_the_course_prints_is_short() -> None:
    tree = ast.parse(SOURCE)
    pieces = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    assert {p.name for p in pieces if p.end_lineno - p.lineno + 1 > 25} == {"Tensor"}
