"""The models against torchvision's for the same seed: keys, shapes, texts, first weights, outputs, gradients."""

import hashlib
import io
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.random import fill
from edutorch.vision import models
from edutorch.vision.models import LeNet, resnet18, weights

sys.path.append(str(Path(__file__).parents[1] / "golden"))
from models_cases import ALL, NUMBERS, images, loss, make, weigh

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "models.npz")


@pytest.fixture
def nothing_drawn(monkeypatch):
    """Weights that nobody draws or looks at."""
    monkeypatch.setattr(fill, "fill", lambda tensor, *args, **kwargs: tensor)
    monkeypatch.setattr(torch.nn.init, "trunc_normal_", lambda tensor, **kwargs: tensor)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.filterwarnings("ignore:GoogLeNet draws")
@pytest.mark.parametrize("name", ALL)
def test_keys_shapes_and_text_are_torchvisions(name, nothing_drawn):
    model = models.get_model(name)
    shapes = "\n".join(f"{key} {tuple(value.shape)}" for key, value in model.state_dict().items())
    assert sha256(shapes) == GOLDEN[f"{name} shapes"]
    assert sha256(repr(model)) == GOLDEN[f"{name} repr"]
    enum = models.get_model_weights(name)
    parameters = [p.numel() for key, p in model.named_parameters() if not key.startswith("aux")]
    assert sum(parameters) == next(iter(enum)).meta["num_params"]


@pytest.mark.parametrize("name", ALL)
def test_weights_are_known_as_in_torchvision(name):
    enum = models.get_model_weights(name)
    assert [repr((each.name, each.url)) for each in enum] == GOLDEN[f"{name} weights"].tolist()
    assert [repr(each.transforms()) for each in enum] == GOLDEN[f"{name} transforms"].tolist()
    assert [each.meta["num_params"] for each in enum] == GOLDEN[f"{name} meta"].tolist()
    assert [each.meta["min_size"][0] for each in enum] == GOLDEN[f"{name} min_size"].tolist()
    assert enum.DEFAULT.name == GOLDEN[f"{name} default"]


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_torchvisions(name):
    model = make(torch, models, name)
    assert torch.rand(1).item() == GOLDEN[f"{name} next"].item()
    values = [value.numpy().astype(np.float64) for value in model.state_dict().values()]
    assert np.allclose([v.sum() for v in values], GOLDEN[f"{name} sums"], rtol=1e-6, atol=1e-3)
    assert np.allclose([np.abs(v).sum() for v in values], GOLDEN[f"{name} absolute sums"], rtol=1e-6)
    assert np.allclose([v.reshape(-1)[0] for v in values], GOLDEN[f"{name} first"], rtol=1e-5, atol=1e-8)
    weigh(torch, model)
    for module in model.modules():
        for key, buffer in module._buffers.items():
            module._buffers[key] = buffer.double()
    x = torch.from_numpy(images(name))
    close(model.eval()(x).detach().numpy(), GOLDEN[f"{name} output"])
    for module in model.modules():
        if type(module).__name__ in ("Dropout", "StochasticDepth"):
            module.p = 0.0
    output = model.train()(x)
    whole = output if isinstance(output, torch.Tensor) else torch.cat(list(output))
    close(whole.detach().numpy(), GOLDEN[f"{name} training"])
    loss(torch, output).backward()
    gradients = [p.grad.abs().sum().item() for p in model.parameters() if p.grad is not None]
    close(np.array(gradients), GOLDEN[f"{name} gradients"])


def close(found, expected):
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-8 * np.abs(expected).max()
    assert np.ptp(expected) > 0


def test_a_model_goes_through_a_file():
    model = models.squeezenet1_1(num_classes=2)
    buffer = io.BytesIO()
    torch.save(model.state_dict(), buffer)
    buffer.seek(0)
    other = models.squeezenet1_1(num_classes=2)
    other.load_state_dict(torch.load(buffer))
    for name, tensor in model.state_dict().items():
        assert (other.state_dict()[name].numpy() == tensor.numpy()).all()


def test_zero_init_residual_makes_blocks_the_identity():
    for name in ("resnet18", "resnet50"):
        group = models.get_model(name, num_classes=2, zero_init_residual=True).layer1
        x = torch.rand(1, 64 * group[-1].expansion, 4, 4)
        assert np.allclose(group[-1].eval()(x).detach().numpy(), x.numpy())


def test_dilation_in_the_place_of_strides():
    x = torch.rand(1, 3, 64, 64)
    model = models.resnet50(num_classes=2, replace_stride_with_dilation=[False, True, True])
    seen = []
    model.layer4.register_forward_hook(lambda module, inputs, output: seen.append(tuple(output.shape)))
    model(x)
    assert seen == [(1, 2048, 8, 8)]
    with pytest.raises(NotImplementedError, match="use Bottleneck"):
        resnet18(replace_stride_with_dilation=[True, True, True])
    with pytest.raises(ValueError, match="3-element"):
        models.resnet50(replace_stride_with_dilation=[True])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: models.SqueezeNet("2_0"), ValueError, "1_0 or 1_1"),
        (lambda: models.densenet121(memory_efficient=True), NotImplementedError, "memory_efficient"),
        (lambda: models.VisionTransformer(30, 8, 1, 1, 8, 8), ValueError, "30 is no multiple of 8"),
        (lambda: models.MobileNetV2(inverted_residual_setting=[]), ValueError, "4-element"),
        (lambda: models.EfficientNet([], 0.2), ValueError, "should not be empty"),
        (lambda: models.get_model("resnet20"), ValueError, "Unknown model resnet20: edutorch has alexnet, .*resnet18"),
        (lambda: models.get_weight("ResNet18_Weights.V9"), ValueError, "such a name is ResNet18_Weights.DEFAULT"),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_an_image_of_another_size_is_refused():
    model = models.VisionTransformer(16, 8, 1, 1, 8, 8)
    with pytest.raises(ValueError, match="Expected 16 x 16"):
        model(torch.rand(1, 3, 24, 24))


# ---- models by name


def test_models_by_name():
    assert models.list_models() == ALL
    assert models.list_models(include="res*", exclude=["*101", "*152", "*34"]) == [
        "resnet18",
        "resnet50",
        "resnext50_32x4d",
    ]
    assert models.list_models(models.densenet) == [name for name in ALL if name.startswith("densenet")]
    assert isinstance(models.get_model("SqueezeNet1_1", num_classes=2), models.SqueezeNet)
    assert models.get_weight("ResNet50_Weights.IMAGENET1K_V1") is models.ResNet50_Weights.IMAGENET1K_V1
    assert models.get_model_weights(models.vgg16) is models.VGG16_Weights


# ---- weights


@pytest.fixture
def home(monkeypatch, tmp_path):
    """Places of our own for files of weights."""
    monkeypatch.setenv("EDUTORCH_HOME", str(tmp_path / "ours"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "theirs"))
    monkeypatch.setattr(weights, "CLASSES", 3)  # a file with 1,000 would be large
    return tmp_path


def saved(path, model=None):
    model = model or models.squeezenet1_1(num_classes=3)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), path)
    return model


def same(one, other):
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    assert all((a.numpy() == b.numpy()).all() for a, b in pairs)


@pytest.mark.parametrize(
    "place",
    [
        "ours/checkpoints/squeezenet1_1-b8a52dc0.pth",
        "ours/checkpoints/squeezenet1_1-b8a52dc0.safetensors",
        "theirs/hub/checkpoints/squeezenet1_1-b8a52dc0.pth",
    ],
)
def test_weights_from_the_places_where_they_belong(home, place):
    model = saved(home / place)
    enum = models.SqueezeNet1_1_Weights
    for given in (enum.DEFAULT, "DEFAULT", "IMAGENET1K_V1", "SqueezeNet1_1_Weights.IMAGENET1K_V1"):
        same(models.squeezenet1_1(weights=given), model)
    same(models.get_model("squeezenet1_1", weights="DEFAULT"), model)
    assert list(enum.DEFAULT.get_state_dict()) == list(model.state_dict())
    with pytest.raises(ValueError, match="expected value 3 but got 2 instead: .* replace its last layer"):
        models.squeezenet1_1(weights=enum.DEFAULT, num_classes=2)


def test_weights_from_any_file(home):
    model = saved(home / "mine.safetensors")
    same(models.squeezenet1_1(weights=home / "mine.safetensors", num_classes=3), model)
    same(models.squeezenet1_1(weights=str(home / "mine.safetensors"), num_classes=3), model)


def test_weights_from_a_file_that_pytorch_wrote(home):
    real = pytest.importorskip("torch", reason="PyTorch is for comparison only")
    model = models.squeezenet1_1(num_classes=3)
    (home / "theirs/hub/checkpoints").mkdir(parents=True)
    state = {key: real.from_numpy(value.numpy()) for key, value in model.state_dict().items()}
    real.save(state, home / "theirs/hub/checkpoints/squeezenet1_1-b8a52dc0.pth")
    same(models.squeezenet1_1(weights="DEFAULT"), model)


def test_pretrained_is_the_old_name(home):
    model = saved(home / "ours/checkpoints/squeezenet1_1-b8a52dc0.pth")
    with pytest.warns(UserWarning, match="pretrained is torchvision's old name") as caught:
        same(models.squeezenet1_1(pretrained=True), model)
        same(models.squeezenet1_1(True), model)
        models.squeezenet1_1(pretrained=False)
        same(
            models.squeezenet1_1(pretrained=home / "ours/checkpoints/squeezenet1_1-b8a52dc0.pth", num_classes=3), model
        )
        with pytest.raises(FileNotFoundError):
            models.vgg11(pretrained=True)
        with pytest.raises(FileNotFoundError):
            models.get_model("vit_b_16", pretrained=True)
    assert {each.filename for each in caught} == {__file__}


def test_weights_that_are_not_there_say_where_they_come_from(home):
    with pytest.raises(FileNotFoundError) as caught:
        resnet18(weights=models.ResNet18_Weights.DEFAULT)
    for part in ("ResNet18_Weights.IMAGENET1K_V1", "https://download.pytorch.org/models/resnet18-f37072fd.pth"):
        assert part in str(caught.value)
    assert str(home / "ours" / "checkpoints" / "resnet18-f37072fd.pth") in str(caught.value)
    with pytest.raises(FileNotFoundError, match="weights='V9' is neither a file nor one of IMAGENET1K_V1, DEFAULT of"):
        resnet18(weights="V9")
    with pytest.raises(TypeError, match="expected ResNet18_Weights but received VGG11_Weights"):
        resnet18(weights=models.VGG11_Weights.DEFAULT)


def test_old_keys_in_files_of_weights(home):
    model = models.densenet121(num_classes=3)
    state = {}
    for key, value in model.state_dict().items():
        for part in ("norm", "conv"):
            for number in "12":
                key = key.replace(f".{part}{number}.", f".{part}.{number}.")
        state[key] = value
    assert "features.denseblock1.denselayer1.norm.1.weight" in state
    torch.save(state, home / "densenet.safetensors")
    same(models.densenet121(weights=home / "densenet.safetensors", num_classes=3), model)


def test_googlenet_with_weights_has_no_classifiers_on_the_way(home):
    model = saved(home / "ours/checkpoints/googlenet-1378be20.pth", models.googlenet(num_classes=3, init_weights=False))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = models.googlenet(weights="DEFAULT")
        assert models.googlenet(weights="DEFAULT", aux_logits=True).aux1 is not None
    assert found.aux1 is None and found.aux2 is None and found.transform_input
    assert torch.equal(found.fc.weight, model.fc.weight)
    with pytest.warns(FutureWarning, match="init_weights=True says that this is meant"):
        models.googlenet(num_classes=3)


def test_the_names_of_classes_are_left_to_the_reader():
    meta = models.ResNet18_Weights.DEFAULT.meta
    with pytest.raises(KeyError, match="1,000 classes do not come with edutorch"):
        meta["categories"]
    with pytest.raises(KeyError, match="_ops: known are num_params, min_size"):
        meta["_ops"]


def test_the_transform_of_weights():
    image = pytest.importorskip("PIL.Image", reason="Pillow is optional")
    pixels = np.random.RandomState(0).randint(0, 256, (300, 280, 3)).astype(np.uint8)
    transform = models.ResNet18_Weights.DEFAULT.transforms()
    tensor = transform(image.fromarray(pixels))
    assert tensor.shape == (3, 224, 224) and tensor.dtype is torch.float32
    batch = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]
    assert (transform(batch)[0] - tensor).abs().max().item() < 0.02


def test_lenet():
    model = LeNet()
    assert model(torch.zeros(3, 1, 28, 28)).shape == (3, 10)
    assert sum(p.numel() for p in model.parameters()) == 61_706
    assert list(model.state_dict())[:2] == ["conv1.weight", "conv1.bias"]
