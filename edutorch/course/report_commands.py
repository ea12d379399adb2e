"""What `edutorch report`, `gradebook` and `gradescope` do, and the outputs that `edutorch grade` has in common."""

from __future__ import annotations

import argparse
import datetime
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from .commands import refuse
from .drawn import own_seed
from .gradebook import gradebook, gradebook_table, write_canvas, write_gradebook, write_moodle
from .gradescope import VISIBILITY, build_autograder, write_gradescope
from .notebook import NotebookError
from .overrides import Overrides, read_overrides
from .pages import write_feedback, write_html
from .report import table, write_answers, write_csv
from .results import Report, merged, read_json, write_json
from .rules import Rules

Writer = Callable[[Report, Path], None]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The parsers of report, gradebook and gradescope."""
    reporting = commands.add_parser("report", help="print gradings kept with grade --json, those of shards as one")
    reporting.add_argument("files", nargs="+", type=Path, metavar="JSON")
    reporting.add_argument("--json", type=Path, metavar="FILE", help="all rows in one file, grades as stored")
    add_outputs(reporting)
    reporting.set_defaults(call=report)

    booking = commands.add_parser(
        "gradebook",
        help="the points of each student over several exercises",
        description="Gradings kept with grade --json, of one exercise or of many, as one table: a line a student.",
    )
    booking.add_argument("files", nargs="+", type=Path, metavar="JSON", help="several of one exercise count as one")
    _add_overrides(booking)
    booking.add_argument("--csv", type=Path, metavar="FILE", help="points by exercise, total, percent")
    _add_canvas(booking)
    _add_rules(booking)
    booking.set_defaults(call=book)

    building = commands.add_parser(
        "gradescope",
        help="build the zip file of a Gradescope autograder",
        description="Write the zip file to upload in Gradescope's Configure Autograder: edutorch, the one solution, "
        "and what runs them.",
    )
    building.add_argument("zip", type=Path, metavar="ZIP")
    building.add_argument("solution", type=Path, metavar="SOLUTION")
    building.add_argument("--wheels", type=Path, metavar="DIR", help="packages, so that nothing is fetched there")
    building.add_argument("--private", type=Path, metavar="DIR", help="holds or replaces questions and hidden checks")
    building.add_argument("--seed", type=int, metavar="N", help="of the inputs that checks draw (default: yours)")
    _add_visibility(building)
    building.set_defaults(call=gradescope)


def _add_visibility(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--hidden-tests",
        choices=VISIBILITY,
        default=VISIBILITY[0],
        help="when Gradescope shows what hidden checks gave (default: %(default)s)",
    )


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """The files that a grading can be written to, and the rules of the course."""
    parser.add_argument("--csv", type=Path, metavar="FILE", help="points by student and question")
    parser.add_argument(
        "--html", type=Path, metavar="DIR", help="a page of feedback for each, and index.html for the instructor"
    )
    parser.add_argument("--feedback", type=Path, metavar="ZIP", help="those pages, to upload to Moodle or Canvas")
    parser.add_argument("--gradescope", type=Path, metavar="DIR", help="a results.json for each")
    _add_visibility(parser)
    parser.add_argument("--answers", type=Path, metavar="DIR", help="each answer as a file, for JPlag")
    _add_overrides(parser)
    parser.add_argument("--moodle", type=Path, metavar="FILE", help="a grading worksheet to upload to Moodle")
    _add_canvas(parser)
    _add_rules(parser)


def _add_overrides(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--overrides", type=Path, metavar="CSV", help="points and comments that a person gives")


def _add_canvas(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--canvas", type=Path, metavar="FILE", help="a table to import into Canvas's gradebook")
    parser.add_argument(
        "--column", action="append", default=[], metavar="NAME", help='what Canvas calls it: "Exercise 3 (4711)"'
    )


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--attempt", choices=["last", "best"], default="last", help="which of several hand-ins counts")
    parser.add_argument("--deadline", type=_time, metavar="TIME", help="as 2026-11-30T23:59, of the files' times")
    parser.add_argument("--late-penalty", type=float, default=0.0, metavar="PERCENT", help="for each day begun")


def _time(word: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(word).astimezone()


def report(args: argparse.Namespace) -> int:
    """edutorch report JSON ...: the table of gradings kept with --json, and other forms of it."""
    try:
        kept = merged([read_json(file) for file in args.files])
        make_room(args)
    except (OSError, ValueError) as error:
        return refuse("report", error)
    status = write([(write_json, args.json)], kept, "report")
    return max(status, finish("report", args, kept))


def book(args: argparse.Namespace) -> int:
    """edutorch gradebook JSON ...: a line a student, a column an exercise."""
    try:
        by_exercise: dict[str, list[Report]] = {}
        for kept in map(read_json, args.files):
            by_exercise.setdefault(kept.exercise, []).append(kept)
        rules, overrides = _rules(args), _overrides(args)
        if len(by_exercise) > 1 and any(not each.exercise for each in overrides.given):
            raise NotebookError("in the overrides of several exercises each line has its exercise")
        reports = [overrides.apply(merged(parts)) for parts in by_exercise.values()]
        whole = gradebook([rules.apply(report) for report in reports])
        for path in filter(None, [args.csv, args.canvas]):
            make_room_for_file(path)
        if args.csv:
            write_gradebook(whole, args.csv)
        if args.canvas:
            write_canvas(whole, args.canvas, args.column)
    except (OSError, ValueError) as error:
        return refuse("gradebook", error)
    print(gradebook_table(whole))
    return 0


def gradescope(args: argparse.Namespace) -> int:
    """edutorch gradescope ZIP SOLUTION: the autograder's zip file."""
    try:
        make_room_for_file(args.zip)
        exercise = args.solution.name.removesuffix(".ipynb")
        seed = own_seed(exercise, args.private) if args.seed is None else args.seed
        build_autograder(args.solution, args.zip, args.wheels, args.hidden_tests, args.private, seed)
    except (OSError, ValueError) as error:
        return refuse("gradescope", error)
    print(f"{args.zip}: upload it in Gradescope, Configure Autograder")
    return 0


def _rules(args: argparse.Namespace) -> Rules:
    return Rules(args.attempt, args.deadline, args.late_penalty)


def _overrides(args: argparse.Namespace) -> Overrides:
    return Overrides(read_overrides(args.overrides) if args.overrides else ())


def finish(command: str, args: argparse.Namespace, graded: Report) -> int:
    """The rules applied, the table, and the files for others than `edutorch report`."""
    try:
        counting = _rules(args).apply(_overrides(args).apply(graded))
    except NotebookError as error:
        return refuse(command, error)
    outputs: list[tuple[Writer, Path | None]] = [
        (write_csv, args.csv),
        (write_html, args.html),
        (write_feedback, args.feedback),
        (lambda report, path: write_gradescope(report, path, args.hidden_tests), args.gradescope),
        (write_answers, args.answers),
        (write_moodle, args.moodle),
        (lambda report, path: write_canvas(gradebook([report]), path, args.column), args.canvas),
    ]
    status = write(outputs, counting, command)
    print(table(counting))
    return status


def write(outputs: Sequence[tuple[Writer, Path | None]], graded: Report, command: str) -> int:
    """Call each with its place, where there is one; the exit status."""
    status = 0
    for writer, place in outputs:
        try:
            if place is not None:
                writer(graded, place)
        except (OSError, NotebookError) as error:  # the others are still written
            status = refuse(command, error)
    return status


def make_room(args: argparse.Namespace) -> None:
    """What cannot be written to is found out before the work. Raises OSError."""
    for file in filter(None, [args.json, args.csv, args.feedback, args.moodle, args.canvas]):
        make_room_for_file(file)
    for folder in filter(None, [args.html, args.gradescope, args.answers]):
        folder.mkdir(parents=True, exist_ok=True)


def make_room_for_file(file: Path) -> None:
    """Makes its folder. Raises OSError if it cannot be written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.is_dir():
        raise IsADirectoryError(f"{file} is a folder: name a file to write to")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise PermissionError(f"{file} cannot be written to")
