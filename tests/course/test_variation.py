"""A witness that looks at its candidates in place of calling them, in each way found, gets no more than a guess."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.diagnose import diagnose
from edutorch.course.forms import rejects
from edutorch.course.run import run_answers
from edutorch.course.variation import varied

SOLUTIONS = Path(__file__).parents[2] / "solutions"
# For transpose, whose right one everybody can read in the public check.
OF_A_FUNCTION = {
    "the name": "f.__name__ == 'right'",
    "the name in the code": "'right' in f.__code__.co_qualname",
    "the bytecode": "f.__code__.co_code == right.__code__.co_code",
    "a hash of it": "hash(f.__code__.co_code) == hash(right.__code__.co_code)",
    "its length": "len(f.__code__.co_code) == len(right.__code__.co_code)",
    "the names it uses": "f.__code__.co_names == ('transpose',)",
    "a name it does not use": "not {'clone', 'reshape', 'shape', 'expand', 'zeros'} & set(f.__code__.co_names)",
    "its constants": "f.__code__.co_consts == right.__code__.co_consts",
    "where it stands": "list(f.__code__.co_positions())[-1] == list(right.__code__.co_positions())[-1]",
    "how many lines it has": "len({line for _, _, line in f.__code__.co_lines()}) == 2",
    "the one that is called right": "f.__code__.co_code == f.__globals__['right'].__code__.co_code",
    "its source": "'clone' not in __import__('inspect').getsource(f)",
    "how it is written": "repr(f) == repr(right)",
}
FUNCTION = "def right(x):\n    return x.transpose(0, 1)\n\ndef accepts(f):\n    return {}"
# For Square of exercise 3, whose gradients are functions in a closure.
OF_A_CLASS = {
    "the name of a base": "'right' in Square.__mro__[1].__qualname__",
    "the function in its closure": "gradient(Square).__code__.co_code == right.__code__.co_code",
    "the names in it": "gradient(Square).__code__.co_names == ()",
    "its numbers": "gradient(Square).__code__.co_consts == right.__code__.co_consts",
    "that of the one called right": "gradient(Square) is gradient(Square.backward.__globals__['right'])",
}
CLASS = (
    "right = lambda gy, x: gy * 2 * x\n\ndef gradient(cls):\n    return cls.backward.__closure__[0].cell_contents\n\n"
    "def accepts(Square):\n    return {}"
)
# It needs no look: who is called how often.
OF_ITS_MEMORY = {
    "the order in the hidden check": "calls = []\n\ndef accepts(f):\n    calls.append(f)\n"
    "    return len(calls) in (1, 8, 11)"
}
PUBLIC = 1.0  # the order of the check in sight can be counted


def points(exercise: str, sources: dict[str, str]) -> dict[str, float]:
    assignment = load_assignment(SOLUTIONS / f"{exercise}.ipynb")
    witness = assignment.questions["witness"]
    copies = {name: replace(witness, id=name) for name in sources}
    answers = {name: f"# question: {name}\n{source}\n" for name, source in sources.items()}
    runs = run_answers(replace(assignment, questions=copies), answers, trusted=True)
    return {name: diagnose(witness, run).points for name, run in runs.items()}


def test_a_function_is_not_known_by_its_looks():
    sources = {name: FUNCTION.format(look) for name, look in OF_A_FUNCTION.items()}
    earned = points("01_tensors", {**sources, **OF_ITS_MEMORY})
    assert {name: of for name, of in earned.items() if of} in ({}, dict.fromkeys(OF_ITS_MEMORY, PUBLIC))


def test_a_class_is_not_known_by_its_looks():
    sources = {name: CLASS.format(look) for name, look in OF_A_CLASS.items()}
    assert points("03_autograd", sources) == dict.fromkeys(sources, 0.0)


SOURCE = '''
import math

def right(x, *, by=1):
    """Once more."""
    total = x + by
    return total

def wrong(x, by):
    math = x * by
    return math

def root(value, by):
    return math.sqrt(value) + by

def steps():
    for k in range(3):
        yield k

def nothing():
    return None

def make(factor):
    def inner(x):
        return factor * x
    return inner

pair = [lambda x: x + 1, lambda y: y - 1]
count = 0

def counts():
    global count
    count += 1
    return count

RESULT = [right(2, by=3), wrong(2, 3), root(4, 1), [*steps()], nothing(), make(3)(4), [f(1) for f in pair], counts()]
'''
EXPECTED = [5, 6, 3.0, [0, 1, 2], None, 12, [2, 0], 1]


def run(source, results):
    tree, names = varied(source + "\nkeep(RESULT)")
    exec(compile(tree, "<check>", "exec"), names | {"keep": results.append})
    return tree


def test_what_it_does_stays_the_same_however_it_looks():
    results = []
    trees = {ast.dump(run(SOURCE, results)) for _ in range(50)}
    assert results == [EXPECTED] * 50
    assert len(trees) == 50


def test_the_same_names_are_in_all_and_none_says_which_it_is():
    source = "def right(x):\n    return x.one(1)\n\ndef wrong(x):\n    return x.two(2)\n\nkeep(right, wrong)\n"
    tree, names = varied(source)
    kept = []
    exec(compile(tree, "<check>", "exec"), names | {"keep": lambda *given: kept.extend(given)})
    looks = [(set(f.__code__.co_names) - names.keys(), {n for n in f.__code__.co_consts if n in (1, 2)}) for f in kept]
    assert looks[0] == looks[1] and {"one", "two"} <= looks[0][0]
    assert not {"right", "wrong"} & {f.__name__ for f in kept}


def test_the_order_of_definitions_says_nothing():
    source = "def right(x):\n    return 1\n\ndef wrong(x):\n    return 2\n\nkeep(rejects(accepts, [right]))\n"

    def accepts(f):
        first = next(g for g in f.__globals__.values() if "<check>" in str(getattr(g, "__code__", "")))
        return first(0) == 1

    kept = []
    for _ in range(60):
        tree, names = varied(source)
        exec(compile(tree, "<check>", "exec"), names | {"keep": kept.extend, "rejects": rejects, "accepts": accepts})
    assert 10 < sum(kept) < 50


@pytest.mark.parametrize("path", sorted(SOLUTIONS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_check_of_a_witness_can_be_varied(path):
    for question in load_assignment(path).questions.values():
        for check in question.checks:
            if "rejects" in check.source:
                tree, names = varied(check.source)
                assert len(names) == 1 and compile(tree, "<check>", "exec")
                labels = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
                assert any("rejects" in str(label) for label in labels)
                assert "right" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
