"""make_grid and save_image."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.vision.utils import make_grid, save_image

sys.path.append(str(Path(__file__).parents[1] / "golden"))
from vision_cases import GRIDS, images

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "vision.npz")


@pytest.mark.parametrize("number", range(len(GRIDS)))
def test_grids_are_torchvisions(number):
    batch = torch.from_numpy(images())
    for name, tensor in (("grid", batch), ("grey grid", batch[:, :1])):
        grid = make_grid(tensor, **GRIDS[number]).numpy()
        assert np.allclose(grid, GOLDEN[f"{name} {number}"], atol=1e-6)
        as_list = make_grid([tensor[i] for i in range(5)], **GRIDS[number]).numpy()
        assert np.array_equal(as_list, grid)


def test_one_image_has_no_border():
    assert make_grid(torch.ones(4, 5)).shape == (3, 4, 5)
    assert make_grid(torch.ones(3, 4, 5)).shape == (3, 4, 5)
    assert make_grid(torch.ones(1, 1, 4, 5)).shape == (3, 4, 5)


def test_a_grid_of_images_on_any_device(device):
    grid = make_grid(torch.zeros(4, 1, 2, 2).to(device), nrow=2, padding=1, pad_value=1)
    assert grid[0].tolist() == [[1] * 7, [1, 0, 0, 1, 0, 0, 1], [1, 0, 0, 1, 0, 0, 1]] * 2 + [[1] * 7]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: make_grid(np.ones((2, 3, 4, 4))), TypeError, "tensor or list of tensors expected"),
        (lambda: make_grid([1, 2]), TypeError, "tensor or list of tensors expected"),
        (lambda: make_grid(torch.ones(3)), ValueError, r"expected images .* got \(3,\)"),
        (lambda: make_grid(torch.ones(2, 3, 4, 4), normalize=True, value_range=[0, 1]), TypeError, "tuple"),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_save_image(tmp_path):
    image = pytest.importorskip("PIL.Image", reason="Pillow is optional")
    batch = torch.from_numpy(images())
    save_image(batch, tmp_path / "grid.png", nrow=3)
    written = np.asarray(image.open(tmp_path / "grid.png"))
    grid = make_grid(batch, nrow=3).numpy().transpose(1, 2, 0)
    assert written.shape == grid.shape
    assert np.abs(written / 255 - grid).max() <= 0.5 / 255 + 1e-6
    buffer = io.BytesIO()
    save_image(torch.zeros(3, 4, 5) + 7, buffer, format="png")
    assert np.asarray(image.open(buffer)).tolist() == [[[255] * 3] * 5] * 4
