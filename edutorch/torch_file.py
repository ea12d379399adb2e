"""Reading the files of torch.save: zip archives, and the form before PyTorch 1.6. Source: torch.load.

In an archive `data.pkl` holds the object, with a number in the place of each tensor's memory, its *storage*, and
`data/0`, `data/1` ... hold those. Tensors that share memory in PyTorch share it here.
"""

from __future__ import annotations

import io
import pickle
import warnings
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import IO, Any

import numpy as np

from . import dtypes, left_out_dtypes
from .aliases.table import find
from .autograd.base import wrap
from .backend import device
from .nn.parameter import Parameter
from .safe_pickle import Call, SafePickle, checked_key
from .tensor import Size, Tensor

Move = Callable[[Tensor, str], Tensor]  # takes a tensor to where the user wants it, from where it was

MAGIC = 0x1950A86A20F9469CFC6C  # the first pickle of the form before PyTorch 1.6
_STORED = {
    "FloatStorage": dtypes.float32,
    "DoubleStorage": dtypes.float64,
    "HalfStorage": dtypes.float16,
    "LongStorage": dtypes.int64,
    "IntStorage": dtypes.int32,
    "ShortStorage": dtypes.int16,
    "CharStorage": dtypes.int8,
    "ByteStorage": dtypes.uint8,
    "BoolStorage": dtypes.bool,
    "UntypedStorage": dtypes.uint8,
    "BFloat16Storage": left_out_dtypes.bfloat16,
}
_NAMED = {name: value for module in (left_out_dtypes, dtypes) for name, value in vars(module).items()}
DTYPES = {name: value for name, value in _NAMED.items() if isinstance(value, dtypes.dtype)}


class Storage:
    """The memory of a tensor, or of several: elements of one dtype, and where they were."""

    def __init__(self, elements: np.ndarray, location: str) -> None:
        self.elements, self.location = elements, location


class Kind:
    """What a pickle says of a storage's elements."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dtype = _STORED.get(name)

    def elements(self, content: bytes, swapped: bool) -> np.ndarray:
        """The elements in these bytes, in memory that may be written to."""
        if self.dtype is None:
            raise pickle.UnpicklingError(
                f"it holds a {self.name}, whose dtype edutorch does not have: convert it to float32 where it was made"
            )
        order = ">" if swapped else "<"
        if self.dtype is left_out_dtypes.bfloat16:  # the upper half of a float32
            upper = np.frombuffer(content, f"{order}u2")
            return (upper.astype(np.uint32) << 16).view(np.float32)
        raw = np.frombuffer(content, self.dtype.numpy.newbyteorder(order))
        return raw.astype(self.dtype.numpy)


class TorchFile:
    """One file: its storages, by the numbers under which tensors name them, and the tensors built of them."""

    def __init__(self, name: str, content: bytes, move: Move, trusted: bool) -> None:
        self.name, self.content, self.move, self.trusted = name, content, move, trusted
        self.storages: dict[str, Storage] = {}
        self.kinds: dict[str, tuple[Kind, str, int]] = {}  # of a first walk: what each storage holds, and how much
        self.counting = False  # whether this is that walk
        self.bfloat16 = False

    def read(self) -> Any:
        """The object."""
        result = self.read_zip() if self.content.startswith(b"PK") else self.read_legacy()
        if self.bfloat16:
            warnings.warn(
                f"{self.name} has bfloat16 tensors, which NumPy lacks: they come as float32, with the same numbers",
                stacklevel=5,
            )
        return result

    # ---- the two forms

    def read_zip(self) -> Any:
        """The form since PyTorch 1.6: a zip archive whose members are stored as they are."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            members = {each.filename.partition("/")[2]: each for each in archive.infolist()}
            if "constants.pkl" in members:
                raise pickle.UnpicklingError("it is a TorchScript program: save the model's state_dict() with PyTorch")
            whole = sum(each.file_size for each in members.values())
            if whole > len(self.content) or any(each.compress_type for each in members.values()):
                raise ValueError("the archive's members are compressed, or longer than the archive")
            swapped = "byteorder" in members and archive.read(members["byteorder"]) == b"big"

            def load(key: str, kind: Kind, count: int) -> np.ndarray:
                elements = kind.elements(archive.read(members[f"data/{key}"]), swapped)
                if elements.size < count:
                    raise ValueError(f"storage {key} has {elements.size} elements of {count}")
                return elements

            return self.unpickle(io.BytesIO(archive.read(members["data.pkl"])), load)

    def read_legacy(self) -> Any:
        """The form before: pickles of a magic number, a version, the system, the object and the storages' numbers, then
        each storage as its length and its elements. The object is walked twice, since its tensors say how to read
        what follows."""
        file = io.BytesIO(self.content)
        plain = lambda: SafePickle(self.refuse, self.refuse).read(file)  # noqa: E731
        if plain() != MAGIC or plain() != 1001:
            raise ValueError("it does not begin as a file of torch.save")
        little = plain().get("little_endian", True)
        start = file.tell()
        self.counting = True
        SafePickle(self.find, self.persistent).read(file)
        self.counting = False
        found: dict[str, np.ndarray] = {}
        for key in plain():
            kind, _, _ = self.kinds[key]
            length = int.from_bytes(file.read(8), "little" if little else "big")
            size = length * (kind.dtype.itemsize if kind.dtype else 1)
            if size > len(self.content) - file.tell():
                raise ValueError(f"storage {key} has {length} elements, and the file ends before")
            found[key] = kind.elements(file.read(size), not little)
        file.seek(start)
        return self.unpickle(file, lambda key, kind, count: found[key])

    def unpickle(self, file: IO[bytes], load: Callable[[str, Kind, int], np.ndarray]) -> Any:
        """The object, its storages read by `load`: by the restricted reader, or for a trusted file by Python's own."""
        self.load = load
        if not self.trusted:
            return SafePickle(self.find, self.persistent).read(file)
        return TrustedPickle(self, file).load()

    # ---- what a pickle may name

    def refuse(self, *what: object) -> object:
        """Raises UnpicklingError: plain values name nothing."""
        raise pickle.UnpicklingError(f"it names {'.'.join(map(str, what))} where a number is due")

    def find(self, module: str, name: str) -> object:
        """What a global means: one of the functions below, a container, a dtype. Raises UnpicklingError for all
        others."""
        if (module, name) in _CALLS:
            return Call(_CALLS[module, name].__get__(self))
        if module in ("torch", "torch.cuda", "torch.storage") and name.endswith("Storage"):
            return Kind(name)
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        if (module, name) in _TYPES or self.counting:
            return Call(lambda *arguments: None) if self.counting else _TYPES[module, name]
        raise pickle.UnpicklingError(
            f"it names {module}.{name}, which is neither a tensor nor a plain container, and could run any code: where"
            " you trust who wrote the file, load(f, weights_only=False) lets it"
        )

    def persistent(self, name: Any) -> object:
        """The storage that a tensor names: ("storage", its type, its number, its device, its length)."""
        if isinstance(name, tuple) and name[:1] == ("module",):  # a class with its source, before PyTorch 1.6
            return name[1]
        if not isinstance(name, tuple) or len(name) < 5 or name[0] != "storage" or not isinstance(name[1], Kind):
            raise ValueError("a storage has another form than PyTorch gives it")
        _, kind, key, location, count = name[:5]
        if not isinstance(key, str) or not isinstance(location, str) or type(count) is not int:
            raise ValueError("a storage has another form than PyTorch gives it")
        if self.counting:
            self.kinds[key] = kind, location, count
            return None
        self.bfloat16 |= kind.dtype is left_out_dtypes.bfloat16
        if key not in self.storages:
            self.storages[key] = Storage(self.load(key, kind, count), location)
        whole = self.storages[key]
        if len(name) > 5 and name[5] is not None:  # before PyTorch 1.6 a storage could be a part of another one
            _, start, length = name[5]
            return Storage(whole.elements[start : start + length], location)
        return whole

    # ---- what it may call

    def tensor(
        self, storage: Any, offset: Any, size: Any, stride: Any, requires_grad: Any = False, *_: object
    ) -> Tensor | None:
        """torch._utils._rebuild_tensor_v2: a tensor on a part of a storage. Raises ValueError if that is too small."""
        if self.counting:
            return None
        if not isinstance(storage, Storage):
            raise ValueError("a tensor has no storage")
        return self._on(storage, storage.elements, offset, size, stride, requires_grad)

    def tensor_of_bytes(
        self, storage: Any, offset: Any, size: Any, stride: Any, requires_grad: Any, _: object, dtype: Any, *__: object
    ) -> Tensor | None:
        """torch._utils._rebuild_tensor_v3: one whose storage is bytes."""
        if self.counting:
            return None
        return self._on(storage, storage.elements.view(dtype.numpy), offset, size, stride, requires_grad)

    def _on(
        self, storage: Storage, elements: np.ndarray, offset: Any, size: Any, stride: Any, requires_grad: Any
    ) -> Tensor:
        if not all(type(n) is int and 0 <= n < 2**62 for n in (offset, *size, *stride)) or len(size) != len(stride):
            raise ValueError(f"a tensor has size {size}, stride {stride} and offset {offset}")
        item = elements.itemsize
        strides = tuple(n * item for n in stride)
        array = np.ndarray(tuple(size), elements.dtype, elements, offset * item, strides)
        tensor = self.move(wrap(array), storage.location)
        return tensor.requires_grad_() if requires_grad is True else tensor

    def parameter(self, data: Any, requires_grad: Any = True, *_: object) -> Parameter | None:
        """torch._utils._rebuild_parameter."""
        return None if self.counting else Parameter(data, bool(requires_grad))

    def typed(self, call: Any, kind: Any, arguments: Any, state: Any) -> object:
        """torch._tensor._rebuild_from_type_v2: a tensor with attributes, which are dropped."""
        if self.counting:
            return None
        if not isinstance(call, Call):
            raise ValueError("a tensor is made by no function")
        return call.function(*arguments)

    def ordered(self, pairs: Any = ()) -> OrderedDict[Any, Any]:
        """collections.OrderedDict."""
        return OrderedDict((checked_key(key), value) for key, value in pairs)

    def counter(self, counts: Any = ()) -> Counter[Any]:
        """collections.Counter."""
        return Counter({checked_key(key): value for key, value in counts.items()} if counts else ())

    def set(self, members: Any = ()) -> set[Any]:
        """builtins.set."""
        return set(map(checked_key, members))

    def size(self, sizes: Any = ()) -> Size:
        """torch.Size."""
        return Size(sizes)

    def device(self, *where: Any) -> device:
        """torch.device."""
        return device(*where)

    def encoded(self, text: str, encoding: str) -> bytes:
        """_codecs.encode, as which pickles of protocol 2 write bytes."""
        if encoding != "latin1":
            raise ValueError(f"bytes are written as {encoding}")
        return text.encode(encoding)

    def layout(self, name: str) -> object:
        """torch.serialization._get_layout."""
        return name


_CALLS: dict[tuple[str, str], Any] = {
    ("torch._utils", "_rebuild_tensor"): TorchFile.tensor,
    ("torch._utils", "_rebuild_tensor_v2"): TorchFile.tensor,
    ("torch._utils", "_rebuild_tensor_v3"): TorchFile.tensor_of_bytes,
    ("torch._utils", "_rebuild_parameter"): TorchFile.parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): TorchFile.parameter,
    ("torch._tensor", "_rebuild_from_type_v2"): TorchFile.typed,
    ("torch", "Size"): TorchFile.size,
    ("torch", "device"): TorchFile.device,
    ("torch.serialization", "_get_layout"): TorchFile.layout,
    ("collections", "OrderedDict"): TorchFile.ordered,
    ("collections", "Counter"): TorchFile.counter,
    ("builtins", "set"): TorchFile.set,
    ("__builtin__", "set"): TorchFile.set,
    ("_codecs", "encode"): TorchFile.encoded,
}
_TYPES = {("torch", "Tensor"): Tensor, ("torch.nn.parameter", "Parameter"): Parameter}


class TrustedPickle(pickle.Unpickler):
    """Python's own reader, for a file that may run code: PyTorch's names mean edutorch's modules."""

    def __init__(self, file: TorchFile, content: IO[bytes]) -> None:
        super().__init__(content)
        self.file = file

    def find_class(self, module: str, name: str) -> Any:
        """A class or function by its name."""
        if (module, name) in _TYPES or module.partition(".")[0] != "torch":
            return _TYPES.get((module, name)) or super().find_class(module, name)
        try:
            known = self.file.find(module, name)
        except pickle.UnpicklingError:
            return find(module, name)
        return known.function if isinstance(known, Call) else known

    def persistent_load(self, pid: Any) -> object:
        """The storage that a tensor names."""
        return self.file.persistent(pid)


_DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)


def read(name: str, content: bytes, move: Move, trusted: bool) -> Any:
    """The object in a file of torch.save.

    trusted: whether the file may name, and so run, anything (weights_only=False). Raises pickle.UnpicklingError for
    what may not be named, RuntimeError for a file that is damaged."""
    try:
        return TorchFile(name, content, move, trusted).read()
    except pickle.UnpicklingError as error:
        raise pickle.UnpicklingError(f"{name} was written by torch.save, and {error}") from None
    except _DAMAGED as error:
        if trusted and isinstance(error, (AttributeError, TypeError, ImportError)):
            raise  # of the user's own classes
        raise RuntimeError(
            f"{name} is damaged, or no file of torch.save ({len(content):,} bytes): {error}. Take it from a backup, or"
            " write it again"
        ) from error
