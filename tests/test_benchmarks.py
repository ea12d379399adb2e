"""The benchmarks run: each row's work on edutorch, and a clear line where PyTorch is missing."""

import json
import sys

import numpy as np
import pytest

import edutorch
from tests.benchmarks import __main__ as program
from tests.benchmarks import gpu, measure, work


@pytest.mark.parametrize("row", work.ROWS, ids=lambda row: f"{row.name}, {row.threads}")
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
    ours, theirs, ratio = measure.compare(
        lambda: [numbers.sum() for _ in range(3)], lambda: numbers.sum(), threads=1, seconds=0.2
    )
    assert ours > theirs > 0 and 1.5 < ratio < 6


def test_without_pytorch_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(program.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["benchmarks"])
    assert program.main() == 0
    assert "PyTorch, which is not installed here: pip install torch" in capsys.readouterr().out


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


@pytest.mark.parametrize("name", [name for name in gpu.STEPS if "ResNet" not in name and "512" not in name])  # too long
def test_each_training_step_keeps_to_the_gpu(name, count_transfers):
    """Nothing is read, which would wait for the device, and nothing is sent."""
    step = gpu.STEPS[name](edutorch, "cuda")
    with count_transfers() as transfers:
        step()
        step()
    assert (transfers.to_host, transfers.to_device) == (0, 0)


def test_recorded_figures_name_their_gpu():
    for path in gpu.RESULTS.glob("nvidia-*.json"):
        found = json.loads(path.read_text())
        assert path == gpu.RESULTS / gpu.file_name(found) and "tand-in" not in found["gpu"]
        assert found["steps"].keys() <= gpu.STEPS.keys()
