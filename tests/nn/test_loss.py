"""Losses as layers: each is the function of the same name with its options; weights are buffers."""

import pytest

import edutorch as torch
from edutorch import nn

F = nn.functional
X, Y = torch.tensor([[0.2, 0.7, 0.4], [0.9, 0.1, 0.3]]), torch.tensor([[0.1, 0.5, 0.6], [0.8, 0.3, 0.2]])
SIGN, CLASSES, W = torch.tensor([1.0, -1.0]), torch.tensor([2, 0]), torch.tensor([1.0, 2.0, 0.5])
PLUS_MINUS = torch.tensor([[1.0, -1.0, 1.0], [-1.0, 1.0, 1.0]])
CASES = {
    "L1Loss": (F.l1_loss, (X, Y), {}),
    "MSELoss": (F.mse_loss, (X, Y), {}),
    "SmoothL1Loss": (F.smooth_l1_loss, (X, Y), {"beta": 0.2}),
    "HuberLoss": (F.huber_loss, (X, Y), {"delta": 0.1}),
    "NLLLoss": (F.nll_loss, (X, CLASSES), {"weight": W, "ignore_index": 0}),
    "CrossEntropyLoss": (F.cross_entropy, (X, CLASSES), {"weight": W, "label_smoothing": 0.1, "ignore_index": 1}),
    "BCELoss": (F.binary_cross_entropy, (X, Y), {"weight": W}),
    "BCEWithLogitsLoss": (F.binary_cross_entropy_with_logits, (X, Y), {"weight": W, "pos_weight": W}),
    "KLDivLoss": (F.kl_div, (X, Y), {"log_target": True}),
    "PoissonNLLLoss": (F.poisson_nll_loss, (X, Y), {"log_input": False, "full": True, "eps": 0.1}),
    "GaussianNLLLoss": (F.gaussian_nll_loss, (X, Y, Y), {"full": True, "eps": 0.3}),
    "HingeEmbeddingLoss": (F.hinge_embedding_loss, (X, PLUS_MINUS), {"margin": 0.5}),
    "MarginRankingLoss": (F.margin_ranking_loss, (X, Y, PLUS_MINUS), {"margin": 0.2}),
    "SoftMarginLoss": (F.soft_margin_loss, (X, PLUS_MINUS), {}),
    "CosineEmbeddingLoss": (F.cosine_embedding_loss, (X, Y, SIGN), {"margin": 0.1}),
    "TripletMarginLoss": (F.triplet_margin_loss, (X, Y, PLUS_MINUS), {"margin": 3.0, "p": 1.0, "swap": True}),
    "TripletMarginWithDistanceLoss": (
        F.triplet_margin_with_distance_loss,
        (X, Y, PLUS_MINUS),
        {"margin": 3.0, "distance_function": nn.CosineSimilarity()},
    ),
    "MultiMarginLoss": (F.multi_margin_loss, (X, CLASSES), {"p": 2, "margin": 0.8, "weight": W}),
    "MultiLabelSoftMarginLoss": (F.multilabel_soft_margin_loss, (X, (Y > 0.4).float()), {"weight": W}),
    "CTCLoss": (
        F.ctc_loss,
        (
            torch.log_softmax(torch.stack([X, Y, X]), 2),
            torch.tensor([[1, 0], [0, 1]]),
            torch.tensor([3, 3]),
            torch.tensor([2, 1]),
        ),
        {"blank": 2, "zero_infinity": True},
    ),
}


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", CASES)
def test_a_layer_is_the_function(name, reduction, device):
    function, inputs, options = CASES[name]
    there = [each.to(device) for each in inputs]
    options = {key: value.to(device) if isinstance(value, torch.Tensor) else value for key, value in options.items()}
    layer = getattr(nn, name)(**options, reduction=reduction).to(device)
    assert torch.equal(layer(*there), function(*there, **options, reduction=reduction))
    changed = {key: value for key, value in options.items() if key not in ("weight", "pos_weight")}
    if reduction == "mean" and changed:
        assert not torch.equal(layer(*there), function(*there)), "an option that changes nothing shows nothing"
    assert list(layer.state_dict()) == [key for key in options if key in ("weight", "pos_weight")]


def test_every_loss_is_held():
    assert {name for name in nn.__all__ if name.endswith("Loss")} == set(CASES)


def test_wrong_calls():
    with pytest.raises(ValueError, match="is not a valid value for reduction"):
        nn.MSELoss(reduction="average")(X, Y)
    with pytest.raises(ValueError, match="expected margin to be greater than 0"):
        nn.TripletMarginWithDistanceLoss(margin=0)
    with pytest.warns(UserWarning, match="please use reduction='sum' instead"):
        assert nn.MSELoss(size_average=False).reduction == "sum"
