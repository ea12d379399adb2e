"""Files that must be complete: checked by sha256 when read, written under another name and renamed."""

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO


def read_verified(path: str | os.PathLike[str], sha256: str, remedy: str) -> bytes:
    """The bytes of a file whose sha256 is known.

    Raises RuntimeError, naming the file, the digest expected and found, and `remedy` (what the reader should do), if
    the file is missing or is not the expected one."""
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise RuntimeError(f"data file {path} is missing: {remedy}") from None
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise RuntimeError(
            f"data file {path} is damaged: expected sha256 {sha256}, found {found} ({len(content):,} bytes): {remedy}"
        )
    return content


@contextlib.contextmanager
def write_atomic(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Context manager giving a binary file that becomes `path` when the block ends well.

    The bytes go to a temporary file in the same folder, which is renamed at the end, so nobody ever sees half a file.
    If the block raises, the temporary file is removed and `path` stays as it was."""
    path = Path(path)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()
            os.unlink(file.name)
            raise
    os.chmod(file.name, 0o666 & ~_umask())
    os.replace(file.name, path)


def write_to(f: str | os.PathLike[str] | IO[bytes], pieces: Iterable[bytes | memoryview]) -> None:
    """Writes the pieces to a path, by write_atomic, or to an open binary file. Raises RuntimeError where the path's
    folder does not exist."""
    if not isinstance(f, (str, os.PathLike)):
        for piece in pieces:
            f.write(piece)
        return
    if not Path(f).absolute().parent.is_dir():
        raise RuntimeError(f"Parent directory {Path(f).absolute().parent} does not exist.")
    with write_atomic(f) as file:
        file.writelines(pieces)


def _umask() -> int:
    """The process's umask, which can only be read by setting it. A browser has none, and Emscripten returns 0o777."""
    if sys.platform == "emscripten":
        return 0
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
