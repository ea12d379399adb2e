"""Wrong calls of convolutions and pooling: the type and the message PyTorch's user expects."""

import pytest

import edutorch as torch

F = torch.nn.functional
X, W = torch.zeros(2, 3, 8, 8), torch.zeros(4, 3, 3, 3)
CASES = {
    "channels": (
        lambda: F.conv2d(X[:, :1], W),
        RuntimeError,
        r"Given groups=1, weight of size \[4, 3, 3, 3\], expected input\[2, 1, 8, 8\] to have 3 channels, but"
        r" got 1 channels instead",
    ),
    "axes": (
        lambda: F.conv2d(X[0, 0], W),
        RuntimeError,
        r"Expected 3D \(unbatched\) or 4D \(batched\) input to conv2d, but got input of size: \[8, 8\]",
    ),
    "axes of the weight": (lambda: F.conv2d(X, W[0]), RuntimeError, "expected 4-dimensional weight"),
    "too small": (
        lambda: F.conv2d(X[:, :, :2, :2], W),
        RuntimeError,
        r"Calculated padded input size per channel: \(2 x 2\). Kernel size: \(3 x 3\). Kernel size can't be",
    ),
    "dtype": (lambda: F.conv2d(X.double(), W), RuntimeError, "weight type .* should be the same"),
    "dtype of the bias": (
        lambda: F.conv2d(X, W, torch.zeros(4).double()),
        RuntimeError,
        "bias type .* should be the same",
    ),
    "bias": (lambda: F.conv2d(X, W, torch.zeros(5)), RuntimeError, "1-dimensional with 4 elements"),
    "groups": (lambda: F.conv2d(X, W, groups=3), RuntimeError, "divisible by 3 at dimension 0"),
    "no group": (lambda: F.conv2d(X, W, groups=0), RuntimeError, "non-positive groups"),
    "same with stride": (
        lambda: F.conv2d(X, W, stride=2, padding="same"),
        RuntimeError,
        "padding='same' is not supported for strided convolutions",
    ),
    "padding's name": (lambda: F.conv2d(X, W, padding="full"), RuntimeError, "Invalid padding string: 'full'"),
    "stride 0": (lambda: F.conv2d(X, W, stride=0), RuntimeError, "non-positive stride is not supported"),
    "dilation 0": (lambda: F.conv2d(X, W, dilation=0), RuntimeError, "non-positive dilation is not supported"),
    "negative padding": (lambda: F.conv2d(X, W, padding=-1), RuntimeError, "negative padding is not supported"),
    "three strides": (
        lambda: F.conv2d(X, W, stride=(1, 2, 3)),
        RuntimeError,
        r"expected stride to be a single integer value or a list of 2 values .* stride=\[1, 2, 3\]",
    ),
    "no tensor": (lambda: F.conv2d([1], W), TypeError, "invalid combination of arguments"),
    "transposed channels": (
        lambda: F.conv_transpose2d(X, W),
        RuntimeError,
        r"Given transposed=1, .* to have 4 channels, but got 3 channels instead",
    ),
    "output padding": (
        lambda: F.conv_transpose2d(X, W[:3], output_padding=1),
        RuntimeError,
        "output padding must be smaller than either stride or dilation",
    ),
    "pool axes": (lambda: F.max_pool2d(X[0, 0], 2), RuntimeError, "Expected 3D or 4D"),
    "pool padding": (lambda: F.max_pool2d(X, 2, padding=2), RuntimeError, "at most half of effective kernel size"),
    "pool too large": (
        lambda: F.max_pool2d(X, 20),
        RuntimeError,
        r"Given input size: \(3x8x8\). Calculated output size: \(3x0x0\). Output size is too small",
    ),
    "pool of three": (lambda: F.max_pool2d(X, (1, 2, 3)), RuntimeError, "kernel_size must either be a single int"),
    "pool by 0": (lambda: F.avg_pool2d(X, 2, stride=0), RuntimeError, "stride should not be zero"),
    "divisor": (lambda: F.avg_pool2d(X, 2, divisor_override=0), RuntimeError, "divisor must be not zero"),
    "odd padding": (lambda: F.pad(X, (1, 2, 3)), RuntimeError, "divisible by 2"),
    "reflection": (lambda: F.pad(X, (8, 0, 0, 0), "reflect"), RuntimeError, "less than the corresponding input"),
    "padding mode": (lambda: F.pad(X, (1, 1), "mirror"), NotImplementedError, "Unrecognised padding mode mirror"),
    "fold": (lambda: F.fold(torch.zeros(1, 8, 5), 4, 2), RuntimeError, "number of sliding blocks"),
    "size and scale": (lambda: F.interpolate(X, 4, 2), ValueError, "only one of size or scale_factor"),
    "mode": (lambda: F.interpolate(X, 4, mode="linear"), NotImplementedError, r"got 4D\) for the modes"),
    "embedding": (lambda: F.embedding(torch.tensor([5]), torch.zeros(3, 2)), IndexError, "index out of range in self"),
    "embedding of floats": (
        lambda: F.embedding(torch.zeros(2), torch.zeros(3, 2)),
        RuntimeError,
        "scalar types: Long, Int",
    ),
    "one_hot": (lambda: F.one_hot(torch.tensor([3]), 2), RuntimeError, "must be smaller than num_classes"),
    "batch of one": (
        lambda: F.batch_norm(torch.zeros(1, 3), None, None, training=True),
        ValueError,
        "Expected more than 1 value per channel when training",
    ),
    "running mean": (
        lambda: F.batch_norm(X, torch.zeros(2), torch.zeros(3)),
        RuntimeError,
        "running_mean should contain 3 elements not 2",
    ),
    "normalized_shape": (
        lambda: F.layer_norm(X, (7,)),
        RuntimeError,
        r"Given normalized_shape=\[7\], expected input with shape \[\*, 7\]",
    ),
    "groups of channels": (lambda: F.group_norm(X, 2), RuntimeError, "divisible by num_groups"),
    "dropout": (lambda: F.dropout(X, 1.5), ValueError, "between 0 and 1, but got 1.5"),
    "dropout of channels": (lambda: F.dropout2d(torch.zeros(3)), RuntimeError, "at least 2 dimensions"),
    "linear": (
        lambda: torch.nn.Linear(3, 4)(torch.zeros(2, 5)),
        RuntimeError,
        r"mat1 and mat2 shapes cannot be multiplied \(2x5 and 3x4\)",
    ),
    "attention": (lambda: F.scaled_dot_product_attention(X, X, X.double()), RuntimeError, "to have the same dtype"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_call_says_what_is_wrong(name):
    call, error, message = CASES[name]
    with pytest.raises(error, match=message):
        call()
