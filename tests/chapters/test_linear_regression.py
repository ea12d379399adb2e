"""What chapter 2 says in its prose, held against what it puts out and what the library does."""

import re
from functools import partial

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn, tiny
from edutorch.course.ames import load_ames
from tests.chapters import reading
from tests.chapters.reading import cells, output_texts, sources

NAME = "02_linear_regression"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)


def numbers(pattern: str, shown: str) -> list[float]:
    return [float(each.replace(",", "")) for each in re.findall(pattern, shown)]


def test_the_numbers_in_the_prose_stand_in_the_outputs():
    shown = "\n".join(each for cell in cells(NAME, "code") for each in output_texts(cell))
    for number in ("119.65", "13,290", "0.292"):
        assert number in shown
    for number in ("2,930", "119.65", "13,290", "0.28", "0.292", "1,800"):
        assert number in PROSE
    assert "23,433" in shown and "100,867" in shown and "grows from 23,000 to 100,000 dollars" in PROSE
    assert "five million" in PROSE and "5,009,048.691" in output_of("curvatures")


def test_each_step_of_the_opening_makes_the_error_two_and_a_half_billion_times_larger():
    errors = numbers(r"mean squared error +(\S+)", output_of("blows-up"))
    assert 2.4e9 < errors[3] / errors[2] < 2.6e9 and "2.5 billion times with every step" in PROSE
    assert (1 - 0.01 * 5_009_048.691) ** 2 == 50_089.48691**2 and "50,000 times larger" in PROSE
    dw, db = numbers(r"dL/d. = (-[\d,]+)", output_of("gradient"))
    assert 1750 < dw / db < 1800 and "almost 1,800 times" in PROSE


def test_scaled_sizes_need_5_steps_and_unscaled_ones_many_even_at_their_best_rate():
    assert "it takes 5 steps" in PROSE and "scaled:      5 steps" in output_of("reveal-steps")
    assert "the result: 44 steps" in output_of("reveal-steps")
    unscaled, scaled = output_of("best-rates").splitlines()
    assert "steps 22, with the rate 0.25" in unscaled and "steps  1, with the rate 0.50" in scaled


def test_houses_of_the_same_size_differ_by_a_factor_of_more_than_six():
    cheapest, dearest = numbers(r"(?:cheapest|expensive) ([\d,]+)", output_of("reveal-price"))
    assert 6 < dearest / cheapest < 7


def test_three_of_the_five_large_houses_were_sold_for_less_than_half():
    parts = numbers(r"(\d\.\d+)[,\]]", output_of("residuals-table"))
    assert len(parts) == 5 and sum(part < 0.5 for part in parts) == 3
    without, with_them = numbers(r"(\d+\.\d+) (?:instead|dollars)", output_of("residuals-table"))
    assert round(100 * (without / with_them - 1)) == 4 and "slope by four percent" in PROSE


def test_the_gains_are_those_over_the_next_simpler_model():
    line, plane = numbers(r"RMSE ([\d,]+)", output_of("plane"))
    *steps, baseline = numbers(r"RMSE ([\d,]+)", output_of("walk"))
    assert baseline == plane and round(plane - steps[-1], -2) == 3100
    assert "3,100 dollars smaller than the plane's" in PROSE and "The first bend brought another 3,100" in PROSE
    assert (round(line, -2), round(plane, -2)) == (56500, 46600)
    assert "from 56,500 to 46,600 dollars" in PROSE and "almost 10,000 dollars" in PROSE
    before, after = numbers(r"([\d,]+) dollars (?:before|after)", output_of("walk"))
    assert 5 < after / before < 6 and "more than five times as much" in PROSE


def test_the_hidden_unit_starts_where_the_comment_says():
    w, u, b = numbers(r"\b[wub] (\d\.\d+)", output_of("plane"))
    assert (round(w, 1), round(u, 1)) == (0.5, 0.3) and abs(b - 1.7) < 0.15
    assert "counts from 1986 on" in output_of("hidden-unit")


def test_hand_finite_differences_and_machine_agree():
    assert re.findall(r"^(\w) .*differs", output_of("compare"), re.MULTILINE) == ["p", "q", "c"]
    assert "p 2.500   q 2.500   c 2.500" in output_of("reveal-line")
    assert "differs" not in output_of("mended")
    rows = output_of("backward").splitlines()[1:]
    assert len(rows) == 7
    assert all(hand == machine for _, hand, machine in (row.split() for row in rows))


def test_trained_is_what_the_closed_form_gives():
    trained, solved = (re.findall(r"\d\.\d+", line) for line in output_of("loop").splitlines())
    assert trained == solved
    assert "look at 146,500 houses" in PROSE and 50 * 2930 == 146_500
    closed, walked, sgd = (re.findall(r"[wbE] ([\d.,]+)", line) for line in output_of("three-ways").splitlines())
    assert walked == closed
    best, nearly = (float(each[2].replace(",", "")) for each in (closed, sgd))
    assert best < nearly < 1.02 * best


def test_the_test_set_is_predicted_better_by_luck_and_twenty_houses_are_learned_by_heart():
    train, test = numbers(r"RMSE ([\d,]+)", output_of("split"))
    assert test < train and "predicted even better is luck" in PROSE
    few, others = numbers(r"RMSE ([\d,]+)", output_of("reveal-overfit"))
    assert others > 2 * few
    assert 2 * 8 + 8 + 8 + 1 == 33 and 2 * 100 + 100 + 100 + 1 == 401


def test_the_source_says_what_the_prose_reads_in_it():
    assert "dL/da = dL/dy b" in tiny.Tensor.__mul__.__doc__ and "times the other factor" in PROSE
    assert "dL/dx = dL/dy where x > 0, else 0" in tiny.Tensor.relu.__doc__


@pytest.mark.parametrize("third", ["Garage_Area", "Total_Bsmt_SF"])
def test_a_third_feature_makes_the_error_on_the_test_set_smaller(third, capsys):
    """What the last cell proposes, done."""
    assert f'houses["{third}"]' in PROSE and "write 3 in place of 2 in each `nn.Linear(2, ...)`" in PROSE
    houses = load_ames()
    columns = (houses[name] for name in ("Gr_Liv_Area", "Year_Built", third))
    features = torch.stack([torch.tensor((column - column.mean()) / column.std()) for column in columns], 1)
    y = houses["Sale_Price"] / 100_000
    names = {"torch": torch, "nn": nn, "y": y, "features": features, "targets": torch.tensor(y).unsqueeze(1)}
    (source,) = (each for each in sources(NAME, "code") if "def fitted(" in each)
    assert "nn.Linear(2, hidden)" in source
    exec(source.replace("nn.Linear(2, ", "nn.Linear(3, "), names | {"rmse": lambda mean: f"RMSE {np.sqrt(mean):,.0f}"})
    _, with_third = numbers(r"RMSE ([\d,]+)", capsys.readouterr().out)
    _, before = numbers(r"RMSE ([\d,]+)", output_of("split"))
    assert with_third < before
