"""A reader of pickles that makes plain values and never runs code.

A pickle is a program for a small stack machine. Python's own reader lets it call any function there is; this one knows
numbers, strings and containers, and calls what `find` allows. Nothing is allocated before its bytes were seen.
Source: the modules pickle and pickletools of Python's standard library.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from typing import IO, Any

Found = Callable[[str, str], object]


class Call:
    """A function that a pickle may call."""

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function


class SafePickle:
    """Reads one pickle from a file, which is then behind it.

    find(module, name): what a global means: a Call, a value, or an error. persistent(id): what stands for an id.
    Raises ValueError for what is no such pickle, and what find and persistent raise."""

    def __init__(self, find: Found, persistent: Callable[[Any], object]) -> None:
        self.find, self.persistent = find, persistent
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, object] = {}

    def read(self, file: IO[bytes]) -> Any:
        """The value that the pickle makes."""
        for opcode, argument, _ in pickletools.genops(file):
            if opcode.name == "STOP":
                return self.stack.pop()
            if opcode.name in VALUES:
                self.stack.append(argument)
            elif opcode.name in INSTRUCTIONS:
                INSTRUCTIONS[opcode.name](self, argument)
            else:
                raise ValueError(f"the pickle has the instruction {opcode.name}")
        raise ValueError("the pickle has no end")

    # ---- the stack

    def push(self, value: object) -> None:
        """Puts a value onto the stack."""
        self.stack.append(value)

    def since_mark(self) -> list[Any]:
        """Takes what was pushed since the last mark."""
        mark = self.marks.pop()
        values = self.stack[mark:]
        del self.stack[mark:]
        return values

    def take(self, count: int) -> tuple[Any, ...]:
        """Takes the last values off the stack."""
        if len(self.stack) < count:
            raise ValueError("the pickle takes from an empty stack")
        return tuple(self.stack.pop() for _ in range(count))[::-1]

    # ---- the instructions

    def put(self, place: int | None) -> None:
        """Remembers the last value under a number."""
        self.memo[len(self.memo) if place is None else place] = self.stack[-1]

    def get(self, place: int) -> None:
        """Pushes what was remembered."""
        self.push(self.memo[place])

    def pop(self, _: object) -> None:
        """Drops a value, or a mark that stands last."""
        if self.marks and self.marks[-1] == len(self.stack):
            self.marks.pop()
        else:
            self.take(1)

    def append(self, values: list[Any]) -> None:
        """Adds to the list below."""
        target = self.stack[-1]
        if type(target) is not list:
            raise ValueError(f"the pickle appends to {type(target).__name__}")
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        """Sets keys of the dictionary below."""
        target = self.stack[-1]
        if not isinstance(target, dict):
            raise ValueError(f"the pickle sets keys of {type(target).__name__}")
        for key, value in zip(values[::2], values[1::2], strict=True):
            target[checked_key(key)] = value

    def add_items(self, values: list[Any]) -> None:
        """Adds to the set below."""
        target = self.stack[-1]
        if type(target) is not set:
            raise ValueError(f"the pickle adds to {type(target).__name__}")
        target.update(map(checked_key, values))

    def reduce(self, _: object) -> None:
        """Calls what may be called."""
        called, arguments = self.take(2)
        if not isinstance(called, Call) or type(arguments) is not tuple:
            raise ValueError(f"the pickle calls {type(called).__name__}")
        self.push(called.function(*arguments))

    def build(self, _: object) -> None:
        """Sets attributes, which only an OrderedDict keeps: the _metadata of a state_dict."""
        (state,) = self.take(1)
        target = self.stack[-1]
        if hasattr(target, "__dict__") and isinstance(target, dict) and type(state) is dict:
            if metadata := state.get("_metadata"):
                vars(target)["_metadata"] = metadata

    def stack_global(self, _: object) -> None:
        """Finds what the names on the stack mean."""
        module, name = self.take(2)
        if type(module) is not str or type(name) is not str:
            raise ValueError("the pickle has a global without a name")
        self.push(self.find(module, name))


def checked_key(key: Any) -> Any:
    """The key, if it is quickly hashed: tuples within tuples can take forever."""
    plain = not isinstance(key, (tuple, frozenset)) or not any(isinstance(x, (tuple, frozenset)) for x in key)
    if not plain:
        raise ValueError("the pickle has nested tuples as a key")
    hash(key)
    return key


VALUES = frozenset(
    """BININT BININT1 BININT2 LONG1 LONG4 BINFLOAT BINSTRING SHORT_BINSTRING BINUNICODE SHORT_BINUNICODE BINUNICODE8
    BINBYTES SHORT_BINBYTES BINBYTES8""".split()
)
INSTRUCTIONS: dict[str, Callable[[SafePickle, Any], None]] = {
    "PROTO": lambda p, _: None,
    "FRAME": lambda p, _: None,
    "MARK": lambda p, _: p.marks.append(len(p.stack)),
    "NONE": lambda p, _: p.push(None),
    "NEWTRUE": lambda p, _: p.push(True),
    "NEWFALSE": lambda p, _: p.push(False),
    "EMPTY_DICT": lambda p, _: p.push({}),
    "EMPTY_LIST": lambda p, _: p.push([]),
    "EMPTY_TUPLE": lambda p, _: p.push(()),
    "EMPTY_SET": lambda p, _: p.push(set()),
    "TUPLE": lambda p, _: p.push(tuple(p.since_mark())),
    "TUPLE1": lambda p, _: p.push(p.take(1)),
    "TUPLE2": lambda p, _: p.push(p.take(2)),
    "TUPLE3": lambda p, _: p.push(p.take(3)),
    "APPEND": lambda p, _: p.append(list(p.take(1))),
    "APPENDS": lambda p, _: p.append(p.since_mark()),
    "SETITEM": lambda p, _: p.set_items(list(p.take(2))),
    "SETITEMS": lambda p, _: p.set_items(p.since_mark()),
    "ADDITEMS": lambda p, _: p.add_items(p.since_mark()),
    "BINPUT": SafePickle.put,
    "LONG_BINPUT": SafePickle.put,
    "MEMOIZE": SafePickle.put,
    "BINGET": SafePickle.get,
    "LONG_BINGET": SafePickle.get,
    "POP": SafePickle.pop,
    "POP_MARK": lambda p, _: p.since_mark().clear(),
    "DUP": lambda p, _: p.push(p.stack[-1]),
    "GLOBAL": lambda p, argument: p.push(p.find(*argument.split(" ", 1))),
    "STACK_GLOBAL": SafePickle.stack_global,
    "REDUCE": SafePickle.reduce,
    "NEWOBJ": SafePickle.reduce,
    "BUILD": SafePickle.build,
    "BINPERSID": lambda p, _: p.push(p.persistent(p.take(1)[0])),
}
