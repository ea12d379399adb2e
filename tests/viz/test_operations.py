"""The page of all operations is what the code says, and the code says it for each primitive."""

from edutorch.viz import operations


def test_the_page_is_in_step():
    on_disk = operations.PAGE.read_text(encoding="utf-8")
    assert on_disk == operations.page(), "run: python -m edutorch.viz.operations"


def test_every_primitive_states_its_gradient():
    silent = [
        each.__name__
        for _, module in operations.modules()
        for each in operations.primitives(module)
        if "dL/d" not in operations.first_paragraph(each)
        and "no gradient" not in operations.first_paragraph(each)
        and "no derivative" not in operations.first_paragraph(each)
    ]
    assert silent == []


def test_a_composition_is_shown_by_its_definition():
    from edutorch.ops import arithmetic

    assert operations.is_composition(arithmetic.lerp)
    shown = "def lerp(input, end, weight):\n    return input + (end - input) * weight"
    assert operations.definition(arithmetic.lerp) == shown and shown in operations.page()
    assert not operations.is_composition(arithmetic.add)
