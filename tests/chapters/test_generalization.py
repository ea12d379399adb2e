"""What chapter 8 says in its prose, held against what it puts out and what the library does."""

import re
from functools import partial

import numpy as np
import pytest

import edutorch as torch
from edutorch.course.assignment import load_assignment
from tests.chapters import reading
from tests.chapters.reading import FOLDER, sources

NAME = "08_generalization"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)
numbers_in = partial(reading.numbers_in, NAME)


def test_the_network_learns_chance_by_heart_and_knows_nothing_of_new_images():
    assert "right on the 500 images: 100 %" in output_of("chance")
    assert "With 89,610 numbers" in PROSE and "numbers in the network: 89,610" in output_of("chance")
    assert 7 <= numbers_in("reveal-chance", r"the result: (\d+) %")[0] <= 13


@pytest.fixture(scope="module")
def polynomials() -> dict:
    names: dict = {"torch": torch}
    for start in ("import numpy as np", "def fit_small"):
        source = next(each for each in sources(NAME, "code") if each.startswith(start))
        exec(source.split("\n\n\ndef draw")[0], names)
    return names


def test_degree_3_is_best_and_degree_11_passes_through_all_points(polynomials):
    fit, error, x, y = (polynomials[name] for name in ("fit", "error", "x", "y"))
    new = polynomials["validation_x"], polynomials["validation_y"]
    training, validation = ([error(fit(d), *points) for d in range(12)] for points in ((x, y), new))
    assert int(np.argmin(validation)) == 3 and training[11] < 1e-6
    assert all(b <= a + 1e-9 for a, b in zip(training, training[1:], strict=False))
    assert "by a factor of hundreds" in PROSE and 200 < validation[11] / validation[3] < 1000
    assert "the largest are above ten thousand" in PROSE and abs(fit(11)).max() > 10_000


def test_small_weights_make_degree_11_nearly_as_good_as_degree_3(polynomials):
    fit, small, error = (polynomials[name] for name in ("fit", "fit_small", "error"))
    new = polynomials["validation_x"], polynomials["validation_y"]
    errors = {exponent: error(small(10.0**exponent), *new) for exponent in range(-8, 3)}
    best = min(errors, key=errors.get)
    assert "do nearly as well as the polynomial of degree 3" in PROSE
    assert errors[best] < 1.25 * error(fit(3), *new) and errors[-5] > 3 * errors[best] < errors[2] * 2


def test_validation_is_best_long_before_the_end():
    assert 3 <= numbers_in("reveal-best", r"the result: (\d+) epochs")[0] <= 20
    training, validation = numbers_in("watch", r"epochs: ([\d.]+)")
    assert "The training loss ends near zero" in PROSE and training < 0.05 < 10 * training < validation


def test_l1_leaves_17_of_20_weights_at_zero():
    assert numbers_in("reveal-l1", r"the result: (\d+) weights") == [17]
    near = dict(re.findall(r"(nothing|L2|L1) +(\d+) near zero", output_of("reveal-l1")))
    assert int(near["L2"]) < 6 and "hardly any zero" in PROSE


def test_the_mean_after_dropout_is_what_it_was():
    assert numbers_in("reveal-dropout", r"the result: (\d+)") == [1]


def test_augmentation_wins_and_the_others_are_close_together():
    assert 'the result: "augmentation"' in output_of("reveal-race")
    right = dict(re.findall(r"^(\w[\w ]*\w) +validation ([\d.]+) %", output_of("reveal-race"), re.MULTILINE))
    first = [float(right[name]) for name in ("nothing", "early stopping", "weight decay", "dropout")]
    assert "The differences between the first four are small" in PROSE and max(first) - min(first) < 2.5
    assert float(right["augmentation"]) > max(first) + 1
    before, after = numbers_in("test", r"test set: ([\d.]+) %")
    assert after > before


def test_with_other_seeds_augmentation_is_far_ahead_or_hardly_at_all():
    assert "augmentation is ahead by up to six points, or hardly at all" in PROSE
    names: dict = {}
    for start in ("import edutorch as torch", "from edutorch.vision.transforms", "def with_dropout"):
        source = next(each for each in sources(NAME, "code") if each.startswith(start))
        exec(re.split(r"\n\n\ntorch.manual_seed|\n\n\nguess", source)[0], names)
    ahead = []
    for seed in (1, 2):
        right = []
        for change in (lambda images: images, names["augmented"]):
            torch.manual_seed(seed)
            layers = torch.nn.Linear(784, 100), torch.nn.ReLU(), torch.nn.Linear(100, 100), torch.nn.ReLU()
            model = names["trained"](torch.nn.Sequential(*layers, torch.nn.Linear(100, 10)), change)
            right.append(names["percent_right"](model, names["validation_inputs"], names["validation_labels"]))
        ahead.append(right[1] - right[0])
    assert ahead[0] < 2.5 and 3 < ahead[1] < 7


def test_batch_norm_learns_faster_at_a_small_rate_and_survives_a_large_one():
    rows = [
        (float(a), float(b)) for a, b in re.findall(r"plain +(\d+), with batch norm +(\d+)", output_of("norm-rates"))
    ]
    assert "It learns faster at a small rate, and survives a large one" in PROSE
    assert rows[0][1] > rows[0][0] + 5 and rows[2][1] > rows[2][0] + 5


def test_neighbors_matter_in_training_mode_alone():
    assert 'the result: "different"' in output_of("reveal-norm")
    in_use = re.search(r"eval mode: +\[(\[.*?\]), (\[.*?\])\]", output_of("reveal-norm"))
    assert in_use[1] == in_use[2]


def test_one_image_cannot_be_trained_on():
    assert output_of("one-image").startswith("ValueError: Expected more than 1 value per channel")


def test_the_worked_cases_of_the_exercise_are_right():
    questions = load_assignment(FOLDER.parent / "solutions" / f"{NAME}.ipynb").questions
    x, gy = np.array([0.0, 1, 2, 3]), np.array([1.0, 0, 0, 0])
    s = 1 / np.sqrt(x.var() + 1e-5)
    y = (x - x.mean()) * s
    gx = s * (gy - gy.mean() - y * (gy * y).mean())
    assert "s = 0.894" in questions["standardize"].hints[1] and s == pytest.approx(0.894, abs=5e-4)
    assert "= 0.268" in questions["standardize"].hints[1] and gx[0] == pytest.approx(0.268, abs=5e-4)
