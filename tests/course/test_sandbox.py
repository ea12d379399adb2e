"""Kernels under each kind of isolation that works here, and the choice between them."""

import ast
import os
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from edutorch.course import mounts
from edutorch.course import sandbox as sandboxes
from edutorch.course.kernel import GuardedKernel, KernelLost
from edutorch.course.kernel_process import SYSTEM_CALLS
from edutorch.course.kernels import Kernels
from edutorch.course.leftovers import processes_of
from edutorch.course.run import run_answers
from edutorch.course.sandbox import UNUSED_UIDS, Limits, Sandbox, best_sandbox, free_uid

BEST = best_sandbox()
LANDLOCK = Sandbox("landlock", drops_root=False)
HAS_LANDLOCK = sandboxes._starts(LANDLOCK)
KINDS = [*(["bubblewrap"] if BEST.kind == "bubblewrap" else []), *(["landlock"] if HAS_LANDLOCK else []), "limits"]
needs_landlock = pytest.mark.skipif(not HAS_LANDLOCK, reason="the kernel has no Landlock, or does not use it")
needs_bubblewrap = pytest.mark.skipif(
    BEST.kind != "bubblewrap", reason="bubblewrap is not installed, or may not be used here"
)
SMALL = Limits(file_size=100_000, output=100_000, processes=40)


@pytest.fixture(params=KINDS)
def sandbox(request):
    return BEST if request.param == BEST.kind else Sandbox(request.param, drops_root=False)


@pytest.fixture(autouse=True)
def no_kernel_outlives_its_test(monkeypatch):
    """Where a test fails before it stops its kernel, the process of the tests would wait for it at its end."""
    kernels, start = [], GuardedKernel.wait_until_ready
    monkeypatch.setattr(GuardedKernel, "wait_until_ready", lambda self: (kernels.append(self), start(self)))
    yield
    for kernel in kernels:
        kernel.stop()


@pytest.fixture
def kernel(sandbox):
    kernel = GuardedKernel(sandbox, SMALL)
    kernel.wait_until_ready()
    yield kernel
    kernel.stop()


def printed(run):
    return "".join(output.get("text", "") for output in run.outputs)


def test_cells_run_one_after_another(kernel):
    assert kernel.run("x = 1", 60).status == "ok"
    run = kernel.run("print(x)\nx", 60)
    assert printed(run) == "1\n"
    assert run.outputs[1]["data"]["text/plain"] == "1"
    assert kernel.run("1 / 0", 60).error["ename"] == "ZeroDivisionError"
    assert kernel.run("print(x)", 60).status == "ok"


def test_a_file_is_bounded(kernel):
    run = kernel.run("open('big', 'wb').write(bytes(10**6))", 60)
    assert run.error["ename"] == "OSError"


def test_a_swallowed_interrupt_is_killed(kernel):
    loop = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    assert kernel.run(loop, 1).status == "timeout"
    assert not kernel.is_alive()


def test_a_dead_kernel_is_not_waited_for(kernel):
    assert kernel.run("import os; os.kill(os.getpid(), 9)", 60).status == "died"  # "timeout" after a wait
    assert kernel.run("1", 60).status == "died"


def test_standard_input_is_not_there(kernel):
    assert kernel.run("input()", 60).error["ename"] == "StdinNotImplementedError"


def test_the_folder_is_removed_and_no_process_is_left(sandbox):
    kernel = GuardedKernel(sandbox, SMALL)
    kernel.wait_until_ready()
    kernel.run("import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()'])", 60)
    processes = processes_of(kernel.process.pid)
    assert len(processes) >= 2
    kernel.stop()
    assert psutil.wait_procs(processes, timeout=60)[1] == []
    assert not kernel.folder.exists()


@needs_bubblewrap
def test_a_fork_bomb_is_bounded():
    kernel = GuardedKernel(BEST, SMALL)
    kernel.wait_until_ready()
    name = f"bomb{os.getpid()}"  # which forks inherit
    bomb = (
        f"import ctypes, os\nctypes.CDLL(None).prctl(15, {name.encode()!r})\n"  # PR_SET_NAME
        "while True:\n    try: os.fork()\n    except OSError: pass"
    )
    run = kernel.run(bomb, 2)
    assert run.status in ("timeout", "processes", "died")
    kernel.stop()
    forks = [process for process in psutil.process_iter(["name"]) if process.info["name"] == name]
    assert psutil.wait_procs(forks, timeout=60)[1] == []


@needs_bubblewrap
@pytest.mark.parametrize("target", ["/usr/cheat", "/tmp/../cheat", sys.prefix + "/cheat"])
def test_the_host_cannot_be_written(target):
    kernel = GuardedKernel(BEST, SMALL)
    kernel.wait_until_ready()
    run = kernel.run(f"open({target!r}, 'w').write('x')", 60)
    kernel.stop()
    assert run.status == "error" or not os.path.exists(target)


@needs_bubblewrap
def test_only_what_runs_python_is_there(tmp_path):
    """A clone of the course may lie in the environment, or in /usr: neither is there as a whole."""
    kernel = GuardedKernel(BEST, SMALL)
    kernel.wait_until_ready()
    run = kernel.run("import os, sys\nprint(os.listdir(sys.prefix) + os.listdir('/usr'))", 60)
    kernel.stop()
    known = {name.split("/")[0] for name in mounts.INTERPRETER_FOLDERS} | {"local", "pyvenv.cfg"}
    assert set(ast.literal_eval(printed(run))) <= known


@needs_bubblewrap
@pytest.mark.parametrize("place", ["/", "/dev", sys.prefix])
def test_outside_of_its_bounded_folders_nothing_can_be_written(place):
    kernel = GuardedKernel(BEST, SMALL)
    kernel.wait_until_ready()
    run = kernel.run(f"open({place!r} + '/x', 'w')", 60)
    kernel.stop()
    assert run.error["ename"] in ("OSError", "PermissionError")


@pytest.mark.skipif(platform.machine() not in SYSTEM_CALLS, reason="system calls of other machines are not filtered")
def test_there_is_no_memory_that_belongs_to_no_process(kernel):
    assert kernel.run("import os\nos.memfd_create('x')", 60).error["ename"] == "PermissionError"
    run = kernel.run("import ctypes\nprint(ctypes.CDLL(None).shmget(77, 100, 0o1666))", 60)
    assert printed(run) == "-1\n"


@pytest.mark.skipif(platform.machine() not in SYSTEM_CALLS, reason="system calls of other machines are not filtered")
def test_nothing_is_left_in_a_keyring_or_in_a_queue(kernel):
    """The keyring of a session is that of the one who grades: the next submission would find what is in it."""
    add_key, mq_open = {"x86_64": (248, 240), "aarch64": (217, 180)}[platform.machine()]
    source = (
        "import ctypes, errno\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"for call in [({add_key}, b'user', b'left', b'x', 1, -3), ({mq_open}, b'left', 0o102, 0o600, None)]:\n"
        "    print(libc.syscall(*call), errno.errorcode[ctypes.get_errno()])"
    )
    assert printed(kernel.run(source, 60)).split() == ["-1", "EPERM"] * 2


@pytest.mark.skipif(platform.machine() not in SYSTEM_CALLS, reason="system calls of other machines are not filtered")
def test_no_process_becomes_root_of_a_namespace_of_its_own(kernel):
    run = kernel.run("import ctypes\nprint(ctypes.CDLL(None).unshare(0x10000000))", 60)
    assert printed(run) == "-1\n"
    clone = SYSTEM_CALLS[platform.machine()][3]
    source = f"import os\npid = ctypes.CDLL(None).syscall({clone}, 0x10000000 | 17, 0, 0, 0, 0)\npid or os._exit(0)"
    assert printed(kernel.run(f"{source}\nprint(pid)", 60)) == "-1\n"


@pytest.mark.skipif(platform.machine() not in SYSTEM_CALLS, reason="system calls of other machines are not filtered")
@pytest.mark.parametrize("call", ["mq_open(b'/a', 0o102, 0o666, None)", "semget(77, 1, 0o1666)", "msgget(77, 0o1666)"])
def test_nothing_is_left_that_belongs_to_no_process(kernel, call):
    assert printed(kernel.run(f"import ctypes\nprint(ctypes.CDLL(None).{call})", 60)) == "-1\n"


@pytest.mark.skipif(platform.machine() not in SYSTEM_CALLS, reason="system calls of other machines are not filtered")
def test_the_keys_of_who_grades_are_out_of_reach(kernel):
    for number in {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219)}[platform.machine()]:
        run = kernel.run(f"import ctypes\nprint(ctypes.CDLL(None).syscall({number}, b'user', b'a', b'b', 1, -3))", 60)
        assert printed(run) == "-1\n"


@pytest.mark.skipif(platform.machine() not in SYSTEM_CALLS, reason="system calls of other machines are not filtered")
def test_a_forked_kernel_starts_no_program():
    """Another Python would have the library as it is."""
    kernels = Kernels(SMALL)
    kernel = kernels.take()
    run = kernel.run("import os\nos.posix_spawn('/bin/true', ['true'], {})", 60)
    kernel.stop()
    kernels.close()
    assert run.error["ename"] == "PermissionError"


ATTEMPTS = """
import os, signal, socket
from pathlib import Path

def attempt(name, call):
    try:
        call()
        print(name, "done")
    except OSError as error:
        print(name, type(error).__name__)

attempt("solution", lambda: open({solution!r}).read())
attempt("the other file", lambda: open({other!r}).read())
attempt("its folder", lambda: os.listdir({folder!r}))
attempt("command lines", lambda: [path.read_bytes() for path in Path("/proc/{pid}").glob("cmdline")][0])
attempt("memory", lambda: open("/proc/{pid}/mem", "rb"))
attempt("signal", lambda: os.kill({pid}, signal.SIGCONT))
attempt("network", lambda: socket.create_connection(("127.0.0.1", {port}), 2))
attempt("write", lambda: open({folder!r} + "/x", "w"))
attempt("own folder", lambda: (open("x", "w").write("x"), os.mkdir("y"), os.rename("x", "y/z"), os.remove("y/z")))
"""


@needs_landlock
def test_with_landlock_alone_files_of_others_are_out_of_reach(tmp_path):
    """No answer is among what a kernel may read, though its user may read it; not by way of processes either."""
    solution, other = tmp_path / "solution.ipynb", Path(sandboxes.PACKAGE) / "py.typed"
    solution.write_text("the answer")
    victim = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    kernel = GuardedKernel(Sandbox("landlock", False, (other,)), SMALL)
    with socket.create_server(("127.0.0.1", 0)) as server:
        kernel.wait_until_ready()
        names = {"solution": str(solution), "other": str(other), "folder": str(tmp_path), "pid": victim.pid}
        run = kernel.run(ATTEMPTS.format(**names, port=server.getsockname()[1]), 60)
    kernel.stop()
    victim.communicate()
    came = dict(line.rsplit(" ", 1) for line in printed(run).splitlines())
    assert came.pop("own folder") == "done"
    if came["signal"] == "done" or came["network"] == "done":  # Linux knows these from 6.12 and 6.7 on
        del came["signal"], came["network"]
    assert set(came.values()) <= {"PermissionError", "IndexError"}, came


@needs_landlock
def test_another_installed_course_is_covered(tmp_path, monkeypatch):
    package = tmp_path / "edutorch"
    (package / "_course").mkdir(parents=True)
    monkeypatch.setattr(mounts.sysconfig, "get_path", lambda name: str(tmp_path))
    assert package / "_course" in mounts.answer_folders()
    (tmp_path / "edutorch-1.dist-info").mkdir()
    (tmp_path / "edutorch-1.dist-info" / "RECORD").write_text("edutorch/__init__.py,,\n")
    mounts.foreign.cache_clear()
    found = sandboxes._files(None, ())
    mounts.foreign.cache_clear()
    assert str(package / "_course") not in found["read"] and str(tmp_path) in found["listed"]


def test_an_interpreter_by_a_way_round_is_the_same(monkeypatch):
    """`../venv/bin/python` leads nowhere inside."""
    script = "import sys\nfrom edutorch.course.sandbox import INTERPRETER, best_sandbox\n"
    script += "print(INTERPRETER, best_sandbox().kind)"
    folder = os.path.dirname(sys.executable)
    way_round = os.path.join(folder, "..", os.path.basename(folder), os.path.basename(sys.executable))
    done = subprocess.run([way_round, "-c", script], capture_output=True, text=True, check=True)
    assert ".." not in done.stdout and done.stdout.split()[-1] == BEST.kind


@needs_bubblewrap
def test_the_one_shared_folder_is_bounded():
    limits = Limits(folder_size=300_000)
    kernel = GuardedKernel(BEST, limits)
    kernel.wait_until_ready()
    fill = "import time\nfor n in range(10**6):\n    open(f'{place}/{n}', 'w').write('x' * 4096)"
    run = kernel.run(f"place = {str(kernel.folder)!r}\n{fill}", 20)
    kernel.stop()
    assert run.status == "disk"


def test_without_bubblewrap_the_report_says_so(toy_assignment, monkeypatch):
    """The worker finds no bwrap on its path and goes on with limits alone."""
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    answers = {"double": toy_assignment.questions["double"].answer}
    run = run_answers(toy_assignment, answers)["double"]
    assert run.sandbox.startswith("not sandboxed: resource limits")
    for cell in run.cells:
        assert (cell["status"], cell["differences"]) == ("ok", []), cell


def test_a_bubblewrap_that_is_refused_is_found_out(tmp_path, monkeypatch):
    """Installed is not enough: a container's kernel may refuse what it needs."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sandboxes.best_sandbox.__wrapped__().kind in ("landlock", "limits")


def test_labels():
    assert Sandbox("bubblewrap", True).label == "sandboxed with bubblewrap"
    assert "not sandboxed" in Sandbox("limits", True).label
    assert Sandbox("landlock", True).label == "not sandboxed: resource limits and Landlock"


def test_a_kernel_that_does_not_start_is_told(monkeypatch):
    broken = Sandbox("limits", drops_root=False)
    monkeypatch.setattr(Sandbox, "command", lambda *args, **options: [sys.executable, "-c", "1"])
    kernel = GuardedKernel(broken, SMALL)
    with pytest.raises(KernelLost):
        kernel.wait_until_ready()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has users to give away")
def test_each_kernel_has_a_user_of_its_own():
    uid = free_uid()
    assert uid in UNUSED_UIDS
    child = subprocess.Popen(["sleep", "30"], user=uid)
    try:
        assert uid not in {free_uid() for _ in range(300)}
        sandboxes.kill_user(uid)
        assert child.wait(timeout=60) == -9
    finally:
        child.kill()


@needs_bubblewrap
def test_the_course_inside_an_installed_package_is_covered(tmp_path, monkeypatch):
    """A kernel sees the package, and where a wheel has the course in it, an empty folder."""
    package = tmp_path / "site" / "edutorch"
    shutil.copytree(sandboxes.PACKAGE, package, ignore=shutil.ignore_patterns("*.npz", "*.gz", "__pycache__"))
    (package / "_course" / "solutions").mkdir(parents=True)
    (package / "_course" / "solutions" / "answer.ipynb").write_text("the answer")
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    for module in (mounts, sandboxes):
        monkeypatch.setattr(module, "PACKAGE", package)
    monkeypatch.setattr(sandboxes, "LAUNCHER", package / "course" / "kernel_process.py")
    sandbox = sandboxes.best_sandbox.__wrapped__()
    assert sandbox.kind == "bubblewrap"
    kernel = GuardedKernel(sandbox, SMALL)
    kernel.wait_until_ready()
    source = f"""
import os
print(os.path.isfile({str(package / "__init__.py")!r}))
try:
    print(os.listdir({str(package / "_course")!r}))
except PermissionError:
    print("[]")
"""
    run = kernel.run(source, 60)
    kernel.stop()
    assert printed(run).splitlines() == ["True", "[]"]
