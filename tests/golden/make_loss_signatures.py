"""Writes loss_signatures.json: the arguments of PyTorch's losses, in order. `python tests/golden/make_loss_signatures.py`"""

import inspect
import json
from pathlib import Path

from torch import nn
from torch.nn import functional as F

FUNCTIONS = """binary_cross_entropy binary_cross_entropy_with_logits cosine_embedding_loss cross_entropy
    hinge_embedding_loss kl_div l1_loss margin_ranking_loss mse_loss multi_margin_loss multilabel_soft_margin_loss nll_loss
    poisson_nll_loss smooth_l1_loss soft_margin_loss triplet_margin_loss""".split()
LAYERS = """BCELoss BCEWithLogitsLoss CosineEmbeddingLoss CrossEntropyLoss HingeEmbeddingLoss KLDivLoss L1Loss
    MarginRankingLoss MSELoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss PoissonNLLLoss SmoothL1Loss SoftMarginLoss
    TripletMarginLoss""".split()


def arguments(callable_):
    return [[p.name, p.kind.name, repr(p.default)] for p in inspect.signature(callable_).parameters.values()]


if __name__ == "__main__":
    made = {name: arguments(getattr(F, name)) for name in FUNCTIONS}
    made |= {name: arguments(getattr(nn, name)) for name in LAYERS}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in made.items())
    (Path(__file__).parent / "loss_signatures.json").write_text("{\n" + lines + "\n}\n")
