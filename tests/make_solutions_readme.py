"""Writes solutions/README.md, the table of questions, forms and mistakes: `python -m tests.make_solutions_readme`.

It is made from the solution notebooks; tests/course/test_solutions_readme.py holds it in step."""

from pathlib import Path

from edutorch.course.assignment import Assignment, Question, load_assignment

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "solutions" / "README.md"


def page() -> str:
    exercises = [load_assignment(path) for path in sorted(PAGE.parent.glob("*.ipynb"))]
    return "\n\n".join([_head(exercises), *map(_exercise, exercises)]) + "\n"


def _head(exercises: list[Assignment]) -> str:
    questions = [question for exercise in exercises for question in exercise.questions.values()]
    mistakes = sum(len(question.mistakes) for question in questions)
    rights = sum(len(question.alternatives) for question in questions)
    drawn = sum(bool(question.variant) for question in questions)
    return f"""\
# The exercises: questions, forms, mistakes

Made from the notebooks in this folder by `python -m tests.make_solutions_readme`. An exercise is written here, with its answers,
and released to `exercises/` by `edutorch release` (see CONTRIBUTING.md).

{len(exercises)} exercises with {len(questions)} questions; beside each reference answer stand {rights} other right answers in all, and {mistakes} planted
mistakes, each with the message that a learner gets for it. Points are those of the checks in sight and of the hidden ones.
{drawn} questions are drawn anew, with other numbers, by `q.practice()`."""


def _exercise(exercise: Assignment) -> str:
    rows = [_row(question) for question in exercise.questions.values()]
    told = [
        f"| {question.id} | {mistake.id.removeprefix(f'{question.id}-')} | {_cell(mistake.message)} |"
        for question in exercise.questions.values()
        for mistake in question.mistakes
    ]
    return "\n".join(
        [
            f"## {exercise.title}",
            "",
            f"`{exercise.name}`, {exercise.points:g} points.",
            "",
            "| question | | form | points | becomes | right answers | mistakes |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            "<details><summary>The mistakes, and what is said of them</summary>",
            "",
            "| question | mistake | what the learner is told |",
            "| --- | --- | --- |",
            *told,
            "",
            "</details>",
        ]
    )


def _row(question: Question) -> str:
    seen = sum(check.points for check in question.checks if not check.hidden)
    becomes = ", ".join(f"`{name}`" for name in question.swaps)
    rights, mistakes = 1 + len(question.alternatives), len(question.mistakes)
    points = f"{seen:g} + {question.points - seen:g}"
    form = f"{question.form}, drawn anew" if question.variant else question.form
    return f"| {question.id} | {_cell(question.title)} | {form} | {points} | {becomes} | {rights} | {mistakes} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
