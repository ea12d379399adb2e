"""Chapter 17: what its prose says of small models is what its cells have put out."""

import re
from functools import partial

import pytest

from tests.chapters import reading

NAME = "17_small"
PROSE = reading.prose_of(NAME)
output_of, numbers_in = partial(reading.output_of, NAME), partial(reading.numbers_in, NAME)
BUDGET = 32768  # bytes


def source_of(identity: str) -> str:
    (found,) = (reading.text(cell["source"]) for cell in reading.cells(NAME, "code") if cell["id"] == identity)
    return found


def of_float() -> float:
    return numbers_in("reader", r"([\d.]+) % of the test images")[0]


def test_the_reader_is_twelve_times_too_large():
    count, size = numbers_in("reader", r"([\d,]+) (?:parameters|bytes)")
    assert size == 4 * count and "Our network has 101,770 parameters" in PROSE and count == 101770
    assert "twelve times too much" in PROSE and round(size / BUDGET) == 12


def test_without_a_scale_it_is_destroyed_and_with_one_nothing_changes():
    assert numbers_in("reveal-round", r"the result: ([\d.]+) %")[0] < 30
    assert numbers_in("reveal-round", r", (\d+) are not 0")[0] < 1000
    assert numbers_in("reveal-8", r"the result: (\d+) images")[0] <= 2
    assert "hardly a digit is read differently, if any" in PROSE


def test_no_rounding_error_is_more_than_half_a_step():
    assert numbers_in("error", r"error / scale ([\d.]+)")[0] <= 0.5
    assert "by half a step at most" in PROSE


def test_sums_need_32_bits():
    assert numbers_in("sums", r"largest sum: ([\d,]+)")[0] > 2**15
    enough, too_few, reach = (
        numbers_in("sums", pattern)[0]
        for pattern in (r"32 bits, off by at most (\S+),", r"16 .* (\S+),", r"reach (\S+)")
    )
    assert enough < 0.2 and too_few > reach / 2


def test_four_bits_are_nearly_free_and_two_need_another_reach():
    full = numbers_in("bits", r"bits: +([\d.]+) %")
    best = numbers_in("bits", r"best reach +([\d.]+) %")
    assert full[0] == pytest.approx(of_float(), abs=0.3) and full[1] > of_float() - 1, "8 and 4 bits"
    assert full[2] < of_float() - 1 and full[3] < 50 and best[3] > 90, "the goals of the widget can be reached"
    assert "find a reach with which more than 90 % are read" in PROSE


def test_training_with_the_rounding_in_makes_two_bits_enough_and_they_fit():
    trained = numbers_in("reveal-qat", r"the result: ([\d.]+) %")[0]
    before = numbers_in("reveal-qat", r"trained for them: ([\d.]+) %")[0]
    assert round(before) == 92 and "Before that, it reads about 92 %" in PROSE
    assert of_float() > 95 and "With float32 it read more than 95 %" in PROSE
    assert trained > before + 2 and trained > of_float() - 1
    large, small = numbers_in("pack", r"([\d,]+) bytes")
    assert small < BUDGET < large
    again, told = numbers_in("pack", r"([\d.]+) %")
    assert again == told


def test_the_library_changes_little_at_8_bits_and_training_helps_at_3():
    dynamic, static = numbers_in("library", r"(?:dynamic|static): +([\d.]+) %")
    assert dynamic == pytest.approx(of_float(), abs=0.5) and static == pytest.approx(of_float(), abs=0.5)
    before, after = numbers_in("library-aware", r"([\d.]+) % (?:before|after)")
    assert after > before + 1
    assert "[-3, -2, -1, 0, 1, 2, 3]" in output_of("library-aware")


def test_pruned_by_magnitude_zipped_and_of_8_bits_it_fits():
    shares, found = (
        numbers_in("prune-rounds", r"sparsity ([\d.]+) %"),
        numbers_in("prune-rounds", r"([\d.]+) % are read"),
    )
    assert shares == [50, 75, 87.5] and found[-1] > of_float() - 2
    assert "half of them for nothing" in PROSE and found[0] > of_float() - 0.3
    plain, zipped, small = numbers_in("prune-rounds", r"npz +([\d,]+) bytes")
    assert plain > 4 * 101770 > zipped > BUDGET > small


def test_a_student_reads_threes_that_it_never_saw():
    assert numbers_in("reveal-threes", r"the result: ([\d.]+) %")[0] > 30
    assert numbers_in("reveal-threes", r"learned from digits: ([\d.]+) %") == [0]
    by_digits, by_teacher = numbers_in("distill-all", r"(?:digits|teacher) ([\d.]+) %")
    assert "The two students are about equal" in PROSE and abs(by_digits - by_teacher) < 1


def test_the_engine_reads_what_edutorch_reads():
    unlike = numbers_in("engine-run", r"(\d+) read unlike edutorch")
    assert unlike[0] == unlike[2] == 0 and max(unlike) < 10, "float32 not once, int8 in a few images"
    sizes = numbers_in("engine-run", r"([\d,]+) bytes")
    assert sizes[0] > 3.5 * sizes[1] and sizes[2] > 2.5 * sizes[3]


def test_without_the_engine_the_recorded_figures_are_shown_and_labeled(capsys):
    def in_engine(model: object, name: str) -> None:
        raise ImportError("no such package", name="onnxruntime")

    names = {"in_engine": in_engine, "reader": None, "convolutional": None}
    exec(source_of("engine-run"), names)
    shown = capsys.readouterr().out
    assert "onnxruntime is not installed. Recorded on one machine, not measured here" in shown
    assert len(re.findall(r"int8 takes [\d.]+ times as long as float32", shown)) == 2


def test_the_smallest_fits_and_is_the_best():
    found = re.findall(r"^(\S.*?) +([\d,]+) bytes (fits|    ) +([\d.]+) % right$", output_of("table"), re.MULTILINE)
    table = {name: (int(size.replace(",", "")), fits, float(right)) for name, size, fits, right in found}
    assert len(table) == 6 and sum(fits == "fits" for _, fits, _ in table.values()) == 4 and "Four of them fit" in PROSE
    assert numbers_in("cnn", r"([\d,]+) parameters") == [34952 / 4] and "it would have 34,952 bytes" in PROSE
    assert all((fits == "fits") == (size <= BUDGET) for size, fits, _ in table.values())
    best = table["convolutional, 8 bits"]
    assert best[0] == min(size for size, *_ in table.values()) and best[2] == max(right for *_, right in table.values())
