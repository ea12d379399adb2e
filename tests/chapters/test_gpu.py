"""Chapter 11: its figures are those recorded last on a GPU, and every other number in its prose is asserted."""

import json
import re
import sys
from functools import partial

import pytest

import edutorch as torch
from edutorch.course import ask, in_browser, reveal
from tests.benchmarks.results import RESULTS
from tests.chapters import reading
from tests.chapters.reading import cells

NAME = "11_gpu"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)


@pytest.fixture(scope="module")
def recorded() -> dict:
    found = [json.loads(path.read_text()) for path in RESULTS.glob("*.json")]
    return max((each for each in found if "gpu" in each), key=lambda each: each["date"])


def source_of(identity: str) -> str:
    (cell,) = (each for each in cells(NAME, "code") if each["id"] == identity)
    return "".join(cell["source"])


def names_of(*identities: str) -> dict:
    """What these cells define, nothing having been guessed."""
    names: dict = {"torch": torch, "reveal": reveal}
    names |= dict.fromkeys(["mlp_guess", "clock_guess", "add_guess"], ask(None))
    for identity in identities:
        exec(source_of(identity), names)
    return names


def test_the_steps_are_the_recorded_ones(recorded):
    shown = names_of("recorded", "reveal-mlp")["STEPS"]
    steps = {re.match(r"\w+", step)[0]: times for step, times in shown.items()}
    assert steps.keys() == {step.split()[0] for step in recorded["steps"]}
    for step, row in recorded["steps"].items():
        assert steps[step.split()[0]] == (round(row["two_cores_ms"], 2), round(row["ms"], 2))
    assert recorded["gpu"] in PROSE and recorded["date"] in source_of("recorded")
    assert "Thirty-nine times as fast" in PROSE and round(steps["ResNet18"][0] / steps["ResNet18"][1]) == 39
    assert "nearly four times slower" in PROSE and round(steps["MLP"][1] / steps["MLP"][0], 1) == 3.8


def test_the_sums_and_products_are_the_recorded_ones(recorded):
    names = names_of("reveal-add", "draw-crossover")
    for operation in ("add", "matmul"):
        rows = {row["n"]: (row["two_cores_us"], row["gpu_us"]) for row in recorded["crossover"][operation]}
        assert names[operation.upper()] == {n: tuple(round(us, 1) for us in pair) for n, pair in rows.items()}
    assert "each sum took 7.9 µs" in PROSE and names["ADD"][100][1] == 7.9
    assert "at about 100 rows, and in the table above between 10,000 and 100,000 numbers" in PROSE
    wins = [[n for n, (cores, gpu) in names[rows].items() if gpu < cores] for rows in ("MATMUL", "ADD")]
    assert [min(each) for each in wins] == [128, 100_000]
    assert (
        "155 times" in source_of("draw-crossover") and round(names["MATMUL"][2048][0] / names["MATMUL"][2048][1]) == 155
    )


def test_launch_cost_clock_and_road_are_the_recorded_ones(recorded):
    assert "needs about 8 µs for each one" in PROSE and round(recorded["launch"]["given_us"]) == 8
    names = names_of("reveal-clock")
    assert names["WAITED"] == round(recorded["clock"]["waited_ms"], 2) == 2.7 and recorded["clock"]["n"] == 4096
    assert names["NOT_WAITED"] == round(recorded["clock"]["not_waited_ms"], 3)
    speeds = [names["operations"] / names[each] / 1e9 for each in ("WAITED", "NOT_WAITED")]
    assert "beats the data sheet 70 times" in PROSE and 70 < speeds[1] / 67 < 75 and speeds[0] < 67
    (row,) = (each for each in recorded["transfers_gb_per_s"] if each["bytes"] == 2**26)
    assert f"carried {row['to_device']:.1f} GB a second to the GPU, and {row['to_host']:.1f} GB a second back" in PROSE
    assert "the result: 43 ms" in output_of("reveal-road") and "All but a thousandth" in PROSE


def test_what_follows_from_the_figures(recorded):
    names = names_of("reveal-add", "draw-crossover")
    largest = names["ADD"][10_000_000]
    assert "2,400" in PROSE and round(3 * 4e7 / largest[1] / 1e3, -2) == 2400  # GB a second
    assert "50 trillion" in PROSE and round(2 * 2048**3 / names["MATMUL"][2048][1] / 1e6) == 50
    assert "a quarter of a microsecond" in PROSE and 2 * 64 * 784 * 128 / 50e6 == pytest.approx(0.25, rel=0.05)
    crossing = recorded["launch"]["given_us"] / (0.0011 - 0.000005)
    assert "it says 7,700" in source_of("turn-crossing") and round(crossing, -2) == 7700
    assert [round(us / 1e7, 6) for us in largest] == [0.001115, 0.000005]
    assert "n = 125" in PROSE and 50e12 / 2.4e12 * 6 == 125
    assert "38 MB" in PROSE and round(12_000 * 784 * 4 / 1e6) == 38


def test_half_of_the_time_from_about_1024_images_on():
    plotted = names_of("draw-crossover") | {"widgets": None}
    source = source_of("batch-widget").partition("\n\nplay(")[0]
    exec(source, plotted)
    busy = {n: int(re.search(r"works (\d+) %", plotted["draw"](n)[1])[1]) for n in (512, 1024, 2048)}
    assert busy[512] < 30 and 45 < busy[1024] < 60 and busy[2048] > 90


def test_the_loop_of_the_chapter_trains_on_the_other_device():
    source = source_of("device").replace("torch.cuda.get_device_name()", "''")
    losses = {}
    for device in ("cpu", "cuda"):
        names: dict = {}
        exec(re.sub(r"^device = .*$", f'device = "{device}"', source, flags=re.MULTILINE), names)
        assert names["loss"].device.type == device
        losses[device] = names["loss"].item()
    assert losses["cpu"] == pytest.approx(losses["cuda"], rel=1e-4)


@pytest.mark.parametrize(
    ("line", "waits"),
    [
        ("total += loss.detach()", 0),
        ("losses.append(loss.detach())", 0),
        ("torch.where(x > 0, x, 0)", 0),
        ("losses.append(loss.item())", 1),
        ("float(loss)", 1),
        ("loss > 10 and None", 1),
        ("repr(loss)", 1),
        ("x.cpu()", 1),
        ("x[x > 0]", 1),
    ],
)
def test_which_lines_wait(line, waits, count_transfers):
    loss, x = torch.tensor(2.0).to("cuda"), torch.randn(3, 4).to("cuda")
    names = {"loss": loss, "x": x, "losses": [], "total": loss * 0, "torch": torch}
    with count_transfers() as transfers:
        exec(line, names)
    assert transfers.to_host >= waits and (waits or transfers.to_host == 0)


def test_the_compiled_kernel_is_the_one_the_chapter_describes():
    source = source_of("raw")
    assert "has four lines" in PROSE and source.partition('r"""\n')[2].partition('"""')[0].count("\n") == 4
    assert "relu((4,), (256,)" in source and -(-1000 // 256) == 4 and "1,024 threads start, and the last 24" in PROSE


def test_a_browser_is_told_why_there_is_no_worker(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "emscripten")
    names = {"torch": torch, "in_browser": in_browser}
    exec(source_of("worker"), names)
    exec(source_of("wait-live"), names)
    assert "worker" not in names
    first, second = capsys.readouterr().out.splitlines()
    assert all(each.startswith("A browser starts no threads. ") for each in (first, second))
