"""The list of concepts: read, refused where it is wrong, and made into a glossary."""

import pytest

from edutorch.course.concepts import glossary, index, load_concepts

ENTRY = (
    '[[concept]]\nname = "learning rate"\nchapter = "02_x"\nsays = "How far a step goes."\nforms = ["learning rates"]\n'
)


def listed(folder, text):
    (folder / "concepts.toml").write_text(text)
    return load_concepts(folder)


def test_an_entry_is_read_and_found_in_texts(tmp_path):
    (concept,) = listed(tmp_path, ENTRY)
    assert (concept.name, concept.chapter, concept.api) == ("learning rate", "02_x", ())
    for text in ("The Learning\nrate is", "two learning rates"):
        assert concept.stands_in(text)
    for text in ("learning rated", "the rate of learning", "a non-learning rate"):
        assert not concept.stands_in(text)


@pytest.mark.parametrize("wrong", [ENTRY + 'color = "red"\n', '[[concept]]\nname = "loss"\n', ENTRY + ENTRY])
def test_a_wrong_list_is_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match="concepts.toml: the concept '"):
        listed(tmp_path, wrong)


def test_the_glossary_and_the_index_are_in_order_of_names(tmp_path):
    other = ENTRY.replace("learning rate", "Adam").replace("02_x", "06_y") + 'api = ["optim.Adam", "optim.AdamW"]\n'
    concepts = listed(tmp_path, ENTRY + other)
    assert glossary(concepts) == (
        "- **Adam**: How far a step goes. (`optim.Adam`, `optim.AdamW`)\n- **learning rate**: How far a step goes."
    )
    assert index(concepts) == "[Adam](06_y.ipynb) · [learning rate](02_x.ipynb)"
