"""Wrong calls fail at once, with PyTorch's type of error and a message that says what was wrong."""

import pytest

import edutorch as torch

F = torch.nn.functional
X = torch.ones(2, 3)
I = torch.ones(2, 3, dtype=torch.int64)  # noqa: E741 (a tensor of integers)
B = torch.ones(2, 3, dtype=torch.bool)

CALLS = [
    # operands
    (lambda: X + torch.ones(4), RuntimeError, r"size of tensor a \(3\) must match .* b \(4\) at .* dimension 1"),
    (lambda: X * torch.ones(3, 3), RuntimeError, r"shapes \[2, 3\] and \[3, 3\] do not broadcast"),
    (lambda: X == torch.ones(4), RuntimeError, "must match the size"),
    (lambda: torch.maximum(X, torch.ones(4)), RuntimeError, "must match the size"),
    (lambda: torch.logical_and(X, torch.ones(4)), RuntimeError, "must match the size"),
    (lambda: X + "1", TypeError, "add.*must be Tensor or a number, not str"),
    (lambda: X + [1, 2, 3], TypeError, "not list.*torch.tensor"),
    (lambda: X * (1 + 2j), TypeError, "complex numbers are not supported"),
    (lambda: torch.exp(1.0), TypeError, r"exp\(\): argument 'input' .* must be Tensor, not float"),
    (lambda: torch.relu([1.0]), TypeError, r"relu\(\): argument 'input' .* not list"),
    (lambda: torch.sum([1, 2]), TypeError, r"sum\(\): argument 'input' .* not list"),
    (lambda: torch.equal(X, 1), TypeError, "must be Tensor, not int"),
    # dtypes
    (lambda: B - B, RuntimeError, "Subtraction.*bool tensor.*logical_not"),
    (lambda: 1 - B, RuntimeError, "Subtraction.*bool tensor"),
    (lambda: -B, RuntimeError, "Negation.*bool tensor"),
    (lambda: +B, RuntimeError, r"`\+` operator, on a bool tensor"),
    (lambda: B.abs(), RuntimeError, "abs.*Bool.*float"),
    (lambda: torch.relu(B), RuntimeError, "Boolean inputs not supported for relu"),
    (lambda: X & X, NotImplementedError, "bitwise_and.*not implemented for torch.float32"),
    (lambda: ~X, TypeError, "only implemented on integer and Boolean"),
    (lambda: I.mean(), RuntimeError, r"mean\(\).*float\(\)"),
    (lambda: I.var(), RuntimeError, r"var only support floating point.*float\(\)"),
    (lambda: I.norm(), RuntimeError, r"Expected a floating point.*float\(\)"),
    (lambda: I.softmax(0), RuntimeError, "softmax.*torch.int64"),
    (lambda: B.argmax(), RuntimeError, "argmax.*Bool"),
    (lambda: torch.frac(I), RuntimeError, "frac"),
    (lambda: torch.isclose(X, I), RuntimeError, "torch.float32 did not match torch.int64"),
    (lambda: I**-1, RuntimeError, "Integers to negative integer powers.*float"),
    (lambda: I // 0, RuntimeError, "ZeroDivisionError.*floating"),
    (lambda: I % (I * 0), RuntimeError, "ZeroDivisionError"),
    (lambda: torch.addcdiv(I, I, I), RuntimeError, "Integer division with addcdiv"),
    (lambda: I.add_(1.5), RuntimeError, "result type torch.float32 can't be cast.*torch.int64"),
    (lambda: X.clone().lt_(torch.ones(4, 2, 3)), RuntimeError, "doesn't match the broadcast shape"),
    # arguments
    (lambda: torch.div(X, X, rounding_mode="up"), RuntimeError, "rounding_mode.*'trunc', or 'floor'.*'up'"),
    (lambda: X.clamp(), RuntimeError, "At least one of 'min' or 'max'"),
    (lambda: X.sum(2), IndexError, r"Dimension out of range .*\[-2, 1\], but got 2"),
    (lambda: X.sum((0, 0)), RuntimeError, "appears multiple times"),
    (lambda: X.softmax(5), IndexError, "Dimension out of range"),
    (lambda: X.cumsum(2), IndexError, "Dimension out of range"),
    (lambda: torch.ones(0).max(), RuntimeError, "max.*numel.*== 0"),
    (lambda: torch.ones(0, 3).argmax(0), IndexError, r"argmax\(\).*non-zero size.*\[0, 3\]"),
    (lambda: torch.ones(0, 3).amax(0), IndexError, r"amax\(\).*non-zero size"),
    (lambda: torch.isclose(X, X, rtol=-1), RuntimeError, "rtol and atol must be"),
    (lambda: torch.linalg.norm(torch.ones(3), "fro"), RuntimeError, "order 'fro' needs a matrix"),
    (lambda: torch.linalg.matrix_norm(X, 7), RuntimeError, "Order 7 not supported"),
    (lambda: torch.ones(5).add_(X), RuntimeError, r"shape \[5\]|must match the size"),
    (lambda: torch.exp(torch.ones(2, requires_grad=True), out=torch.ones(2)), RuntimeError, "don't support automatic"),
    # activations
    (lambda: F.gelu(X, approximate="sin"), RuntimeError, "none or tanh"),
    (lambda: F.glu(X), RuntimeError, "dimension -1 is size 3"),
    (lambda: F.hardtanh(X, 1, -1), ValueError, "min_val cannot be greater than max_val"),
    (lambda: F.celu(X, 0), RuntimeError, "alpha cannot be 0"),
    (lambda: F.prelu(X, torch.ones(2)), RuntimeError, "parameter numbers = 2 and channel size = 3"),
    (lambda: F.softshrink(X, -1), RuntimeError, "lambda must be greater"),
    # losses
    (lambda: F.mse_loss(X, X, reduction="avg"), ValueError, "avg is not a valid value for reduction"),
    (lambda: F.huber_loss(X, X, delta=0), RuntimeError, "non-positive values for delta"),
    (lambda: F.smooth_l1_loss(X, X, beta=-1), RuntimeError, "negative values for beta"),
    (lambda: F.binary_cross_entropy(X, X[0]), ValueError, "different to the input size.*same size"),
    (lambda: F.binary_cross_entropy(X * 2, X), RuntimeError, "between 0 and 1.*logits"),
    (lambda: F.binary_cross_entropy(X, I), RuntimeError, "Found dtype torch.int64 but expected torch.float32"),
    (lambda: F.binary_cross_entropy_with_logits(X, X[0]), ValueError, "must be the same as input size"),
    (lambda: F.cross_entropy(X, torch.tensor([0, 3])), IndexError, "Target 3 is out of bounds.*3 classes"),
    (lambda: F.cross_entropy(X, torch.tensor([0, -1])), IndexError, "Target -1 is out of bounds"),
    (lambda: F.cross_entropy(X, torch.tensor([0, 1, 2])), ValueError, r"batch_size \(2\) to match .* \(3\)"),
    (
        lambda: F.cross_entropy(X, torch.tensor([0, 1], dtype=torch.int32)),
        RuntimeError,
        "Long or Byte, but got torch.int32",
    ),
    (lambda: F.cross_entropy(X, torch.ones(2)), RuntimeError, r"probabilities.*target.long\(\)"),
    (lambda: F.cross_entropy(X, I[:, :2]), RuntimeError, r"Expected target size \[2\], got \[2, 2\]"),
    (lambda: F.cross_entropy(X, torch.tensor([0, 1]), torch.ones(2)), RuntimeError, "all 3 classes"),
    (lambda: F.cross_entropy(X, torch.tensor([0, 1]), label_smoothing=2), RuntimeError, "between 0.0 and 1.0"),
    (lambda: F.cross_entropy(torch.tensor(1.0), torch.tensor(0)), ValueError, "0-d"),
    (lambda: F.gaussian_nll_loss(X, X, -X), ValueError, "negative"),
    (lambda: F.gaussian_nll_loss(X, X, torch.ones(5)), ValueError, "var is of incorrect size"),
    (lambda: F.multi_margin_loss(X, torch.tensor([0, 1]), p=3), ValueError, "p == 1 and p == 2"),
    (lambda: F.margin_ranking_loss(X, X, X[0]), RuntimeError, "same dimension"),
    (lambda: F.cosine_embedding_loss(X, X, X), RuntimeError, "2D target tensor expects 3D"),
]


@pytest.mark.parametrize(("call", "error", "message"), CALLS, ids=[message for _, _, message in CALLS])
def test_a_wrong_call_says_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call()
