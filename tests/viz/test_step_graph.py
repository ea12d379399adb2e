"""The graph with its numbers: values, constants, and gradients that arrive step by step."""

import xml.etree.ElementTree as ElementTree

import pytest

import edutorch as torch
from edutorch.autograd.function import Function
from edutorch.viz.step_graph import recorded, step_graph, walk_back


@pytest.fixture
def leaves():
    return {name: torch.tensor(value, requires_grad=True) for name, value in (("a", 2.0), ("b", -3.0))}


def calculate(leaves):
    return lambda: (leaves["a"] * leaves["b"] + 10) * leaves["a"]


def lines(picture):
    return [" ".join(box.lines) for box in picture.boxes]


def test_values_and_constants_stand_from_the_beginning(leaves):
    first = walk_back(calculate(leaves), leaves).pictures[0]
    assert lines(first) == [
        "a value 2 grad ?",
        "b value -3 grad ?",
        "constant 10",
        "Mul value -6 grad ?",
        "Add value 4 grad ?",
        "Mul value 8 grad 1",
    ]
    assert [box.kind for box in first.boxes] == ["leaf", "leaf", "constant", "node", "node", "result"]


def test_each_step_sends_the_gradients_of_one_operation(leaves):
    walk = walk_back(calculate(leaves), leaves)
    assert walk.sentences == [
        "The result is 8.",
        "Step 1: Mul sends back 2 to Add, 4 to a.",
        "Step 2: Add sends back 2 to Mul.",
        "Step 3: Mul sends back -6 to a, 4 to b.",
    ]
    assert [lines(picture)[0] for picture in walk.pictures] == [
        "a value 2 grad ?",
        "a value 2 grad 4",
        "a value 2 grad 4",
        "a value 2 grad -2",
    ]
    assert [[box.lines[0] for box in picture.boxes if box.kind == "current"] for picture in walk.pictures] == [
        [],
        ["Mul"],
        ["Add"],
        ["Mul"],
    ]
    last = walk.pictures[-1].boxes[-1]
    assert [label for _, label in last.sources] == ["2", "4"]


def test_gradients_and_the_library_are_as_before(leaves):
    leaves["a"].grad = torch.tensor(7.0)
    before = Function._record
    walk_back(calculate(leaves), leaves)
    assert leaves["a"].grad.item() == 7.0 and leaves["b"].grad is None
    assert Function._record is before
    with pytest.raises(ZeroDivisionError), recorded():
        raise ZeroDivisionError
    assert Function._record is before


def test_nothing_recorded_is_refused():
    with pytest.raises(RuntimeError, match="nothing was recorded"):
        walk_back(lambda: torch.ones(1).sum())


def test_the_button_goes_one_step_back_and_starts_again(leaves):
    pytest.importorskip("ipywidgets", reason="ipywidgets is not installed (extra lab)")
    shown = step_graph(calculate(leaves), leaves)
    button = shown.box.children[0].children[0]
    assert "The result is 8." in shown.picture.value
    seen = []
    for _ in range(4):
        button.click()
        seen.append(shown.control.value)
    assert seen == [1, 2, 3, 0]
    static = shown._repr_mimebundle_()
    assert static["text/plain"].startswith("Step 3") and 'alt="Step 3' in static["text/html"]


def test_the_picture_is_well_formed_and_named(leaves):
    root = ElementTree.fromstring(walk_back(calculate(leaves), leaves).pictures[-1].svg)
    assert root.get("role") == "img" and root.get("aria-label").startswith("A graph of 6 boxes: a, b, constant")


def test_numbers_on_arrows_that_cross_stand_apart(leaves):
    a, b = leaves.values()
    root = ElementTree.fromstring(walk_back(lambda: (a * b) * (a + b), leaves).pictures[-1].svg)
    labels = [text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.get("font-size") == "10"]
    assert len(labels) == 6
    places = sorted((float(text.get("y")), float(text.get("x"))) for text in labels)
    gaps = [right - left for (y, left), (below, right) in zip(places, places[1:], strict=False) if y == below]
    assert min(gaps) > 20, "there is room for four digits"
