"""What `edutorch new` and `edutorch lint` do, for who writes exercises."""

from __future__ import annotations

import argparse
from pathlib import Path

from .authoring import SKELETONS, new_question
from .commands import refuse
from .lint import RULES, lint


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The parsers of new and lint."""
    new = commands.add_parser(
        "new",
        help="add the skeleton of a question to a solution notebook",
        description="Append text, answer, checks, a mistake and another right answer, with their roles, to a solution "
        "notebook. It can be released as it is, and waits to be filled.",
    )
    new.add_argument("question", metavar="QUESTION", help="its name, as mean_of_rows")
    new.add_argument("solution", type=Path, metavar="SOLUTION", help="a notebook, made where there is none")
    new.add_argument("--form", choices=list(SKELETONS), default="write", help="(default: write)")
    new.add_argument("--title", default="", metavar="WORDS")
    new.set_defaults(call=add_question)

    linting = commands.add_parser(
        "lint",
        help="say what is wrong with solution notebooks",
        description="Name each fault of a solution notebook with its cell and the rule.",
        epilog="Rules: " + "; ".join(f"{rule}: {words}" for rule, words in RULES.items()) + ".",
    )
    linting.add_argument("solutions", nargs="+", type=Path, metavar="SOLUTION")
    linting.add_argument("--static", action="store_true", help="look at the cells alone, run nothing")
    linting.set_defaults(call=lint_solutions)


def add_question(args: argparse.Namespace) -> int:
    """edutorch new QUESTION SOLUTION"""
    try:
        added = new_question(args.solution, args.question, args.form, args.title)
    except (OSError, ValueError) as error:
        return refuse("new", error)
    print("\n".join(f"{args.solution}: {line}" for line in added))
    return 0


def lint_solutions(args: argparse.Namespace) -> int:
    """edutorch lint SOLUTION ...: 1 where there is a fault."""
    status = 0
    for path in args.solutions:
        faults = lint(path, run=not args.static)
        status = 1 if faults else status
        print("\n".join(f"{path}: {fault}" for fault in faults) or f"{path}: nothing is wrong")
    return status
