"""The benchmarks run: each row's work on edutorch, and a clear line where PyTorch is missing."""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import pytest

import edutorch
from tests.benchmarks import __main__ as program
from tests.benchmarks import gpu, growth, measure, memory, networks, results, work
from tests.benchmarks.rows import ROWS


@pytest.mark.parametrize("row", [row for row in ROWS if row.threads == 1 and not row.long], ids=lambda row: row.name)
def test_each_row_runs(row):
    step = row.make_step(edutorch)
    step()
    step()


def test_training_steps_learn():
    nn, (inputs, labels) = edutorch.nn, work.digits(edutorch, 784)
    model = nn.Linear(784, 10)
    loss_function = nn.CrossEntropyLoss()
    optimizer = edutorch.optim.SGD(model.parameters(), lr=0.01)
    step = work.training_step(edutorch, model, optimizer, loss_function, inputs, labels)
    before = loss_function(model(inputs), labels).item()
    for _ in range(3):
        step()
    assert loss_function(model(inputs), labels).item() < before


def test_ratios_are_of_neighboring_blocks(monkeypatch):
    monkeypatch.setattr(measure, "BLOCK_SECONDS", 0.002)
    numbers = np.arange(20_000.0)
    found = measure.compare(lambda: [numbers.sum() for _ in range(3)], lambda: numbers.sum(), threads=1, seconds=0.2)
    assert found.ours > found.theirs > 0 and 1.5 < found.ratio < 6
    assert found.low <= found.ratio <= found.high


def test_long_rows_run(monkeypatch):
    monkeypatch.setattr(networks, "FILE_BYTES", 4000)
    networks.save_and_load(edutorch)()
    images = edutorch.vision.datasets.MNIST.embedded(train=True)
    images.data, images.targets = images.data[:64], images.targets[:64]
    monkeypatch.setattr(edutorch.vision.datasets.MNIST, "embedded", lambda train: images)
    networks.epoch_of_chapter_9(edutorch)()


def row(work="CNN", ratio=1.0, spread=0.02, **more):
    figures = {"work": work, "threads": 1, "ours_ms": 1.0, "pytorch_ms": 1.0, "target": 1.2}
    return figures | {"ratio": ratio, "low": ratio - spread, "high": ratio + spread} | more


def test_what_has_moved_beyond_the_noise():
    old = {"rows": [row("a"), row("b"), row("c", spread=0.3), row("d"), row("gone")]}
    new = {"rows": [row("a", 1.04), row("b", 1.3), row("c", 1.2), row("d", 0.7), row("new")]}
    slower, faster = results.moved(old, new)
    assert slower.split()[0] == "b" and slower.endswith("1.00 ->  1.30  slower")
    assert faster.split()[0] == "d" and faster.endswith("faster")


def test_a_row_that_misses_its_target_says_so():
    assert results.line(row(ratio=1.3)).endswith("missed") and not results.line(row(ratio=1.2)).endswith("missed")


def test_the_table_of_the_readme():
    found = {"date": "2026-01-02", "machine": {"cpu": "Some CPU", "cores": 2}, "memory": {}}
    found["versions"] = {"python": "3.11.7", "numpy": "2.4.0", "torch": "2.13.0+cpu"}
    found["rows"] = [row("MLP", 0.9), row("CNN", 1.1), row("CNN", 0.8, threads=2)]
    found["peers"] = [{"work": "MLP", "peer": "P", "ratio": 3.0}, {"work": "CNN", "peer": "Q", "cannot": "no device"}]
    found["memory"]["cnn"] = {"edutorch": 110.0, "torch": 100.0}
    lines = results.readme_table(found).splitlines()
    assert lines[0] == "| work | edutorch, 1 thread | 2 threads | P |"
    assert lines[2:5] == [
        "| MLP | 0.90 |  | 3.00 |",
        "| CNN | 1.10 | 0.80 |  |",
        "| peak memory of the CNN's step | 1.10 | | |",
    ]
    assert "on 2026-01-02 on 2 cores (Some CPU), with Python 3.11.7, NumPy 2.4.0 and PyTorch 2.13.0." in lines[-1]


def test_figures_name_no_machine_and_no_folder():
    text = json.dumps([results.machine(), results.versions()])
    assert platform.node() not in text and str(Path.home()) not in text


def test_recorded_figures_are_of_rows_that_are_there():
    names = {(row.name, row.threads) for row in ROWS}
    for path in results.RESULTS.glob("cpu-*.json"):
        found = json.loads(path.read_text())
        assert path.name == f"cpu-{found['date']}.json"
        assert {(row["work"], row["threads"]) for row in found["rows"]} <= names


def test_growth_is_measured_and_drawn(monkeypatch, tmp_path):
    monkeypatch.setattr(growth, "LEAST_SECONDS", 0)
    monkeypatch.setattr(growth, "CURVES", {name: growth.CURVES[name] for name in ("batch", "length")})
    found = growth.curves([edutorch], sizes=2)
    assert found["batch"]["sizes"] == [1, 4] and min(found["length"]["edutorch"]) > 0
    growth.draw(found, tmp_path / "growth.svg")
    assert (tmp_path / "growth.svg").read_text().count('<g id="axes_') == 2


def test_peak_memory_grows_with_the_work():
    before = memory.peak()
    memory.of_the_cnn(edutorch)
    assert memory.peak() >= before > 0


def test_a_peer_that_cannot_run_says_why(monkeypatch, capsys):
    pytest.importorskip("torch")

    def absent():
        raise ModuleNotFoundError("No module named 'peer'")

    monkeypatch.setattr(program, "PEERS", [("CNN, batch 64, Adam", "peer", absent)])
    program.run_peer(0, 0.1)
    assert json.loads(capsys.readouterr().out)["cannot"] == "ModuleNotFoundError: No module named 'peer'"


def test_without_pytorch_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(program.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["benchmarks"])
    assert program.main() == 0
    assert "PyTorch, which is not installed here: make bench, or pip install torch" in capsys.readouterr().out


def test_what_is_measured_on_a_gpu(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(gpu, "LAUNCHES", 3)
    monkeypatch.setattr(gpu, "STEPS", {"MLP": gpu.STEPS["MLP 784-128-64-10, SGD"]})
    sizes = {"steps": ["MLP"], "transfer": [1024], "matmul": [16], "add": [100], "waited_for": 16}
    cpu = json.loads(json.dumps(gpu.on_cpu(0.001, sizes)))
    found = gpu.measure(edutorch, None, 0.001, sizes, cpu)
    assert json.loads(gpu.save(found, tmp_path).read_text()) == found
    step = found["steps"]["MLP"]
    assert step["times_two_cores"] == pytest.approx(step["two_cores_ms"] / step["ms"])
    assert [row["n"] for row in found["crossover"]["matmul"]] == [16]
    assert found["gpu"] == edutorch.cuda.get_device_name() and found["gpu"] in capsys.readouterr().out


def test_a_rehearsal_of_the_gpu_says_so_and_records_nothing(monkeypatch, tmp_path):
    recorded = set(gpu.RESULTS.iterdir())
    sizes = {"steps": list(gpu.STEPS)[:1], "matmul": [16], "add": [100]}
    monkeypatch.setattr(gpu, "start_on_cpu", lambda *_: json.loads(json.dumps(gpu.on_cpu(0.001, sizes))))
    monkeypatch.setattr(gpu, "LAUNCHES", 3)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    gpu.main(["--stand-in", "--quick", "--seconds", "0.001"])
    (path,) = (tmp_path / "gpu-results").iterdir()
    assert json.loads(path.read_text())["note"] == gpu.REHEARSAL and set(gpu.RESULTS.iterdir()) == recorded


@pytest.mark.parametrize("name", [name for name in gpu.STEPS if "ResNet" not in name and "512" not in name])  # too long
def test_each_training_step_keeps_to_the_gpu(name, count_transfers):
    """Nothing is read, which would wait for the device, and nothing is sent."""
    step = gpu.STEPS[name](edutorch, "cuda")
    with count_transfers() as transfers:
        step()
        step()
    assert (transfers.to_host, transfers.to_device) == (0, 0)


def test_recorded_figures_name_their_gpu():
    for path in gpu.RESULTS.glob("*.json"):
        found = json.loads(path.read_text())
        if "gpu" in found:
            assert path == gpu.RESULTS / gpu.file_name(found) and found.get("note") != gpu.REHEARSAL
            assert "tand-in" not in found["gpu"] and found["steps"].keys() <= gpu.STEPS.keys()
