"""What exercise 11 calls right is what the stand-in for CuPy counts."""

import json

import pytest

import edutorch as torch
from edutorch import nn, pending

from .pages import Page

PAGE = Page("11_gpu")


@pytest.fixture(scope="module")
def answer() -> dict:
    return PAGE.answer("transfers")


def program() -> str:
    """The training program in the text of question 1."""
    return PAGE.program("transfers")


LOSS = "        loss = nn.functional.cross_entropy(net(x), y)\n"
ITEM = "total += loss.item()"
CHANGED = {
    "b": ("", ""),
    "c": (ITEM, "total += loss.detach()"),
    "d": (LOSS, f"{LOSS}        if not torch.isfinite(loss): break\n"),
    "e": (LOSS, f"{LOSS}        print(loss.shape)\n"),
}


def counted(source: str, count_transfers):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10)).to("cuda")
    names = {"torch": torch, "nn": nn, "net": net, "optimizer": torch.optim.SGD(net.parameters(), lr=0.1)}
    names |= {"images": torch.rand(1000, 1, 28, 28), "labels": torch.arange(1000) % 10}
    with count_transfers() as transfers:
        exec(source, names)
    return transfers


@pytest.mark.parametrize("part", CHANGED)
def test_how_often_the_program_waits(part, answer, count_transfers, monkeypatch):
    """Class numbers that were to be checked later are read where the program waits anyhow: that is no wait more."""
    checked = []
    monkeypatch.setattr(pending, "_raise_beyond", lambda *found: checked.append(found))
    old, new = CHANGED[part]
    assert old in program()
    transfers = counted(program().replace(old, new) if old else program(), count_transfers)
    assert transfers.to_host == answer[part] + len(checked)


def test_how_many_tensors_cross(answer, count_transfers):
    assert counted(program(), count_transfers).to_device == answer["a"]
    before = 'images, labels = images.to("cuda"), labels.to("cuda")\n'
    assert counted(before + program(), count_transfers).to_device == answer["f"]


def test_how_many_kilobytes_cross(answer, count_transfers):
    for dtype, part in (torch.float32, "g"), (torch.uint8, "h"):
        with count_transfers() as transfers:
            torch.zeros(100, 1, 28, 28, dtype=dtype).to("cuda")
        assert transfers.bytes_to_device == pytest.approx(1000 * answer[part])


def test_the_mended_function_waits_for_nothing_on_the_device(count_transfers):
    names: dict = {"torch": torch}
    exec(PAGE.questions["scale"].answer, names)
    w = torch.ones(3, device="cuda", requires_grad=True)
    (w * w).sum().backward()
    norm = w.grad.norm()
    with count_transfers() as transfers:
        names["clip_grads_with_norm_"]([w], 1.0, norm)
    assert transfers.to_host == 0 and w.grad.norm().item() == pytest.approx(1, rel=1e-5)


def test_the_launch_cost_is_the_recorded_one(root):
    results = root / "tests" / "benchmarks" / "results" / "nvidia-h200-2026-11-28.json"
    names = PAGE.setup()
    assert names["LAUNCH"] == round(json.loads(results.read_text())["launch"]["given_us"], 1)


def test_the_clock_of_the_simulated_gpu():
    names = PAGE.setup()
    gpu = names["Gpu"](busy=50)
    for work in (100, 300, 20):
        gpu.launch(work)
    assert gpu.clock() == pytest.approx(25.2)  # the 0.0252 ms of question 4
    gpu.synchronize()
    assert gpu.clock() == pytest.approx(50 + 420)
