"""The page of all operations is what the code says, and the code says it for each primitive."""

import re

from edutorch.ops import arithmetic
from tests import make_operations


def test_the_page_is_in_step():
    on_disk = make_operations.PAGE.read_text(encoding="utf-8")
    assert on_disk == make_operations.page(), "run: python -m tests.make_operations"


def test_every_primitive_states_its_gradient():
    silent = [
        each.__name__
        for _, module in make_operations.modules()
        for each in make_operations.primitives(module)
        if not re.search("dL/d|no gradient|no derivative", make_operations.formula(each))
    ]
    assert silent == []


def test_an_operation_without_a_function_of_its_own_is_named():
    found = make_operations.others(arithmetic)
    assert "lerp" in found and "add" not in found
    assert re.search(r"^\| \[ops/arithmetic.py\]\(ops/arithmetic.py\) \|.*\blerp\b", make_operations.page(), re.M)


def test_every_link_of_the_page_leads_to_a_file():
    links = set(re.findall(r"\]\(([^)]+)\)", make_operations.page()))
    assert links and [link for link in links if not (make_operations.PAGE.parent / link).is_file()] == []
