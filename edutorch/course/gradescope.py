"""Gradescope: its results.json for each submission, and the autograder's zip file that makes them there.

The zip has edutorch itself, the one solution, `setup.sh`, which installs what they need, and `run_autograder`.
"""

from __future__ import annotations

import importlib.metadata
import json
import zipfile
from pathlib import Path

from .diagnose import Verdict
from .drawn import with_seed
from .grade import load_solution
from .notebook import Notebook, NotebookError, course_data, write_text
from .overlay import read_overlaid
from .report import case_text, feedback_lines, file_names
from .results import Report, Row
from .sandbox import PACKAGE

VISIBILITY = ("after_published", "after_due_date", "hidden", "visible")
NEEDED = ("numpy", "threadpoolctl", "platformdirs", "nbval", "pytest", "ipykernel")
SETTINGS = "edutorch.json"
SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, as root, to build the image.
set -euo pipefail
cd /autograder/source
chmod 600 solution.ipynb edutorch.json  # a learner's code runs as a user of its own, who cannot read them
chmod -R a+rX edutorch
if ! python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))'; then
    apt-get update
    apt-get install -y --no-install-recommends python3 python3-venv
fi
python3 -m venv --clear /autograder/venv
/autograder/venv/bin/python -m pip install {options}-r requirements.txt
"""
RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission, as root.
cd /autograder
PYTHONPATH=/autograder/source exec /autograder/venv/bin/python -P -m edutorch.course.autograder /autograder
"""


def build_autograder(
    solution: Path,
    target: Path,
    wheels: Path | None = None,
    hidden: str = VISIBILITY[0],
    private: Path | None = None,
    seed: int = 0,
) -> None:
    """Write the zip file that is uploaded to Gradescope.

    wheels: a folder with all that requirements.txt names, so that nothing is fetched when the image is built. hidden:
    when a learner may see what hidden checks gave. private: a folder laid over the solution; what it holds goes into
    the zip's one notebook. seed: of the inputs that checks draw; what they expect is computed here. Raises
    NotebookError if the notebook is no solution, or if there are no wheels."""
    notebook = _with_outputs_of_seed(solution, private, seed)
    packages = sorted(wheels.glob("*.whl")) if wheels else []
    if wheels and not packages:
        raise NotebookError(f"{wheels} holds no wheels: pip download -r requirements.txt -d {wheels}")
    options = "--no-index --find-links wheels " if wheels else ""
    texts = {
        "setup.sh": SETUP.format(options=options),
        "run_autograder": RUN,
        "requirements.txt": "".join(f"{name}=={importlib.metadata.version(name)}\n" for name in NEEDED),
        SETTINGS: json.dumps({"exercise": solution.stem, "hidden": hidden, "seed": seed}) + "\n",
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in texts.items():
            _add(file, name, text.encode(), executable=name in ("setup.sh", "run_autograder"))
        _add(file, "solution.ipynb", json.dumps(notebook, ensure_ascii=False).encode())
        for path in _sources():
            _add(file, path.relative_to(PACKAGE.parent).as_posix(), path.read_bytes())
        for path in packages:
            _add(file, f"wheels/{path.name}", path.read_bytes())


def _with_outputs_of_seed(solution: Path, private: Path | None, seed: int) -> Notebook:
    """The solution with the private folder's cells, and in its checks what the reference gives with this seed."""
    assignment = with_seed(load_solution(solution, private), seed)
    outputs = {check.id: check.outputs for question in assignment.questions.values() for check in question.checks}
    notebook = read_overlaid(solution, private)
    for cell in notebook["cells"]:
        data = course_data(cell)
        if data.get("role") == "check":
            cell["outputs"] = outputs[data["id"]]
    return notebook


def _sources() -> list[Path]:
    """The package without the course: no other solution travels along."""
    unwanted = ("__pycache__", "_course")
    files = sorted(path for path in PACKAGE.rglob("*") if path.is_file())
    return [path for path in files if not any(part in unwanted for part in path.relative_to(PACKAGE).parts)]


def _add(file: zipfile.ZipFile, name: str, content: bytes, executable: bool = False) -> None:
    about = zipfile.ZipInfo(name)  # of no date: the same course is the same file
    about.external_attr = (0o100755 if executable else 0o100644) << 16
    about.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(about, content)


def write_gradescope(report: Report, folder: Path, hidden: str = VISIBILITY[0]) -> None:
    """The results.json of Gradescope's autograder format, one for each submission."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, row in file_names(report).items():
        write_results(row, folder / f"{name}.json", hidden)


def write_results(row: Row, path: Path, hidden: str, seconds: float | None = None) -> None:
    """One results.json; `hidden`: the visibility of hidden checks; seconds: how long the grading took, if known."""
    tests = [test for verdict in row.verdicts for test in _tests(verdict, hidden)]
    told = "" if row.verdicts else row.reason  # else each test says it
    data: dict[str, object] = {
        "score": row.final,
        "output": f"{told}\n{row.sandbox}".strip(),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    data |= {} if seconds is None else {"execution_time": round(seconds, 1)}
    write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", path)


def _tests(verdict: Verdict, visibility: str) -> list[dict[str, object]]:
    """The checks in sight as one test; hidden ones as another, with nothing of what they show."""
    told = "\n".join([verdict.words, case_text(verdict), *feedback_lines(verdict)])
    nothing_ran = {"hidden": False, "points": verdict.points, "of": verdict.of, "passed": verdict.passed}
    tests: list[dict[str, object]] = []
    for hidden, name in ((False, verdict.title), (True, f"{verdict.title}, other inputs")):
        checks = [check for check in verdict.checks or [nothing_ran] if check["hidden"] == hidden]
        if checks:
            tests.append(
                {
                    "name": name,
                    "score": sum(check["points"] for check in checks),
                    "max_score": sum(check["of"] for check in checks),
                    "status": "passed" if all(check["passed"] for check in checks) else "failed",
                    "output": "" if hidden else told,
                    "output_format": "text",
                    "visibility": visibility if hidden else "visible",
                }
            )
    return tests
