"""Where tensors live, and where new ones are made."""

from __future__ import annotations


class device:
    """Where a tensor's array lives: `device("cpu")`, `device("cuda")`, `device("cuda", 0)`.

    Source: torch.device. Raises RuntimeError for an unknown type or index."""

    __module__ = "edutorch"  # where users find it

    __slots__ = ("index", "type")
    type: str
    index: int | None

    def __init__(self, type: str | int | device, index: int | None = None) -> None:
        if isinstance(type, device):
            self.type, self.index = type.type, type.index if index is None else index
            return
        if isinstance(type, int):  # a bare number means a GPU, as in PyTorch
            self.type, self.index = "cuda", type
            return
        if not isinstance(type, str):
            raise TypeError(f"device(): argument 'type' must be str, not {type.__class__.__name__}")
        name, colon, number = type.partition(":")
        if name not in ("cpu", "cuda", "meta"):  # "meta" is a name to compare with: no tensor is there
            raise RuntimeError(
                f"Expected one of cpu, cuda device type at start of device string: {type}"
                " (edutorch computes on cpu with NumPy and on cuda with CuPy)"
            )
        if colon and (index is not None or not number.isdecimal()):
            raise RuntimeError(f"Invalid device string: '{type}': write 'cuda' or 'cuda:0'")
        self.type = name
        self.index = int(number) if colon else index

    def __repr__(self) -> str:
        return (
            f"device(type='{self.type}')" if self.index is None else (f"device(type='{self.type}', index={self.index})")
        )

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __reduce__(self) -> tuple[object, ...]:
        return device, (self.type, self.index)

    def __enter__(self) -> device:
        """Within the block, new tensors are made here where no device is named."""
        _defaults.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _defaults.pop()


CPU = device("cpu")
DeviceLike = device | str | int | None  # where a caller wants a tensor; None is the default device

_defaults = [CPU]  # of set_default_device, and of the `with` blocks around


def device_or_default(where: DeviceLike) -> device:
    """The device that a name or number means; the default one for None."""
    return _defaults[-1] if where is None else where if type(where) is device else device(where)


def set_default_device(device: DeviceLike) -> None:
    """New tensors are made on this device where none is named; None is the CPU. Source: torch.set_default_device.

    Random numbers are the same on every device. Tensors that from_numpy makes stay in NumPy's memory."""
    _defaults[0] = CPU if device is None else device_or_default(device)


def get_default_device() -> device:
    """The device of new tensors for which none is named. Source: torch.get_default_device."""
    found = _defaults[-1]
    return device("cuda", 0) if found.type == "cuda" and found.index is None else found


def has_default_device() -> bool:
    """Whether a device other than the CPU was set, for good or for a block."""
    return len(_defaults) > 1 or _defaults[0] is not CPU
