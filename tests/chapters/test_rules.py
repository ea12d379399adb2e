"""Each rule for chapters, seen to find the fault it is there for, in a small chapter that is otherwise in order."""

import copy

import pytest

from edutorch.course.concepts import Concept
from tests.chapters import rules

TITLE = """# 3. Autograd: how can a program know its own slope?

**10 minutes**. You need [chapter 2](02_linear_regression.ipynb).

You will be able to

- one
- two
- three
"""
ASK = 'guess = None  # steps, or "skip"\nsteps_guess = ask(guess, unit="steps")'
REVEAL = "steps = 44\nif reveal(steps_guess, steps):\n    print(steps)"


def markdown(source: str, **metadata) -> dict:
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def code(source: str, *tags: str, shows: str = "", data: dict | None = None, **metadata) -> dict:
    outputs = [{"output_type": "stream", "name": "stdout", "text": shows}] if shows else []
    outputs += [{"output_type": "display_data", "data": data, "metadata": {}}] if data else []
    metadata = {"tags": list(tags), **metadata}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": outputs}


def turn(answer: bool = True) -> dict:
    tries = [{"source": "b = 3"}, {"source": "b = 4", "prints": "✗"}] if answer else []
    shows = "Your turn: complete this cell, then run it again.\n"
    return code("b = ...  # your turn\ncheck_turn(b, 3)", shows=shows, edutorch={"tries": tries})


def widget() -> dict:
    picture = {"text/html": '<img alt="a line through the points" src="">', "text/plain": "a line"}
    return code("play(draw, slider)", data=picture)


CHAPTER = {
    "cells": [
        markdown("navigation"),
        markdown(TITLE),
        code("1 / 0", "surprise", "raises-exception"),
        markdown("The *gradient* is a slope."),
        *(turn() for _ in range(3)),
        *(widget() for _ in range(2)),
        code(ASK),
        code(REVEAL, "reveal", shows="the result: 44 steps\n44\n"),
        *(code(ASK.replace("steps_guess", f"guess_{n}")) for n in range(2)),
        *(code(f"reveal(guess_{n}, 7);", "reveal") for n in range(2)),
        markdown("## Deeper", **{"jp-MarkdownHeadingCollapsed": True}),
        markdown("navigation"),
    ]
}
CONCEPTS = [
    Concept("gradient", "03_autograd", "says", ("gradients",)),
    *(Concept(name, "03_autograd", "says") for name in ("slope", "graph")),
    Concept("softmax", "05_classification", "says"),
]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_chapter_in_order_has_no_faults(rule):
    assert list(rule(CHAPTER)) == []


def faults(rule, place: int, cell: dict) -> list[str]:
    """With another cell at a place."""
    changed = copy.deepcopy(CHAPTER)
    changed["cells"][place] = cell
    return list(rule(changed))


@pytest.mark.parametrize(
    ("rule", "place", "cell", "fault"),
    [
        (rules.has_a_frame, 1, markdown(TITLE.replace("?", "")), "title and its question"),
        (rules.has_a_frame, 1, markdown(TITLE.replace("- two\n", "")), "three items"),
        (rules.has_a_frame, 1, markdown(TITLE.replace("minutes", "pages")), "30 minutes"),
        (rules.says_how_long_it_takes, 1, markdown(TITLE.replace("10", "45")), "it takes 10.7 minutes"),
        (rules.says_how_long_it_takes, 3, markdown("word " * 750), "say **15 minutes**"),
        (rules.has_a_frame, 1, markdown(TITLE.replace("need", "like")), "You need"),
        (rules.opens_with_a_surprise, 2, code("1 + 1"), "tagged `surprise`"),
        (rules.lets_the_reader_do_something, 4, code("b = 3"), "2 turns"),
        (rules.lets_the_reader_do_something, 7, code("draw(3)"), "1 widgets"),
        (rules.lets_the_reader_do_something, 9, code("guess = 3"), "2 predictions"),
        (rules.has_short_cells, 2, code("a = 1\n" * 31), "more than 30 lines"),
        (
            rules.folds_long_plots,
            2,
            code("figure, axes = plt.subplots()\n" + "axes.plot(a)\n" * 8),
            "9 lines that draw",
        ),
        (rules.gives_pictures_a_text, 2, code("plt.show()", data={"image/png": "x"}), "without alternative text"),
        (
            rules.gives_pictures_a_text,
            2,
            code("play()", data={"text/html": '<img alt="" src="">'}),
            "without alternative",
        ),
        (rules.gives_pictures_a_text, 2, code("draw()", data={"image/svg+xml": "<svg></svg>"}), "without a label"),
        (rules.leaves_static_pictures, 7, code("play(draw, slider)", data={"text/plain": "VBox"}), "without a static"),
        (
            rules.leaves_static_pictures,
            7,
            code("play(draw, slider)", data={"application/vnd.jupyter.widget-view+json": {}, "text/html": "x"}),
            "`make notebooks` drops it",
        ),
        (rules.uses_plain_words, 3, markdown("The digits kept aside."), "kept aside"),
        (rules.uses_plain_words, 3, markdown("We normalise the colour."), "normalise"),
        (rules.uses_plain_words, 2, code("a = 1  # a grey pixel"), "grey"),
        (rules.shows_short_sources, 2, code("show_source(nn.Linear)", shows="line\n" * 40), "40 lines of source"),
        (rules.shows_sources_that_fit, 2, code("show_source(nn.Linear)", shows="w" * 110), "a line of 110 characters"),
        (
            rules.uses_plain_words,
            3,
            markdown("The derivative of the loss by each weight."),
            "derivative of the loss by each",
        ),
        (rules.writes_formulas_that_need_no_mathjax, 3, markdown("The line $w x + b$."), "needs MathJax: '$w x + b$'"),
        (rules.folds_the_deeper_part, 15, markdown("### Deeper: the Hessian"), "is not folded"),
        (rules.asks_before_it_reveals, 9, code('n = ask(guess, unit="%")'), "n: above it stands guess = None"),
        (rules.asks_before_it_reveals, 10, code(REVEAL), "not tagged"),
        (rules.asks_before_it_reveals, 10, code(REVEAL + "\nprint(steps)", "reveal"), "shown without a guess"),
        (rules.asks_before_it_reveals, 10, code("if steps > 3:\n    print(steps)", "reveal"), "NAME.revealed"),
        (rules.asks_before_it_reveals, 10, code("plt.show()", "reveal"), "shown without a guess"),
        (rules.asks_before_it_reveals, 12, code(ASK), "two questions have the name steps_guess"),
        (
            rules.asks_before_it_reveals,
            10,
            code('reveal(steps_guess, "a", overlooks={"b": "no"})', "reveal"),
            "fold the cell",
        ),
        (
            rules.seeds_what_it_reveals,
            10,
            code("steps = nn.Linear(2, 1)(x)\nreveal(steps_guess, steps)", "reveal"),
            "random",
        ),
        (rules.gives_no_result_away, 3, markdown("It takes 44 steps."), "the result 44 steps stands already"),
        (rules.gives_no_result_away, 2, code("1", shows="44 steps"), "the result 44 steps stands already"),
        (rules.has_turns_with_answers, 4, turn(answer=False), "without an answer"),
        (rules.has_turns_with_answers, 4, code("b = 3\ncheck_turn(b, 3)", shows="✓ Right."), "already completed"),
    ],
)
def test_each_rule_finds_its_fault(rule, place, cell, fault):
    found = faults(rule, place, cell)
    assert any(fault in each for each in found), found


def test_a_name_that_is_set_only_with_a_guess_is_needed_nowhere_else():
    changed = copy.deepcopy(CHAPTER)
    changed["cells"][10] = code("if reveal(steps_guess, 44):\n    path = 3\n    print(path)", "reveal")
    assert list(rules.depends_on_no_revealed_name(changed)) == []
    changed["cells"][12] = code("print(path)")
    assert "path is set only where a guess was made" in next(rules.depends_on_no_revealed_name(changed))


def test_a_function_that_makes_something_random_is_seeded_where_it_is_revealed():
    changed = copy.deepcopy(CHAPTER)
    changed["cells"][2] = code("def steps_of(n):\n    return torch.randn(n)", "surprise")
    changed["cells"][10] = code("reveal(steps_guess, steps_of(3))", "reveal")
    assert "random, and not seeded" in next(rules.seeds_what_it_reveals(changed))
    changed["cells"][9] = code(f"torch.manual_seed(0)\n{ASK}")
    assert list(rules.seeds_what_it_reveals(changed)) == []


def test_long_numbers_are_found_without_their_unit():
    changed = copy.deepcopy(CHAPTER)
    changed["cells"][10] = code(REVEAL, "reveal", shows="the result: 2,097,151 nodes\n")
    assert list(rules.gives_no_result_away(changed)) == []
    changed["cells"][3] = markdown("for 2097151 is a number")
    assert len(list(rules.gives_no_result_away(changed))) == 1


def test_terms_of_later_chapters_are_found():
    assert list(rules.names_only_what_was_taught(CHAPTER, "03_autograd", CONCEPTS)) == []
    changed = copy.deepcopy(CHAPTER)
    changed["cells"][3] = markdown("`softmax` in code, and [chapter 5](05_classification.ipynb) on softmax in a link")
    assert list(rules.names_only_what_was_taught(changed, "03_autograd", CONCEPTS)) == []
    changed["cells"][3] = markdown("The softmax\nof it.")
    assert "'softmax' is taught in 05" in next(rules.names_only_what_was_taught(changed, "03_autograd", CONCEPTS))


def test_concepts_stand_in_italics():
    found = list(rules.introduces_its_concepts(CHAPTER, "03_autograd", CONCEPTS))
    assert found == ["*slope* stands nowhere in italics", "*graph* stands nowhere in italics"]
    assert "lists 1 concepts" in next(rules.introduces_its_concepts(CHAPTER, "05_classification", CONCEPTS))
