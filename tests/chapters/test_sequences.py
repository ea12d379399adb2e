"""Chapter 13: what its prose says of memory, attention, the GPT and its cache is so."""

import math
import re
from functools import partial

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.course import ask, reveal
from tests.chapters import reading
from tests.chapters.reading import cells

NAME = "13_sequences"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)


def names_of(*identities: str) -> dict:
    """What these cells define, nothing having been guessed."""
    names: dict = {"math": math, "reveal": reveal, "attention_guess": ask(None)}
    sources = {each["id"]: "".join(each["source"]) for each in cells(NAME, "code")}
    for identity in identities:
        exec(sources[identity], names)
    return names


@pytest.fixture(scope="module")
def gpt_names() -> dict:
    names = names_of("surprise", "attention", "gpt", "sums")
    train = next("".join(each["source"]) for each in cells(NAME, "code") if each["id"] == "train-gpt")
    exec(train.partition("\n\nSTEPS")[0], names)  # write and percent_right, without the training
    return names


def test_a_recurrent_network_forgets_the_first_of_20_digits():
    names = names_of("surprise")
    right = {}
    for length in (5, 20):
        torch.manual_seed(1)
        rnn = names["Reader"](nn.RNN(names["WIDTH"], names["WIDTH"], batch_first=True))
        right[length] = names["first_digits_right"](rnn, length)
    assert right[5] > 490 and right[20] < 100
    assert "one in ten" in PROSE and "its state has 32 numbers" in PROSE and names["WIDTH"] == 32


def test_open_gates_carry_it_20_steps_but_not_40_and_attention_any_way():
    shown = output_of("lstm")
    right = [int(each) for each in re.findall(r": (\d+) of 500", shown)]
    assert right[0] < 100 and right[1] > 450 and max(right[2:]) < 100, shown
    assert "masters 20 digits" in PROSE and "At 40 digits it fails within these 300 steps" in PROSE
    assert "about 0.88" in PROSE and round(torch.sigmoid(torch.tensor(2.0)).item(), 2) == 0.88
    names = names_of("surprise", "looker")
    torch.manual_seed(0)
    assert names["first_digits_right"](names["Looker"](40), 40, steps=150) > 450


def test_the_gradient_shrinks_slowest_where_the_gates_keep():
    names = names_of("surprise", "gradients", "lstm-gates")
    shares = []
    for recurrent in (nn.RNN(32, 32), names["lstm"](0.0), names["lstm"](2.0)):
        recurrent.batch_first = False
        sizes = names["gradients"](recurrent, torch.randn(40, 1, 32, generator=torch.Generator().manual_seed(0)))
        shares.append(sizes[-1] / sizes[0])
    assert shares[2] > 100 * max(shares[:2])


def test_a_size_of_u_exists_at_which_the_first_token_is_reached():
    draw = names_of("surprise", "gradients", "set-up-vanish")["draw_vanish"]
    words = [draw(size)[1] for size in (0.5, 1.05, 1.5)]
    assert words[0].endswith("vanishes.") and words[1].endswith("arrives.") and words[2].endswith("explodes."), words


def test_the_gpt_added_nearly_all_sums_it_never_saw():
    percents = [float(each) for each in re.findall(r"([\d.]+) % of the unseen", output_of("reveal-gpt"))]
    assert percents[0] < 2 and percents[-1] > 95
    assert "In 400 steps of 128 sums it sees each about six times" in PROSE and round(400 * 128 / 8000) == 6


def test_the_split_of_the_sums_is_one(gpt_names):
    seen, unseen = ({tuple(row) for row in gpt_names[each].tolist()} for each in ("seen", "unseen"))
    assert (len(seen), len(unseen), len(seen & unseen)) == (8000, 2000, 0)
    assert "twelve tokens" in PROSE and len(gpt_names["TOKENS"]) == 12


def test_for_some_sum_a_head_looks_at_the_ones_of_both_numbers(gpt_names):
    torch.manual_seed(1)
    names = gpt_names | {"gpt": gpt_names["GPT"](len(gpt_names["TOKENS"]), 8), "in_browser": lambda: False}
    sources = {each["id"]: "".join(each["source"]) for each in cells(NAME, "code")}
    exec(sources["train-gpt"], names)
    exec(sources["set-up-vanish"], names)
    exec(sources["maps"].partition("\n\nsliders")[0], names)
    shares = []
    for k in range(20):  # the sums on the slider
        figure, words = names["draw_maps"](k, 1)
        names["plt"].close(figure)
        shares.append(min(int(share) for share in re.findall(r"(\d+) %", words)))
    assert max(shares) > 25, shares


def test_a_cache_changes_no_score_and_saves_what_the_text_says(gpt_names):
    gpt, rows = gpt_names["gpt"], gpt_names["unseen"][:8]
    with torch.no_grad():
        cache: list[list] = [[] for _ in gpt.blocks]
        one_by_one = torch.cat([gpt(rows[:, k : k + 1], cache) for k in range(8)], 1)
        assert torch.allclose(one_by_one, gpt(rows[:, :8]), atol=1e-5)
        cache = [[] for _ in gpt.blocks]
        in_two = torch.cat([gpt(rows[:, :5], cache), gpt(rows[:, 5:8], cache)], 1)
        assert torch.allclose(in_two, one_by_one, atol=1e-5)
    assert "without a cache: 21   with: 8" in output_of("cache") and "on 6, 7 and 8 tokens" in PROSE
    assert 6 + 7 + 8 == 21 and 6 + 1 + 1 == 8


def test_no_token_sees_a_later_one(gpt_names):
    gpt, rows = gpt_names["gpt"], gpt_names["unseen"][:1, :8]
    changed = rows.clone()
    changed[0, 5:] = 0
    with torch.no_grad():
        assert torch.equal(gpt(rows)[:, :5], gpt(changed)[:, :5])


def test_the_made_up_words_are_mostly_new():
    assert "every token is one step away" in PROSE
    new = re.search(r"(\d+) of 24 words are new", output_of("widget-words"))
    assert new and int(new[1]) > 12
