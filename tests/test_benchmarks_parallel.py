"""The benchmarks of several processes: the forecast's arithmetic, and that all of it runs."""

import json

import pytest

import edutorch
from tests.benchmarks import forecast, parallel
from tests.distributed.processes import needs_mpi

MACHINE = forecast.Machine(latency=1e-3, bandwidth=1e6, cores=2)
WORK = forecast.Work(fixed=0.01, flops=1e6, speed=1e8, bytes=3000)


def test_a_ring_sends_each_byte_nearly_twice():
    assert forecast.exchange_seconds(MACHINE, 3000, 1) == 0
    assert forecast.exchange_seconds(MACHINE, 3000, 2) == pytest.approx(2 * 1e-3 + 3000 / 1e6)
    assert forecast.exchange_seconds(MACHINE, 3000, 3) == pytest.approx(4 * 1e-3 + 4 / 3 * 3000 / 1e6)


def test_a_step_computes_then_exchanges():
    assert forecast.step_seconds(MACHINE, WORK, 9, 1) == pytest.approx(0.01 + 0.09)
    assert forecast.step_seconds(MACHINE, WORK, 9, 2) == pytest.approx(0.1 + 0.005)
    assert forecast.step_seconds(MACHINE, WORK, 9, 4) == pytest.approx(0.2 + 0.006 + 1.5 * 0.003)  # two to a core
    assert forecast.step_seconds(MACHINE, WORK, 9, 4, own_cores=True) == pytest.approx(0.1 + 0.006 + 1.5 * 0.003)


def test_speed_up_is_of_samples_a_second():
    strong = forecast.speedup(MACHINE, WORK, 18, 2, weak=False)
    weak = forecast.speedup(MACHINE, WORK, 18, 2, weak=True)
    assert strong == pytest.approx(0.19 / 0.105) and weak == pytest.approx(2 * 0.19 / 0.195)
    assert forecast.speedup(MACHINE, WORK, 18, 1, weak=False) == 1


def test_the_numbers_are_found_again_in_what_they_give():
    two = [forecast.exchange_seconds(MACHINE, size, 2) for size in (0, 4_000_000)]
    machine = forecast.fit_machine(*two, 4_000_000, 2)
    assert (machine.latency, machine.bandwidth) == pytest.approx((1e-3, 1e6))
    alone = {batch: forecast.step_seconds(MACHINE, WORK, batch, 1) for batch in (6, 12, 48)}
    work = forecast.fit_work(alone, WORK.flops, WORK.bytes)
    assert (work.fixed, work.speed) == pytest.approx((0.01, 1e8))


def test_flops_and_bytes_of_the_mlp():
    products = 784 * 128 + 128 * 64 + 64 * 10
    assert parallel.flops_and_bytes("MLP") == (3 * 2 * products, 4 * (products + 128 + 64 + 10))


@needs_mpi
def test_it_runs_and_draws(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra lab)")
    monkeypatch.setattr(parallel, "MODELS", {"MLP": parallel.MODELS["MLP"]})
    assert parallel.main(["--seconds", "0.01", "--processes", "2", "--out", str(tmp_path)]) == 0
    (figures,) = tmp_path.glob("parallel-*.json")
    found = json.loads(figures.read_text())
    assert [row["processes"] for row in found["rows"]] == [1, 2, 8, 64, 512] * 2
    assert [row["bytes"] for row in found["rows"] if "bytes" in row] == [found["work"]["MLP"]["bytes"]] * 4
    assert figures.with_suffix(".svg").read_text().startswith("<?xml")
    assert f"MLP: {found['work']['MLP']['bytes']:,} bytes of gradients" in capsys.readouterr().out


def test_recorded_figures_are_of_this_shape():
    for path in parallel.RESULTS.glob("parallel-*.json"):
        found = json.loads(path.read_text())
        assert path.stem == parallel.file_name(found) and path.with_suffix(".svg").exists()
        assert found["work"].keys() == parallel.MODELS.keys()


def test_a_model_that_is_measured_is_edutorchs():
    for layers, shape in parallel.MODELS.values():
        assert layers(edutorch)(edutorch.zeros(2, *shape)).shape == (2, 10)
