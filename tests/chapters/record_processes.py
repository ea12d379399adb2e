"""Records what the processes of chapter 12 give, for readers without MPI: python -m tests.chapters.record_processes

Writes edutorch/course/embedded/processes.json. Run it on an idle machine. What is timed is run several times, and the
run that took the least time in all is kept: the one that was disturbed least."""

import datetime
import json
import os

from IPython.core.interactiveshell import InteractiveShell

from edutorch.course import processes
from edutorch.course.notebook import write_text
from tests.chapters.reading import sources

FILE = processes._ROOT / "edutorch" / "course" / "embedded" / processes.RECORDED
TIMED, TIMES = "measured()", 5
run, call = processes._run, processes.call


def record(chapter: str = "12_parallel") -> dict:
    """Each call of in_processes in a chapter, and what it gave."""
    calls, known = {}, ""

    def note(function, *arguments, count):
        nonlocal known
        known = call(function, *arguments, count=count)
        return known

    def keep(count, text):
        found = min((run(count, text) for _ in range(TIMES)), key=seconds) if TIMED in known else run(count, text)
        calls[known] = rounded(found)
        return found

    processes.call, processes._run = note, keep
    os.environ["EDUTORCH_SKIP_GUESSES"] = "1"
    shell = InteractiveShell.instance()
    for source in sources(chapter, "code"):
        shell.run_cell(source).raise_error()
    return calls


def seconds(found: dict) -> float:
    return sum(found["results"][0].values())


def rounded(value: object) -> object:
    """The same, with numbers of six digits."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


if __name__ == "__main__":
    about = {"date": datetime.date.today().isoformat(), "where": "on two cores", "calls": record()}
    write_text(json.dumps(about, indent=1) + "\n", FILE)
