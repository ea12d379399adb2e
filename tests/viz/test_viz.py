"""Pictures of the graph, and the loss curve."""

import xml.etree.ElementTree as ElementTree

import pytest

import edutorch as torch
from edutorch.viz import LossCurve, graph, progress


@pytest.fixture
def loss():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    b = torch.tensor(0.5, requires_grad=True)
    return (w * w).sum() + b, {"w": w, "b": b}


def test_the_graph_names_leaves_shapes_and_operations(loss):
    result, names = loss
    text = graph(result, names).mermaid
    for part in ('(["w<br/>(2)"])', '(["b<br/>scalar"])', '["Mul"]', '["Sum"]', '["Add"]', "result"):
        assert part in text
    assert text.count("-->") == 6  # w twice into Mul, Mul to Sum, Sum and b to Add, Add to the result


def test_values_and_gradients_on_request(loss):
    result, names = loss
    assert "1, 2" not in graph(result, names).mermaid
    result.backward(retain_graph=True)
    text = graph(result, names, values=True, gradients=True).mermaid
    assert "1, 2" in text and "grad 2, 4" in text and "5.5" in text


def test_the_svg_is_well_formed_with_a_box_for_each(loss, tmp_path):
    picture = graph(loss[0], {"<w> & co": loss[1]["w"]})
    root = ElementTree.fromstring(picture.svg)
    names = [each.tag.split("}")[1] for each in root.iter()]
    assert names.count("rect") - 1 == len(picture.boxes) == 6  # and the card behind them
    assert "<w> & co" in [each.text for each in root.iter() if each.tag.endswith("text")]
    picture.save(tmp_path / "graph.svg")
    assert (tmp_path / "graph.svg").read_text() == picture.svg
    assert set(picture._repr_mimebundle_()) == {"text/vnd.mermaid", "image/svg+xml", "text/plain"}


def test_a_modules_parameters_lend_their_names():
    model = torch.nn.Linear(2, 1)
    assert '"weight<br/>(1, 2)"' in graph(model(torch.ones(1, 2)).sum(), model).mermaid


def test_a_long_chain_is_drawn_without_recursion():
    x = torch.ones(1, requires_grad=True)
    y = x
    for _ in range(3000):
        y = y + 1
    assert len(graph(y).boxes) == 3002


def test_nothing_recorded_is_refused():
    with pytest.raises(RuntimeError, match="nothing was recorded"):
        graph(torch.ones(2).sum())


def test_the_loss_curves_running_mean_and_figure():
    curve = LossCurve(window=2)
    for value in (torch.tensor(4.0), 2.0, 6.0):
        curve.add(value)
    assert curve.values == [4.0, 2.0, 6.0] and curve.means() == [4.0, 3.0, 4.0]
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    (axes,) = curve.figure.axes
    assert list(axes.lines[1].get_ydata()) == [4.0, 3.0, 4.0]
    assert curve.sentence == "The loss, its mean over 2 steps, goes from 4 to 4 in 3 steps."
    curve.finish()  # outside a notebook: nothing to show, no error


def test_progress_gives_the_items():
    assert list(progress([1, 2, 3], "three")) == [1, 2, 3]
