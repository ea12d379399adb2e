"""The table of a module's layers."""

import edutorch as torch
from edutorch import nn


def net():
    return nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 10))


def test_summary_of_a_network():
    model = net()
    model[4].requires_grad_(False)
    table = model.summary((2, 1, 4, 4))
    assert (table.total_parameters, table.trainable_parameters) == (4 * 9 + 4 + 8 + 650, 4 * 9 + 4 + 8)
    assert table.total_flops == 2 * (2 * 4 * 16 * 9) + 2 * (2 * 10 * 64)
    text = str(table)
    lines = text.splitlines()
    assert lines[0].split() == ["layer", "type", "input", "output", "parameters", "FLOPs"]
    assert lines[2].startswith("Sequential") and lines[3].startswith("  0 ")
    assert "(2, 1, 4, 4)" in lines[3] and "(2, 4, 4, 4)" in lines[3] and "2,304" in lines[3]
    assert lines[-1] == "698 parameters, 48 trainable, 650 frozen; 4,864 FLOPs in products"


def test_the_module_is_left_as_it_was():
    model = net()
    before = model[1].running_mean.clone()
    model.summary(torch.ones(2, 1, 4, 4))
    assert model.training and model[1].training and torch.equal(model[1].running_mean, before)
    assert all(not module._hooks.forward for module in model.modules())


def test_html_and_parameters_alone():
    page = net().summary()._repr_html_()
    assert page.count("<tr>") == 7 and "<td style='text-align:right;white-space:pre'>650</td>" in page


def test_operations_of_other_layers(device):
    assert nn.Linear(3, 5).to(device).summary((7, 3)).total_flops == 2 * 7 * 3 * 5
    assert nn.ConvTranspose1d(2, 3, 4, groups=1).summary((1, 2, 5)).total_flops == 2 * (2 * 5) * 3 * 4
    assert nn.LSTM(2, 3).summary((6, 1, 2)).total_flops == 2 * 6 * 12 * (2 + 3)
    assert nn.GRUCell(2, 3).summary((4, 2)).total_flops == 2 * 4 * 9 * (2 + 3)
    attention = nn.MultiheadAttention(4, 2)
    table = attention.summary((5, 1, 4), (6, 1, 4), (6, 1, 4))
    assert table.total_flops == 2 * (5 * 4 + 6 * 8 + 5 * 4) * 4 + 2 * 2 * 5 * 6 * 4
    assert "(5, 1, 4), (1, 5, 6)" in str(table)
