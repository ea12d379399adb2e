"""What Gradescope runs for a submission: `python -P -m edutorch.course.autograder /autograder`.

Reads source/solution.ipynb and submission/ in that folder, and writes results/results.json, whatever happens.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path

from .grade import grade_handins, load_solution
from .gradescope import SETTINGS, write_results
from .handins import find_handins
from .notebook import NotebookError
from .results import Row
from .rules import Rules
from .sandbox import best_sandbox


def main(root: Path) -> None:
    """Grade what was handed in; of several notebooks the last one counts."""
    start = time.monotonic()
    settings = json.loads((root / "source" / SETTINGS).read_text(encoding="utf-8"))
    try:
        row = _graded(root, settings["exercise"], settings["seed"])
    except Exception as error:  # a student is told something in any case
        traceback.print_exc()
        row = Row("", 0.0, 0.0, [], f"the autograder could not grade this: {type(error).__name__}: {error}")
    write_results(row, root / "results" / "results.json", settings["hidden"], time.monotonic() - start)


def _graded(root: Path, exercise: str, seed: int) -> Row:
    solution = root / "source" / "solution.ipynb"
    assignment, hidden = replace(load_solution(solution), seed=seed), (solution.resolve(),)
    if best_sandbox(hidden).label.endswith("as root"):
        raise NotebookError("the image gives a submission no user of its own: nothing was run")
    handins = find_handins([root / "submission"], exercise)
    for handin in handins:
        handin.student = "the student"
    report = grade_handins(assignment, handins, jobs=1, hidden=hidden)
    rows = Rules().apply(report).rows
    return rows[0] if rows else Row("", 0.0, assignment.points, [], "no notebook was handed in")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
