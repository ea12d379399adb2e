"""What chapter 5 says in its prose, held against what it puts out and what the library does."""

import math
import re
from functools import partial

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn
from edutorch.course.assignment import load_assignment
from edutorch.vision.datasets import MNIST
from tests.chapters import reading
from tests.chapters.reading import FOLDER, sources

NAME = "05_classification"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)


def percent_in(identity: str, before: str = "") -> float:
    return float(re.search(rf"{before}\D*([\d.]+) %", output_of(identity))[1])


def test_one_number_reads_barely_one_in_five_and_ten_scores_more_than_four_fifths():
    assert "Barely one in five" in PROSE and 18 <= percent_in("digits-as-numbers") <= 23
    assert percent_in("logistic", "one number") == percent_in("digits-as-numbers")
    assert "From one in five to seven in eight" in PROSE and percent_in("logistic", "ten scores") == 88
    assert "logistic regression, which got 88 %" in PROSE


def test_the_mean_of_4_and_9_is_the_best_answer_under_the_squared_error():
    losses = dict(re.findall(r"says +([\d.]+): mean squared error +([\d.]+)", output_of("hesitates")))
    assert losses == {"4": "12.50", "6.5": "6.25", "9": "12.50"}
    assert 5 < float(re.search(r"old model: ([\d.]+)", output_of("four-or-nine"))[1]) < 8


def test_half_of_the_probability_takes_the_logsumexp_of_the_others():
    z = torch.tensor([3.0, 1.0])
    assert output_of("logsumexp-value").strip() == "3.13" and z.logsumexp(0).item() > z.max().item()
    assert torch.cat([z, z.logsumexp(0, keepdim=True)]).softmax(0)[2].item() == pytest.approx(0.5)


def test_a_hundred_more_is_nan_by_the_formula_and_nothing_for_the_library():
    assert 'the result: "nan"' in output_of("reveal-shift")
    assert "[nan, nan, nan]   since e^101 is inf" in output_of("reveal-shift")
    assert "tiny.py and the library: 0.0" in output_of("same-as-tiny")


def test_the_likelihood_is_too_small_for_a_float64():
    assert "about 10 to the power of -3,612" in PROSE and int(12_000 * math.log10(0.5)) == -3612
    assert output_of("likelihood-underflows").splitlines()[0].endswith(" 0.0")


def test_what_a_probability_costs():
    assert "0.5 costs 0.69. And 0.01, sure and wrong, costs 4.6" in PROSE
    assert (round(-math.log(0.5), 2), round(-math.log(0.01), 1)) == (0.69, 4.6)


def test_who_knows_nothing_starts_at_log_10():
    assert "the result: 2.3\n" in output_of("reveal-blank")
    assert float(re.search(r"untrained network: ([\d.]+)", output_of("reveal-blank"))[1]) == pytest.approx(2.3, abs=0.1)


def test_three_ways_to_the_slope_agree():
    rows = [re.findall(r"-?\d\.\d+", line) for line in output_of("slope").splitlines()]
    assert rows[0] == rows[1] == rows[2] and sum(map(float, rows[0])) == pytest.approx(0, abs=1e-6)


def test_sure_and_wrong_squares_push_thousands_of_times_weaker():
    assert "stay wrong for thousands of steps" in PROSE
    assert int(re.search(r"the result: ([\d,]+) times", output_of("reveal-push"))[1].replace(",", "")) > 1000


def test_five_linear_layers_get_as_many_right_as_one_and_relu_gets_them_all():
    assert "3,363 parameters in place of 9" in PROSE
    five = nn.Sequential(nn.Linear(2, 32), *(nn.Linear(32, 32) for _ in range(3)), nn.Linear(32, 3))
    counts = [sum(p.numel() for p in model.parameters()) for model in (five, nn.Linear(2, 3))]
    assert counts == [3363, 9]
    assert 'the result: "as many"' in output_of("reveal-deep")


@pytest.fixture(scope="module")
def spiral() -> dict:
    """The names of the cell with the spiral: points, arms, fit."""
    names = {"torch": torch, "nn": nn}
    exec(next(each for each in sources(NAME, "code") if "def spiral(" in each), names)
    return names


def network(*sizes: int) -> nn.Sequential:
    torch.manual_seed(0)
    layers = [nn.Sequential(nn.Linear(a, b), nn.ReLU()) for a, b in zip(sizes, sizes[1:], strict=False)]
    return nn.Sequential(*layers[:-1], layers[-1][0])


def wrong(spiral: dict, model: nn.Module) -> torch.Tensor:
    with torch.no_grad():
        return model(spiral["points"]).argmax(1) != spiral["arms"]


def test_of_the_networks_two_layers_of_8_need_the_fewest_parameters_for_all_points(spiral):
    mistakes, parameters = {}, {}
    for sizes in ((2, 4, 3), (2, 16, 3), (2, 64, 3), (2, 8, 8, 3)):
        model = spiral["fit"](network(*sizes), learning_rate=0.5)
        mistakes[sizes] = int(wrong(spiral, model).sum())
        parameters[sizes] = sum(p.numel() for p in model.parameters())
    right = [sizes for sizes, count in mistakes.items() if count == 0]
    assert min(right, key=parameters.__getitem__) == (2, 8, 8, 3)
    assert "16 units get fewer points right than 4" in PROSE and mistakes[2, 16, 3] > mistakes[2, 4, 3] > 0


def test_the_middle_of_the_spiral_is_learned_last(spiral):
    model = spiral["fit"](network(2, 32, 32, 3), learning_rate=0.5, steps=50)
    assert 40 < 100 * (1 - wrong(spiral, model).float().mean().item()) < 60  # as a linear model would do
    spiral["fit"](model, learning_rate=0.5, steps=110)
    late = wrong(spiral, model)
    radius = (spiral["points"] ** 2).sum(1) ** 0.5
    assert 0.05 < late.float().mean().item() < 0.3 and radius[late].mean() < 0.7 * radius.mean()


def test_more_steps_hardly_help_one_number():
    both = [MNIST.embedded(train=train) for train in (True, False)]
    pixels = [torch.cat([(each.data / 255).flatten(1), torch.ones(len(each.data), 1)], 1).numpy() for each in both]
    best = np.linalg.lstsq(pixels[0], both[0].targets.numpy(), rcond=None)[0]  # where gradient descent would end
    assert 0.15 < ((pixels[1] @ best).round() == both[1].targets.numpy()).mean() < 0.27


def test_two_merged_layers_have_27_parameters():
    layers = nn.Sequential(nn.Linear(2, 4), nn.Linear(4, 3))
    assert sum(p.numel() for p in layers.parameters()) == 27


def test_far_away_the_network_is_surer_than_ever():
    sure = [float(each) for each in re.findall(r"([\d.]+) % sure", output_of("far-code"))]
    assert sure == sorted(sure) and sure[-1] == 100


def test_the_tutorials_network_is_hardly_better_than_one_layer_at_its_rate():
    assert "Hardly better than the single layer" in PROSE
    assert 0 <= percent_in("reveal-net", "result") - percent_in("logistic", "ten scores") < 2
    assert "more than 89 % of the test digits" in PROSE and percent_in("reveal-net", "result") < 89
    assert output_of("net").strip() == "parameters: 109386" and round(109_386 / nn.Linear(784, 10).weight.numel()) == 14


def test_sure_of_92_percent_three_in_four_are_right():
    assert "On average these probabilities are about 92 %" in PROSE and "says 92 % where three in four" in PROSE
    rows = re.findall(r"(\d+) answers, on average +([\d.]+) % sure: +([\d.]+) %", output_of("reveal-sure"))[2:4]
    count = sum(int(row[0]) for row in rows)
    mean, right = (sum(int(row[0]) * float(row[k]) for row in rows) / count for k in (1, 2))
    assert mean == pytest.approx(92, abs=1) and 70 < right < 80 and percent_in("reveal-sure", "result") == round(right)


def test_the_temperature_keeps_the_answers_and_lowers_loss_and_confidence():
    before, after = re.findall(r"([\d.]+) % sure, ([\d.]+) % right, loss ([\d.]+)", output_of("temperature-code"))
    assert before[1] == after[1] and float(after[2]) < float(before[2])
    gaps = [abs(float(sure) - float(right)) for sure, right, _ in (before, after)]
    assert gaps[1] < gaps[0]


def test_the_program_to_mend_in_the_exercise_overshoots_and_the_mended_one_does_not():
    question = load_assignment(FOLDER.parent / "solutions" / f"{NAME}.ipynb").questions["mend_fit"]
    _, start, rest = question.checks[0].source.partition("def losses")
    helper, losses = start + rest.partition("show(")[0], {}
    mended = question.answer
    for source in ("\n".join(line for line in mended.splitlines() if "zero_grad" not in line), mended):
        names = {"torch": torch, "nn": nn}
        exec(source, names)
        exec(helper, names)
        losses[source] = names["losses"](12)
    rises = [any(b > a + 0.01 for a, b in zip(each, each[1:], strict=False)) for each in losses.values()]
    assert rises == [True, False]
