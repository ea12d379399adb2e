"""What `waiting` counts on the CPU is what waits on the device."""

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.course.waiting import METHODS, waiting

WAITS = {  # a line: how often it waits
    "loss.detach()": 0,
    "loss + 1": 0,
    "loss.shape": 0,
    "len(x)": 0,
    "x[0]": 0,
    "x[:, 1:2]": 0,
    "torch.where(x > 0, x, 0)": 0,
    "x.clamp(min=0).sum()": 0,
    "torch.isfinite(x).all()": 0,
    "nn.utils.clip_grad_norm_([w], 1.0)": 0,
    "nn.functional.cross_entropy(x, labels).backward()": 0,
    "loss.item()": 1,
    "x.tolist()": 1,
    "x.cpu()": 1,
    "float(loss)": 1,
    "int(loss)": 1,
    "loss > 10 and None": 1,
    "min(loss, 1.0)": 1,
    "str(loss)": 1,
    "repr(x)": 1,
    "f'{loss:.2f}'": 1,
    "x[x > 0]": 1,
    "x[0, x[0] > 0]": 1,
    "x.nonzero()": 1,
    "x.masked_select(x > 0)": 1,
    "torch.equal(x, x)": 1,
    "torch.allclose(x, x)": 1,
    "x.unique()": 1,
    "1.0 in x": 1,
    "[float(each) for each in x[0]]": 4,
    "nn.utils.clip_grad_norm_([w], 1.0, error_if_nonfinite=True)": 1,
}


def names_on(device: str) -> dict:
    torch.manual_seed(0)
    w = torch.ones(3, device=device, requires_grad=True)
    (w * w).sum().backward()
    x = torch.randn(3, 4).to(device).requires_grad_()
    labels = torch.tensor([0, 1, 3]).to(device)
    return {"torch": torch, "nn": nn, "x": x, "w": w, "labels": labels, "loss": torch.tensor(2.0).to(device)}


@pytest.mark.parametrize(("line", "times"), WAITS.items())
def test_a_line_waits_here_where_it_waits_on_the_device(line, times, count_transfers):
    here, there = names_on("cpu"), names_on("cuda")
    with waiting() as waits:
        exec(line, here)
    assert len(waits) == times, waits
    with count_transfers() as transfers:
        exec(line, there)
    assert (transfers.to_host > 0) == (times > 0)


def test_behind_the_block_nothing_is_counted_and_nothing_has_changed():
    before = {name: vars(torch.Tensor).get(name) for name in METHODS}
    with pytest.raises(ZeroDivisionError), waiting() as waits:
        1 / torch.tensor(0.0).item()
    assert waits == ["item"] and {name: vars(torch.Tensor).get(name) for name in METHODS} == before
    torch.tensor(1.0).item()
    assert waits == ["item"]
