"""The benchmarks run: each row's work on edutorch, and a clear line where PyTorch is missing."""

import sys

import numpy as np
import pytest

import edutorch
from tests.benchmarks import __main__ as program
from tests.benchmarks import measure, work


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
