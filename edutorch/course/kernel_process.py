"""The first code that runs in a kernel's process: lower what it may do, then become the kernel.

Run as a file, `python -P kernel_process.py '{"uid": ..., ...}' CONNECTION_FILE`; it imports nothing of ours.
"""

import contextlib
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import signal
import struct
import sys

# Of refuse_system_calls, by machine: its number in the kernel's audit, the calls that are refused, those that start a
# program, clone and clone3
SYSTEM_CALLS = {
    "x86_64": (0xC000003E, (319, 29, 64, 68, 240, 248, 249, 250, 272), (59, 322), 56, 435),
    "aarch64": (0xC00000B7, (279, 194, 190, 186, 180, 217, 218, 219, 97), (221, 281), 220, 435),
}
LOAD, EQUAL, AT_LEAST, HAS_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF
ALLOW, REFUSE, UNKNOWN, OTHER_CALLS = 0x7FFF0000, 0x00050001, 0x00050026, 0x40000000  # EPERM; ENOSYS; from there x32's
CLONE_NEWUSER = 0x10000000
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
# By every kernel, as it starts
IMPORTED = (
    *("ipykernel.kernelapp", "ipykernel.debugger", "tornado.platform.asyncio", "faulthandler", "sqlite3"),
    *("IPython.core.debugger", "IPython.core.completerlib", "IPython.core.oinspect", "IPython.core.logger"),
    *("IPython.extensions.storemagic", "edutorch.course.checking", "numpy.random", "resource"),
)
# Landlock's calls, the same on all machines, and its rights: run, read, list; what a write to a folder needs; on a file
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
READ, LIST, CHANGE, WRITE, RULE_ON_PATH = 0b0101, 0b1000, 0b111_1111_1110_0010, 0b0010, 1
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}  # how many there are; from 5 on one more
DEVICES = ("null", "zero", "full", "random", "urandom")
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38


def main() -> None:
    """Set the limits of the JSON in argv[1], give up root, and run ipykernel.

    Or fork others, or only wait, or stop, as a trial."""
    settings = json.loads(sys.argv[1])
    if os.name == "posix":
        set_limits(settings)
        give_up_root(settings.get("uid"))
        adopt_orphans()
        if settings.get("files") is not None:
            confine(**settings["files"])
    if "forks" in settings:
        import_what_kernels_import()
        fork_kernels(settings["forks"])
        return
    if settings.get("holds"):
        hold()
        return
    if settings.get("trial"):
        open(os.__file__).close()  # the standard library of root's interpreter may be root's alone
        found = [importlib.util.find_spec(name) for name in ("ipykernel_launcher", "edutorch")]
        print("ready" if all(found) else "the interpreter's packages are out of reach")
        return
    become_kernel(sys.argv[2])


def become_kernel(connection: str) -> None:
    """Run ipykernel in this process, on the sockets that the file `connection` names."""
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # a tenth of a second, and nobody debugs here
    sys.argv = ["ipykernel_launcher", "-f", connection]  # as in any notebook
    from ipykernel.kernelapp import IPKernelApp  # extra "lab"

    class Kernel(IPKernelApp):
        def parse_command_line(self, argv: object = None) -> None:
            """There is none; to set up what would read it is a fifth of a forked kernel's start."""

    kernel = Kernel.instance(connection_file=connection)
    kernel.config.HistoryManager.enabled = False
    kernel.initialize()
    kernel.start()


def import_what_kernels_import() -> None:
    """What is started from here has it. No thread runs afterwards: all of this process is in a forked one."""
    for name in IMPORTED:
        importlib.import_module(name)
    importlib.import_module("edutorch").as_torch()  # `import torch` in an answer is edutorch
    importlib.import_module("edutorch.course.fence").put_up()
    gc.collect()
    gc.freeze()  # what is there stays: a forked process need not look through it, and so copy its pages


def fork_kernels(base: str) -> None:
    """Each line of standard input is an order, answered by a line of JSON.

    {"connection": ...} is for a kernel, and gives its pid; {} asks whether an answer has left anything in this sandbox.
    No child may look into this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: none stays as a zombie
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    before = state_of_sandbox(base)
    print(json.dumps({"pid": os.getpid()}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if not order:
            print(json.dumps({"clean": state_of_sandbox(base) == before}), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            leave_parent(order["folder"], order["environment"], order["uid"])
            become_kernel(order["connection"])
            os._exit(0)
        print(json.dumps({"pid": pid}), flush=True)


def hold() -> None:
    """Be what a sandbox is known by to those outside, until standard input ends."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    print(json.dumps({"pid": os.getpid()}), flush=True)
    sys.stdin.read()


def state_of_sandbox(base: str) -> list:
    """All that an answer could change and a later one find: limits of this process; in a sandbox (`base` is the folder
    that its kernels have theirs in) files and shared memory."""
    import resource  # POSIX only

    state: list = [resource.getrlimit(number) for number in range(16)]
    state += [os.getpriority(os.PRIO_PROCESS, 0), sorted(os.sched_getaffinity(0)), os.sched_getscheduler(0)]
    if not base:
        return state
    for kind in ("shm", "msg", "sem"):
        with contextlib.suppress(OSError), open(f"/proc/sysvipc/{kind}") as file:
            state.append(len(file.readlines()))
    for top in ("/tmp", "/dev/shm"):
        for place, folders, files in os.walk(top):
            folders[:] = [name for name in folders if os.path.join(place, name) != base]
            state += [os.path.join(place, name) for name in sorted(folders + files)]
    return state


def leave_parent(folder: str, environment: dict, uid: int | None) -> None:
    """In a forked process: a session, a user, a folder and an environment of its own, none of the parent's streams."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    give_up_root(uid)
    refuse_system_calls(ctypes.CDLL(None), programs=True)  # another Python would have the library as it is
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    adopt_orphans()
    os.chdir(folder)
    os.environ.update(environment)


def set_limits(settings: dict) -> None:
    """Limits in bytes and counts that the kernel and all it starts inherit and cannot raise."""
    import resource  # POSIX only

    for name in ("AS", "FSIZE", "NPROC", "NOFILE", "CORE"):
        value = settings.get(name)
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if value is None or kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            if sys.platform == "linux":  # macOS has some of these, but refuses to set them
                raise


def give_up_root(uid: int | None) -> None:
    """Become the unprivileged user `uid`, for good, and die with the process that started us."""
    if uid is not None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        refuse_system_calls(libc)


def refuse_system_calls(libc: ctypes.CDLL, programs: bool = False) -> None:
    """What outlives a process, or belongs to none, is refused: memfd_create, memory, semaphores and queues of System V,
    POSIX's queues, keys. So is a further namespace, in which a process is root again. programs: starting one, too.

    A filter of system calls in classic BPF, each instruction (code, where to if true, where to if false, value); other
    architectures' calls are refused as a whole. clone3's flags lie in memory: it is unknown, and libc takes clone."""
    if os.uname().machine not in SYSTEM_CALLS:
        return
    architecture, refused, starting, clone, clone3 = SYSTEM_CALLS[os.uname().machine]
    lines: list = [(LOAD, "", "", 4), (EQUAL, "", "refuse", architecture), (LOAD, "", "", 0)]
    lines += [(AT_LEAST, "refuse", "", OTHER_CALLS)]
    lines += [(EQUAL, "refuse", "", number) for number in refused + (starting if programs else ())]
    lines += [(EQUAL, "unknown", "", clone3), (EQUAL, "", "allow", clone)]
    lines += [(LOAD, "", "", 16), (HAS_BIT, "refuse", "", CLONE_NEWUSER)]
    ends = {"allow": ALLOW, "refuse": REFUSE, "unknown": UNKNOWN}
    places = {name: len(lines) + place for place, name in enumerate(ends)}
    program = [
        (code, *(places[name] - here - 1 if name else 0 for name in names), value)
        for here, (code, *names, value) in enumerate(lines)
    ]
    program += [(RETURN, 0, 0, value) for value in ends.values()]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    about = struct.pack("HP", len(program), ctypes.addressof(code))  # struct sock_fprog
    libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, about, 0, 0)


def confine(read: list, listed: list, write: list) -> None:
    """Landlock: from here on only these files and folders can be read, those to write in written, those `listed` listed
    without what is in them; other processes can neither be looked into nor be sent signals, and TCP is refused.

    Raises OSError where the kernel has no Landlock."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    version = checked(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1))
    handled = (1 << RIGHTS_BY_VERSION.get(version, 16)) - 1
    tcp, scoped = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    ruleset = struct.pack("QQQ", handled, tcp, scoped)[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = checked(libc.syscall(CREATE_RULESET, ruleset, ctypes.c_size_t(len(ruleset)), 0))
    devices = [f"/dev/{name}" for name in DEVICES]
    for paths, rights in ((read, READ | LIST), (listed, LIST), (write, READ | LIST | CHANGE), (devices, READ | WRITE)):
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                place = os.open(path, os.O_PATH | os.O_CLOEXEC)
                # what concerns folders alone cannot be allowed on a file; bit 14 is truncation
                allowed = rights if os.path.isdir(path) else rights & (READ | WRITE | 1 << 14)
                rule = struct.pack("=Qi", allowed & handled, place)
                checked(libc.syscall(ADD_RULE, rules, RULE_ON_PATH, rule, 0))
                os.close(place)
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    checked(libc.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def checked(outcome: int, what: str = "Landlock") -> int:
    """What a function of the C library gave. Raises OSError where that is an error."""
    if outcome < 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
    return outcome


def adopt_orphans() -> None:
    """Linux: processes whose parent ends become ours, so that the process that ends us finds them.

    Where memory runs out, the machine is to take it from us first."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")


if __name__ == "__main__":
    main()
