"""The colored shapes, which the course draws itself."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.course import shapes
from edutorch.course.shapes import Shapes
from edutorch.utils.data import DataLoader
from edutorch.vision.transforms import ToTensor


def test_an_image_is_always_the_same_and_no_two_are_alike():
    first, again = (Shapes(transform=np.asarray) for _ in range(2))
    images = [first[i][0] for i in range(30)]
    assert all(np.array_equal(image, again[i][0]) for i, image in enumerate(images))
    test = Shapes(train=False, transform=np.asarray)
    assert len({image.tobytes() for image in images + [test[i][0] for i in range(30)]}) == 60


def test_pixels_do_not_depend_on_the_machine():
    first, last = np.asarray(Shapes()[0][0]), np.asarray(Shapes(train=False)[599][0])
    assert first.shape == (32, 32, 3) and first[0, 0] == pytest.approx([205, 235, 113], abs=1)
    assert (first.mean(), last.mean()) == pytest.approx((167.63, 125.35), abs=0.1)


def test_each_shape_has_its_number_and_its_name():
    data = Shapes()
    assert len(data) == 3000 and len(Shapes(train=False)) == 600
    assert [data[i][1] for i in range(8)] == [0, 1, 2, 3, 4, 5, 0, 1]
    assert data.classes == sorted(data.classes) == ["circle", "cross", "ring", "square", "star", "triangle"]
    with pytest.raises(IndexError, match="index out of range: 3000 of 3000"):
        data[3000]


@pytest.mark.parametrize("name", shapes.INSIDE)
def test_a_shape_lies_between_minus_1_and_1_and_covers_a_part_of_it(name):
    v, u = np.mgrid[-1.5:1.5:301j, -1.5:1.5:301j]
    inside = shapes.INSIDE[name](u, v)
    assert not inside[(abs(u) > 1) | (abs(v) > 1)].any()
    assert 0.2 < inside.sum() / (201 * 201) < 0.8


def test_a_linear_layer_learns_little_of_them():
    data, test = (
        next(iter(DataLoader(Shapes(train, transform=ToTensor()), batch_size=600, shuffle=train)))
        for train in (True, False)
    )
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 32 * 32, 6))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(100):
        loss = torch.nn.functional.cross_entropy(model(data[0]), data[1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    right = (model(test[0]).argmax(1) == test[1]).float().mean().item()
    assert right < 0.35  # guessing: 0.17; a color gives nothing away


def test_a_delay_is_waited_for(monkeypatch):
    waited = []
    monkeypatch.setattr(shapes.time, "sleep", waited.append)
    Shapes(delay=0.5)[0]
    assert waited == [0.5]
