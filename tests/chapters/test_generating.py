"""Chapter 14: what its prose says of generators and of their judge is what its cells have put out."""

import re
from functools import partial

import pytest

from tests.chapters import reading

NAME = "14_generating"
PROSE = reading.prose_of(NAME)
output_of, numbers_in = partial(reading.output_of, NAME), partial(reading.numbers_in, NAME)


def counts(identity: str) -> list[list[int]]:
    """The counts of the digits 0 to 9 that a cell has put out, a list for each line."""
    return [[int(each) for each in found.split(", ")] for found in re.findall(r"comes \[(.*)\]", output_of(identity))]


def test_the_judge_is_good_and_takes_dust_for_sevens():
    assert numbers_in("judge-train", r"reads ([\d.]+) %")[0] > 95
    assert numbers_in("reveal-dust", r"the result: ([\d.]+) %")[0] > 80
    assert "the judge takes nearly all of it for sevens" in PROSE


def test_the_formula_of_the_kl_divergence_is_the_librarys():
    rows = re.findall(r"^ +[\d.]+ +[\d.]+ +([\d.]+) +([\d.]+)$", output_of("kl"), re.MULTILINE)
    assert len(rows) == 4 and all(formula == library for formula, library in rows)


def test_the_codes_of_the_vae_have_the_scale_that_was_asked_for():
    plain, kept = re.findall(r"means +(\S+) +(\S+) +standard deviations +(\S+) +(\S+)", output_of("vae"))
    assert [abs(float(each)) < 0.2 for each in kept[:2]] == [True, True]
    assert [0.8 < float(each) < 1.5 for each in kept[2:]] == [True, True]
    assert max(abs(float(each)) for each in plain[:2]) > 1 and min(float(each) for each in plain[2:]) > 2


def test_the_gan_collapses_and_the_calmer_one_draws_all_digits():
    found = counts("reveal-collapse")
    assert [sum(each) for each in found] == [1000] * 4
    assert "after 500 steps the judge reads the same digit in every single one" in PROSE and max(found[0]) == 1000
    assert max(found[-1]) > 300, "and one digit comes far more often than its share at the end"
    (calmer,) = counts("gan-mended")
    assert "All ten digits come, though not equally often" in PROSE
    assert min(calmer) >= 10 and max(calmer) > 2 * min(calmer)


def test_the_flow_draws_what_is_asked_and_copies_nothing():
    assert numbers_in("reveal-flow", r"the result: ([\d.]+) %")[0] > 83
    copies, drawn, new = numbers_in("copy", r"training image: ([\d.]+)")
    assert copies == 0 and drawn == pytest.approx(new, rel=0.1)
    assert "about as far from the training images as new handwriting is" in PROSE
    assert numbers_in("copy", r"copies of training images: ([\d.]+) %")[0] > 98


def test_signs_of_the_gradient_mislead_the_judge_and_those_of_a_coin_do_not():
    unchanged, coin, gradient = numbers_in("fgsm", r"the judge reads +([\d.]+) %")
    assert unchanged - 10 < coin < unchanged and gradient < 5
    assert "51 of 255 gray levels" in PROSE
