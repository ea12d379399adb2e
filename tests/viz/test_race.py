"""Optimizers that race on one surface."""

import math

import numpy as np
import pytest

import edutorch as torch
from edutorch.viz import draw_race, race
from edutorch.viz.race import in_words, steps_needed

pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra lab)").use("agg")


def bowl(x, y):
    return x**2 + 2 * y**2


def sgd(rate: float, **options):
    return lambda parameters: torch.optim.SGD(parameters, lr=rate, **options)


def path_of(*heights: float) -> np.ndarray:
    return np.array([[0.0, 0.0, height] for height in heights])


def test_each_walks_as_it_would_alone():
    optimizers = {"slow": sgd(0.1), "away": sgd(2.0), "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.5)}
    paths = race(bowl, (3, -2), optimizers, steps=5)
    assert list(paths) == ["slow", "away", "Adam"] and paths["slow"].shape == (6, 3)
    for name, make in optimizers.items():
        w = torch.tensor([3.0, -2.0], requires_grad=True)
        optimizer = make([w])
        for place in paths[name]:
            height = bowl(w[0], w[1])
            np.testing.assert_allclose(place, [*w.tolist(), height.item()], rtol=1e-5)
            optimizer.zero_grad()
            height.backward()
            optimizer.step()


def test_who_flies_away_leaves_the_others_alone():
    paths = race(bowl, (3, -2), {"away": sgd(1e20), "slow": sgd(0.1)}, steps=30)
    assert not np.isfinite(paths["away"][-1]).all()
    assert np.isfinite(paths["slow"]).all() and paths["slow"][-1, 2] < 0.1


@pytest.mark.parametrize(
    ("heights", "needed"),
    [((100, 50, 0.9, 0.5), 2), ((100, 0.5, 50, 0.5), 3), ((100, 50, 0.9, 2), None), ((100, math.nan, math.nan), None)],
)
def test_arrived_is_who_stays_below_a_hundredth_of_the_start(heights, needed):
    assert steps_needed(path_of(*heights)) == needed


def test_each_regime_has_words_of_its_own():
    assert in_words(path_of(100, 0.5)) == "there after 1 step"
    assert in_words(path_of(100, 90, 80)) == "not there after 2"
    assert in_words(path_of(100, 0.5, 80)) == "swings past it, and is not settled after 2"
    for heights in ((100, 1e5), (100, math.inf), (100, math.nan), (100, *[200] * 30)):
        assert in_words(path_of(*heights)) == "moves away"


def test_the_picture_shows_each_path_and_says_who_arrived():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    optimizers = {"plain": sgd(0.2), "ball": sgd(0.1, momentum=1.0), "away": sgd(1e20)}
    paths = race(bowl, (3, -2), optimizers, steps=40)
    figure, sentence = draw_race(bowl, paths, title="a bowl")
    left, right = figure.axes
    assert left.get_title() == "a bowl" and len(left.lines) == 3 + 1  # the paths and the cross
    assert [text.get_text() for text in right.get_legend().get_texts()] == list(optimizers)
    cross = left.lines[0].get_xydata()[0]
    assert abs(cross).max() < 0.2  # the lowest point is at (0, 0)
    assert sentence.startswith("plain there after") and sentence.endswith("; away moves away.")
    pyplot.close(figure)
