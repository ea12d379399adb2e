"""dtypes of PyTorch that are names here and no more, for programs that list them in tables.

NumPy has no arrays of them, or PyTorch itself hardly computes in them."""

from __future__ import annotations

from typing import NoReturn

from .dtypes import FLOATING, INTEGER, dtype

_USE = {"b": "float32, or float16", "u": "int64", "c": "two tensors, the real and the imaginary parts", "q": "float32"}


class LeftOut(dtype):
    """A dtype that no tensor has. It compares, prints and serves as a key; any use for a tensor raises TypeError."""

    __slots__ = ("is_complex",)

    def __init__(self, name: str, itemsize: int) -> None:
        self.name, self.itemsize = name, itemsize
        self.is_complex = name.startswith("complex")
        self.is_floating_point = "float" in name
        self.is_signed = not name.startswith(("uint", "quint"))
        self.category = INTEGER if "int" in name else FLOATING

    @property
    def numpy(self) -> NoReturn:
        """What each use of a dtype asks for first."""
        use = "float16 or float32" if self.name.startswith("float") else _USE[self.name[0]]
        raise TypeError(f"torch.{self.name}: edutorch leaves this dtype out; use {use}")


bfloat16 = LeftOut("bfloat16", 2)
uint16, uint32, uint64 = LeftOut("uint16", 2), LeftOut("uint32", 4), LeftOut("uint64", 8)
complex32 = chalf = LeftOut("complex32", 4)
complex64 = cfloat = LeftOut("complex64", 8)
complex128 = cdouble = LeftOut("complex128", 16)
float8_e4m3fn, float8_e4m3fnuz = LeftOut("float8_e4m3fn", 1), LeftOut("float8_e4m3fnuz", 1)
float8_e5m2, float8_e5m2fnuz = LeftOut("float8_e5m2", 1), LeftOut("float8_e5m2fnuz", 1)
float8_e8m0fnu, float4_e2m1fn_x2 = LeftOut("float8_e8m0fnu", 1), LeftOut("float4_e2m1fn_x2", 1)
qint8, quint8, qint32 = LeftOut("qint8", 1), LeftOut("quint8", 1), LeftOut("qint32", 4)
