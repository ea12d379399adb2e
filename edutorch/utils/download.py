"""Downloads: from the first mirror that works, resumed, checked, and complete or not there at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

CHUNK = 1 << 16  # bytes
TIMEOUT = 30.0  # seconds without a byte


class _Wrong(Exception):
    """What was wrong with the answer of a mirror."""


def cache_folder() -> Path:
    """Where downloads are kept: EDUTORCH_HOME, else the user's cache folder of this system."""
    home = os.environ.get("EDUTORCH_HOME")
    if home:
        return Path(home)
    import platformdirs

    return platformdirs.user_cache_path("edutorch")


def download(urls: Sequence[str], digest: str, name: str, progress: bool = True) -> Path:
    """The file `name` of the cache, fetched from the first of `urls` that has it.

    digest: the file's sha256, or its md5 where its authors give no other. A complete file is not fetched again; a
    download that was cut off continues where it stopped, from any mirror. The file appears under its name only when its
    digest is right. Raises RuntimeError, with the reason for each mirror, if none has it.
    """
    target = cache_folder() / name
    if target.is_file() and _digest_of(target, digest) == digest:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    for url in urls:
        try:
            _fetch(url, digest, target, progress)
            return target
        except (_Wrong, OSError, http.client.HTTPException, ValueError) as error:
            reasons.append(f"  {url}: {error}")
    raise RuntimeError(
        f"could not download {name}:\n"
        + "\n".join(reasons)
        + f"\nCheck the connection, or put the file ({_kind(digest)} {digest}) at {target} yourself."
    )


def _fetch(url: str, digest: str, target: Path, progress: bool) -> None:
    part = target.with_name(target.name + ".part")
    resumed = _continue(url, part, progress)
    if resumed and _digest_of(part, digest) != digest:  # the beginning was damaged, or from another file
        part.unlink()
        _continue(url, part, progress)
    found = _digest_of(part, digest)
    if found != digest:
        part.unlink()
        raise _Wrong(f"gave another file: expected {_kind(digest)} {digest}, got {found}")
    os.replace(part, target)


def _continue(url: str, part: Path, progress: bool) -> bool:
    """Fetches what `part` lacks. Returns whether some bytes were there before."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "edutorch"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # nothing is left to send: it is complete, or from another file
            return True
        raise
    with response:
        resumed = have > 0 and response.status == 206
        length = response.headers.get("Content-Length")
        expected = None if length is None else int(length) + (have if resumed else 0)
        with open(part, "ab" if resumed else "wb") as file:
            _copy(response, file, have if resumed else 0, expected, part.stem, progress)
    if expected is not None and part.stat().st_size != expected:
        raise _Wrong(f"broke off after {part.stat().st_size:,} of {expected:,} bytes")
    return resumed


def _copy(response: IO[bytes], file: IO[bytes], have: int, expected: int | None, label: str, progress: bool) -> None:
    bar = _progress_bar(have, expected, label) if progress else None
    try:
        while chunk := response.read(CHUNK):
            file.write(chunk)
            if bar is not None:
                bar.update(len(chunk))
    finally:
        if bar is not None:
            bar.close()


def _progress_bar(have: int, expected: int | None, label: str) -> Any:
    """A tqdm bar; None if tqdm is not installed."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(initial=have, total=expected, unit="B", unit_scale=True, desc=label)


def _kind(digest: str) -> str:
    """Which function a digest is of, by its length."""
    return "md5" if len(digest) == 32 else "sha256"


def _digest_of(path: Path, like: str) -> str:
    """The file's digest, of the kind of another one."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, _kind(like)).hexdigest()
