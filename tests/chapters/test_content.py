"""What the prose of the chapters says, held against what they put out and what the library has."""

import re

from edutorch.course.chapters import course_map
from tests.chapters.reading import FOLDER, cells, output_texts, prose_of, sources


def output_of(name: str, part: str) -> str:
    """The text that the cell with `part` in its source has put out."""
    (cell,) = (each for each in cells(name, "code") if part in "".join(each["source"]))
    return "\n".join(output_texts(cell))


def test_the_network_reads_more_than_97_percent():
    shown = output_of("00_welcome", "reveal(accuracy_guess, round(result, 2)")
    assert float(re.search(r"the result: ([\d.]+) %", shown)[1]) >= 97
    assert "True" in output_of("00_welcome", "result > 97")


def test_not_one_of_twenty_is_right_before_training():
    shown = output_of("00_welcome", "it reads:  ")
    reads, labels = (re.search(rf"{each}: +\[(.*)\]", shown)[1].split(", ") for each in ("it reads", "the labels"))
    assert len(reads) == 20 and not any(a == b for a, b in zip(reads, labels, strict=True))
    assert "Not one of these twenty is right" in prose_of("00_welcome")


def test_the_images_are_normalized_with_their_own_mean_and_deviation():
    shown = output_of("00_welcome", "def as_input")
    mean, deviation = re.search(r"mean (0\.\d+)   standard deviation (0\.\d+)", shown).groups()
    assert (round(float(mean), 2), round(float(deviation), 2)) == (0.13, 0.31)


def test_the_six_becomes_a_nine_after_it_was_a_four():
    shown = output_of("00_welcome", "turned = {angle")
    shares = [float(each) for each in re.findall(r"accuracy +([\d.]+) %", shown)]
    assert shares[0] > 97 and shares[1] > 90, "a lean of 15 degrees costs little"
    assert shares[3] < 50, "at 45 degrees more than half are lost"
    assert shares == sorted(shares, reverse=True)
    degrees = int(re.search(r"the result: (\d+)", output_of("00_welcome", "if digit == 9"))[1])
    assert 60 < degrees < 180
    seen = re.search(r"says \[(.*)\]", output_of("00_welcome", "if digit == 9"))[1]
    assert re.fullmatch("6, .*4, .*9", seen)


def test_the_map_leads_to_each_notebook_of_the_course():
    shown = next(each for each in sources("00_welcome", "markdown") if each.startswith("| | chapter |"))
    links = {(FOLDER / link).resolve() for link in re.findall(r"\]\((.*?)\)", shown)}
    assert links == {*FOLDER.glob("*.ipynb"), *FOLDER.parent.glob("exercises/*.ipynb")}
    assert shown == course_map(FOLDER.parent), "run: python -m edutorch.course.chapters chapters/00_welcome.ipynb"


def test_parameters_and_steps_in_the_prose_are_those_of_the_network():
    assert "parameters: 8490" in output_of("00_welcome", "nn.Conv2d")
    assert "8,490 parameters" in prose_of("00_welcome")
    assert "752 times" in prose_of("00_welcome") and 4 * -(-12_000 // 64) == 752
