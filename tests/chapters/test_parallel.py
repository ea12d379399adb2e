"""Chapter 12: it runs without MPI, with what was recorded; what its prose says is asserted."""

import json
import re
import subprocess
import sys
from functools import partial

import pytest

from edutorch.viz import draw_ring
from tests.chapters import reading
from tests.chapters.reading import cells
from tests.chapters.record_processes import FILE
from tests.distributed.processes import needs_mpi

NAME = "12_parallel"
PROSE = reading.prose_of(NAME)
output_of = partial(reading.output_of, NAME)
RECORDED = json.loads(FILE.read_text("utf-8"))
CALLS = RECORDED["calls"]


def results(call: str) -> list:
    return CALLS[call]["results"]


RUN = """
import os
from IPython.core.interactiveshell import InteractiveShell
from edutorch.course import processes
from tests.chapters.reading import sources

os.environ["EDUTORCH_SKIP_GUESSES"] = "1"
known, call = [], processes.call
def note(*words, **more):
    known.append(call(*words, **more))
    return known[-1]
processes.call, processes.is_mpi_available = note, lambda: False
shell = InteractiveShell.instance()
for source in sources("12_parallel", "code"):
    shell.run_cell(source).raise_error()
print("the calls:", sorted(set(known)))
"""


def test_without_mpi_every_cell_runs_says_so_and_shows_what_was_recorded(root):
    done = subprocess.run([sys.executable, "-c", RUN], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    said = f"MPI is not installed here: these are figures recorded on {RECORDED['date']}, on two cores."
    assert done.stdout.count(said) == len(CALLS), "record again: python -m tests.chapters.record_processes"
    assert f"the calls: {sorted(CALLS)}" in done.stdout


def test_the_speedups_in_the_prose_are_the_recorded_ones():
    (one,), (two, _) = results("1 x measured()"), results("2 x measured()")
    speedup = {name: one[f"{name} 64"] / two[f"{name} 32 averaged"] for name in ("MLP", "CNN")}
    assert f"we recorded {speedup['MLP']:.1f} for the MLP and {speedup['CNN']:.1f} for the CNN" in PROSE


@pytest.mark.parametrize("found", [results, None], ids=["recorded", "shown"])
def test_half_a_batch_is_far_off_and_the_average_of_halves_is_not(found):
    if found is None:
        shown = re.findall(r"own half (\d+) % off, average ([\d.]+) % off", output_of("by-hand"))
        rows = [(float(own), float(average)) for own, average in shown]
    else:
        rows = results("2 x by_hand(32)")
    assert len(rows) == 2 and all(own > 50 and average < 1e-3 for own, average in rows)
    assert all(average > 10 for _, average in results("2 x by_hand(48)"))
    assert "no, far off" in output_of("reveal-unequal")


def test_two_processes_have_the_losses_of_one():
    alone, shared = results("1 x losses()")[0], results("2 x losses()")[0]
    assert alone == pytest.approx(shared, rel=1e-5) and "Same losses" in PROSE
    assert float(re.search(r"largest difference: (\S+)", output_of("ddp"))[1]) < 1e-5


def test_statistics_of_half_a_batch():
    halves, whole = (results(f"2 x normalized('{kind}')") for kind in ("BatchNorm1d", "SyncBatchNorm"))
    assert max(halves) > 0.1 and max(whole) < 1e-5


def test_what_breaks_is_told_as_the_prose_says():
    (waits, _), (differs, too) = CALLS["2 x lost()"]["printed"], CALLS["2 x mixed()"]["printed"]
    assert (
        "rank 0 of 2 has waited for 1." in waits[0] and "destroy_process_group() and init_process_group()" in waits[0]
    )
    assert "rank 0 calls all_reduce SUM of float32 [3]; rank 1 calls barrier" in differs[0] == too[0]
    assert CALLS["2 x dies()"]["error"] == "rank 1 ended with status 3"


def test_the_kinds_compared():
    kinds = results("2 x compared()")[1]
    losses = {kind: loss for kind, (loss, _) in kinds.items()}
    sent = {kind: megabytes for kind, (_, megabytes) in kinds.items()}
    assert losses["pipeline"] == pytest.approx(losses["synchronous"], rel=1e-4)
    assert losses["local SGD, k = 1"] == pytest.approx(losses["synchronous"], rel=1e-4)
    assert (
        "an eighth of the bytes" in PROSE and "waits more than a third of the time" in PROSE
    )  # 5 of 13 in the picture
    assert sent["local SGD, k = 8"] == pytest.approx(sent["local SGD, k = 1"] / 8, rel=1e-6)
    shown = dict(re.findall(r"^(.+?) +loss ([\d.]+)", output_of("compare"), re.MULTILINE))
    assert {kind: float(loss) for kind, loss in shown.items()} == pytest.approx(losses, rel=1e-3)


def test_the_ring_has_its_pieces_complete_when_the_prose_says():
    complete = [int(re.search(r"chunks (\d+) are", draw_ring(round).sentence)[1]) for round in range(7)]
    assert complete == [0, 0, 0, 4, 8, 12, 16]


def test_the_share_that_lets_512_processes_bring_20():
    assert "For which s do 512 processes bring no more than 20?" in PROSE
    assert [round(1 / (s + (1 - s) / 512)) for s in (0.04, 0.05)] == [24, 19]


@needs_mpi
def test_the_recording_has_the_form_of_what_processes_give_here():
    """The committed outputs are those of processes: none says that MPI is missing."""
    assert not [cell["id"] for cell in cells(NAME, "code") if "MPI is not installed" in output_of(cell["id"])]
