"""The newer names: ToImage and ToDtype, and that the others are the same classes."""

import numpy as np
import pytest

import edutorch as torch
import edutorch.vision.transforms as T
from edutorch.vision.transforms import v2

PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)


def test_the_usual_pair_is_to_tensor():
    image = pytest.importorskip("PIL.Image", reason="Pillow is optional").fromarray(PIXELS)
    pair = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
    assert np.array_equal(pair(image).numpy(), T.ToTensor()(image).numpy())
    assert np.array_equal(pair(PIXELS).numpy(), T.ToTensor()(PIXELS).numpy())
    assert repr(pair) == "Compose(\n    ToImage()\n    ToDtype(scale=True)\n)"


def test_to_image_and_to_dtype_alone():
    tensor = v2.ToImage()(PIXELS)
    assert tensor.dtype is torch.uint8 and tensor.shape == (3, 2, 4)
    assert v2.ToImage()(tensor) is tensor
    assert v2.ToImage()(PIXELS[..., 0]).shape == (1, 2, 4)
    assert v2.ToDtype(torch.float32)(tensor).max().item() == 23.0
    assert v2.ToDtype(torch.float32)("a label") == "a label"
    with pytest.raises(TypeError, match="pic should be PIL Image. Got <class 'str'>"):
        v2.ToImage()("no image")


def test_the_others_are_the_same_classes():
    names = set(v2.__all__) - {"ToImage", "ToDtype"}
    assert all(getattr(v2, name) is getattr(T, name) for name in names)
    assert set(T.__all__) - names == {"RandAugment", "TrivialAugmentWide", "v2"}
