"""Chapter 7: every number in its prose comes out of a cell, or is asserted here."""

import math
import re
from functools import partial

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn
from edutorch.course.notebook import course_data, read_notebook
from edutorch.viz import race
from edutorch.viz.race import in_words, steps_needed
from tests.chapters import reading
from tests.chapters.reading import FOLDER, cells, sources, text

NAME = "07_optimization"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)
SOLUTION = read_notebook(FOLDER.parent / "solutions" / f"{NAME}.ipynb")


def names_of(*identities: str, **given) -> dict:
    """What these cells define."""
    names = {"torch": torch, "nn": nn, "math": math, "np": np, **given}
    for identity in identities:
        (cell,) = (each for each in cells(NAME, "code") if each["id"] == identity)
        exec("".join(cell["source"]), names)
    return names


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.01)


def numbers_in(identity: str, pattern: str) -> list[float]:
    return [float(each) for each in re.findall(pattern, output_of(identity))]


def test_the_tutorial_prints_no_loss_and_reads_one_digit_in_ten():
    assert output_of("tutorial").startswith("Finished Training\n")
    assert "about one digit in ten" in PROSE and 5 <= numbers_in("tutorial", r"(\d+) %")[0] <= 15


def test_938_batches_are_fewer_than_2000():
    assert "the result: 0 lines" in output_of("reveal-lines") and "all of MNIST: 938\n" in output_of("reveal-lines")


def test_the_loss_stays_at_log_10_until_the_third_mistake_is_mended():
    for identity in ("train", "mended-2"):
        assert numbers_in(identity, r"loss ([\d.]+)") == pytest.approx([math.log(10)] * 2, abs=0.02)
    assert "twice: False" in output_of("same-answer") and "twice: True" in output_of("mended-2")
    assert numbers_in("moves-code", r"moved by up to ([\d.]+)") == [0] * 6
    assert min(numbers_in("mended-3", r"moved by up to ([\d.]+)")) > 0
    assert numbers_in("mended-3", r"loss ([\d.]+)")[-1] < 0.4
    piled, fresh = (numbers_in(each, r"largest gradient ([\d.]+)") for each in ("moves-code", "mended-3"))
    assert all(a > 10 * b for a, b in zip(piled, fresh, strict=True))


def test_a_sound_program_learns_one_batch_by_heart():
    assert "A network with 109,386 parameters" in PROSE
    assert sum(p.numel() for p in names_of("data")["Net"]().parameters()) == 109_386
    for identity in ("one-batch-code", "mended-4"):
        assert numbers_in(identity, r"to ([\d.]+)")[0] < 0.01


def test_the_log_of_scores_is_nan_and_so_is_every_parameter_then_but_those_of_a_unit_that_is_0():
    assert "from nan to nan" in output_of("nan") and "Spared are the 785 of one hidden unit" in PROSE
    assert numbers_in("nan", r"that are nan: (\d+)") == [109_386 - 785] and 785 == 28 * 28 + 1
    rows = numbers_in("first-nan", r"not finite: (\d+) %")
    assert rows[:2] == [0, 0] and rows[2] > 20


def test_the_anomaly_detector_stops_at_the_first_gradient_that_is_nan_and_names_it():
    y = torch.tensor([-1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="'MulBackward0' returned nan"), torch.autograd.detect_anomaly():
        (y * y.log()).mean().backward()


def test_the_error_about_shapes_has_both_numbers():
    assert "64 · 6 · 6 = 2,304" in PROSE and "9,216 arrive" in PROSE and 64 * 6 * 6 == 2304
    assert "(1x9216 and 2304x128)" in output_of("shape") and "(1, 64, 12, 12)" in output_of("shape-hooks")


def test_without_zero_grad_it_is_better_first_and_then_worse():
    first, second, first_without, second_without = numbers_in("zero-grad", r"(\d+) % after")
    assert second > first < first_without > second_without and second_without < second


def test_a_missing_zero_grad_is_momentum_1_to_the_last_bit():
    assert 'the result: "exactly 0"' in output_of("reveal-twin") and "over 376 batches" in PROSE

    def losses(clear: bool, **options) -> list[float]:
        torch.manual_seed(0)
        model, inputs, labels = nn.Linear(4, 3), torch.randn(20, 4), torch.randint(3, (20,))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, **options)
        seen = []
        for _ in range(50):
            loss = nn.functional.cross_entropy(model(inputs), labels)
            if clear:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen.append(loss.item())
        return seen

    assert losses(False) == losses(True, momentum=1) != losses(True)


def test_momentum_09_gets_ten_times_as_far():
    assert "the result: 10 times" in output_of("reveal-fast") and 1 / (1 - 0.9) == pytest.approx(10)


def test_adam_does_not_notice_a_loss_a_thousand_times_as_large_and_sgd_runs_away():
    assert "multiplied by 1,000, SGD runs away, and Adam does not notice" in PROSE

    def end(make, factor: float) -> float:
        w = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
        optimizer = make([w])
        for _ in range(30):
            optimizer.zero_grad()
            (factor * w**2).backward()
            optimizer.step()
        return w.item()

    adam, sgd = (lambda p: torch.optim.Adam(p, lr=0.1)), (lambda p: torch.optim.SGD(p, lr=0.1))
    assert end(adam, 1000) == pytest.approx(end(adam, 1), rel=1e-4)
    assert abs(end(sgd, 1)) < 0.1 and not abs(end(sgd, 1000)) < 1e10
    assert 'the result: "0.01"' in output_of("reveal-first")


@pytest.fixture(scope="module")
def racing():
    """rate, angle, momentum -> the steps that each needs, and in words."""
    names = names_of("race-setup")

    def run(rate: float, angle: float = 0, momentum: float = 0.9, steps: int = 150):
        surface, start = names["valley"](angle)
        paths = race(surface, start, names["runners"](rate, momentum), steps)
        return {name: (steps_needed(path) or math.inf, in_words(path)) for name, path in paths.items()}

    return run


@pytest.mark.parametrize(
    ("winner", "angle", "rate"), [("momentum", 0, 0.02), ("RMSprop", 0, 0.1), ("Adam", 45, 1.0), ("Adam", 45, 0.794)]
)
def test_each_goal_of_the_race_can_be_reached(racing, winner, angle, rate):
    result = racing(rate, angle)
    assert min(result, key=lambda name: result[name][0]) == winner


def test_at_the_first_rate_of_the_slider_nobody_has_won_yet(racing):
    assert all(needed == math.inf for needed, _ in racing(0.005).values())


def test_momentum_1_swings_for_ever(racing):
    assert racing(0.05, momentum=1.0)["momentum"][1].startswith("swings past it")


def test_turned_by_45_degrees_adam_needs_four_times_as_many_steps_and_rmsprop_twelve(racing):
    straight, turned = racing(0.1, 0, steps=300), racing(0.1, 45, steps=300)
    factors = {name: turned[name][0] / straight[name][0] for name in straight}
    assert factors["SGD"] == factors["momentum"] == 1
    assert (round(factors["Adam"]), int(factors["RMSprop"])) == (4, 12)
    assert 'the result: "RMSprop and Adam"' in output_of("reveal-turned")


def test_the_rate_makes_a_difference_of_twenty_points_the_optimizer_one_of_five():
    right = numbers_in("four-on-digits", r"([\d.]+) % right")
    assert round(max(right) - min(right)) == 5 and len(right) == 4
    assert 19 < right[0] - numbers_in("zero-grad", r"(\d+) % after")[0] < 22


def test_the_range_test_falls_where_the_chapter_says_and_blows_up():
    (cell,) = (each for each in cells(NAME, "code") if each["id"] == "draw-range")
    assert "flat up to 0.01, a steep fall up to about 0.2" in "".join(cell["source"])
    names = names_of("data", "range-test", plain=sgd)
    rates, losses = np.array(names["rates"]), np.array(names["range_losses"])
    assert losses[rates < 0.005].mean() > 2.25 and losses[(rates > 0.15) & (rates < 0.3)].mean() < 1.6
    assert losses[-1] > 2 * losses[0] and rates[-1] < 3


def test_the_schedule_ends_well_above_the_constant_rate():
    constant, falling = (numbers_in(each, r"([\d.]+) % after") for each in ("constant-rate", "reveal-schedule"))
    assert len(constant) == len(falling) == 3 and falling[2] > max(constant) + 5


def test_chapter_0_had_a_schedule():
    assert "Chapter 0 had one" in PROSE
    assert any("lr_scheduler" in each for each in sources("00_welcome", "code"))


def test_a_rate_of_01_gains_nothing_by_the_schedule():
    assert "With a rate of 0.1, which does not jump, the same schedule gains nothing" in PROSE
    names = names_of("data")
    exec(next(each for each in sources(NAME, "code") if "def run(" in each).partition("with_it, without_it")[0], names)
    total = 3 * len(names["loader"])
    schedules = (None, lambda i: 0.1 * (1 + math.cos(math.pi * i / total)) / 2)
    constant, falling = (names["run"](sgd, epochs=3, rate_of=each or (lambda i: 0.1))[1][-1] for each in schedules)
    assert falling - constant < 1


def test_the_cliff_throws_w_away_and_clipping_from_03_to_100_saves_it():
    assert "about 75,000" in PROSE and "w is at -747" in PROSE and "From 0.3 to 100 it arrives" in PROSE
    walk = names_of("cliff")["walk"]
    assert round(walk(None)[1]) == -747 and math.isnan(walk(None)[-1])
    assert (1.6 + 747.1) / 0.01 == pytest.approx(75_000, rel=0.01)
    arrives = {max_norm: abs(walk(max_norm)[-1] - 1) < 0.01 for max_norm in (0.2, 0.316, 1, 10, 100, 126)}
    assert list(arrives.values()) == [False, True, True, True, True, False]


def test_the_best_factors_are_those_of_the_formula():
    found = re.findall(r"factor ([\d.]+), by the formula ([\d.]+)", output_of("deeper-code"))
    assert len(found) == 2 and all(float(a) == pytest.approx(float(b), abs=0.003) for a, b in found)


def test_the_clipping_to_mend_in_the_exercise_turns_the_gradient_and_the_mended_one_does_not():
    cell = next(each for each in SOLUTION["cells"] if course_data(each).get("form") == "mend")
    turned = []
    for source in (cell["metadata"]["edutorch"]["start"], text(cell["source"])):
        names = {"torch": torch}
        exec(source, names)
        parameters = [torch.zeros(2, requires_grad=True), torch.zeros(1, requires_grad=True)]
        parameters[0].grad, parameters[1].grad = torch.tensor([300.0, 0.0]), torch.tensor([400.0])
        assert names["clip_grad_norm_"](parameters, 1.0).item() == pytest.approx(500)
        clipped = torch.cat([p.grad for p in parameters])
        turned.append((clipped @ torch.tensor([0.6, 0.0, 0.8]) / clipped.norm()).item())  # the cosine of the angle
    assert turned[0] < 0.995 and turned[1] == pytest.approx(1)
