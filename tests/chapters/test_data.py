"""What chapter 6 says in its prose, held against what it puts out and what the library does."""

import re
from functools import partial

import pytest

import edutorch as torch
from edutorch.course.assignment import load_assignment
from edutorch.vision.datasets import MNIST
from tests.chapters import reading
from tests.chapters.reading import FOLDER, cells, sources

NAME = "06_data"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)
numbers_in = partial(reading.numbers_in, NAME)


def test_imagenet_is_771_gigabytes():
    assert "771 gigabytes" in PROSE and numbers_in("sizes", r"([\d.]+) gigabytes")[-1] == pytest.approx(771, abs=0.5)


def test_a_record_has_785_bytes():
    assert "a record of 785 bytes" in PROSE
    assert output_of("write-file").split(" bytes, ") == ["9,420,000", "12,000 records\n"]


def test_sorted_digits_end_at_a_tiny_loss_and_one_in_ten():
    assert "almost nothing" in PROSE and numbers_in("surprise", r"([\d.]+) in the last")[0] < 0.03
    assert "reads one test digit in ten" in PROSE and 8 < numbers_in("surprise", r"([\d.]+) %")[0] < 12


def test_every_answer_is_the_last_digit():
    assert 'the result: "mostly 9"' in output_of("reveal-answers")


def test_shuffled_the_same_steps_read_seven_in_eight():
    assert numbers_in("reveal-shuffled", r"the result: ([\d.]+) %")[0] > 85


def test_half_of_the_images_in_the_buffer_do_as_well_as_all_and_chance_counts():
    assert "With half of the images in the buffer, the network does as well as with all of them" in PROSE
    rows = re.findall(r"a buffer of +([\d,]+): (.*)", output_of("buffer-seeds"))
    right = {size: [int(each) for each in re.findall(r"\d+", line)] for size, line in rows}
    assert list(right) == ["2,000", "6,000", "12,000"] and {len(each) for each in right.values()} == {4}
    means = [sum(each) / 4 for each in right.values()]
    assert max(right["2,000"]) + 5 < min(right["6,000"]) and means[1] > means[2] - 3
    assert "up to ten points apart" in PROSE and 6 <= max(max(each) - min(each) for each in right.values()) <= 12


def test_a_buffer_of_2000_holds_fewer_than_two_classes():
    assert "A buffer of 2,000 holds fewer than two of the ten classes" in PROSE
    first, second = sorted(MNIST.embedded(train=True).targets.bincount().tolist())[:2]
    assert first + second > 2000


def test_the_goal_of_the_buffer_is_not_reached_where_its_slider_begins_and_is_by_half_of_the_images():
    both = MNIST.embedded(train=True), MNIST.embedded(train=False)
    names = {"torch": torch, "nn": torch.nn, "training": both[0], "test": both[1]}
    code = sources(NAME, "code")
    for start in ("def as_input", "def train(batches)", "def buffered"):
        source = next(each for each in code if start in each)
        exec(source[source.index(start) :].split("\n\n\nwith ")[0].split("\n\n\nprint(")[0], names)
    by_class = both[0].targets.argsort(stable=True)
    inputs, labels = names["as_input"](both[0].data.flatten(1))[by_class], both[0].targets[by_class]
    right = {}
    for size in (1, 2000, 6000):
        order = torch.tensor(list(names["buffered"](range(12_000), size))).split(64)
        model, _ = names["train"]((inputs[i], labels[i]) for i in order)
        right[size] = names["accuracy_of"](model)
    assert right[1] < 12 and 50 < right[2000] < 80 < right[6000]
    assert "With a buffer of 2,000, " in output_of("buffer-widget")


def test_a_buffer_lets_an_element_come_four_places_early_at_most():
    assert "at most four places early" in PROSE
    order = [int(each) for each in output_of("buffer").partition("size 5:")[2].partition("]")[0].strip(" [").split(",")]
    assert sorted(order) == list(range(20)) and max(element - place for place, element in enumerate(order)) <= 4


def test_the_last_batch_is_short():
    assert numbers_in("reveal-tail", r"the result: (\d+)") == [12_000 % 64] == [32]
    assert "188 batches" in PROSE and output_of("reveal-tail").splitlines()[-1].startswith("188 batches, and")
    assert "187 whole batches hold 11,968 images" in output_of("reveal-tail") and 187 * 64 == 11_968


def test_the_tutorials_line_fails_as_the_chapter_says():
    assert output_of("no-transform").startswith("TypeError: default_collate: batch must contain tensors")


def test_black_becomes_minus_1():
    assert numbers_in("reveal-black", r"the result: (-?\d+)") == [-1]


def test_the_folders_are_sorted():
    labels = re.findall(r"\d", output_of("folder-code").partition("labels:")[2])
    assert labels == sorted(labels) and len(labels) == 36


def test_tensors_in_memory_are_slower_with_workers_and_waiting_is_shared():
    assert 'the result: "slower"' in output_of("reveal-workers")
    _, one, two = numbers_in("workers-measured", r"([\d.]+) seconds")
    assert "it takes about half as long" in PROSE and two < 0.8 * one


def test_a_leak_predicts_chance_and_a_split_of_the_originals_does_not():
    assert "Almost all right" in PROSE and numbers_in("reveal-leak", r"the result: (\d+) %")[0] > 90
    assert "right in one case of ten" in PROSE
    cell = next(each for each in cells(NAME, "code") if each["id"] == "turn-split")
    assert cell["metadata"]["edutorch"]["tries"]  # the honest number is printed where these run


def test_the_sampler_draws_both_classes_equally_often():
    data, drawn = re.findall(r"\[(\d+), (\d+)\]", output_of("weighted"))
    assert data == ("1000", "50") and 0.8 < int(drawn[0]) / int(drawn[1]) < 1.25


def test_the_program_to_mend_in_the_exercise_reports_nothing_of_938_batches():
    question = load_assignment(FOLDER.parent / "solutions" / f"{NAME}.ipynb").questions["mend_report"]
    mended = question.answer
    broken = re.sub(r"    if len\(losses\).*\n.*\n", "", mended)
    counts = []
    for source in (broken, mended):
        names: dict = {}
        exec(source, names)
        counts.append([len(names["report"]([1.0] * batches)) for batches in (938, 5000)])
    assert counts == [[0, 2], [1, 3]]
