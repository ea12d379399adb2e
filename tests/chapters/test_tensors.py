"""What chapter 1 says in its prose, held against what it puts out and what the library does."""

import re
from functools import partial

import edutorch as torch
from edutorch.viz.broadcast import broadcast_steps
from edutorch.viz.memory import places
from tests.chapters import reading

NAME = "01_tensors"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)
x = torch.arange(10.0, 22.0).reshape(3, 4)


def test_the_race_ends_in_the_order_that_the_prose_tells():
    tensors, lists, line = (int(each.replace(",", "")) for each in re.findall(r"([\d,]+) micro", output_of("race")))
    assert tensors > 10 * lists > 30 * line
    assert int(re.search(r"in (\d+) micro", output_of("huge"))[1]) < tensors


def test_four_terabytes_in_four_bytes():
    assert "1,000,000,000,000 elements, 4 terabytes" in output_of("huge")
    shown = output_of("zero-strides")
    assert "strides of huge: (0, 0)" in shown and "bytes in its storage: 4" in shown


def test_three_of_the_list_are_copies_and_one_reads_three_times():
    assert "Which three? And which one reads the same number three times?" in PROSE
    assert output_of("same-storage").count("copy") == 3
    views = {"x[0].expand(3, 4)": x[0].expand(3, 4), "x[::2, 1:3]": x[::2, 1:3], "x.T": x.T}
    times = {name: places(view).ravel().tolist().count(1) for name, view in views.items()}
    assert times == {"x[0].expand(3, 4)": 3, "x[::2, 1:3]": 1, "x.T": 1}


def test_a_walk_through_the_transpose_goes_back_by_seven():
    assert "4 places forward, 4 forward, 7 back" in PROSE
    walk = places(x.T).ravel().tolist()
    assert [after - before for before, after in zip(walk, walk[1:], strict=False)][:4] == [4, 4, -7, 4]


def test_the_corners_have_the_strides_that_success_names():
    assert x[::2, ::3].stride() == (8, 3)


def test_a_mask_can_be_written_to():
    y = x.clone()
    y[x > 14] = 0
    assert y.sum() == 10 + 11 + 12 + 13 + 14


def test_the_shape_of_the_sum_is_known_at_step_4():
    known = [None not in step.sizes[2] for step in broadcast_steps((3, 1), (4,))]
    assert known.index(True) + 1 == 4


def test_being_right_costs_4_and_always_saying_3_costs_2():
    assert "always saying 3 has an error of 2, and being right has an error of 4" in PROSE
    assert re.findall(r": +([\d.]+)$", output_of("always-three"), re.MULTILINE) == ["4.0", "2.0"]
    assert "(5, 5)" in output_of("reveal-loss") and "all 25 pairs" in PROSE
    target = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0])
    says = torch.full((5, 1), 2.0, requires_grad=True)
    for _ in range(200):  # trained on all pairs, it says the mean
        (gradient,) = torch.autograd.grad(((says - target) ** 2).mean(), says)
        says = (says - gradient).detach().requires_grad_()
    assert torch.allclose(says, torch.full((5, 1), 3.0), atol=1e-4)


def test_a_byte_starts_again():
    pixel, other = torch.tensor([200], dtype=torch.uint8), torch.tensor([100], dtype=torch.uint8)
    assert (pixel + 100).tolist() == [44]
    assert "But `(a + b) / 2` is 22" in PROSE and ((pixel + other) / 2).tolist() == [22]


def test_einsum_is_what_the_cell_says():
    assert output_of("einsum").count("True") == 5
    assert "(3, 4, 2) True" in output_of("matmul-by-broadcasting")


def test_one_line_wins_only_from_some_length_on_and_order_matters():
    elements = int(re.search(r"the result: ([\d,]+) elements", output_of("reveal-crossing"))[1].replace(",", ""))
    assert 3 <= elements <= 1000
    assert int(re.search(r"the result: (\d+) times", output_of("reveal-order"))[1]) >= 2
