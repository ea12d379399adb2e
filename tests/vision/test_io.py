"""read_image."""

import numpy as np
import pytest

from edutorch.vision.io import ImageReadMode, read_image

Image = pytest.importorskip("PIL.Image", reason="Pillow is optional")
PIXELS = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)


def test_reads_channels_first(tmp_path):
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    assert np.array_equal(read_image(tmp_path / "a.png").numpy(), PIXELS.transpose(2, 0, 1))
    assert read_image(tmp_path / "a.png", mode="GRAY").shape == (1, 4, 5)
    assert read_image(tmp_path / "a.png", mode="RGB_ALPHA").shape == (4, 4, 5)
    assert read_image(tmp_path / "a.png", ImageReadMode.GRAY_ALPHA).shape == (2, 4, 5)
    assert read_image(tmp_path / "a.png", ImageReadMode.UNCHANGED).shape == (3, 4, 5)
    Image.fromarray(PIXELS[..., 0]).save(tmp_path / "gray.png")
    assert np.array_equal(read_image(tmp_path / "gray.png").numpy(), PIXELS[None, ..., 0])
    Image.fromarray(PIXELS).convert("P").save(tmp_path / "palette.gif")
    assert read_image(tmp_path / "palette.gif").shape == (3, 4, 5)


def test_what_cannot_be_read(tmp_path):
    (tmp_path / "a.png").write_bytes(b"no image")
    with pytest.raises(RuntimeError, match=r"a\.png is no image that Pillow can read"):
        read_image(tmp_path / "a.png")
    with pytest.raises(FileNotFoundError):
        read_image(tmp_path / "nowhere.png")
    with pytest.raises(ValueError, match="mode should be one of .* got 'HSV'"):
        read_image(tmp_path / "a.png", mode="HSV")
