"""solutions/README.md is in step with the notebooks beside it."""

from edutorch.course.assignment import FORMS, load_assignment
from tests import make_solutions_readme


def test_the_table_of_questions_is_in_step():
    written = make_solutions_readme.PAGE.read_text(encoding="utf-8")
    assert written == make_solutions_readme.page(), "run python -m tests.make_solutions_readme"


def test_each_exercise_asks_in_all_six_forms():
    for path in make_solutions_readme.PAGE.parent.glob("*.ipynb"):
        asked = {question.form for question in load_assignment(path).questions.values()}
        assert asked == set(FORMS) - {"text"}, path.name  # prose is graded by hand
