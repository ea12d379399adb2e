"""show_source: live source, with its place."""

import pytest

import edutorch as torch
from edutorch.course import show_source
from edutorch.course.source import find
from edutorch.ops.exponential import Exp


def test_the_source_is_the_librarys_own():
    listing = show_source(Exp)
    assert listing.text.startswith("class Exp(Function):") and "return gy * y" in listing.text
    assert listing.place.startswith("edutorch/ops/exponential.py, line ")
    assert listing._repr_markdown_().count("```") == 2
    assert repr(listing).startswith("# edutorch/ops/exponential.py")


def test_a_dotted_name_and_a_method_do():
    assert show_source("edutorch.ops.exponential.Exp").text == show_source(Exp).text
    assert show_source(torch.Tensor.exp).text.startswith("def exp(")


@pytest.mark.parametrize(("name", "line"), [("Tensor.relu", "def relu("), ("Linear", "class Linear(")])
def test_a_decorated_function_is_shown_from_its_own_file(name, line):
    listing = show_source(f"edutorch.tiny.{name}")
    assert listing.text.startswith(line) and listing.place.startswith("edutorch/tiny.py, line ")


def test_at_most_25_lines_and_the_way_to_the_rest():
    listing = show_source(torch.nn.Module)
    assert listing.text.count("\n") == 25 and listing.text.startswith("class Module")
    assert "more lines. One function alone: `show_source(Module." in listing.note
    assert repr(listing).count("\n") <= 27
    assert show_source(Exp).note == ""


def test_of_a_module_its_contents_are_shown():
    listing = show_source("edutorch.ops.exponential")
    assert "class Exp\n" in listing.text and "def exp\n" in listing.text and "return" not in listing.text
    assert listing.place.endswith("line 1")


def test_what_has_no_source_is_named():
    with pytest.raises(TypeError, match="3 has no Python source"):
        show_source(3)
    with pytest.raises(AttributeError):
        find("edutorch.ops.exponential.Nothing")
    with pytest.raises(ModuleNotFoundError):
        find("nothing_there.at_all")


def test_a_class_is_shown_from_its_file_whatever_its_public_module():
    assert torch.optim.lr_scheduler.StepLR.__module__ == "edutorch.optim.lr_scheduler"
    shown = show_source(torch.optim.lr_scheduler.StepLR)
    assert shown.place.startswith("edutorch/optim/lr_scheduler/decay.py") and shown.text.startswith("class StepLR(")
    assert show_source(torch.Tensor).place.startswith("edutorch/tensor.py")
