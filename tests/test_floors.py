"""The house's plan, held by reading the source: imports go down the floors, in no circle."""

import ast
import subprocess
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "edutorch"

# The first entry that a module's name equals or begins with is its floor.
FLOORS = {
    "utils.files": 0,
    "utils.formats": 0,
    "safetensors_file": 0,
    "backend": 0,
    "browser_numpy": 0,
    "dtypes": 0,
    "left_out": 0,
    "aliases.table": 0,
    "safe_pickle": 0,
    "torch_file": 4,
    "left_out_dtypes": 0,
    "left_out_methods": 0,
    "left_out_modules": 0,
    "tiny": 0,  # beside the floors: it imports nothing of edutorch, and nothing imports it
    "random.bits": 0,
    "special_functions": 0,
    "float_division": 0,
    "incomplete_functions": 0,
    "summation": 0,
    "devices": 0,
    "fusion": 0,
    "threads": 0,
    "pending": 0,
    "public_names": 0,
    "return_types": 0,
    "random.draws": 0,
    "autograd": 1,
    "ops": 2,
    "printing": 2,
    "tensor": 3,
    "linalg": 3,
    "special": 3,
    "random": 3,
    "distributed": 4,
    "nn": 4,
    "optim": 4,
    "utils": 4,
    "vision": 4,
    "audio": 4,
    "distributions": 4,
    "quantization": 4,
    "serialization": 4,
    "amp": 4,
    "onnx": 4,
    "hub": 4,
    "settings": 4,
    "testing": 4,
    "cuda": 4,
    "accelerator": 4,
    "edutorch": 5,  # the table of contents, over floors 0 to 4
    "course": 5,
    "viz": 5,
    "aliases": 5,
    "cli": 6,
    "__main__": 6,
}

SOURCES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "on_path" not in path.parts and "_course" not in path.parts
}
MODULES = {name.removesuffix(".__init__"): path for name, path in SOURCES.items()}
INSIDE = [name for name in MODULES if name != "__init__"]  # all but the table of contents


def floor(name: str) -> int:
    for prefix, number in FLOORS.items():
        if name == prefix or name.startswith(prefix + "."):
            return number
    raise AssertionError(f"edutorch.{name} is no module with a floor; FLOORS here lists them")


def imports(name: str, inside_functions: bool = False) -> Iterator[tuple[str, int]]:
    """(module, line) of each import that runs; with `inside_functions`, only those in functions."""
    path = MODULES[name]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    in_functions = {id(node) for f in ast.walk(tree) if isinstance(f, functions) for node in ast.walk(f)}
    package = ["edutorch", *name.split(".")]
    if path.name != "__init__.py":
        package.pop()
    for node in ast.walk(tree):
        if id(node) in skipped or (inside_functions and id(node) not in in_functions):
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                # Names of the package itself are those of its modules: ops, not ops's functions.
                of_package = source == "edutorch" and alias.name != "__version__"
                is_module = of_package or whole.removeprefix("edutorch.") in MODULES
                yield (whole if is_module else source), node.lineno


def own_imports(name: str, inside_functions: bool = False) -> Iterator[tuple[str, int]]:
    """The imports of edutorch's own modules, named without "edutorch."."""
    for imported, line in imports(name, inside_functions):
        if imported == "edutorch" or imported.startswith("edutorch."):
            yield imported.removeprefix("edutorch."), line


@pytest.mark.parametrize("name", INSIDE)
def test_imports_go_down_and_stand_at_the_top(name: str) -> None:
    up = [f"line {line}: edutorch.{other}" for other, line in own_imports(name) if floor(other) > floor(name)]
    assert not up, f"edutorch.{name}, on floor {floor(name)}, imports from above: {up}"
    hidden = [f"line {line}: edutorch.{other}" for other, line in own_imports(name, True)]
    assert not hidden, f"edutorch.{name} imports modules of our own inside functions: {hidden}"


def test_no_import_circle() -> None:
    graph = {name: {other for other, _ in own_imports(name)} - {name} for name in INSIDE}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import circle: {' -> '.join(error.args[1])}", pytrace=False)


def test_tiny_stands_beside_the_floors() -> None:
    assert list(own_imports("tiny")) == []
    assert [name for name in MODULES for other, _ in own_imports(name) if other.split(".")[0] == "tiny"] == []


def test_only_the_backend_imports_cupy() -> None:
    found = [
        f"edutorch.{name}, line {line}"
        for name in INSIDE
        for other, line in imports(name)
        if other.partition(".")[0] in ("cupy", "cupyx")
    ]
    assert [place for place in found if not place.startswith("edutorch.backend,")] == []


def test_files_stay_short() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: n for name, n in lengths.items() if n > 400 and name != "tensor"} == {}


def test_no_more_folders_than_the_plan_has() -> None:
    tracked = {path.parts[0] for path in _tracked() if len(path.parts) > 1}
    assert tracked <= {"chapters", "edutorch", "exercises", "solutions", "tests", ".ci", ".github"}


def _tracked() -> list[Path]:
    line = ["git", "ls-files", "-z"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip("no git clone: the list of tracked files is not at hand")
    return [Path(name) for name in done.stdout.split("\0") if name]
