"""What make_models.py and tests/vision/test_models.py build, with torchvision's models or with edutorch's."""

from contextlib import contextmanager

import numpy as np

ALL = """alexnet densenet121 densenet161 densenet169 densenet201 efficientnet_b0 googlenet mobilenet_v2 resnet101 resnet152
    resnet18 resnet34 resnet50 resnext50_32x4d squeezenet1_0 squeezenet1_1 vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn
    vgg19 vgg19_bn vit_b_16 vit_b_32 wide_resnet50_2""".split()

# Those whose numbers are compared, too: small ones, of each topology.
NUMBERS = ["alexnet", "densenet121", "efficientnet_b0", "googlenet", "mobilenet_v2", "resnet18", "resnext50_32x4d"]
NUMBERS += ["squeezenet1_0", "squeezenet1_1", "vgg11", "vgg11_bn", "small_vit", "googlenet_aux"]


@contextmanager
def narrow(nn):
    """Fully connected layers of 64 in the place of 4,096, whose 60 million and more draws take seconds."""
    wide = nn.Linear

    class Narrow(wide):
        def __init__(self, inputs, outputs):
            super().__init__(64 if inputs == 4096 else inputs, 64 if outputs == 4096 else outputs)

    nn.Linear = Narrow
    try:
        yield
    finally:
        nn.Linear = wide


def make(torch, models, name):
    """The model of a name in NUMBERS, for five classes."""
    torch.manual_seed(0)
    if name == "small_vit":
        return models.VisionTransformer(32, 8, 2, 4, hidden_dim=32, mlp_dim=64, num_classes=5, representation_size=16)
    if name == "googlenet_aux":
        return models.googlenet(num_classes=5, aux_logits=True, init_weights=False, transform_input=True)
    options = {"init_weights": True, "aux_logits": False} if name == "googlenet" else {}
    if name.startswith(("alexnet", "vgg")):
        with narrow(torch.nn):
            return getattr(models, name)(num_classes=5)
    return getattr(models, name)(num_classes=5, **options)


def images(name):
    size = 64 if name in ("alexnet", "googlenet", "googlenet_aux") else 32
    return np.random.RandomState(0).randn(2, 3, size, size)


def loss(torch, output):
    """A number to which each output contributes."""
    outputs = [output] if isinstance(output, torch.Tensor) else list(output)
    weights = torch.linspace(-1, 1, outputs[0].numel()).double().reshape(outputs[0].shape)
    return sum((each * weights).sum() for each in outputs)


def weigh(torch, model):
    """Weights that show in the output, the same ones everywhere: where a layer begins with zeros it says nothing."""
    generator = np.random.RandomState(1)
    for parameter in model.parameters():
        drawn = generator.uniform(-0.5, 1, tuple(parameter.shape)) / max(1, parameter[0].numel()) ** 0.5
        parameter.data = torch.from_numpy(drawn)
