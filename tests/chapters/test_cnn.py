"""Chapter 9: every number in its prose comes out of a cell, or is asserted here."""

import re
from functools import partial

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.vision.datasets import MNIST
from edutorch.vision.models import LeNet
from edutorch.viz.layers import layers_of
from tests.chapters import reading
from tests.chapters.reading import cells

NAME = "09_cnn"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)


def source_of(identity: str) -> str:
    (cell,) = (each for each in cells(NAME, "code") if each["id"] == identity)
    return "".join(cell["source"])


def percents(identity: str) -> list[float]:
    return [float(each) for each in re.findall(r"([\d.]+) % right", output_of(identity))]


def small_cnn() -> nn.Sequential:
    names = {"nn": nn, "test_images": torch.zeros(1, 1, 28, 28), "torch": torch, "count": lambda model: 0}
    exec(source_of("cnn").partition("torch.manual_seed")[0], names)
    return names["CNN"]()


def test_linear_layers_read_noise_as_well_as_digits():
    as_they_are, in_disorder = percents("mlp")
    assert as_they_are > 85 and abs(as_they_are - in_disorder) < 1


def test_the_cnn_is_better_on_images_and_worse_on_shuffled_ones():
    as_they_are, in_disorder = percents("reveal-shuffled")
    assert "it reads about 92 % of the test digits" in PROSE and round(as_they_are) == 92
    assert as_they_are > percents("mlp")[0] + 2 and in_disorder < percents("mlp")[1] - 3


def test_the_numbers_of_parameters():
    mlp = 784 * 128 + 128 + 128 * 10 + 10
    cnn = sum(p.numel() for p in small_cnn().parameters())
    assert "with 19 times as many parameters" in PROSE and round(mlp / cnn) == 19
    assert "has fewer than 6,000" in PROSE and cnn == 5258
    assert "as many numbers, 5,408, from 784 pixels" in PROSE and 8 * 26 * 26 == 5408
    assert "the result: 4,245,280 parameters" in output_of("reveal-parameters") and "Over four million" in PROSE
    assert "instead of 80" in PROSE and "nn.Conv2d(1, 8, 3): 80" in output_of("reveal-parameters")


def test_the_two_well_known_networks():
    totals = re.findall(r"^all +([\d,]+)$", output_of("others-code"), re.MULTILINE)
    assert totals == ["61,706", "1,199,882"] and sum(p.numel() for p in LeNet().parameters()) == 61_706
    assert "1.2 million of them, nearly all in *one* linear layer" in PROSE and 9216 * 128 / 1_199_882 > 0.95


def test_the_window_meets_strong_edges_of_both_kinds():
    seven = (MNIST.embedded(train=False).data[:1] / 255 - 0.13) / 0.31
    edge = torch.tensor([[-1.0, 0.0, 1.0]] * 3)
    found = nn.functional.conv2d(seven.unsqueeze(1), edge[None, None])
    assert "above 7, and one where it is below -7" in PROSE and (found > 7).sum() > 3 and (found < -7).sum() > 3
    assert found.abs().max() < 9.7 and "vmin=-9.7, vmax=9.7" in source_of("slide-widget")


def test_a_shifted_image_has_a_shifted_map():
    assert 'the result: "it moves by two"' in output_of("reveal-shift")


def test_the_matrix_is_hundreds_of_times_faster_than_the_loops_and_gives_the_same():
    assert "it is hundreds of times faster than with loops in Python" in PROSE
    times = int(re.search(r"the result: ([\d,]+) times", output_of("reveal-faster"))[1].replace(",", ""))
    assert times > 100
    assert all(float(each) < 1e-5 for each in re.findall(r"off by (\S+)", output_of("reveal-faster")))


def test_a_unit_at_the_end_sees_ten_pixels():
    assert "10 of 28 pixels" in source_of("turn-field")
    assert output_of("field-code").split() == "rows that it depends on: 10 columns: 10".split()


def test_trained_properly_it_reads_more_than_95_percent():
    (right,) = percents("train-cnn")
    assert right > 95 and output_of("train-cnn").startswith("5,258 parameters")


def test_explore_shows_each_layer_of_the_network():
    kinds = [layer.kind for layer in layers_of(small_cnn(), torch.zeros(1, 1, 28, 28))]
    expected = ["", "Conv2d", "ReLU", "MaxPool2d", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear"]
    assert kinds == expected


def test_the_first_layer_has_kernels_for_strokes_and_kernels_for_edges():
    """The goal of explore can be reached, with the network that the chapter trains."""
    names: dict = {}
    for identity in ("data", "mlp", "reveal-parameters", "cnn", "train-cnn"):
        exec(source_of(identity).partition("for words, change")[0].partition("if reveal(")[0], names)
    kernels = names["cnn"][0].weight.detach().flatten(1)  # (8, 9)
    balance = (kernels.sum(1).abs() / kernels.abs().sum(1)).numpy()  # 0: an even area gives nothing, only its edge
    assert balance.min() < 0.25 and balance.max() > 0.6


@pytest.mark.parametrize("place", ["pad", "explore"])
def test_the_widgets_say_what_they_show(place):
    assert re.search(
        r"It reads a 7, and is \d+ % sure" if place == "pad" else "0 Conv2d: 8 × 26 × 26", output_of(place)
    )
