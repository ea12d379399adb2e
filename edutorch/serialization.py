"""save and load: state_dicts and checkpoints as safetensors files, which hold numbers and no code.

A file is a safetensors file that any reader of the format can open, PyTorch's included. Each tensor has the
name of its place: "weight" in a state_dict, "optimizer.state.0.exp_avg" in a checkpoint. Everything else (nested dicts,
lists, numbers, strings) is stored as JSON in the file's metadata, beside a sha256 of everything. torch_file.py reads
PyTorch's own files. Source: torch.save and torch.load; the format: github.com/huggingface/safetensors.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import math
import os
import pickle
import warnings
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from . import backend, dtypes, safetensors_file
from .aliases.table import answer_for as _answer_for
from .autograd.base import wrap
from .nn.module import Module
from .nn.parameter import Buffer, Parameter
from .tensor import Size, Tensor
from .utils import formats
from .utils.files import write_to

if TYPE_CHECKING:
    from .backend import Array


STRUCTURE, DIGEST = "edutorch", "sha256"  # the keys of the metadata
_NAMES = {
    "F16": np.float16,
    "F32": np.float32,
    "F64": np.float64,
    "U8": np.uint8,
    "I8": np.int8,
    "I16": np.int16,
    "I32": np.int32,
    "I64": np.int64,
    "BOOL": np.bool_,
}

_COLLECTIONS: dict[str, Any] = {each.__name__: each for each in (dict, OrderedDict, Counter, list, tuple, set, Size)}

_PLAIN = (bool, int, float, str, Parameter, Tensor)  # subclasses of these are read back as one of them
_CONTAINERS: tuple[type, ...] = (Mapping, list, tuple, set)

MapLocation = Any  # None, "cpu", a device, a dict of names, or a function


def save(
    obj: object,
    f: str | os.PathLike[str] | IO[bytes],
    pickle_module: object = None,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Writes an object to a path, or to an open binary file.

    obj: tensors and NumPy arrays, None, bool, int, float, str, dtypes and devices, in any nesting of
    dicts, lists, tuples and sets. A file appears under its name once it is complete, or not at all. Tensors that share
    memory are written separately. A value of a subclass, such as a namedtuple or a defaultdict, is written as a plain
    tuple or dict, with a warning. Raises TypeError, naming the place, for anything else, and RuntimeError where the
    folder does not exist. The options after f are for PyTorch's pickles.

    An nn.Module anywhere in it makes the whole file a pickle, with a warning: `load` reads it with weights_only=False
    alone, since a pickle runs code. Better, save(module.state_dict(), f). Source: torch.save."""
    try:
        content, changed = _encoded(obj)
    except _HasModule as found:
        content, changed = [pickle.dumps(obj)], [str(found)]
    for each in changed:
        warnings.warn(each, stacklevel=2)
    write_to(f, content)


def load(
    f: str | os.PathLike[str] | IO[bytes],
    map_location: MapLocation = None,
    pickle_module: object = None,
    *,
    weights_only: bool | None = True,
    mmap: bool | None = None,
    **pickle_load_args: object,
) -> Any:
    """What `save` wrote, the dict of tensors in any other safetensors file, or what PyTorch's torch.save wrote.

    map_location: where the tensors go: a device, a dict from old to new devices, or a function of a
    CPU tensor and the old device's name that gives the tensor. Without it they go where they were.
    weights_only: True lets tensors and plain containers alone into PyTorch's files, and refuses other pickles. False
    reads any pickle: **that runs whatever code is in the file**, so use it for files that you trust alone.
    bfloat16, which NumPy lacks, comes as float32, which holds each of its numbers. The file is read, whatever mmap
    says; pickle_module and its arguments are for PyTorch's own pickles.

    Raises pickle.UnpicklingError for pickles that name other things than tensors; EOFError for an open
    file that was read to its end; RuntimeError for files that are damaged, cut off or of another format, for dtypes
    that tensors do not have, and for "cuda" without a GPU. Source: torch.load."""
    with _opened(f) as file:
        name, start = str(f if isinstance(f, (str, os.PathLike)) else getattr(f, "name", "the file")), file.tell()
        try:
            arrays, metadata = _parse(name, file)
            structure = _verified_structure(arrays, metadata)
        except _Damaged as error:  # only now, since a valid file may begin with any byte
            file.seek(start)
            return _foreign(name, file.read(), error, _Move(map_location, name), weights_only is False)
    return _Decoder(arrays, map_location, name).decode(structure)


class _Damaged(Exception):
    """Says why some bytes are not what they should be."""


class _HasModule(Exception):
    """Says where a module is, which only a pickle holds."""


# ---- writing


def _encoded(obj: object) -> tuple[Iterable[bytes | memoryview], list[str]]:
    """The file in pieces, and a sentence on each value that will be read back as another type."""
    encoder = _Encoder()
    structure = json.dumps(encoder.encode(obj, ()), allow_nan=False, separators=(",", ":"))
    metadata = {STRUCTURE: structure, DIGEST: _digest(encoder.arrays, structure)}
    return safetensors_file.pieces(encoder.arrays, metadata), encoder.changed


def _digest(arrays: Mapping[str, np.ndarray], structure: str) -> str:
    """sha256 of the structure and of each tensor's name, dtype, shape and bytes."""
    digest = hashlib.sha256(structure.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"\n{name!r} {array.dtype} {array.shape}\n".encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


class _Encoder:
    """Turns an object into JSON, and gathers its arrays by name."""

    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray] = {}
        self.changed: list[str] = []
        self._known: dict[int, tuple[str, object]] = {}  # id -> name, and the object, to keep its id

    def encode(self, obj: Any, path: tuple[object, ...]) -> Any:
        kind = next((each for each in (*_PLAIN, *_CONTAINERS) if isinstance(obj, each)), None)
        if kind and type(obj) not in (*_PLAIN, Buffer, *_COLLECTIONS.values()) and not isinstance(obj, np.generic):
            found = "dict" if kind is Mapping else kind.__name__
            self.changed.append(
                f"save: {type(obj).__name__} at obj{_place(path)} is written as a plain {found}, and load gives that:"
                " a file holds no code, and so none of its type"
            )
        if obj is None or isinstance(obj, (bool, str)):
            return obj
        if isinstance(obj, (int, np.integer)):
            return int(obj)
        if isinstance(obj, (float, np.floating)):
            return float(obj) if math.isfinite(obj) else {"float": str(float(obj))}
        if isinstance(obj, Tensor):
            return self._tensor(obj, path)
        if isinstance(obj, np.ndarray):
            return {"ndarray": self._store(obj, obj, path)}
        if isinstance(obj, Mapping):
            pairs = [[self.encode(k, path), self.encode(v, (*path, k))] for k, v in obj.items()]
            return {_name_of(obj, "dict"): pairs}
        if isinstance(obj, (list, tuple, set)):
            default = "list" if isinstance(obj, list) else "tuple"
            members = sorted(obj, key=repr) if isinstance(obj, set) else obj
            encoded = [self.encode(v, (*path, i)) for i, v in enumerate(members)]
            return {_name_of(obj, default): encoded}
        if isinstance(obj, dtypes.dtype):
            return {"dtype": obj.name}
        if isinstance(obj, backend.device):
            return {"device": str(obj)}
        if isinstance(obj, Module):
            raise _HasModule(
                f"save: {type(obj).__name__} at obj{_place(path)} makes the file a pickle: to read it,"
                " load(f, weights_only=False), runs the code in it, and needs the same classes. Better,"
                " save(model.state_dict(), f)"
            )
        raise TypeError(_cannot_save(obj, path))

    def _tensor(self, tensor: Tensor, path: tuple[object, ...]) -> dict[str, object]:
        name = self._store(tensor, backend.to_numpy(tensor.array), path)
        encoded: dict[str, object] = {"tensor": name}
        if isinstance(tensor, Parameter):
            encoded["parameter"] = True
        if tensor.requires_grad:
            encoded["requires_grad"] = True
        if tensor.device.type != "cpu":
            encoded["device"] = str(tensor.device)
        return encoded

    def _store(self, obj: Tensor | Array, array: np.ndarray, path: tuple[object, ...]) -> str:
        """Keeps the array under the name of its place; an object seen before keeps its name."""
        if id(obj) in self._known:
            return self._known[id(obj)][0]
        if array.dtype not in _NAMES.values():
            raise TypeError(_cannot_save(array.dtype, path))
        name = ".".join(str(part) for part in path) or "tensor"
        while name in self.arrays or name == "__metadata__":
            name += "_"
        self.arrays[name] = array if array.flags.c_contiguous else array.copy(order="C")
        self._known[id(obj)] = name, obj
        return name


def _name_of(obj: object, default: str) -> str:
    """The name of a collection's type; for a subclass, that of the plain type."""
    return type(obj).__name__ if type(obj) in _COLLECTIONS.values() else default


def _cannot_save(obj: object, path: tuple[object, ...]) -> str:
    advice = "keep tensors, numbers, strings, lists and dicts"
    if hasattr(obj, "state_dict"):
        advice = "save its state_dict() instead"
    return f"save: can't write {type(obj).__name__} at obj{_place(path)}: {advice}"


def _place(path: tuple[object, ...]) -> str:
    return "".join(f"[{part!r}]" for part in path)


# ---- reading


def _opened(f: str | os.PathLike[str] | IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    """A file to read from, closed afterwards if it was opened here."""
    if isinstance(f, (str, os.PathLike)):
        return open(f, "rb")
    if not hasattr(f, "read"):
        raise AttributeError(
            f"'{type(f).__name__}' object has no attribute 'read': load expects a path or a file opened in binary mode,"
            " 'rb'; bytes are a file as io.BytesIO(content)"
        )
    if isinstance(f, io.TextIOBase):
        raise TypeError(f"load expects a file opened in binary mode, 'rb'; this is one of text, {f}")
    place = f.tell() if hasattr(f, "tell") else 0
    file = f if isinstance(f, (io.BufferedReader, io.BytesIO)) and f.seekable() else _in_memory(f)
    if place and safetensors_file.bytes_left(file) == 0:
        raise EOFError(f"the file was read or written to its end, {place:,} bytes: f.seek(0) goes to its beginning")
    return nullcontext(file)


def _in_memory(f: IO[bytes]) -> io.BytesIO:
    """What is left of a file in which one can't go back and forth."""
    content = f.read()
    if not isinstance(content, bytes):
        raise TypeError(f"load expects a file opened in binary mode, 'rb'; read() gave {type(content)}")
    return io.BytesIO(content)


def _parse(name: str, file: IO[bytes]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Arrays and metadata; the header and the data fit each other exactly."""
    try:
        entries, metadata = safetensors_file.read(file)
    except (ValueError, RecursionError) as error:
        raise _Damaged(str(error)) from error
    return {key: _array(name, key, entry) for key, entry in entries}, metadata


def _foreign(name: str, content: bytes, error: _Damaged, move: _Move, any_pickle: bool) -> object:
    """What is in a file of torch.save, or in a pickle; RuntimeError for a damaged file, and for other formats."""
    if formats.is_of_torch_save(content):
        torch_file = importlib.import_module("edutorch.torch_file")  # loads on first use
        return torch_file.read(name, content, move, any_pickle)
    if any_pickle and formats.is_pickle(content):
        return pickle.loads(content)
    formats.refuse_foreign(name, content)
    raise RuntimeError(
        f"{name} is damaged or no safetensors file ({len(content):,} bytes): {error}. Take it from "
        "a backup, or write it again with save()."
    ) from error


def _array(file: str, name: str, entry: dict[str, Any]) -> np.ndarray:
    data, code = entry["data"], entry["dtype"]
    if code == "BF16":  # the upper half of a float32
        return (data.view(np.uint16).astype(np.uint32) << 16).view(np.float32).reshape(entry["shape"])
    if code not in _NAMES:
        raise RuntimeError(
            f"{file}: tensor {name!r} has dtype {code}, which edutorch does not have: convert it to F32 where the file"
            " was made"
        )
    try:
        return data.view(_NAMES[code]).reshape(entry["shape"])
    except ValueError as error:
        raise _Damaged(f"tensor {name!r} of shape {entry['shape']}: {error}") from error


def _verified_structure(arrays: dict[str, np.ndarray], metadata: dict[str, str]) -> Any:
    """The JSON of a file of ours, once its sha256 is right; for a file of another writer, a dict."""
    if STRUCTURE not in metadata and DIGEST not in metadata:
        return {"dict": [[name, {"tensor": name}] for name in arrays]}
    structure, expected = metadata.get(STRUCTURE, ""), metadata.get(DIGEST)
    found = _digest(arrays, structure)
    if found != expected:
        raise _Damaged(f"its sha256 should be {expected}, and is {found}")
    try:
        return json.loads(structure)
    except (ValueError, RecursionError) as error:
        raise _Damaged(f"its structure is no JSON: {error}") from error


class _Decoder:
    """Turns JSON back into the object, its tensors moved to where they belong."""

    def __init__(self, arrays: Mapping[str, np.ndarray], map_location: MapLocation, file: str) -> None:
        self.arrays = arrays
        self.move = _Move(map_location, file)
        self.file = file
        self._made: dict[str, Tensor] = {}

    def decode(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        kind = next(iter(value), None)
        content: Any = value.get(kind)
        if kind in _COLLECTIONS:
            return _COLLECTIONS[kind](self._members(kind, content))
        decoders: dict[str, Callable[[], object]] = {
            "float": lambda: float(content),
            "tensor": lambda: self._tensor(value),
            "ndarray": lambda: self.arrays[content],
            "dtype": lambda: {each.name: each for each in dtypes.ALL}[content],
            "device": lambda: backend.device(content),
        }
        if kind not in decoders:
            raise RuntimeError(
                f"{self.file} has a value of the kind {kind!r}, which this version of edutorch does "
                "not know: update edutorch"
            )
        return decoders[kind]()

    def _members(self, kind: str, content: list[Any]) -> Any:
        if issubclass(_COLLECTIONS[kind], dict):
            return {self.decode(key): self.decode(each) for key, each in content}
        return [self.decode(each) for each in content]

    def _tensor(self, value: dict[str, Any]) -> Tensor:
        name = value["tensor"]
        if name not in self._made:
            tensor = self.move(wrap(self.arrays[name]), value.get("device", "cpu"))
            tensor = Parameter(tensor) if value.get("parameter") else tensor
            self._made[name] = tensor.requires_grad_(value.get("requires_grad", False))
        return self._made[name]


class _Move:
    """Takes tensors to the device that map_location says, else to where they were saved."""

    def __init__(self, map_location: MapLocation, file: str) -> None:
        self.map_location, self.file = map_location, file

    def __call__(self, tensor: Tensor, old: str) -> Tensor:
        if callable(self.map_location):
            return self.map_location(tensor, old)
        if isinstance(self.map_location, Mapping):
            new = self.map_location.get(old, old)
        else:
            new = old if self.map_location is None else self.map_location
        gpu = old.startswith("cuda")
        if self.map_location is None and old != "cpu" and (not gpu or backend.find_cupy() is None):
            raise RuntimeError(
                f"{self.file} has tensors that were on {old!r}, and there is no {'GPU' if gpu else 'such device'} here:"
                " use load(f, map_location='cpu')"
            )
        return tensor.to(new)


_answer_for("serialization")
