"""Groups of processes, and which of them this one is in."""

from __future__ import annotations

import atexit
import datetime
import functools
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, ClassVar

from . import launch
from .agreement import agree
from .errors import DistNetworkError
from .nccl import Nccl
from .waiting import Switchboard, wait

if TYPE_CHECKING:
    from mpi4py.MPI import Comm

    from .point_to_point import Receiving

default_pg_timeout = datetime.timedelta(minutes=30)
BACKENDS = ("mpi", "gloo", "nccl")
_HOW_TO_START = (
    "Start the script with `edutorch run --nproc {0} script.py` or `mpiexec -n {0} python -m mpi4py script.py`"
)


class ProcessGroup:
    """Some of the processes. Made by init_process_group and new_group. Source: torch.distributed.ProcessGroup.

    ranks: their ranks among all. data, control: communicators of MPI, of the tensors and of what the processes agree on
    before. seconds_waited and bytes_given count what collectives cost this process. receiving: what irecv began, while
    the line ahead has not come."""

    def __init__(
        self, data: Comm, control: Comm, ranks: Sequence[int], backend: str, timeout: float, board: Switchboard
    ) -> None:
        self.data, self.control, self.ranks = data, control, list(ranks)
        self.backend, self.timeout, self.board = backend, timeout, board
        self.nccl: Nccl | None = None
        self.seconds_waited = 0.0
        self.bytes_given = 0
        self.receiving: list[Receiving] = []

    @functools.cached_property
    def mpi(self) -> ModuleType:
        """mpi4py.MPI."""
        return mpi()

    def go_on(self) -> None:
        """Begins to receive the numbers whose line has come: who sends them may wait for that."""
        for each in list(self.receiving):
            each.go_on()

    def rank(self) -> int:
        """This process's rank in the group."""
        return self.data.Get_rank()

    def size(self) -> int:
        """How many processes are in it."""
        return self.data.Get_size()

    def name(self) -> str:
        """The backend, as asked for."""
        return self.backend

    def who(self) -> str:
        """ "rank 1 of 4", by the ranks among all."""
        return f"rank {self.ranks[self.rank()]} of {self.board.size}"


class GroupMember:
    """What new_group gives to processes that are not in the group. Source: torch.distributed.GroupMember."""

    NON_GROUP_MEMBER = -100
    WORLD: ClassVar[ProcessGroup | None] = None


Group = ProcessGroup | int | None


class group(GroupMember):
    """`group.WORLD` is the group of all processes, None before init_process_group. Source: torch.distributed.group."""


def mpi() -> ModuleType:
    """mpi4py's module MPI, which starts MPI in this process.

    Raises ModuleNotFoundError where it is not installed, with what to install."""
    library = launch.find_library()
    if library is not None:
        os.environ.setdefault("MPI4PY_LIBMPI", str(library))
    try:
        return importlib.import_module("mpi4py.MPI")
    except (ImportError, RuntimeError) as error:
        raise ModuleNotFoundError(
            f"torch.distributed needs MPI: {launch.INSTALL} ({str(error).splitlines()[0]})", name="mpi4py"
        ) from error


def is_available() -> bool:
    """True: the package is there, whatever is_mpi_available() says."""
    return True


def is_mpi_available() -> bool:
    """Whether mpi4py and an MPI library are installed. Does not start MPI."""
    try:
        if importlib.util.find_spec("mpi4py") is None:
            return False
    except ValueError:
        return False
    return launch.find_mpiexec() is not None


def is_gloo_available() -> bool:
    """Whether "gloo" can be asked for, which runs on MPI here."""
    return is_mpi_available()


def is_torchelastic_launched() -> bool:
    """False: torchrun's agent is not here. `edutorch run --nproc` sets its variables."""
    return False


def is_initialized() -> bool:
    """Whether init_process_group has been called."""
    return GroupMember.WORLD is not None


def init_process_group(
    backend: str | None = None,
    init_method: str | None = None,
    timeout: datetime.timedelta | None = None,
    world_size: int = -1,
    rank: int = -1,
    store: object = None,
    group_name: str = "",
    pg_options: object = None,
    device_id: object = None,
) -> None:
    """Connects the processes that mpiexec has started; every one of them calls it.

    backend: "mpi", "nccl" (GPUs, through CuPy; needs MPI, too), or "gloo", which is what scripts for CPUs ask for, and
    runs on MPI. timeout: how long a collective waits for the other processes, 30 minutes by default. world_size and
    rank are checked; init_method, store and the rest are accepted and not needed, since mpiexec has connected the
    processes. From now on a process that raises ends all others, and says so.

    Raises ValueError for an unknown backend, a wrong rank or a second call, ModuleNotFoundError without MPI,
    DistNetworkError where the processes were not started together. Source: torch.distributed.init_process_group."""
    if is_initialized():
        raise ValueError("trying to initialize the default process group twice!")
    name = _backend_of(backend)
    comm = mpi().COMM_WORLD
    _check_place(comm, world_size, rank)
    seconds = (timeout or default_pg_timeout).total_seconds()
    board = Switchboard(comm, seconds)
    made = _group_of(comm, range(board.size), name, seconds, board, "init_process_group")
    GroupMember.WORLD = made
    _groups.append(made)
    _start_nccl(made)
    _EndsAll.install(made)


def _backend_of(backend: str | None) -> str:
    """ "nccl" or "gloo" of "cpu:gloo,cuda:nccl"; "mpi" by default."""
    if backend is None:
        return "mpi"
    name = str(backend).lower().split(",")[0].split(":")[-1]
    if name not in BACKENDS:
        raise ValueError(f"init_process_group: backend {backend!r} is unknown: use 'mpi', 'gloo' or 'nccl'")
    return name


def _check_place(comm: Comm, world_size: int, rank: int) -> None:
    """Raises an error where the arguments, or the variables of a launcher, say otherwise than MPI."""
    size, here = comm.Get_size(), comm.Get_rank()
    asked = world_size if world_size >= 0 else int(os.environ.get("WORLD_SIZE", size))
    if asked != size:
        raise DistNetworkError(
            f"init_process_group: there should be {asked} processes (world_size, or the variable WORLD_SIZE), but MPI"
            f" has started {size}. {_HOW_TO_START.format(asked)}, not with torchrun or multiprocessing."
        )
    asked = rank if rank >= 0 else int(os.environ.get("RANK", here))
    if asked != here:
        raise ValueError(f"init_process_group: rank={asked}, but this is rank {here} of MPI's {size} processes")


def _group_of(
    comm: Comm, ranks: Sequence[int], backend: str, seconds: float, board: Switchboard, what: str
) -> ProcessGroup:
    """A group on copies of a communicator, in which messages can't be mixed up with others'."""
    data, first = comm.Idup()
    control, second = comm.Idup()
    made = ProcessGroup(data, control, ranks, backend, seconds, board)
    wait(made, [first, second], what)
    return made


def _start_nccl(made: ProcessGroup) -> None:
    if made.backend == "nccl":
        made.nccl = Nccl(made)


_groups: list[ProcessGroup] = []


def destroy_process_group(group: Group = None) -> None:
    """Ends a group, by default all of them. Source: torch.distributed.destroy_process_group."""
    world = GroupMember.WORLD
    if world is None or group == GroupMember.NON_GROUP_MEMBER:
        raise ValueError("Invalid process group specified")
    if group is not None and group is not world:
        assert isinstance(group, ProcessGroup)
        _groups.remove(group)
        return
    _EndsAll.remove()
    world.board.say_goodbye()
    _groups.clear()  # the communicators stay: to free them would need all processes at once
    GroupMember.WORLD = None


def new_group(
    ranks: Sequence[int] | None = None,
    timeout: datetime.timedelta | None = None,
    backend: str | None = None,
    pg_options: object = None,
    use_local_synchronization: bool = False,
    group_desc: str | None = None,
    device_id: object = None,
) -> ProcessGroup | int:
    """A group of some ranks (all by default), in ascending order. Every process calls it, also those that are not in
    it: they get GroupMember.NON_GROUP_MEMBER. Source: torch.distributed.new_group."""
    world = resolve(None)
    members = sorted(range(world.size()) if ranks is None else map(int, ranks))
    if len(set(members)) != len(members) or not members or members[0] < 0 or members[-1] >= world.size():
        raise ValueError(f"new_group: ranks {list(ranks or ())} should be different, each from 0 to {world.size() - 1}")
    agree(world, f"new_group of ranks {members}")
    here = world.rank()
    comm = world.control.Split(0 if here in members else 1, here)  # at once, since all have come
    if here not in members:
        return GroupMember.NON_GROUP_MEMBER
    seconds = world.timeout if timeout is None else timeout.total_seconds()
    name = world.backend if backend is None else _backend_of(backend)
    made = _group_of(comm, members, name, seconds, world.board, "new_group")
    _groups.append(made)
    _start_nccl(made)
    return made


def resolve(group: Group) -> ProcessGroup:
    """The group, or that of all processes for None. Raises ValueError where there is none."""
    if isinstance(group, ProcessGroup):
        return group
    if GroupMember.WORLD is None:
        raise ValueError("Default process group has not been initialized, please make sure to call init_process_group.")
    if group is not None:
        raise ValueError(
            "The given group does not exist: this process is not in it, or it is no group that new_group has made"
        )
    return GroupMember.WORLD


def get_rank(group: Group = None) -> int:
    """This process's rank in the group; -1 if it is not in it."""
    return -1 if group == GroupMember.NON_GROUP_MEMBER else resolve(group).rank()


def get_world_size(group: Group = None) -> int:
    """How many processes are in the group; -1 if this one is not in it."""
    return -1 if group == GroupMember.NON_GROUP_MEMBER else resolve(group).size()


def get_backend(group: Group = None) -> str:
    """The backend, as it was asked for."""
    return resolve(group).backend


def get_node_local_rank(fallback_rank: int | None = None) -> int:
    """The variable LOCAL_RANK: this process's number on its machine. Raises RuntimeError where it is not set."""
    found = os.environ.get("LOCAL_RANK", fallback_rank)
    if found is None:
        raise RuntimeError(
            "LOCAL_RANK is not in the environment. Consider passing fallback_rank to allow `get_node_local_rank` to"
            " work, or start the script with `edutorch run --nproc`."
        )
    return int(found)


def get_process_group_ranks(group: Group = None) -> list[int]:
    """The ranks, among all, of a group's processes."""
    return list(resolve(group).ranks)


def get_global_rank(group: ProcessGroup, group_rank: int) -> int:
    """The rank among all of a group's process. Raises ValueError for one that it does not have."""
    if not 0 <= group_rank < group.size():
        raise ValueError(f"Group rank {group_rank} is not part of group of {group.size()} processes")
    return group.ranks[group_rank]


def get_group_rank(group: ProcessGroup, global_rank: int) -> int:
    """The rank in a group of one of all processes. Raises ValueError if it is not in it."""
    if global_rank not in group.ranks:
        raise ValueError(f"Global rank {global_rank} is not part of group of ranks {group.ranks}")
    return group.ranks.index(global_rank)


class _EndsAll:
    """While a group stands, a process that raises ends the others, which would wait for it; one that ends says so."""

    hook: ClassVar[object] = None
    before: ClassVar[Callable[..., object]]

    @classmethod
    def install(cls, world: ProcessGroup) -> None:
        before = sys.excepthook

        def hook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
            before(kind, error, traceback)
            if world.board.size > 1:
                print(
                    f"{world.who()} ended with {kind.__name__}: all processes are stopped", file=sys.stderr, flush=True
                )
                mpi().COMM_WORLD.Abort(130 if issubclass(kind, KeyboardInterrupt) else 1)

        cls.hook, cls.before = hook, before
        sys.excepthook = hook
        atexit.register(world.board.say_goodbye)

    @classmethod
    def remove(cls) -> None:
        if sys.excepthook is cls.hook:
            sys.excepthook = cls.before
        cls.hook = None
