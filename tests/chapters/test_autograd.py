"""What chapter 3 says in its prose, held against what it puts out and what the library does; its turns, completed."""

import io
import re
from contextlib import redirect_stdout

import numpy as np
import pytest

import edutorch as torch
from edutorch.course.notebook import course_data
from edutorch.ops.activation import Tanh
from edutorch.viz.step_graph import walk_back
from tests.chapters import reading
from tests.chapters.reading import cells, output_texts

NAME = "03_autograd"
PROSE = reading.prose_of(NAME)
CODE = {cell["id"]: cell for cell in cells(NAME, "code")}
RULES = ("turn-product", "turn-power", "turn-tanh", "turn-arrive")
MACHINE = ("value", "derived", "walk")
TO_THE_END = ("surprise", "measure", *RULES, "receipt", *MACHINE, "own-root", "naive", "data", "train", "count")


def source(identity: str) -> str:
    return "".join(CODE[identity]["source"])


def output_of(identity: str) -> str:
    return "\n".join(output_texts(CODE[identity]))


def completed(identity: str, number: int = 0) -> str:
    """A turn with one of the tries of its metadata: the first is right, the last is wrong."""
    text = source(identity)
    for old, new in course_data(CODE[identity])["tries"][number]["replace"].items():
        text = text.replace(old, new)
    return text


def run(*identities: str, **instead: str) -> tuple[dict, dict[str, str]]:
    """The names that these cells leave, and what each prints; `instead` has other sources for some of them."""
    names: dict = {}
    printed = {}
    for identity in identities:
        with redirect_stdout(io.StringIO()) as out:
            exec(instead.get(identity.replace("-", "_"), source(identity)), names)
        printed[identity] = out.getvalue()
    return names, printed


@pytest.fixture(scope="module")
def learners() -> tuple[dict, dict[str, str]]:
    """The chapter up to the count of values, on the learner's rules."""
    return run(*TO_THE_END, **{each.replace("-", "_"): completed(each) for each in RULES})


def test_the_machine_runs_on_the_learners_rules(learners):
    names, printed = learners
    assert printed["receipt"].count("yours") == 4 and "lent" not in printed["receipt"]
    assert output_of("receipt").count("lent by the course") == 4
    for identity in ("own-root", "data", "train", "count"):
        assert printed[identity] == output_of(identity)
    assert names["arrive"] is names["arrived"]


def test_a_wrong_rule_is_not_used():
    last = {each.replace("-", "_"): completed(each, -1) for each in RULES}
    _, printed = run("surprise", "measure", *RULES, "receipt", *MACHINE, "own-root", **last)
    assert printed["receipt"].count("lent by the course") == 4
    assert printed["own-root"] == output_of("own-root")


def test_the_machine_has_fewer_than_sixty_lines():
    assert "fewer than sixty lines" in PROSE
    rules = [completed(each)[completed(each).index("def ") :].partition("check_turn(")[0] for each in RULES]
    lines = "\n".join([*rules, *map(source, MACHINE)]).splitlines()
    assert len([line for line in lines if line.strip()]) < 60


def test_measuring_is_off_by_a_quarter_and_backward_by_nothing():
    measured, by_backward, exact = map(float, re.findall(r": +([\d.]+)", output_of("surprise")))
    assert measured / exact - 1 == pytest.approx(0.25, abs=0.01)
    assert by_backward == exact


def test_the_best_step_is_1e_5_and_with_1e_16_nothing_moves():
    names, _ = run("surprise", "measure", "set-up-step")
    errors = names["all_errors"]
    assert errors.index(min(errors)) == 5
    assert names["measured_slope"](names["root"], 2.0, 1e-16) == 0
    assert 2.0 + 1e-16 == 2.0 - 1e-16 == 2.0
    assert len({names["regime"](k) for k in (3, 5, 9, 14, 16)}) == 5


def test_in_float32_a_hundredth_is_the_best_step_and_gives_five_digits():
    assert "the best power of ten is 0.01, and it gives five digits" in PROSE

    def root(x):
        y = x * 0 + 1
        for _ in range(6):
            y = (y + x / y) / 2
        return y

    two, steps = np.float32(2), [np.float32(10.0**-k) for k in range(8)]
    slopes = [(root(two + h) - root(two - h)) / (2 * h) for h in steps]
    errors = [abs(float(slope) - 2**-1.5) for slope in slopes]
    assert errors.index(min(errors)) == 2
    assert f"{slopes[2]:.5f}"[:6] == f"{2**-1.5:.5f}"[:6] and 1e-6 < errors[2] < 1e-5


def test_measuring_takes_two_runs_for_each_parameter_of_chapter_0():
    assert "8,490 parameters" in PROSE and "16,980 runs" in PROSE and 2 * 8490 == 16_980
    assert any("parameters: 8490" in each for cell in cells("00_welcome", "code") for each in output_texts(cell))


def test_the_root_is_made_of_23_operations():
    assert "23 additions, products and powers" in PROSE and "operations recorded: 23" in output_of("own-root")


def test_the_gradients_in_the_graph_are_those_of_the_prose():
    names, _ = run("surprise", "step-graph")
    a, b = names["a"], names["b"]
    walk = walk_back(names["calculate"], {"a": a, "b": b})
    sent = " ".join(walk.sentences)
    assert "15 to a" in sent and "6 to a" in sent and "15 through the product and 6 through the sum" in PROSE
    names["calculate"]().backward()
    assert a.grad == 21 == 2 * 2 * 3 + 3 * 3


def test_20_doublings(learners):
    assert "the result: 2,097,151 visits" in output_of("reveal-visits")
    assert "in order, each once: 21 visits" in output_of("reveal-visits")
    names, _ = learners
    exec(source("guess-visits").partition("guess =")[0], names)
    visits = {times: names["send_on"](names["doubled"](times)[0], 1.0) for times in (3, 10)}
    assert visits == {3: 2**4 - 1, 10: 2**11 - 1}
    assert (2**41 - 1) / (2**21 - 1) == pytest.approx(1e6, rel=0.05), "a million times as many"


def test_no_point_is_farther_than_a_fifth_from_step_140_on(learners):
    names, _ = learners

    def farthest(step):
        numbers = names["history"][step][0]
        return max(abs(names["model"](names["Value"](x), numbers).data - y) for x, y in names["points"])

    first = next(step for step in range(0, 501, 5) if farthest(step) < 0.2)
    assert first == 140
    assert all(farthest(step) < 0.2 for step in range(first, 501, 20))


def test_your_slope_is_the_librarys():
    assert "`dL/dx = dL/dy (1 - y^2)`" in PROSE and "dL/dx = dL/dy (1 - y^2)" in Tanh.__doc__


def test_a_second_walk_is_refused_for_a_product_and_not_for_a_sum():
    w = torch.tensor(3.0, requires_grad=True)
    product, total = w * w, w + w
    total.backward()
    total.backward()
    assert w.grad == 4, "it doubles"
    product.backward(retain_graph=True)
    product.backward()
    with pytest.raises(RuntimeError, match="second time"):
        product.backward()


def test_what_cuts_the_record():
    x = torch.tensor(3.0, requires_grad=True)
    for number in ((x * 2).item(), float(x * 2), (x * 2).detach().numpy()):
        assert not hasattr(number, "grad_fn")
    assert (x * 2).detach().grad_fn is None


def test_a_reveal_cell_that_runs_again_says_the_same(monkeypatch, learners):
    monkeypatch.setenv("EDUTORCH_SKIP_GUESSES", "1")
    names, _ = learners
    exec("from edutorch.course import ask, reveal", names)
    exec(source("guess-detach"), names)
    for _ in range(2):
        with redirect_stdout(io.StringIO()) as out:
            exec(source("reveal-detach"), names)
        assert "the result: 18" in out.getvalue()
