"""Folders that cannot be walked the plain way, and processes that have run from their parents."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from edutorch.course.leftovers import DEEPEST, FRESH, claim_folder, end_children, processes_of, remove_folder, size_of


def nest(folder, depth):
    """Folders in folders, each entered before the next is made: no path is ever long."""
    program = f"import os\nfor _ in range({depth}):\n    os.mkdir('x')\n    os.chdir('x')\nopen('y', 'w')"
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True)


def test_a_folder_is_measured(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "big").write_bytes(bytes(10_000))
    (tmp_path / "link").symlink_to("/usr")
    assert size_of(tmp_path, 10**6) == 4096 * 2 + 10_000
    assert size_of(tmp_path / "none", 10**6) == 0


def test_counting_ends_where_it_is_enough(tmp_path):
    for number in range(50):
        (tmp_path / str(number)).touch()
    assert size_of(tmp_path, 100_000) > 100_000
    nest(tmp_path, DEEPEST + 2)
    assert size_of(tmp_path, 10**9) == 10**9 + 1


def test_a_folder_goes_whatever_is_in_it(tmp_path):
    folder, kept = tmp_path / "folder", tmp_path / "kept"
    folder.mkdir(), kept.mkdir()
    (kept / "file").write_text("x")
    nest(folder, 3000)
    (folder / "out").symlink_to(kept)
    (folder / "nowhere").symlink_to("none")
    (folder / "closed" / "in").mkdir(parents=True)
    (folder / "closed" / "in" / "file").touch()
    os.mkfifo(folder / "closed" / "pipe")
    for place in (folder / "closed" / "in", folder / "closed", folder):
        place.chmod(0)
    remove_folder(folder)
    assert not folder.exists() and (kept / "file").read_text() == "x"
    remove_folder(folder)


def test_children_end_with_those_they_have_left(tmp_path):
    program = (
        "import os, subprocess, sys, time\n"
        "from edutorch.course.kernel_process import adopt_orphans\n"
        "adopt_orphans()\n"
        "run = 'import os, time; os.fork() and os._exit(0); print(os.getpid(), flush=True); time.sleep(60)'\n"
        "subprocess.Popen([sys.executable, '-c', run], start_new_session=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, start_new_session=True)
    try:
        stray = psutil.Process(int(parent.stdout.readline()))
        end_children(parent.pid)
        assert not stray.is_running() or stray.status() == psutil.STATUS_ZOMBIE
        end_children(2**22 + 1)  # nobody: nothing is raised
    finally:
        parent.kill()
        parent.wait()


def test_a_grader_that_is_killed_leaves_no_folder(tmp_path):
    """Its worker sees that and cleans up."""
    script = "import time\nfrom edutorch.course.run import Workers\nwith Workers().one():\n    print(1, flush=True)\n"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", script + "    time.sleep(100)"]
    grader = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    assert grader.stdout.readline() == b"1\n" and any(tmp_path.iterdir())
    grader.kill()
    grader.communicate()
    end = time.monotonic() + 60
    while any(tmp_path.iterdir()):
        assert time.monotonic() < end, list(tmp_path.iterdir())
        time.sleep(0.1)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no locks on folders")
def test_where_grader_and_worker_are_killed_the_next_one_removes_their_folders(tmp_path):
    script = "import time\nfrom edutorch.course.run import Workers\nwith Workers().one() as worker:\n"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", script + "    print(worker.process.pid, flush=True)\n    time.sleep(100)"]
    grader = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    worker = psutil.Process(int(grader.stdout.readline()))
    left = set(tmp_path.iterdir())
    other = tmp_path / "edutorch-course"
    other.mkdir()

    def after_removing(age):
        for folder in [*left, other]:
            os.utime(folder, times=(time.time() - age,) * 2)
        remove_folder(claim_folder("", str(tmp_path)))
        return set(tmp_path.iterdir())

    assert len(left) == 2 and after_removing(FRESH + 1) == {*left, other}, "folders of a grader that lives"
    worker.kill()
    grader.kill()
    grader.communicate()
    assert after_removing(0) == {*left, other}, "so young that somebody may be about to claim them"
    assert after_removing(FRESH + 1) == {other}


def test_all_that_a_process_has_started_is_found_by_whichever_thread():
    sleeps = "import time; print(1, flush=True); time.sleep(60)"
    program = (
        "import subprocess, sys, threading, time\n"
        "def start(run):\n"
        "    subprocess.Popen([sys.executable, '-c', run])\n"
        "    time.sleep(60)\n"
        f'inner = \'import subprocess, sys; subprocess.run([sys.executable, "-c", "{sleeps}"])\'\n'
        f"threading.Thread(target=start, args=[{sleeps!r}]).start()\n"
        "start(inner)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    try:
        assert [process.stdout.readline() for _ in range(2)] == [b"1\n"] * 2, "both that sleep are there"
        found = processes_of(process.pid)
        assert found[0].pid == process.pid and len(found) == 4
        assert set(found) == {psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)}
    finally:
        end_children(process.pid)
        process.kill()
        process.communicate()
    assert processes_of(process.pid) == []
