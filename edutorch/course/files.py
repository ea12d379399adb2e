"""Where the course is, and how a learner gets their own copy of it.

In a clone the notebooks are next to the package; in an installed wheel they are inside it, in `_course`. A
learner works on a copy: a `git pull` or an upgrade never meets their edits, and their edits never
meet it."""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..utils.files import write_atomic
from .merge import merge, sources_of
from .notebook import NotebookError, read_notebook

PACKAGE = Path(__file__).resolve().parent.parent
LAID_FOLDERS = ("chapters", "exercises")  # solutions stay where they are
RECORD = ".edutorch/laid.json"  # in the copy: the hashes of each file as it was laid
WELCOME = "chapters/00_welcome.ipynb"


def course_root() -> Path:
    """The folder that holds chapters/, exercises/ and solutions/.

    Raises FileNotFoundError if this installation carries no course."""
    for root in (PACKAGE / "_course", PACKAGE.parent):
        if (root / "exercises").is_dir():
            return root
    raise FileNotFoundError(f"no course beside or inside {PACKAGE}: install edutorch from a wheel or work in a clone")


# As ipykernel gives it: with another, JupyterLab would write it into the notebook and call that unsaved changes.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}


@dataclass
class Laid:
    """What `lay_copy` did: paths relative to the copy, by what became of them."""

    new: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)  # not edited, and the course has a newer one
    merged: list[str] = field(default_factory=list)  # edited, and brought up to date with guesses and answers kept
    beside: list[str] = field(default_factory=list)  # where the rest of what was edited in those is kept
    kept: list[str] = field(default_factory=list)  # edited by the learner, and the course has no newer one
    outdated: list[str] = field(default_factory=list)  # no notebook, edited, and the course has a newer one
    same: list[str] = field(default_factory=list)

    @property
    def nothing_to_do(self) -> bool:
        """Whether the copy was up to date already."""
        return not (self.new or self.refreshed or self.merged or self.outdated)


@dataclass
class Record:
    """Of a file as it was laid: hashes of the file, of what a learner edits in it, and of its cells' sources."""

    file: str
    cells: str
    sources: dict[str, str] = field(default_factory=dict)


def lay_copy(directory: Path, root: Path | None = None) -> Laid:
    """Lay the learner's own copy of the course at `root` into `directory`, or bring it up to date.

    Running a notebook is no edit, its cells' sources count. A notebook that was edited gets the course's new
    cells and keeps its guesses and answers; where more than that was edited, the learner's is kept beside it,
    whole. Each file is written beside its place and renamed, so an interrupted call leaves only whole files, and
    the next call goes on from there. Raises NotADirectoryError if `directory` is a file."""
    root = root or course_root()
    if directory.exists() and not directory.is_dir():
        raise NotADirectoryError(f"{directory} is a file; name a folder for the course")
    recorded = _read_record(directory)
    before = {name: asdict(record) for name, record in recorded.items()}
    laid = Laid()
    for source in _course_files(root):
        name = source.relative_to(root).as_posix()
        content = learners_version(source)
        verdict = _verdict(directory / name, content, recorded.get(name))
        if verdict == "merged":
            verdict = _merge_into(directory / name, content, recorded.get(name), laid)
        elif verdict in ("new", "refreshed"):
            _write(directory / name, content)
        getattr(laid, verdict).append(name)
        if verdict not in ("kept", "outdated"):
            recorded[name] = Record(_hash(content), _hash(_edited_part(content)), _sources(content))
    files = {name: asdict(record) for name, record in recorded.items()}
    if files != before:
        record = {"about": "files of the course as they were laid here", "files": files}
        _write(directory / RECORD, json.dumps(record, indent=1).encode())
    return laid


def _verdict(target: Path, content: bytes, recorded: Record | None) -> str:
    """The field of Laid for a file at `target` of which the course has `content`."""
    if not target.exists():
        return "new"
    mine = target.read_bytes()
    if mine == content:
        return "same"
    if recorded is None:
        return "merged" if target.suffix == ".ipynb" else "outdated"
    edited = _hash(_edited_part(mine)) != recorded.cells
    if recorded.file == _hash(content):
        return "kept" if edited else "same"
    if not edited:
        return "refreshed"
    return "merged" if target.suffix == ".ipynb" else "outdated"


def _merge_into(target: Path, content: bytes, recorded: Record | None, laid: Laid) -> str:
    """Bring an edited notebook up to date; what is in it beside guesses and answers is kept beside it."""
    try:
        mine = read_notebook(target)
        found = merge(mine, json.loads(content), recorded.sources if recorded else {})
    except NotebookError:
        return "outdated"
    if found.more:
        numbers = ("" if n == 1 else f"-{n}" for n in range(1, 1000))
        names = (target.with_name(f"{target.stem}-yours{number}.ipynb") for number in numbers)
        beside = next(name for name in names if not name.exists())
        _write(beside, target.read_bytes())
        laid.beside.append(f"{target.parent.name}/{beside.name}")
    _write(target, (json.dumps(found.notebook, indent=1, ensure_ascii=False) + "\n").encode())
    return "merged"


def _sources(content: bytes) -> dict[str, str]:
    try:
        return sources_of(json.loads(content))
    except (ValueError, KeyError, TypeError):
        return {}


def unedited(directory: Path) -> list[Path]:
    """The notebooks of a copy whose cells are as they were laid."""
    recorded = _read_record(directory)
    notebooks = [directory / name for name in recorded if name.endswith(".ipynb")]
    return [
        path
        for path in notebooks
        if path.is_file()
        and _hash(_edited_part(path.read_bytes())) == recorded[path.relative_to(directory).as_posix()].cells
    ]


def _edited_part(content: bytes) -> bytes:
    """What a learner edits in a file: the sources of a notebook's cells, all of any other file."""
    try:
        cells = json.loads(content)["cells"]
        return json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells]).encode()
    except (ValueError, KeyError, TypeError):
        return content


def learners_version(source: Path) -> bytes:
    """The content of a course file as a learner gets it: without what gives answers away.

    Outputs of cells tagged `reveal` are stripped: a result in sight spoils the prediction. So are, in a
    chapter, the reference answers in the metadata of "your turn" cells."""
    content = source.read_bytes()
    if source.suffix != ".ipynb":
        return content
    notebook: dict[str, Any] = json.loads(content)
    for cell in notebook["cells"]:
        if "reveal" in cell.get("metadata", {}).get("tags", []):
            cell.update(outputs=[], execution_count=None)
        if source.parent.name == "chapters":
            cell["metadata"].pop("edutorch", None)
        for output in cell.get("outputs", []):
            if "image/svg+xml" in output.get("data", {}):  # JupyterLab writes into a Mermaid output as it draws it
                output["data"].pop("text/vnd.mermaid", None)
    notebook["metadata"]["language_info"] = LANGUAGE
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def find_copy(named: Path | None = None) -> Path:
    """The learner's copy at, around or directly below the folder `named`.

    Without a name: of the current folder, else the last one laid anywhere. Raises FileNotFoundError
    where there is none, or several to choose from."""
    start = (named or Path.cwd()).resolve()
    if around := copy_around(start):
        return around
    below = [record.parents[1] for record in sorted(start.glob(f"*/{RECORD}"))]
    if len(below) == 1:
        return below[0]
    if below:
        names = ", ".join(folder.name for folder in below)
        raise FileNotFoundError(f"several copies of the course here: {names}; name one of them")
    if named is None and (last := _last_copy_file()).is_file():
        folder = Path(last.read_text(encoding="utf-8").strip())
        if (folder / RECORD).is_file():
            return folder
    raise FileNotFoundError(f"no copy of the course at {start}: lay one with `edutorch start my-course`")


def copy_around(start: Path) -> Path | None:
    """The copy of the course that a folder is in; None outside of one."""
    return next((folder for folder in (start, *start.parents) if (folder / RECORD).is_file()), None)


def remember_copy(directory: Path) -> None:
    """Note `directory` as the copy that `edutorch lab` opens from anywhere."""
    _write(_last_copy_file(), f"{directory.resolve()}\n".encode())


def _last_copy_file() -> Path:
    return state_folder() / "last-course"


def state_folder() -> Path:
    """Where this user's own state is kept, outside of any copy."""
    import platformdirs  # third party, on first use

    return platformdirs.user_state_path("edutorch")


def _course_files(root: Path) -> list[Path]:
    found = []
    for folder in LAID_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            hidden = any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
            if path.is_file() and not hidden and path.suffix != ".toml":
                found.append(path)
    return found


def _read_record(directory: Path) -> dict[str, Record]:
    """By path, the hashes of a file and of its cells as laid.

    Empty where there is no record or a damaged one: then every file that differs from the course
    counts as edited, which is the safe side."""
    try:
        files = json.loads((directory / RECORD).read_bytes())["files"]
        return {name: Record(e["file"], e["cells"], dict(e.get("sources", {}))) for name, e in files.items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with write_atomic(target) as file:
        file.write(content)
