"""What `edutorch grade` and `edutorch report` do; cli.py reads the arguments.

Each prints for a person and gives the exit status: 0 where the batch was graded, whatever its points, 2 for a call that
cannot be carried out, 130 where it was stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from .commands import refuse
from .grade import chosen, grade_handins, load_solution
from .handins import HandIn, Roster, find_handins
from .notebook import NotebookError
from .pages import write_html, write_summary
from .report import printable, table, write_answers, write_csv, write_gradescope
from .results import Kept, Report, Row, merged, read_json, write_json
from .rules import Rules
from .sandbox import Limits, Sandbox, best_sandbox

SMALLEST_MEMORY = 64 * 1024**2


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The parsers of grade and report."""
    grading = commands.add_parser(
        "grade",
        help="grade submissions against a solution notebook",
        description="Grade notebooks, or all those of a folder; each in a sandbox of its own. With --json what is done "
        "is kept at once: the same command goes on where it stopped and grades what has changed.",
    )
    grading.add_argument("solution", type=Path, metavar="SOLUTION")
    grading.add_argument("submissions", nargs="+", type=Path, metavar="SUBMISSION")
    grading.add_argument("--json", type=Path, metavar="FILE", help="everything, for `edutorch report`")
    _add_outputs(grading)
    grading.add_argument("--roster", type=Path, metavar="CSV", help="students, and what else each is called")
    grading.add_argument("--student", action="append", default=[], metavar="NAME", help="grade this one again, alone")
    grading.add_argument("--question", action="append", default=[], metavar="ID", help="grade this one again, alone")
    grading.add_argument("--again", action="store_true", help="grade all again, whatever is kept")
    grading.add_argument("--dry-run", action="store_true", help="show what would change in the file of --json")
    grading.add_argument("--shard", type=_shard, default=(1, 1), metavar="2/8", help="the second of eight parts")
    grading.add_argument("--unsafe", action="store_true", help="grade where there is no sandbox, too")
    grading.add_argument("--jobs", type=int, default=2, help="submissions at a time (default: 2)")
    grading.add_argument("--memory", type=int, metavar="MIB", help="for one kernel (default: 2048)")
    grading.set_defaults(call=grade)

    reporting = commands.add_parser("report", help="print gradings kept with grade --json, those of shards as one")
    reporting.add_argument("files", nargs="+", type=Path, metavar="JSON")
    reporting.add_argument("--json", type=Path, metavar="FILE", help="all rows in one file, grades as stored")
    _add_outputs(reporting)
    reporting.set_defaults(call=report)


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--csv", type=Path, metavar="FILE", help="points, for a gradebook")
    parser.add_argument("--html", type=Path, metavar="DIR", help="a page of feedback for each")
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help="a page for the instructor: points, questions, mistakes"
    )
    parser.add_argument("--gradescope", type=Path, metavar="DIR", help="a results.json for each")
    parser.add_argument("--answers", type=Path, metavar="DIR", help="each answer as a file, for JPlag")
    parser.add_argument("--attempt", choices=["last", "best"], default="last", help="which of several hand-ins counts")
    parser.add_argument("--deadline", type=_time, metavar="TIME", help="as 2026-11-30T23:59, of the files' times")
    parser.add_argument("--late-penalty", type=float, default=0.0, metavar="PERCENT", help="for each day begun")


def _time(word: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(word).astimezone()


def _shard(word: str) -> tuple[int, int]:
    part, _, parts = word.partition("/")
    if not 1 <= int(part) <= int(parts):
        raise ValueError(word)
    return int(part), int(parts)


def grade(args: argparse.Namespace) -> int:
    """edutorch grade SOLUTION SUBMISSION ...: the table, and the files asked for."""
    start, limits = time.monotonic(), Limits()
    limits = replace(limits, memory=args.memory * 1024**2) if args.memory else limits
    try:
        if args.jobs < 1 or limits.memory < SMALLEST_MEMORY:
            raise NotebookError(f"--jobs {args.jobs} --memory {args.memory}: at least 1 job, and 64 MiB")
        handins = _handins(args, args.solution.name.removesuffix(".ipynb"))
        assignment, hidden = load_solution(args.solution), (args.solution.resolve(),)
        _require_sandbox(best_sandbox(hidden), args.unsafe)
        _make_room([args.json, args.csv, args.summary], [args.html, args.gradescope, args.answers])
        kept = Kept(args.json, assignment.name)
        unknown = set(args.question) - set(assignment.questions)
        if unknown:
            raise NotebookError(f"{assignment.name} has no question {', '.join(sorted(unknown))}")
        again = args.again or (args.student and not args.question)
        known = {} if again else {k: v for k, v in kept.verdicts.items() if v.question not in args.question}
        graded = grade_handins(
            assignment, handins, limits=limits, jobs=args.jobs, hidden=hidden, kept=known, tell=_teller(kept)
        )
        if args.student:
            graded = merged([graded, replace(graded, rows=kept.others(args.student))])
    except (ValueError, OSError) as error:
        return refuse("grade", error)
    except KeyboardInterrupt:
        kept_in = f"what is done is kept in {args.json}.partial" if args.json else "nothing is kept without --json"
        print(f"edutorch grade: stopped; {kept_in}", file=sys.stderr)
        return 130
    for line in kept.changes(graded):
        print(f"changed  {printable(line)}")
    status = 0 if args.dry_run else _write([(lambda report, path: kept.write(report), args.json)], graded)
    print()
    status = max(status, _finish("grade", args, graded))
    print(f"{time.monotonic() - start:.0f} s")
    return status


def _handins(args: argparse.Namespace, exercise: str) -> list[HandIn]:
    """What there is to grade. Raises NotebookError if there is nothing."""
    handins = find_handins(args.submissions, exercise)
    if not handins:
        raise NotebookError("no submissions: name notebooks, or a folder of them")
    handins = Roster(args.roster).assign(handins) if args.roster else handins
    return chosen(handins, args.student, args.shard)


def _require_sandbox(sandbox: Sandbox, unsafe: bool) -> None:
    """Raises NotebookError if a submission could reach more than its own, and nobody has said that this is meant."""
    if sandbox.kind == "bubblewrap":
        return
    if sandbox.label.endswith("as root"):
        raise NotebookError(f"{sandbox.label}: a submission could do anything here. Install bubblewrap")
    if not unsafe:
        raise NotebookError(
            f"{sandbox.label}: a submission could read the solutions, and whatever else you may read. "
            "Install bubblewrap (on Linux), or add --unsafe to grade all the same"
        )


def report(args: argparse.Namespace) -> int:
    """edutorch report JSON ...: the table of gradings kept with --json, and other forms of it."""
    try:
        kept = merged([read_json(file) for file in args.files])
        _make_room([args.json, args.csv, args.summary], [args.html, args.gradescope, args.answers])
    except (OSError, ValueError) as error:
        return refuse("report", error)
    status = _write([(write_json, args.json)], kept)
    return max(status, _finish("report", args, kept))


def _finish(command: str, args: argparse.Namespace, graded: Report) -> int:
    """The rules applied, the table, and the files for others than `edutorch report`."""
    counting = Rules(args.attempt, args.deadline, args.late_penalty).apply(graded)
    outputs = [
        (write_csv, args.csv),
        (write_summary, args.summary),
        (write_html, args.html),
        (write_gradescope, args.gradescope),
        (write_answers, args.answers),
    ]
    status = _write(outputs, counting, command)
    print(table(counting))
    return status


Writer = Callable[[Report, Path], None]


def _write(outputs: Sequence[tuple[Writer, Path | None]], graded: Report, command: str = "grade") -> int:
    status = 0
    for write, place in outputs:
        try:
            if place is not None:
                write(graded, place)
        except OSError as error:  # the others are still written
            status = refuse(command, error)
    return status


def _make_room(files: Sequence[Path | None], folders: Sequence[Path | None]) -> None:
    """What cannot be written to is found out before the work. Raises OSError."""
    for file in files:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_dir():
                raise IsADirectoryError(f"{file} is a folder: name a file to write to")
            if not os.access(file if file.exists() else file.parent, os.W_OK):
                raise PermissionError(f"{file} cannot be written to")
    for folder in folders:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)


def _teller(kept: Kept) -> Callable[[Row], None]:
    def tell(row: Row) -> None:
        kept.add(row)
        with contextlib.suppress(OSError):  # nobody reads it
            name = printable(row.submission or row.student)
            print(f"{name}: {row.points:g} of {row.of:g}", file=sys.stderr, flush=True)

    return tell
