"""The command `edutorch`: reads the arguments of a subcommand and calls the floors below."""

import argparse
import contextlib
import errno
import importlib.metadata
import io
import os
import platform
import runpy
import select
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from . import __version__, aliases
from .backend import find_cupy
from .course import authoring_commands, grading_commands, lab
from .course import commands as course_commands
from .course import files as course_files
from .distributed import launch

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


USERS_TO_MEND = (FileNotFoundError, NotADirectoryError, PermissionError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; `argv` are the words after `edutorch`. Gives the exit status.

    What a user can fix (a missing file, a read-only folder, no copy of the course) becomes one line on standard error
    and status 2; anything else a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for names that the terminal can't show
    words = sys.argv[1:] if argv is None else argv  # before a script gets a sys.argv of its own
    try:
        status = _call(argv)
        _flush()
        return status
    except SystemExit as end:  # of --help, or of a script
        if not _flush():
            return 0
        raise end
    except BrokenPipeError:
        if words[0] == "run" and _is_read():
            raise  # from a pipe that the script itself opened
        _give_up()
        return 0


def _flush() -> bool:
    """Writes out what was printed. Returns False if nobody reads it any more (as after `edutorch ... | head`); the rest
    is then discarded, even at exit."""
    try:
        if sys.stdout is not None:  # closed by the shell: `>&-`
            sys.stdout.flush()
    except BrokenPipeError:
        _give_up()
        return False
    return True


def _give_up() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_read() -> bool:
    """Whether anybody reads what is printed. Windows can't tell."""
    if not hasattr(select, "poll") or sys.stdout is None:
        return sys.stdout is None
    poll = select.poll()
    poll.register(sys.stdout, 0)
    return not poll.poll(0)


def _call(argv: Sequence[str] | None) -> int:
    parser = build_parser()
    args, rest = parser.parse_known_args(argv)
    if rest and args.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if args.command == "lab":
        args.rest = rest
    # An error of the script that `run` runs is the script's own: it keeps its traceback.
    if args.command == "run":
        return args.call(args)
    try:
        return args.call(args)
    except OSError as error:
        if not isinstance(error, USERS_TO_MEND) and error.errno not in (errno.EROFS, errno.ENOSPC):
            raise
        print(f"edutorch {args.command}: {error}", file=sys.stderr)
        return 2


def build_parser() -> argparse.ArgumentParser:
    """The parser of all subcommands, each with its own --help."""
    parser = argparse.ArgumentParser(
        prog="edutorch", description="PyTorch you can read, in a course you can run, graded by a machine."
    )
    parser.add_argument("--version", action="version", version=f"edutorch {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_learner_commands(commands)
    _add_exercise_commands(commands)
    _add_program_commands(commands)
    return parser


def _add_learner_commands(commands: Commands) -> None:
    start = commands.add_parser(
        "start",
        help="lay your own copy of the course into a folder",
        description="Lay your own copy of the course into a folder, or add to it what is new. "
        "A notebook that you have edited is brought up to date and keeps your guesses and answers.",
    )
    start.add_argument("directory", nargs="?", default="my-course", type=Path, metavar="DIR")
    start.set_defaults(call=start_command)

    open_lab = commands.add_parser(
        "lab",
        help="open the course in JupyterLab",
        usage="edutorch lab [DIR | NOTEBOOK] [arguments of JupyterLab ...]",
        description="Open your copy of the course in JupyterLab: the one here, in the folder "
        "named, or the last one laid. Arguments such as --no-browser go to JupyterLab.",
        allow_abbrev=False,
    )
    open_lab.set_defaults(call=lab_command)


def _add_exercise_commands(commands: Commands) -> None:
    check = commands.add_parser("check", help="check the answers in your copy of an exercise")
    check.add_argument("file", type=Path, metavar="NOTEBOOK")
    check.set_defaults(call=lambda args: course_commands.check(args.file))

    progress = commands.add_parser("progress", help="print which questions have passed")
    progress.add_argument("directory", nargs="?", default=".", type=Path, metavar="DIR")
    progress.set_defaults(call=lambda args: course_commands.progress(args.directory))

    reset = commands.add_parser(
        "reset",
        help="give one question of an exercise its stub back",
        description="Put the stub of a question back into your copy, and forget its attempts. Your answer is kept.",
    )
    reset.add_argument("question", metavar="QUESTION", help="as in the line `# question: ...`")
    reset.add_argument("directory", nargs="?", default=".", type=Path, metavar="DIR")
    reset.add_argument("--exercise", default="", metavar="NAME", help="where several exercises have that question")
    reset.set_defaults(call=lambda args: course_commands.reset(args.question, args.directory, args.exercise))

    export = commands.add_parser(
        "export",
        help="make a package of your own pieces",
        description="Write what has passed in your copy of the course as a small Python package, with a README, tests "
        "and a program that trains a CNN on your code.",
    )
    export.add_argument("target", nargs="?", default="my-framework", type=Path, metavar="FOLDER", help="new or empty")
    export.add_argument("--course", default=".", type=Path, metavar="DIR", help="your copy of the course")
    export.set_defaults(call=lambda args: course_commands.export(args.target, args.course))

    release = commands.add_parser(
        "release",
        help="make exercises from solution notebooks",
        description="Run each solution notebook and its planted mistakes, then write the exercise.",
    )
    release.add_argument("files", nargs="*", type=Path, metavar="SOLUTION", help="default: all")
    release.add_argument("--check", action="store_true", help="write nothing; fail if out of step")
    release.add_argument("--update", action="store_true", help="store the outputs of this run")
    release.add_argument("--no-solutions", type=Path, metavar="DIR", help="the course without answers, to hand out")
    release.add_argument("--private", type=Path, metavar="DIR", help="holds or replaces questions and hidden checks")
    release.set_defaults(call=release_command)
    authoring_commands.add_commands(commands)
    grading_commands.add_commands(commands)


def _add_program_commands(commands: Commands) -> None:
    run = commands.add_parser(
        "run",
        help="run a PyTorch script on edutorch",
        description="Run a script whose `import torch` and `import torchvision` find edutorch.",
    )
    run.add_argument(
        "--nproc", type=_positive, metavar="N", help="start it in N processes, for torch.distributed, as torchrun does"
    )
    run.add_argument("script", type=_existing_file)
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of the script")
    run.set_defaults(call=run_command)

    info = commands.add_parser("info", help="print versions, devices and where the course lies")
    info.set_defaults(call=info_command)


def release_command(args: argparse.Namespace) -> int:
    """edutorch release [SOLUTION ...]"""
    files = [file.resolve() for file in args.files]  # exercises/ lies beside their folder
    return course_commands.release(
        files, check=args.check, update=args.update, handout=args.no_solutions, private=args.private
    )


def start_command(args: argparse.Namespace) -> int:
    """edutorch start [DIR]"""
    laid = course_files.lay_copy(args.directory)
    with contextlib.suppress(OSError):  # without a writable home, `edutorch lab DIR` still works
        course_files.remember_copy(args.directory)
    print(f"Your copy of the course: {args.directory.resolve()}")
    if laid.nothing_to_do:
        print(f"  up to date{f'; {len(laid.kept)} edited by you' if laid.kept else ''}")
    for what, names in (
        ("laid", laid.new),
        ("refreshed", laid.refreshed),
        ("brought up to date, with your guesses and answers", laid.merged),
        ("kept as you edited it", laid.kept + laid.outdated),
    ):
        if names and not laid.nothing_to_do:
            print(f"  {what}: {len(names)} file{'s' if len(names) > 1 else ''}")
    for name in laid.beside:
        print(f"  what else you had changed is in {name}")
    for name in laid.outdated:
        print(f"  the course has a newer {name}; rename yours and start again to get it")
    return 0


def lab_command(args: argparse.Namespace) -> int:
    """edutorch lab [DIR | NOTEBOOK] [arguments of JupyterLab]"""
    lab.open_lab(args.rest)
    return 0


def run_command(args: argparse.Namespace) -> int:
    """edutorch run [--nproc N] SCRIPT [ARGUMENTS ...]"""
    if args.nproc:
        return launch.run(args.nproc, ["-m", "edutorch", "run", str(args.script), *args.arguments])
    launch.tell_rank()
    aliases.as_torch()
    sys.argv = [str(args.script), *args.arguments]
    sys.path.insert(0, str(args.script.resolve().parent))
    try:
        runpy.run_path(str(args.script), run_name="__main__")
    except SystemExit as end:
        if end.code and (here := launch.rank_here()):
            print(f"{here} ended with status {end.code}: all processes are stopped", file=sys.stderr, flush=True)
        raise
    return 0


def info_command(args: argparse.Namespace) -> int:
    """edutorch info"""
    print(f"edutorch     {__version__}  ({course_files.PACKAGE})")
    print(f"python       {platform.python_version()}  ({platform.platform()})")
    for name in ("numpy", "platformdirs", "jupyterlab", "nbval"):
        print(f"{name:12s} {_installed_version(name) or 'not installed'}")
    cupy = [
        f"{name} {found}" for name in ("cupy-cuda12x", "cupy-cuda13x", "cupy") if (found := _installed_version(name))
    ]
    print(f"cupy         {', '.join(cupy) or 'not installed'}")
    print(f"devices      {', '.join(['cpu', *(['cuda'] if find_cupy() else [])])}")
    try:
        print(f"course       {course_files.course_root()}")
    except FileNotFoundError as error:
        print(f"course       {error}")
    return 0


def _positive(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} is no number of processes: give 1 or more")
    return int(word)


def _existing_file(word: str) -> Path:
    if not Path(word).is_file():
        raise argparse.ArgumentTypeError(f"no such file: {word}")
    if not os.access(word, os.R_OK):
        raise argparse.ArgumentTypeError(f"{word} cannot be read: permission denied")
    return Path(word)


def _installed_version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
