"""What exercise 17 calls right is what the library does."""

import re

import pytest

import edutorch as torch
from edutorch import nn, quantization
from edutorch.nn import functional as F
from edutorch.nn.utils import prune

from .pages import Page

PAGE = Page("17_small")


@pytest.mark.parametrize("part", "abcdefghi")
def test_numbers_of_one_byte(part, names):
    exec(PAGE.program("integers"), names)
    assert eval(PAGE.rows("integers")[part][0], names) == pytest.approx(PAGE.answer("integers")[part], rel=1e-6)


@pytest.mark.parametrize("part", "abcdefghi")
def test_a_scale_for_each_output(part, names):
    expected = PAGE.answer("scales")[part]
    exec(PAGE.program("scales"), names)
    if expected == "error":
        with pytest.raises(RuntimeError):
            eval(PAGE.rows("scales")[part][0], names)
    else:
        assert tuple(eval(PAGE.rows("scales")[part][0], names).shape) == expected


@pytest.mark.parametrize(("scale", "zero_point", "low", "high"), [(0.5, 3, 0, 15), (0.3, -2, -8, 7), (2.0, 0, 0, 255)])
def test_the_rounding_is_that_of_the_library(names, scale, zero_point, low, high):
    """Numbers and gradients, far beyond both ends, and halves."""
    exec(PAGE.questions["fake"].answer, names)
    numbers = torch.cat([torch.linspace(-40, 40, 173), torch.tensor([0.25, 0.75, 1.0, 3.0, 5.0, -1.0])])
    found = []
    for call in (names["FakeQuantizePerTensor"].apply, torch.fake_quantize_per_tensor_affine):
        x = numbers.clone().requires_grad_()
        y = call(x, scale, zero_point, low, high)
        (y**2).sum().backward()
        found.append((y, x.grad))
    for ours, theirs in zip(*found, strict=True):
        assert torch.allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.parametrize("reduction", ["none", "sum", "batchmean", "mean"])
def test_the_divergence_is_that_of_the_library(names, reduction, log_target):
    exec(PAGE.questions["distill"].answer, names)
    torch.manual_seed(0)
    input, target = torch.randn(3, 5).log_softmax(1), torch.randn(3, 5).softmax(1)
    given = (input, target.log() if log_target else target)
    ours, theirs = (f(*given, reduction=reduction, log_target=log_target) for f in (names["kl_div"], F.kl_div))
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_the_square_of_the_temperature_keeps_the_gradient(names):
    """Of logits that differ by little, about the same at each high temperature."""
    exec(PAGE.questions["distill"].answer, names)
    torch.manual_seed(1)
    start, teacher, sizes = torch.randn(4, 10), torch.randn(4, 10), []
    for temperature in (10.0, 40.0):
        student = start.clone().requires_grad_()
        names["distillation_loss"](student, teacher, temperature).backward()
        sizes.append(student.grad.norm().item())
    assert sizes[1] == pytest.approx(sizes[0], rel=0.2)


@pytest.mark.parametrize("amount", [0, 3, 0.3, 0.55, 1.0])
def test_the_mask_is_that_of_the_library(names, amount):
    exec(PAGE.questions["prune"].answer, names)
    torch.manual_seed(2)
    weights, before = torch.randn(5, 7), torch.ones(5, 7)
    before[2] = 0
    ours, theirs = (
        kind(amount).compute_mask(weights, before) for kind in (names["L1Unstructured"], prune.L1Unstructured)
    )
    assert torch.equal(ours, theirs)


def test_the_worked_cases(names):
    """Of the second hints."""
    exec(PAGE.questions["fake"].answer, names)
    assert names["FakeQuantizePerTensor"].apply(torch.tensor([1.1, 9.0]), 0.5, 3, 0, 15).tolist() == [1, 6]
    exec(PAGE.questions["distill"].answer, names)
    halves, sure = torch.tensor([[0.5, 0.5]]).log(), torch.tensor([[1.0, 0.0]])
    assert names["kl_div"](halves, sure, reduction="batchmean").item() == pytest.approx(0.693, abs=1e-3)
    assert names["kl_div"](halves, sure).item() == pytest.approx(0.347, abs=1e-3)
    exec(PAGE.questions["prune"].answer, names)
    mask = names["L1Unstructured"](0.5).compute_mask(torch.tensor([[-3, 0.1, 2], [1, -0.2, 4]]), torch.ones(2, 3))
    assert mask.tolist() == [[1, 0, 1], [0, 0, 1]]
    observer = quantization.MinMaxObserver(quant_min=0, quant_max=100)
    observer(torch.tensor([1.0, 5.0]))
    scale, zero_point = observer.calculate_qparams()
    assert (scale.item(), zero_point.item()) == (pytest.approx(0.05), 0)
    with pytest.raises(RuntimeError):
        nn.Linear(3, 2).weight / torch.ones(2)


def test_the_order_gives_what_quantize_gives(names):
    """The library's own function for all steps behind the fusing."""
    (source,) = (check.source for check in PAGE.questions["static"].checks if check.hidden)
    names |= {"answer": "FDAGC", "__name__": "static"}
    exec(source.partition("show(what")[0], names)
    model = names["program"](3, [])
    torch.manual_seed(3)
    own = quantization.QuantWrapper(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))).eval()
    images = torch.randn(100, 4)
    own = quantization.fuse_modules(own, ["module.0", "module.1"])
    own.qconfig = quantization.default_qconfig
    own = quantization.quantize(own, lambda model, x: model(x), [images])
    assert torch.equal(own(images), model(images))


def test_the_witness_accepts_the_library_alone(names):
    exec(PAGE.questions["zero"].answer, names)
    assert names["accepts"](quantization.MinMaxObserver)
    assert not names["accepts"](quantization.MovingAverageMinMaxObserver)


def test_the_student_learns(capsys):
    """By the library's own pieces, as by the learner's."""
    found: dict = {}
    for source in [*PAGE.assignment.setup, PAGE.cell("receipt")]:
        exec(source, found)
    teacher, pruned, student, small = map(int, re.findall(r"(\d+) % right", capsys.readouterr().out))
    assert teacher > 88
    assert pruned > teacher - 4
    assert student > 80
    assert small > student - 4
