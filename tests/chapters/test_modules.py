"""What the prose of chapter 4 says, held against what its cells put out."""

import re

import pytest

from tests.chapters.reading import cells, output_texts
from tests.chapters.test_content import output_of, prose_of

CHAPTER = "04_modules"


def dollars(text: str) -> list[int]:
    return [int(each.replace(",", "")) for each in re.findall(r"wrong by about ([\d,]+) dollars", text)]


def test_the_list_trains_the_output_alone_and_falls_all_the_same():
    shown = output_of(CHAPTER, "net = Net()")
    errors = dollars(shown)
    assert errors == sorted(errors, reverse=True)
    moved = [float(each) for each in re.findall(r"further than ([\d.]+)", shown)]
    assert moved[:2] == [0, 0] and moved[2] > 1
    assert "the result: 17 parameters" in output_of(CHAPTER, "reveal(found_guess")


def test_bend_is_the_second_model_of_chapter_2():
    earlier = "\n".join(t for cell in cells("02_linear_regression", "code") for t in output_texts(cell))
    for error in dollars(output_of(CHAPTER, "bend = Bend()")):
        assert f"RMSE {error:,} dollars" in earlier


def test_the_gain_of_mending_is_named_beside_the_straight_line():
    prose = prose_of(CHAPTER)
    for which in ("net = Net()", "mended = Mended()\ntrain(mended)\n"):
        source = [each for each in cells(CHAPTER, "code") if which in "".join([*each["source"], "\n"])]
        assert f"{dollars(chr(10).join(output_texts(source[0])))[-1]:,}" in prose
    assert "46,637" in prose
    assert "46,637" in "\n".join(t for cell in cells("02_linear_regression", "code") for t in output_texts(cell))


def test_a_state_dict_follows_its_model():
    shown = output_of(CHAPTER, "reveal(back_guess")
    before, spoiled, after = (int(each.replace(",", "")) for each in re.findall(r": ([\d,]{5,})", shown))
    assert before < spoiled == after


def test_prices_differ_in_training_mode_alone():
    training, evaluation = (
        re.findall(r"'([\d,]+) dollars'", line) for line in output_of(CHAPTER, "forgetful.eval()").splitlines()[1:]
    )
    assert len(set(training)) == 4 and len(set(evaluation)) == 1


def test_fifty_layers_vanish_explode_and_come_through():
    assert 'the result: "about 1e-20"' in output_of(CHAPTER, "reveal(deep_guess")
    assert float(re.search(r"50 layers: (\S+)", output_of(CHAPTER, "with_gain_1 = spreads"))[1]) < 1e-6
    right, large = re.findall(r"50 layers: (\S+)", output_of(CHAPTER, '("sqrt(2)", math.sqrt(2))'))
    assert 0.1 < float(right) < 10 and float(large) > 1e6


def test_by_default_ten_layers_learn_the_mean_and_no_more():
    default, kaiming, mean = dollars(output_of(CHAPTER, "always_the_mean = "))
    assert default == pytest.approx(mean, rel=0.01)
    assert kaiming < 0.7 * mean


def test_units_that_begin_alike_stay_alike():
    assert "after training: 1" in output_of(CHAPTER, "twins = nn.Sequential")
