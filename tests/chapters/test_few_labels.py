"""Chapter 15: what its prose says of ways to learn from few labels is what its cells have put out."""

import re
from functools import partial

from tests.chapters import reading

NAME = "15_few_labels"
PROSE = reading.prose_of(NAME)
output_of, numbers_in = partial(reading.output_of, NAME), partial(reading.numbers_in, NAME)
BASELINE = "augmented: the baseline"


def means() -> dict[str, float]:
    """The mean of the three draws, for each way, as the last table has it."""
    rows = re.findall(r"^(.+?) +([\d.]+) % +against", output_of("all"), re.MULTILINE)
    return {way: float(mean) for way, mean in rows}


def gains() -> dict[str, list[float]]:
    """For each way its gain over the baseline, a number for each draw."""
    rows = re.findall(r"^(.+?) +[\d.]+ % +against the baseline(.*)$", output_of("all"), re.MULTILINE)
    return {way: [float(gain) for gain in each.split()] for way, each in rows}


def run(*identities: str) -> dict:
    """What these cells define, up to their first line that prints or draws."""
    names: dict = {}
    for identity in identities:
        (cell,) = (each for each in reading.cells(NAME, "code") if each["id"] == identity)
        exec(re.split(r"^(?:print|play)\(", reading.text(cell["source"]), flags=re.MULTILINE)[0], names)
    return names


def test_fifty_labels_are_learned_by_heart_and_one_new_image_in_five_is_wrong():
    (mean,) = numbers_in("reveal-scratch", r"the result: ([\d.]+) %")
    assert 77 < mean < 84 and "One image in five is read wrong" in PROSE
    assert numbers_in("reveal-scratch", r"On its own fifty: (\d+) %") == [100]


def test_all_ways_are_in_the_table_and_four_of_them_beat_the_baseline():
    found, over = means(), gains()
    better = {way for way in found if found[way] > found[BASELINE]}
    assert len(found) == 14 and "Four ways come out ahead of the baseline, by one to two points" in PROSE
    assert better == {"convolutions frozen", "pseudo-labels, augmented", "fine-tuned", "ensemble of five"}
    assert all(1 < found[way] - found[BASELINE] < 2.4 for way in better)
    assert sum(min(over[way]) > 0 for way in better) == 2, "and only two of them do on every single draw"
    mean = sum(found[way] for way in better) / 4
    assert 2.7 < (mean - found["from scratch"]) / (mean - found[BASELINE]) < 4, "three times as large"


def test_a_frozen_body_is_bad_and_frozen_convolutions_are_far_better():
    found = means()
    assert 'the result: "frozen"' in output_of("reveal-transfer")
    assert found["frozen body"] + 5 < min(found["from scratch"], found["convolutions frozen"] - 5)


def test_a_borrowed_network_helps_most_where_labels_are_few():
    lines = [re.findall(r"[\d.]+", line) for line in output_of("more-labels").splitlines()[:2]]
    scratch, tuned = ([float(each) for each in line] for line in lines)
    differences = [a - b for a, b in zip(tuned, scratch, strict=True)]
    assert differences[0] > 10 and all(0 < each < 3 for each in differences[1:])
    assert f"With 500 labels of each, the same network gets {scratch[-1]:.0f} % right" in PROSE


def test_low_rank_pairs_save_numbers_and_win_no_column():
    rows = re.findall(r"^(.+?) +([\d.]+) % +([\d.]+) % +([\d.]+) %$", output_of("lora-run"), re.MULTILINE)
    table = {name: tuple(map(float, numbers)) for name, *numbers in rows}
    few, many, trained = table["LoRA, rank 4"]
    assert few < table["fine-tuned"][0] and many < min(table["fine-tuned"][1], table["from scratch"][1])
    assert 4 < trained < 6 and many > 80 > table["LoRA, rank 1"][1], "rank 4 recovers most, rank 1 is too narrow"
    upright, lying = numbers_in("lora-run", r"([\d.]+) % (?:upright|on their side)")
    assert upright > 94 and lying < 20
    network = run("data", "scratch", "lora")["perceptron"]()
    assert round(sum(p.numel() for p in network.parameters()), -3) == 85_000


def test_a_second_question_about_the_same_images_adds_nothing():
    assert means()["multi-task"] < means()[BASELINE] + 0.5 and "No gain." in PROSE


def test_likeness_learned_from_five_digits_is_worse_than_pixels():
    found = means()
    assert max(found["nearest: Siamese"], found["nearest: triplet"]) + 10 < found["nearest: pixels"]


def test_a_6_and_a_9_share_a_place_on_the_map():
    """And of the digits never seen, 5 keeps together best."""
    names = run("data", "scratch", "augment", "triplet", "map-draw")
    places, digits, neighbors = names["places"], names["test_digits"], names["neighbors"]
    middle = [places[digits == c].median(0).values for c in range(10)]
    assert (middle[6] - middle[9]).norm() < 0.4 and "A 6 and a 9 differ in whether the loop is below" in PROSE
    shares = {c: (neighbors[digits == c] == c).float().mean().item() for c in range(5, 10)}
    assert max(shares, key=shares.get) in (5, 9) and min(shares.values()) > 0.1


def test_contrastive_learning_is_near_to_scratch_and_not_above_the_baseline():
    found = means()
    assert found["from scratch"] - 3 < found["contrastive, then a linear layer"] < found["from scratch"]
    assert found["contrastive, then fine-tuned"] < found[BASELINE]
    source = next(each for each in reading.sources(NAME, "code") if "def contrastive(" in each)
    assert "steps=200" in source and "(100,)" in source and "ours looked at 20,000 images" in PROSE


def test_pseudo_labels_gain_only_with_augmentation():
    found, over = means(), gains()
    assert 0.5 < found["pseudo-labels alone"] - found["from scratch"] < 1.5, "about a point"
    ahead = [mine - other for mine, other in zip(over["pseudo-labels alone"], over["from scratch"], strict=True)]
    assert sum(each < 0.2 for each in ahead) == 1, "nothing on one of the draws"
    assert all(0.5 < each < 4.5 for each in over["pseudo-labels, augmented"])


def test_the_goal_of_the_threshold_can_be_reached():
    names = run("data", "scratch", "augment", "threshold")
    right = names["said"] == names["truth"]
    shares = {limit: right[names["sure"] >= limit].float().mean().item() for limit in (0.5, 0.9, 0.98, 0.99)}
    assert shares[0.5] < shares[0.9] < 0.97 < shares[0.99]


def test_disagreement_tells_which_images_are_read_wrong_and_which_labels_are_worth_most():
    agree = dict(re.findall(r"(\d) of 5 agree: .*, (\d+) % of them right", output_of("ensemble")))
    assert int(agree["5"]) == 95 and all(60 <= int(agree[each]) <= 75 for each in "432")
    at_random, chosen = (
        [float(each) for each in numbers.split(", ")]
        for numbers in re.findall(r"more labels, .*?((?:[\d.]+, )+[\d.]+) %", output_of("active"))
    )
    assert all(a < b for a, b in zip(at_random, chosen, strict=True))
    assert sum(chosen) / 3 > sum(at_random) / 3 > max(means().values()) + 1


def test_two_ways_together_gain_three_and_a_half_points_and_fifty_more_labels_as_much():
    (both,) = re.findall(r"pseudo-labels: +(.*) %", output_of("both"))
    found = [float(each) for each in both.split(", ")]
    baseline = numbers_in("augment", r"([\d.]+)(?:,| %)")
    assert all(a > b for a, b in zip(found, baseline, strict=True))
    assert 3.2 < (sum(found) - sum(baseline)) / 3 < 3.8 and "three and a half points over the baseline" in PROSE
    assert (
        "fifty more labels brought about as much as all this cleverness when they were drawn at random, and more"
        in PROSE
    )
    at_random, chosen = numbers_in("active", r"([\d.]+)(?:,| %)")[:3], numbers_in("active", r"([\d.]+)(?:,| %)")[3:]
    assert sum(chosen) / 3 > found[0] + 0.5 and abs(sum(at_random) / 3 - found[0]) < 1


def test_a_classifier_has_as_many_numbers_as_its_turn_says():
    model = run("data", "scratch")["classifier"]()
    assert round(sum(p.numel() for p in model.parameters()), -3) == 27_000
