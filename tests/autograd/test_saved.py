"""What may be changed in place before backward, operation by operation: all that PyTorch lets pass, and no gradient
is wrong. The golden file saved.json has PyTorch's verdicts."""

import json

import pytest

import edutorch as torch
from tests.golden.saved_cases import CASES, gradients, passes

# Where our backward needs less than PyTorch's, more may be changed: a row of DIVERGENCES.md.
MORE_PASSES = """
    fmax fmin nan_to_num sgn sinc F.hardshrink F.hardsigmoid F.logsigmoid F.softshrink F.threshold pow hypot copysign
    nansum nanmean logcumsumexp cummax cummin std amax amin max min median F.mse_loss F.smooth_l1_loss F.huber_loss
    F.soft_margin_loss number norm lerp clamp masked_select gather index index_add index_copy index_fill take cdist
    cross_entropy nll_loss multi_margin_loss max_pool2d avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool2d
    adaptive_max_pool2d batch_norm scaled_dot_product_attention nn.LSTM
""".split()


@pytest.fixture(scope="module")
def verdicts_of_pytorch(root):
    return json.loads((root / "tests/golden/saved.json").read_text())


@pytest.mark.parametrize("name", CASES)
def test_backward_lets_pass_what_pytorch_lets_pass(name, verdicts_of_pytorch):
    unchanged = [None if gradient is None else gradient.tolist() for gradient in gradients(torch, name)]
    for changed, passes_in_pytorch in verdicts_of_pytorch[name].items():
        if not passes(torch, name, changed):
            assert not passes_in_pytorch, f"{changed} is saved needlessly"
            continue
        assert passes_in_pytorch or name.split()[0] in MORE_PASSES, f"a change of {changed} goes unnoticed"
        after = gradients(torch, name, changed)
        assert [None if gradient is None else gradient.tolist() for gradient in after] == unchanged, changed


def test_programs_that_activate_in_place_after_pooling_and_norms():
    x = torch.rand(2, 3, 8, 8)
    for layer in (
        torch.nn.MaxPool2d(2),
        torch.nn.InstanceNorm2d(3),
        torch.nn.BatchNorm2d(3, affine=False),
        torch.nn.GroupNorm(3, 3, affine=False),
        torch.nn.LayerNorm(8, elementwise_affine=False),
    ):
        gradients_of_both = []
        for inplace in (True, False):
            leaf = x.clone().requires_grad_()
            out = torch.nn.Sequential(layer, torch.nn.ReLU(inplace=inplace))(leaf * 1)
            (out * out).sum().backward()
            gradients_of_both.append(leaf.grad)
        assert torch.equal(*gradients_of_both)


def test_a_forward_that_keeps_an_array_past_save_for_backward_is_found():
    """tests/conftest.py watches every built-in Function in every test."""

    class Keeps(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.arguments = 2, [{"index": x.array}]
            return x * 1

    Keeps._built_in = True
    with pytest.raises(AssertionError, match="Keeps.arguments"):
        Keeps.apply(torch.ones(2, requires_grad=True))


@pytest.mark.parametrize("function", ["embedding", "embedding_bag"])
def test_indices_changed_before_backward_are_refused(function):
    weight = torch.rand(4, 2, requires_grad=True)
    index = torch.tensor([[0, 1], [2, 3]])
    y = getattr(torch.nn.functional, function)(index, weight)
    index.zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
