"""Chapter 16: what its prose says of mice, poles and seeds is what its cells have put out."""

import itertools
import math
import re
from functools import partial

import pytest

from edutorch.course.worlds import Grid
from tests.chapters import reading

NAME = "16_acting"
PROSE = reading.prose_of(NAME)
output_of, numbers_in = partial(reading.output_of, NAME), partial(reading.numbers_in, NAME)


def test_mice_that_do_not_explore_never_see_the_cheese():
    assert numbers_in("surprise", r"(\d+) of 20 mice go to the crumb") == [20]
    assert numbers_in("surprise", r"(\d+) of 20 mice go to the cheese") == [0]
    assert "not one of the 20 goes to the cheese" in PROSE


def test_the_first_mouse_found_the_cheese_once_and_never_came_back():
    assert output_of("greedy-table").splitlines()[0] == "its first ten games: 9" + 9 * " 1"


def test_much_exploring_finds_it_and_the_most_is_eaten_in_between():
    mice = dict(zip((0.1, 0.3, 0.5, 0.7, 1.0), numbers_in("reveal-explore", r" (\d+) of 20"), strict=True))
    mean = dict(zip(mice, numbers_in("reveal-explore", r"of 20 +([\d.]+)"), strict=True))
    assert mice[0.1] <= 4 and mice[1.0] == 20 and sorted(mice.values()) == list(mice.values())
    assert max(mean, key=mean.get) == 0.7 and "The most was eaten in between" in PROSE


def test_the_discount_at_which_crumb_and_cheese_are_worth_the_same():
    assert "worth γ³ and the cheese 9 · γ⁶" in PROSE, "the steps to each, less one:"
    grid = Grid("..1..", ".....", "S....", ".....", ".....", "....9")
    row, column = divmod(grid.start, grid.width)
    assert [abs(row - r) + abs(column - c) for r, c in ((0, 2), (5, 4))] == [4, 7]
    assert round(math.cbrt(1 / 9), 2) == 0.48 and "at γ = 0.48" in PROSE
    assert "9 · 0.9⁶ = 4.78" in "".join(reading.sources(NAME, "code")) and round(9 * 0.9**6, 2) == 4.78


def test_the_goals_of_the_sliders_can_be_reached():
    mouse: dict = {}
    for identity in ("world", "surprise"):
        (cell,) = (each for each in reading.cells(NAME, "code") if each["id"] == identity)
        exec(reading.text(cell["source"]), mouse)
    learn, walk = mouse["learn"], mouse["walk"]
    after = [walk(learn(games, explore=0.7, seed=2)[0]) for games in range(1, 31)]  # the slider goes to 40
    assert after[0] == (0, 100) and (1, 4) in after and after.index((9, 7)) > after.index((1, 4))
    patient = [walk(learn(300, explore=1, discount=discount)[0]) for discount in (0.46, 0.5, 1.0)]
    assert patient == [(1, 4), (9, 7), (9, 7)]


def test_a_pole_pushed_at_random_falls_soon():
    assert numbers_in("reveal-random", r"the result: ([\d.]+) steps")[0] == pytest.approx(22, abs=1)


def test_the_policy_makes_the_pole_stand_in_all_games():
    assert numbers_in("reveal-policy", r"the result: (\d+) games") == [20]
    assert numbers_in("reveal-policy", r"the shortest game had (\d+) steps") == [500]


def curves(name: str, what: str) -> list[float]:
    """The means of three seeds that the cell has put out."""
    return [
        float(each) for each in re.search(rf"^{name} +{what}(.*) steps", output_of("curves"), re.MULTILINE)[1].split()
    ]


def test_all_arrive_and_the_baseline_helps_in_the_middle():
    helped, alone = (curves(name, "rounds 11 to 30") for name in ("with the baseline", "without"))
    assert sum(mine > 1.15 * other for mine, other in zip(helped, alone, strict=True)) == 2
    assert all(mine > 0.85 * other for mine, other in zip(helped, alone, strict=True))
    assert min(curves("with the baseline", "last five rounds") + curves("without", "last five rounds")) > 400


def test_without_a_target_network_nothing_is_learned():
    assert numbers_in("reveal-target", r"the result: ([\d.]+) steps")[0] < 15
    assert numbers_in("reveal-target", r"pushes right in (\d+) %")[0] in (0, 100)
    assert numbers_in("reveal-target", r"mean Q is (\d+)")[0] > 1000 > 1 / (1 - 0.99)


def test_the_training_took_about_an_hour_of_balancing():
    assert numbers_in("price", r"(\d+) minutes")[0] == pytest.approx(60, abs=10)
    reinforce, dqn = numbers_in("price", r"([\d,]+) steps")
    assert reinforce > 10 * dqn and "About an hour" in PROSE


def test_dqn_learns_and_its_seeds_differ():
    seeds = re.findall(r"the pole stands(.*) steps", output_of("dqn-run"))
    tested = [[float(each) for each in found.split()] for found in seeds]
    assert len(tested) == 3 and all(max(curve) > 5 * curve[0] for curve in tested)
    assert any(later < 0.7 * before for curve in tested for before, later in itertools.pairwise(curve))


def test_the_estimate_of_the_gradient_is_right_and_the_baseline_narrows_it():
    rows = re.findall(r"(mean|spread) +(\S+) +(\S+) +(\S+)", output_of("deeper-check"))
    (_, wide), (mean, narrow) = ([[float(each) for each in row[1:]] for row in rows[k : k + 2]] for k in (0, 2))
    exact = [float(each) for each in re.search(r"of J +(\S+) +(\S+) +(\S+)", output_of("deeper-check")).groups()]
    assert mean == pytest.approx(exact, abs=0.02)
    assert all(5 * after < before for before, after in zip(wide, narrow, strict=True))
