"""Verified reading and atomic writing."""

import hashlib
import os
import stat

import pytest

from edutorch.utils.files import read_verified, write_atomic

DIGEST = hashlib.sha256(b"whole").hexdigest()


def test_reads_a_whole_file(tmp_path):
    (tmp_path / "f").write_bytes(b"whole")
    assert read_verified(tmp_path / "f", DIGEST, "fetch it again") == b"whole"


def test_a_damaged_file_is_named_with_both_digests_and_what_to_do(tmp_path):
    (tmp_path / "f").write_bytes(b"hole")
    with pytest.raises(RuntimeError) as caught:
        read_verified(tmp_path / "f", DIGEST, "fetch it again")
    message = str(caught.value)
    for part in (str(tmp_path / "f"), DIGEST, hashlib.sha256(b"hole").hexdigest(), "fetch it again"):
        assert part in message


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RuntimeError, match="nowhere is missing: fetch it again"):
        read_verified(tmp_path / "nowhere", DIGEST, "fetch it again")


def test_an_atomic_write_appears_at_the_end_only(tmp_path):
    target = tmp_path / "out"
    with write_atomic(target) as file:
        file.write(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), write_atomic(target) as file:
        file.write(b"ne")
        raise ZeroDivisionError
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_the_file_has_the_mode_an_ordinary_one_would_have(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    with write_atomic(tmp_path / "out"):
        pass
    plain, out = (stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in ("plain", "out"))
    assert out == plain
