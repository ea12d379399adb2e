"""Layers held against PyTorch: made after the same seed, given the same input.

make_layers.py runs them with PyTorch and writes layers.json and layers.npz; tests/nn/ runs them with edutorch.
Each case: a function of the module `torch` that makes the layer, and the shapes of its inputs.
"""

import zlib

import numpy as np

IMAGES, SIGNALS, VOLUMES, ROWS = (2, 4, 6, 5), (2, 4, 7), (1, 2, 3, 4, 4), (3, 4)
SEQUENCE = (5, 2, 4)


def net(torch):
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(4, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3)
    )


def encoder(torch, **options):
    layer = torch.nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, **options)
    return torch.nn.TransformerEncoder(layer, 2, torch.nn.LayerNorm(4), enable_nested_tensor=False)


CASES = {
    "Sequential": (net, IMAGES),
    "Linear": (lambda torch: torch.nn.Linear(4, 3), ROWS),
    "Linear without bias": (lambda torch: torch.nn.Linear(4, 3, bias=False), ROWS),
    "Bilinear": (lambda torch: torch.nn.Bilinear(4, 4, 3), ROWS, ROWS),
    "Conv1d": (lambda torch: torch.nn.Conv1d(4, 6, 3, stride=2, groups=2), SIGNALS),
    "Conv2d": (lambda torch: torch.nn.Conv2d(4, 6, (3, 2), padding=(1, 0), dilation=2), IMAGES),
    "Conv2d same": (lambda torch: torch.nn.Conv2d(4, 2, 4, padding="same", padding_mode="reflect", bias=False), IMAGES),
    "Conv2d circular": (lambda torch: torch.nn.Conv2d(4, 2, 3, padding=(2, 1), padding_mode="circular"), IMAGES),
    "Conv3d": (lambda torch: torch.nn.Conv3d(2, 3, 2), VOLUMES),
    "ConvTranspose1d": (lambda torch: torch.nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=1), SIGNALS),
    "ConvTranspose2d": (lambda torch: torch.nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, groups=2), IMAGES),
    "ConvTranspose3d": (lambda torch: torch.nn.ConvTranspose3d(2, 3, 2, bias=False), VOLUMES),
    "MaxPool1d": (lambda torch: torch.nn.MaxPool1d(3, stride=2, padding=1), SIGNALS),
    "MaxPool2d": (lambda torch: torch.nn.MaxPool2d((3, 2), dilation=2, stride=1), IMAGES),
    "MaxPool3d": (lambda torch: torch.nn.MaxPool3d(2, stride=1), VOLUMES),
    "AvgPool1d": (lambda torch: torch.nn.AvgPool1d(3, 2), SIGNALS),
    "AvgPool2d": (lambda torch: torch.nn.AvgPool2d(3, padding=1, ceil_mode=True, count_include_pad=False), IMAGES),
    "AvgPool3d": (lambda torch: torch.nn.AvgPool3d(2), VOLUMES),
    "LPPool1d": (lambda torch: torch.nn.LPPool1d(2, 3), SIGNALS),
    "LPPool2d": (lambda torch: torch.nn.LPPool2d(2, 3), IMAGES),
    "LPPool3d": (lambda torch: torch.nn.LPPool3d(2, 2), VOLUMES),
    "AdaptiveAvgPool1d": (lambda torch: torch.nn.AdaptiveAvgPool1d(3), SIGNALS),
    "AdaptiveAvgPool2d": (lambda torch: torch.nn.AdaptiveAvgPool2d((4, None)), IMAGES),
    "AdaptiveAvgPool3d": (lambda torch: torch.nn.AdaptiveAvgPool3d(2), VOLUMES),
    "AdaptiveMaxPool1d": (lambda torch: torch.nn.AdaptiveMaxPool1d(3), SIGNALS),
    "AdaptiveMaxPool2d": (lambda torch: torch.nn.AdaptiveMaxPool2d(4), IMAGES),
    "AdaptiveMaxPool3d": (lambda torch: torch.nn.AdaptiveMaxPool3d(2), VOLUMES),
    "BatchNorm1d": (lambda torch: torch.nn.BatchNorm1d(4), ROWS),
    "BatchNorm2d": (lambda torch: torch.nn.BatchNorm2d(4, momentum=None), IMAGES),
    "BatchNorm3d": (lambda torch: torch.nn.BatchNorm3d(2, affine=False), VOLUMES),
    "BatchNorm untracked": (lambda torch: torch.nn.BatchNorm1d(4, track_running_stats=False), SIGNALS),
    "InstanceNorm1d": (lambda torch: torch.nn.InstanceNorm1d(4, affine=True), SIGNALS),
    "InstanceNorm2d": (lambda torch: torch.nn.InstanceNorm2d(4, track_running_stats=True), IMAGES),
    "LayerNorm": (lambda torch: torch.nn.LayerNorm(4), ROWS),
    "GroupNorm": (lambda torch: torch.nn.GroupNorm(2, 4), IMAGES),
    "RMSNorm": (lambda torch: torch.nn.RMSNorm(4), ROWS),
    "LocalResponseNorm": (lambda torch: torch.nn.LocalResponseNorm(2), IMAGES),
    "Embedding": (lambda torch: torch.nn.Embedding(5, 3, padding_idx=-1), ("class 5", (2, 3))),
    "Embedding held small": (lambda torch: torch.nn.Embedding(5, 3, max_norm=1.0), ("class 5", (2, 3))),
    "EmbeddingBag": (lambda torch: torch.nn.EmbeddingBag(5, 3, mode="max"), ("class 5", (2, 3))),
    "PReLU": (lambda torch: torch.nn.PReLU(4), ROWS),
    "RNN": (lambda torch: torch.nn.RNN(4, 3, 2, nonlinearity="relu"), SEQUENCE),
    "RNN both ways": (lambda torch: torch.nn.RNN(4, 3, bidirectional=True, bias=False), SEQUENCE),
    "LSTM": (lambda torch: torch.nn.LSTM(4, 3, 2, batch_first=True), SEQUENCE),
    "LSTM both ways": (lambda torch: torch.nn.LSTM(4, 3, 2, bidirectional=True, proj_size=2), SEQUENCE),
    "GRU": (lambda torch: torch.nn.GRU(4, 3), SEQUENCE),
    "GRU both ways": (lambda torch: torch.nn.GRU(4, 3, 2, bidirectional=True), SEQUENCE),
    "RNNCell": (lambda torch: torch.nn.RNNCell(4, 5, nonlinearity="relu"), ROWS),
    "LSTMCell": (lambda torch: torch.nn.LSTMCell(4, 5), ROWS),
    "GRUCell": (lambda torch: torch.nn.GRUCell(4, 5, bias=False), ROWS),
    "MultiheadAttention": (lambda torch: torch.nn.MultiheadAttention(4, 2), SEQUENCE, SEQUENCE, SEQUENCE),
    "MultiheadAttention with biases": (
        lambda torch: torch.nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True, batch_first=True),
        SEQUENCE,
        SEQUENCE,
        SEQUENCE,
    ),
    "MultiheadAttention of other sizes": (
        lambda torch: torch.nn.MultiheadAttention(4, 2, kdim=3, vdim=5, bias=False),
        SEQUENCE,
        (6, 2, 3),
        (6, 2, 5),
    ),
    "TransformerEncoder": (encoder, SEQUENCE),
    "TransformerEncoder norm first": (lambda torch: encoder(torch, norm_first=True, activation="gelu"), SEQUENCE),
    "Transformer": (lambda torch: torch.nn.Transformer(4, 2, 1, 1, 8, dropout=0.0), SEQUENCE, (3, 2, 4)),
    "Upsample": (lambda torch: torch.nn.Upsample(scale_factor=2, mode="bilinear"), IMAGES),
    "PixelShuffle": (lambda torch: torch.nn.PixelShuffle(2), IMAGES),
    "PixelUnshuffle": (lambda torch: torch.nn.PixelUnshuffle(2), (1, 2, 4, 6)),
    "ChannelShuffle": (lambda torch: torch.nn.ChannelShuffle(2), IMAGES),
    "Unfold": (lambda torch: torch.nn.Unfold((2, 3), stride=2), IMAGES),
    "Fold": (lambda torch: torch.nn.Fold((3, 4), 2), (1, 8, 6)),
    "Flatten": (lambda torch: torch.nn.Flatten(0, 1), IMAGES),
    "Unflatten": (lambda torch: torch.nn.Unflatten(1, (2, 2)), IMAGES),
    "ZeroPad2d": (lambda torch: torch.nn.ZeroPad2d((1, 2, 0, 1)), IMAGES),
    "ConstantPad1d": (lambda torch: torch.nn.ConstantPad1d(2, 3.5), SIGNALS),
    "ReflectionPad2d": (lambda torch: torch.nn.ReflectionPad2d(2), IMAGES),
    "ReplicationPad3d": (lambda torch: torch.nn.ReplicationPad3d(1), VOLUMES),
    "CircularPad1d": (lambda torch: torch.nn.CircularPad1d((2, 1)), SIGNALS),
    "CosineSimilarity": (lambda torch: torch.nn.CosineSimilarity(), ROWS, ROWS),
    "PairwiseDistance": (lambda torch: torch.nn.PairwiseDistance(p=1.0, keepdim=True), ROWS, ROWS),
    "weight_norm": (lambda torch: torch.nn.utils.weight_norm(torch.nn.Linear(4, 3)), ROWS),
    "weight_norm parametrized": (
        lambda torch: torch.nn.utils.parametrizations.weight_norm(torch.nn.Conv1d(4, 3, 2), dim=1),
        SIGNALS,
    ),
    "spectral_norm": (lambda torch: torch.nn.utils.parametrizations.spectral_norm(torch.nn.Linear(4, 3)), ROWS),
    **{
        name: ((lambda torch, name=name: getattr(torch.nn, name)()), ROWS)
        for name in (
            "ReLU ReLU6 LeakyReLU ELU CELU SELU GELU SiLU Mish Sigmoid LogSigmoid Hardsigmoid Hardswish Tanh"
            " Tanhshrink Softsign Softplus Hardshrink Softshrink Hardtanh GLU Identity Dropout"
        ).split()
    },
    "Softmax": (lambda torch: torch.nn.Softmax(dim=1), ROWS),
    "Softmax2d": (lambda torch: torch.nn.Softmax2d(), IMAGES),
    "Softmin": (lambda torch: torch.nn.Softmin(dim=0), ROWS),
    "LogSoftmax": (lambda torch: torch.nn.LogSoftmax(-1), ROWS),
    "Threshold": (lambda torch: torch.nn.Threshold(0.1, 20), ROWS),
}


def arrays(case):
    """The inputs of a case: float32, or whole numbers for "class n"."""
    found = []
    for i, shape in enumerate(CASES[case][1:]):
        random = np.random.RandomState(zlib.crc32(f"{case} {i}".encode()))
        if isinstance(shape[0], str):
            found.append(random.randint(0, int(shape[0][5:]), shape[1]))
        else:
            found.append(random.randn(*shape).astype(np.float32))
    return found


def run(torch, case, device="cpu"):
    """What the layer is: its repr and the names of its state; and arrays: outputs while training (of two calls, where
    it has statistics to move) and in eval mode, the gradients of its parameters, its state."""
    torch.manual_seed(0)
    layer = CASES[case][0](torch).to(device)
    inputs = [torch.tensor(array).to(device) for array in arrays(case)]
    facts = {"repr": repr(layer), "names": list(layer.state_dict())}
    results = {}
    if "Dropout" not in case:
        results["training"] = outputs = flat(layer(*inputs))
        losses = [(each * each).sum() for each in outputs if each.requires_grad]
        if losses:
            sum(losses).backward()
        results["gradients"] = [p.grad for p in layer.parameters() if p.grad is not None]
    layer.eval()
    results["eval"] = flat(layer(*inputs))
    results["state"] = list(layer.state_dict().values())
    numbers = {f"{what} {i}": to_array(each) for what, listed in results.items() for i, each in enumerate(listed)}
    return facts, numbers


def flat(output):
    """All tensors of an output, however nested."""
    if isinstance(output, (tuple, list)):
        return [tensor for each in output for tensor in flat(each)]
    return [] if output is None else [output]


def to_array(tensor):
    return tensor.detach().cpu().numpy()
