"""LeNet and ResNet18; the latter against torchvision's for the same seed."""

import io
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.vision.models import LeNet, resnet18

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "resnet.npz")


@pytest.fixture(scope="module")
def resnet():
    torch.manual_seed(0)
    return resnet18(num_classes=10)


def test_resnet18_has_torchvisions_keys_and_shapes(resnet):
    state = resnet.state_dict()
    assert list(state) == GOLDEN["keys"].tolist()
    assert [str(tuple(v.shape)) for v in state.values()] == GOLDEN["shapes"].tolist()


def test_resnet18_begins_with_torchvisions_weights(resnet):
    values = [v.numpy().astype(np.float64) for v in resnet.state_dict().values()]
    assert np.allclose([v.sum() for v in values], GOLDEN["sums"], rtol=1e-6, atol=1e-3)
    assert np.allclose([np.abs(v).sum() for v in values], GOLDEN["absolute sums"], rtol=1e-6)


def test_resnet18_gives_torchvisions_outputs():
    torch.manual_seed(0)
    resnet, images = resnet18(num_classes=10), torch.from_numpy(GOLDEN["images"])
    with torch.no_grad():
        evaluation = resnet.eval()(images).numpy()
        training = resnet.double().train()(images.double()).numpy()
    expected = GOLDEN["evaluation"]
    assert np.abs(evaluation - expected).max() < 1e-5 * np.abs(expected).max()
    # in float32 the statistics of two images alone blow rounding up; the normals agree to some ulp
    assert np.abs(training - GOLDEN["training in float64"]).max() < 1e-4


def test_resnet18_goes_through_a_file(resnet):
    buffer = io.BytesIO()
    torch.save(resnet.state_dict(), buffer)
    buffer.seek(0)
    other = resnet18(num_classes=10)
    other.load_state_dict(torch.load(buffer))
    for name, tensor in resnet.state_dict().items():
        assert (other.state_dict()[name].numpy() == tensor.numpy()).all()


def test_zero_init_residual_makes_blocks_the_identity():
    block = resnet18(num_classes=2, zero_init_residual=True).layer1[0].eval()
    x = torch.rand(1, 64, 4, 4)
    assert np.allclose(block(x).detach().numpy(), x.numpy())


def test_weights_are_not_downloaded():
    with pytest.raises(ValueError, match="no weights are downloaded, got weights='DEFAULT'"):
        resnet18(weights="DEFAULT")


def test_lenet():
    model = LeNet()
    assert model(torch.zeros(3, 1, 28, 28)).shape == (3, 10)
    assert sum(p.numel() for p in model.parameters()) == 61_706
    assert list(model.state_dict())[:2] == ["conv1.weight", "conv1.bias"]
