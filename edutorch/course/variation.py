"""Candidates that a witness cannot know by their looks: other bytecode, names and constants at each check.

A check that uses `rejects` is compiled from a tree in which every function has, in branches that never run, what others
of as many inputs have; what the check calls its own has names drawn anew. So the code of the right one and that of the
wrong ones hold each other's names and constants, in an order that changes: calling tells what it does.

This is no wall: a test that takes the bytecode apart, branch by branch, finds the one that runs.
"""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Iterator

Function = ast.FunctionDef | ast.Lambda
# In a branch that never runs these would still change what the function around it is, or which names are its own.
TELLING = (ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.Global, ast.Nonlocal, ast.Match, ast.Await, ast.ClassDef)
DECOYS = 3  # at most, in one function


def varied(source: str) -> tuple[ast.Module, dict[str, object]]:
    """The tree to compile in the place of `source`, and the global names that it needs besides."""
    tree, drawn = ast.parse(source), random.SystemRandom()
    switches = [drawn.random() < 0.5 for _ in range(16)] + [True, False]
    name = _new_name(drawn)
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    originals = {node: copy.deepcopy(node) for node in functions}
    for node in functions:
        decoys = [each for key, each in originals.items() if key is not node and _fits(each, originals[node])]
        _hide(node, originals[node], drawn.sample(decoys, min(DECOYS, len(decoys))), name, switches, drawn)
    _rename(tree, {old: _new_name(drawn) for old in _own_names(tree)})
    for each in ast.walk(tree):
        if "lineno" in each._attributes:
            each.lineno = each.end_lineno = 1  # type: ignore[attr-defined]  # where a line stood tells which it is
            each.col_offset = each.end_col_offset = 0  # type: ignore[attr-defined]
    return ast.fix_missing_locations(tree), {name: switches}


def _new_name(drawn: random.SystemRandom) -> str:
    return f"_{drawn.randrange(16**8):08x}"


def _fits(decoy: Function, host: Function) -> bool:
    """Whether the body of one can stand in the other, where it never runs."""
    if type(decoy) is not type(host) or len(_inputs(decoy)) != len(_inputs(host)):
        return False
    if any(isinstance(node, TELLING) for node in ast.walk(decoy)):
        return False
    return _yields(host) or not _yields(decoy)


def _inputs(function: Function) -> list[str]:
    given = function.args
    several = [arg for arg in (given.vararg, given.kwarg) if arg]
    return [arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs, *several)]


def _yields(function: Function) -> bool:
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(function))


def _hide(
    node: Function, host: Function, decoys: list[Function], name: str, switches: list[bool], drawn: random.SystemRandom
) -> None:
    """Put the body of `node`, which is that of `host`, among those of the decoys."""
    if any(isinstance(each, (ast.Global, ast.Nonlocal)) for each in ast.walk(host)):
        return
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) and len(node.body) > 1:
        del node.body[0]
    for decoy in decoys:
        renamed = _for_host(copy.deepcopy(decoy), host, drawn)
        runs = drawn.random() < 0.5  # the branch that does
        place = drawn.choice([k for k, switch in enumerate(switches) if switch == runs])
        test = ast.parse(f"{name}[{place}]", mode="eval").body
        if isinstance(node, ast.FunctionDef) and isinstance(renamed, ast.FunctionDef):
            both = (node.body, renamed.body)
            node.body = [ast.If(test, both[not runs], both[runs])]
        elif isinstance(node, ast.Lambda) and isinstance(renamed, ast.Lambda):
            pair = (node.body, renamed.body)
            node.body = ast.IfExp(test, pair[not runs], pair[runs])


def _for_host(decoy: Function, host: Function, drawn: random.SystemRandom) -> Function:
    """The decoy with the host's inputs; its own names must not become the host's where the host means others."""
    names = dict(zip(_inputs(decoy), _inputs(host), strict=True))
    loaded = {each.id for each in _names(host) if isinstance(each.ctx, ast.Load)}
    own = set(_inputs(host)) | set(_stored(host))
    names |= {name: _new_name(drawn) for name in _stored(decoy) if name in loaded - own and name not in names}
    _rename(decoy, names)
    return decoy


def _names(tree: ast.AST) -> Iterator[ast.Name]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Name))


def _stored(tree: ast.AST) -> list[str]:
    """The names that are given a value, or defined, in what is inside of it."""
    inside = [node for node in ast.walk(tree) if node is not tree]
    defined = [node.name for node in inside if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return [*defined, *(name.id for name in _names(tree) if not isinstance(name.ctx, ast.Load))]


def _own_names(tree: ast.Module) -> list[str]:
    """What the check itself calls so, and nothing inside of its functions, where another thing may have the name."""
    top = [node for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {node.name for node in top if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    names |= {
        name.id for node in top if isinstance(node, ast.Assign) for name in _names(node) if name in _targets(node)
    }
    functions = [node for node in ast.walk(tree) if isinstance(node, (Function, ast.ClassDef))]
    inner = {name for node in functions for name in _stored(node)}
    inner |= {name for node in functions if isinstance(node, Function) for name in _inputs(node)}
    inner |= {str(node.arg) for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    return sorted(names - inner)


def _targets(node: ast.Assign) -> list[ast.expr]:
    return [each for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]


def _rename(tree: ast.AST, names: dict[str, str]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            node.name = names.get(node.name, node.name)
        elif isinstance(node, ast.arg):
            node.arg = names.get(node.arg, node.arg)
