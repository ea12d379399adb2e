"""What `edutorch grade` does; cli.py reads the arguments.

It prints for a person and gives the exit status: 0 where the batch was graded, whatever its points, 2 for a call that
cannot be carried out, 130 where it was stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from . import container, report_commands
from .assignment import Assignment
from .commands import refuse
from .drawn import own_seed, with_seed
from .far import PREFIX, Course, grade_far
from .grade import chosen, code_version, grade_handins, load_solution, require_sandbox
from .handins import HandIn, Roster, find_handins
from .notebook import NotebookError
from .report import printable
from .results import Kept, Report, Row, merged
from .run import Workers
from .sandbox import Limits, best_sandbox

SMALLEST_MEMORY = 64 * 1024**2


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The parsers of grade, report and gradebook."""
    grading = commands.add_parser(
        "grade",
        help="grade submissions against a solution notebook",
        description="Grade notebooks, or all those of a folder; each in a sandbox of its own. With --json what is done "
        "is kept at once: the same command goes on where it stopped and grades what has changed.",
    )
    grading.add_argument("solution", type=Path, metavar="SOLUTION")
    grading.add_argument("submissions", nargs="+", type=Path, metavar="SUBMISSION")
    grading.add_argument("--json", type=Path, metavar="FILE", help="everything, for `edutorch report`")
    report_commands.add_outputs(grading)
    grading.add_argument("--roster", type=Path, metavar="CSV", help="students, and what else each is called")
    grading.add_argument("--student", action="append", default=[], metavar="NAME", help="grade this one again, alone")
    grading.add_argument("--question", action="append", default=[], metavar="ID", help="grade this one again, alone")
    grading.add_argument("--again", action="store_true", help="grade all again, whatever is kept")
    grading.add_argument("--dry-run", action="store_true", help="show what would change in the file of --json")
    grading.add_argument("--shard", type=_shard, default=(1, 1), metavar="2/8", help="the second of eight parts")
    grading.add_argument("--seed", type=int, metavar="N", help="of the inputs that checks draw (default: yours)")
    grading.add_argument("--private", type=Path, metavar="DIR", help="holds or replaces questions and hidden checks")
    grading.add_argument("--sandbox", choices=container.ENGINES, default="", help="run each in a container")
    grading.add_argument("--unsafe", action="store_true", help="grade where there is no sandbox, too")
    grading.add_argument("--jobs", type=int, default=2, help="submissions at a time (default: 2)")
    grading.add_argument(
        "--executor", type=_executor, metavar="dask:ADDRESS", help="grade on the workers of this scheduler"
    )
    grading.add_argument("--memory", type=int, metavar="MIB", help="for one kernel (default: 2048)")
    grading.set_defaults(call=grade)
    add_image(commands)
    report_commands.add_commands(commands)


def add_image(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The parser of image."""
    image = commands.add_parser(
        "image",
        help="build the image for grade --sandbox",
        description="Build the image in which `edutorch grade --sandbox` runs submissions: edutorch without course, "
        "and what checking needs. Words after -- go to the engine's build.",
    )
    image.add_argument("--base", default=container.BASE, metavar="NAME", help="an image with Python, to start from")
    image.add_argument("--engine", choices=container.ENGINES, default="docker")
    image.add_argument("options", nargs="*", metavar="OPTION", help="of the engine's build, after --")
    image.set_defaults(call=build_image)


def build_image(args: argparse.Namespace) -> int:
    """edutorch image: the image's name, at the end."""
    try:
        print(container.build_image(args.engine, args.base, args.options))
    except OSError as error:
        return refuse("image", error)
    return 0


def _executor(word: str) -> str:
    if not word.startswith(PREFIX):
        raise ValueError(word)
    return word.removeprefix(PREFIX)


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
        assignment, hidden = load_solution(args.solution, args.private), (args.solution.resolve(),)
        hidden += (args.private.resolve(),) if args.private else ()
        seed = own_seed(assignment.name, args.private) if args.seed is None else args.seed
        if args.sandbox:
            container.require(args.sandbox)
        elif not args.executor:
            require_sandbox(best_sandbox(hidden), args.unsafe)
        report_commands.make_room(args)
        kept = Kept(args.json, assignment.name)
        unknown = set(args.question) - set(assignment.questions)
        if unknown:
            raise NotebookError(f"{assignment.name} has no question {', '.join(sorted(unknown))}")
        with contextlib.closing(Workers(limits, hidden, container=args.sandbox)) as workers:
            if not (args.executor or args.sandbox):
                workers.prepare()  # one gets ready while the reference is run
            graded = _graded(args, with_seed(assignment, seed), handins, hidden, kept, workers)
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
    stored = [] if args.dry_run else [(lambda report, path: kept.write(report), args.json)]
    status = report_commands.write(stored, graded, "grade")
    print()
    status = max(status, report_commands.finish("grade", args, graded))
    print(f"{time.monotonic() - start:.0f} s")
    return status


def _graded(
    args: argparse.Namespace,
    assignment: Assignment,
    handins: Sequence[HandIn],
    hidden: tuple[Path, ...],
    kept: Kept,
    workers: Workers,
) -> Report:
    """All of them, here or on a scheduler's workers; what is kept and was not asked for again is taken from there."""
    again = args.again or (args.student and not args.question)
    known = {} if again else {k: v for k, v in kept.verdicts.items() if v.question not in args.question}
    if args.executor:
        course = Course(assignment, workers.limits, known, code_version(), args.unsafe, args.sandbox)
        return grade_far(args.executor, course, handins, hidden, _teller(kept))
    return grade_handins(
        assignment,
        handins,
        limits=workers.limits,
        jobs=args.jobs,
        hidden=hidden,
        container=args.sandbox,
        kept=known,
        workers=workers,
        tell=_teller(kept),
    )


def _handins(args: argparse.Namespace, exercise: str) -> list[HandIn]:
    """What there is to grade. Raises NotebookError if there is nothing."""
    handins = find_handins(args.submissions, exercise)
    if not handins:
        raise NotebookError("no submissions: name notebooks, or a folder of them")
    handins = Roster(args.roster).assign(handins) if args.roster else handins
    return chosen(handins, args.student, args.shard)


def _teller(kept: Kept) -> Callable[[Row], None]:
    def tell(row: Row) -> None:
        kept.add(row)
        with contextlib.suppress(OSError):  # nobody reads it
            name = printable(row.submission or row.student)
            print(f"{name}: {row.points:g} of {row.of:g}", file=sys.stderr, flush=True)

    return tell
