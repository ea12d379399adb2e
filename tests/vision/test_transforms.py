"""Transforms against torchvision's pictures for the same seeds, and wrong calls."""

import random
import sys
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
import edutorch.vision.transforms as T
from edutorch.vision import pillow
from edutorch.vision.transforms import InterpolationMode
from edutorch.vision.transforms import functional as F

sys.path.append(str(Path(__file__).parents[1] / "golden"))
from vision_cases import TRANSFORMS, picture

Image = pytest.importorskip("PIL.Image", reason="Pillow is optional")
GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "vision.npz")
FILTERED = (
    "Resize",
    "ColorJitter",
    "BILINEAR",
    "GaussianBlur",
    "Perspective",
    "Augment",
)  # Pillow's versions may round another way


def make(source):
    return eval(source, {"T": T, "M": InterpolationMode})


@pytest.fixture
def image():
    return Image.fromarray(picture())


@pytest.mark.parametrize(("number", "source"), list(enumerate(TRANSFORMS)))
def test_same_seed_same_pictures_as_torchvision(number, source, image):
    transform = make(source)
    torch.manual_seed(number)
    for run in range(3):
        result, expected = np.asarray(transform(image)), GOLDEN[f"{number} {source} {run}"]
        assert result.shape == expected.shape and result.dtype == expected.dtype
        slack = 1 if any(word in source for word in FILTERED) else 2e-6
        difference = np.abs(result.astype(np.float64) - expected.astype(np.float64))
        assert difference.max() <= slack
    assert torch.rand(1).item() == GOLDEN[f"{number} {source} next"].item()


@pytest.mark.parametrize(("number", "source"), list(enumerate(TRANSFORMS)))
def test_repr_is_torchvisions(number, source):
    assert repr(make(source)) == str(GOLDEN[f"{number} {source} repr"])


def test_to_tensor_takes_arrays_too():
    pixels = np.array([[0, 51], [255, 102]], np.uint8)
    expected = [[[0.0, 51 / 255], [1.0, 102 / 255]]]
    assert np.allclose(F.to_tensor(pixels).tolist(), expected)
    assert F.to_tensor(pixels[..., None]).shape == (1, 2, 2)
    assert F.to_tensor(np.ones((2, 3, 4), np.int32)).dtype is torch.int32
    assert F.to_tensor(np.ones((2, 3, 4))).shape == (4, 2, 3)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "1", "I", "F", "I;16"])
def test_every_mode_becomes_a_tensor(mode, image):
    source = image.convert("L").convert(mode) if mode != "I;16" else Image.new("I;16", (25, 19), 700)
    tensor = F.to_tensor(source)
    assert tensor.shape == (len(source.getbands()), 19, 25)
    if mode == "1":
        assert set(np.unique(tensor.numpy())) <= {0.0, 1.0}
    if mode == "I;16":
        assert tensor.max().item() == 700


def test_tensor_and_image_make_the_round_trip(image):
    assert np.array_equal(np.asarray(F.to_pil_image(F.to_tensor(image))), picture())
    assert np.array_equal(F.pil_to_tensor(image).numpy(), picture().transpose(2, 0, 1))
    gray = F.to_pil_image(torch.tensor([[0.0, 0.5], [1.0, 0.25]]))
    assert gray.mode == "L" and np.asarray(gray).tolist() == [[0, 127], [255, 63]]
    assert F.to_pil_image(picture(), mode="HSV").mode == "HSV"
    assert F.to_pil_image(np.ones((2, 2), np.float32)).mode == "F"


def test_tensors_go_through_geometry_as_images_do(image):
    tensor = F.pil_to_tensor(image)

    def both(change):
        return change(tensor).numpy(), np.asarray(change(image)).transpose(2, 0, 1)

    for change in (
        F.hflip,
        F.vflip,
        lambda x: F.crop(x, -2, 3, 10, 40),
        lambda x: F.center_crop(x, (30, 10)),
        lambda x: F.rotate(x, 33.0),
        lambda x: F.affine(x, 10.0, (2, 3), 1.2, 5.0),
        lambda x: F.resize(x, (10, 11), InterpolationMode.NEAREST),
    ):
        ours, expected = both(change)
        assert np.array_equal(ours, expected)
    ours, expected = both(lambda x: F.resize(x, 12))
    assert np.abs(ours.astype(int) - expected).max() <= 1


def test_the_inverse_of_an_affine_map_undoes_it():
    geometry = sys.modules["edutorch.vision.transforms.geometry"]
    matrix = geometry._inverse_affine((3.0, 4.0), 30.0, (1.0, 2.0), 2.0, (10.0, 20.0))
    a, b, c, d, e, f = matrix
    # the center, moved, must come from the center
    assert (a * 4 + b * 6 + c, d * 4 + e * 6 + f) == pytest.approx((3.0, 4.0))


def test_gradients_flow_through_flips_and_normalize():
    leaf = torch.rand(3, 4, 5).requires_grad_()
    F.normalize(F.hflip(leaf), (0.5,) * 3, (0.25,) * 3).sum().backward()
    assert np.allclose(leaf.grad.numpy(), 4.0)


def test_normalize_on_both_devices_and_in_place(device):
    tensor = torch.ones(2, 2, 3, 3).to(device)
    result = F.normalize(tensor, [0.5, 0.0], [0.5, 2.0])
    assert result.device.type == device
    assert result.cpu()[0, :, 0, 0].tolist() == [1.0, 0.5]
    again = T.Normalize([0.5, 0.0], [0.5, 2.0], inplace=True)(tensor)
    assert again is tensor and tensor.cpu()[1, :, 2, 2].tolist() == [1.0, 0.5]


def test_convert_image_dtype():
    bytes_ = torch.tensor([0, 128, 255], dtype=torch.uint8)
    floats = F.convert_image_dtype(bytes_)
    assert np.allclose(floats.tolist(), [0, 128 / 255, 1])
    assert F.convert_image_dtype(floats, torch.uint8).tolist() == [0, 128, 255]
    assert F.convert_image_dtype(bytes_, torch.int16).tolist() == [0, 128 * 128, 255 * 128]
    assert F.convert_image_dtype(torch.tensor([2**15 - 1], dtype=torch.int16), torch.uint8).tolist() == [255]
    assert F.convert_image_dtype(floats, torch.float64).dtype is torch.float64
    with pytest.raises(RuntimeError, match="from torch.float32 to torch.int32 cannot be performed"):
        F.convert_image_dtype(floats, torch.int32)


def test_random_choice_and_order_draw_from_python():
    plus, times = T.Lambda(lambda x: x + 1), T.Lambda(lambda x: x * 10)
    random.seed(3)
    expected = [random.choices([2, 10], weights=[0.9, 0.1])[0] for _ in range(9)]
    random.seed(3)
    assert [T.RandomChoice([plus, times], p=[0.9, 0.1])(1) for _ in range(9)] == expected
    assert {T.RandomOrder([plus, times])(1) for _ in range(30)} == {11, 20}


def test_pictures_in_a_class_of_ones_own(image):
    class Twice:
        def __call__(self, img):
            return F.hflip(F.hflip(img))

    assert np.array_equal(np.asarray(T.Compose([Twice()])(image)), picture())


def test_a_padded_tensor_keeps_dtype_and_gradient_and_may_be_cut():
    image = torch.rand(3, 4, 5, requires_grad=True)
    F.pad(image, (1, 2), fill=7).sum().backward()
    assert torch.equal(image.grad, torch.ones(3, 4, 5))
    small = torch.arange(6, dtype=torch.uint8).reshape(1, 2, 3)
    assert F.pad(small, (-1, 0, 0, 1), fill=9).tolist() == [[[1, 2], [4, 5], [9, 9]]]
    assert F.pad(small, 1, fill=9).dtype is torch.uint8


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda i: F.to_tensor("x"), TypeError, "should be PIL Image or ndarray. Got <class 'str'>"),
        (lambda i: F.to_tensor(torch.ones(2)), TypeError, "Got <class 'edutorch.Tensor'>"),
        (lambda i: F.to_tensor(np.ones(3)), ValueError, "should be 2/3 dimensional. Got 1 dim"),
        (lambda i: F.pil_to_tensor(np.ones(3)), TypeError, "should be PIL Image"),
        (lambda i: F.to_pil_image("x"), TypeError, "should be Tensor or ndarray"),
        (lambda i: F.to_pil_image(torch.ones(1, 2, 3, 4)), ValueError, "Got 4 dimensions"),
        (lambda i: F.to_pil_image(torch.ones(5, 2, 2)), ValueError, "not have > 4 channels. Got 5"),
        (lambda i: F.to_pil_image(np.ones((2, 2, 3))), TypeError, "float64 with 3 channels"),
        (lambda i: F.to_pil_image(picture(), "L"), ValueError, "does not have 3 channels"),
        (lambda i: F.normalize(i, [0], [1]), TypeError, "put ToTensor.. before Normalize"),
        (lambda i: F.normalize(torch.ones(3, 2, 2).long(), [0], [1]), TypeError, "float tensor"),
        (lambda i: F.normalize(torch.ones(2, 2), [0], [1]), ValueError, "(..., C, H, W)"),
        (lambda i: F.normalize(torch.ones(1, 2, 2), [0], [0]), ValueError, "std evaluated to zero"),
        (lambda i: T.RandomCrop(30)(i), ValueError, r"\(30, 30\) is larger than .* \(19, 25\)"),
        (lambda i: T.RandomCrop((1, 2, 3)), ValueError, "only two dimensions"),
        (lambda i: F.hflip(np.ones((2, 2))), TypeError, "expected a PIL image or a tensor"),
        (lambda i: F.get_image_size(torch.ones(3)), TypeError, "not a torch image"),
        (lambda i: F.pad(i, (1, 2, 3)), ValueError, "not a 3 element tuple"),
        (lambda i: F.pad(i, 1, padding_mode="x"), ValueError, "constant, edge, reflect"),
        (lambda i: T.Resize(5.5), TypeError, "Size should be int or sequence"),
        (lambda i: T.Resize((1, 2, 3)), ValueError, "1 or 2 values"),
        (lambda i: F.resize(i, 9, max_size=9), ValueError, "must be larger than"),
        (lambda i: F.resize(i, (9, 9), max_size=10), ValueError, "one side only"),
        (lambda i: F.resize(i, 9, antialias=False), ValueError, "Pillow smooths"),
        (lambda i: F.affine(i, 1.0, (0, 0), 0.0, 0.0), ValueError, "scale should be positive"),
        (lambda i: T.RandomRotation(-1), ValueError, "must be positive, got -1"),
        (lambda i: T.RandomRotation((1, 2, 3)), ValueError, "sequence of length 2"),
        (lambda i: T.RandomAffine(1, translate=(2, 0)), ValueError, "between 0 and 1"),
        (lambda i: T.RandomAffine(1, scale=(0, 1)), ValueError, "should be positive"),
        (lambda i: T.ColorJitter(brightness=-1), ValueError, "must be non negative"),
        (lambda i: T.ColorJitter(hue=0.7), ValueError, "between -0.5 and 0.5"),
        (lambda i: T.ColorJitter(1)(torch.ones(3, 2, 2)), TypeError, "use it before ToTensor"),
        (lambda i: F.adjust_hue(i, 0.6), ValueError, r"not in \[-0.5, 0.5\]"),
        (lambda i: T.Grayscale(2)(i), ValueError, "either 1 or 3"),
        (lambda i: T.Grayscale()(torch.ones(2, 4, 4)), TypeError, "1 or 3 channels"),
        (lambda i: T.Lambda(3), TypeError, "should be callable, got 'int'"),
        (lambda i: T.RandomApply(3), TypeError, "should be a sequence"),
        (lambda i: T.RandomChoice([], p=3), TypeError, "p should be a sequence"),
    ],
)
def test_wrong_calls(call, error, message, image):
    torch.manual_seed(0)
    with pytest.raises(error, match=message):
        call(image)


def test_without_pillow(monkeypatch):
    monkeypatch.setattr(pillow, "found", None)
    assert F.to_tensor(picture()).shape == (3, 19, 25)
    for call in (lambda: F.to_pil_image(picture()), lambda: F.rotate(torch.ones(1, 3, 3), 5.0)):
        with pytest.raises(ImportError, match="needs Pillow, which is not installed: pip install pil"):
            call()


def test_16_bits_come_in_a_dtype_that_tensors_have():
    source = Image.fromarray(np.array([[0, 300, 30_000, 65_535]], np.uint16))
    made = T.ToTensor()(source)
    assert made.dtype == torch.int16 and made.tolist() == [[[0, 300, 30_000, -1]]]  # as torchvision's
    kept = F.pil_to_tensor(source)
    assert kept.dtype == torch.int32 and kept.tolist() == [[[0, 300, 30_000, 65_535]]]
    with pytest.raises(TypeError, match="uint16"):
        T.ToTensor()(np.zeros((2, 2), np.uint16))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda image: T.GaussianBlur(4), ValueError, "odd and positive"),
        (lambda image: T.GaussianBlur(3, (2.0, 1.0)), ValueError, "positive and of the form"),
        (lambda image: F.gaussian_blur(image, 3, 0.0), ValueError, "sigma should have one or two positive values"),
        (lambda image: T.RandomErasing(value="noise"), ValueError, "should be 'random'"),
        (lambda image: T.RandomErasing(p=1)(image), TypeError, "put ToTensor"),
        (
            lambda image: T.RandomErasing(p=1, value=(1, 2))(F.to_tensor(image)),
            ValueError,
            "either a single value or 3",
        ),
        (lambda image: T.RandomErasing(scale=(0.5, 0.2)), ValueError, "between 0 and 1"),
        (lambda image: F.erase(image, 0, 0, 1, 1, torch.zeros(1)), TypeError, "put ToTensor"),
        (lambda image: F.perspective(image, [[0, 0]], [[0, 0]]), ValueError, "exactly four corners"),
        (lambda image: F.five_crop(image, 50), ValueError, "bigger than input size"),
        (lambda image: F.adjust_sharpness(image, -1), ValueError, "not non-negative"),
        (lambda image: F.adjust_gamma(image, -1), ValueError, "non-negative"),
        (lambda image: F.equalize(F.to_tensor(image)), TypeError, "use it before ToTensor"),
    ],
)
def test_wrong_calls_of_blurs_warps_and_tones(call, error, message, image):
    with pytest.raises(error, match=message):
        call(image)


def test_tones_of_tensors(image):
    tensor = F.pil_to_tensor(image)
    assert np.array_equal(F.invert(tensor).numpy(), 255 - picture().transpose(2, 0, 1))
    assert np.allclose(F.invert(F.to_tensor(image)).numpy(), 1 - F.to_tensor(image).numpy())
    bright = F.adjust_gamma(F.to_tensor(image), 0.5, 1.2)
    assert np.allclose(bright.numpy(), np.minimum(1.2 * np.sqrt(F.to_tensor(image).numpy()), 1), atol=1e-6)
    pixels = np.asarray(F.adjust_gamma(image, 2.0)) / 255
    assert np.abs(pixels - (picture() / 255) ** 2).max() <= 1.5 / 255
    assert F.get_dimensions(image) == F.get_dimensions(tensor) == [3, 19, 25]


def test_erasing_in_place_or_not(image):
    tensor = F.to_tensor(image)
    erased = F.erase(tensor, 2, 3, 4, 5, torch.tensor(-1.0))
    assert (erased == -1).sum().item() == 3 * 4 * 5 and (tensor == -1).sum().item() == 0
    assert F.erase(tensor, 2, 3, 4, 5, torch.tensor(-1.0), inplace=True) is tensor
    assert torch.equal(tensor, erased)
