"""torch.nn.modules.utils: helpers with which layers bring sizes into one form."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable


def _ntuple(n: int, name: str = "parse") -> Callable[[object], tuple[object, ...]]:
    """A function that repeats a number n times, and makes a tuple of anything with several."""

    def parse(x: object) -> tuple[object, ...]:
        return tuple(x) if isinstance(x, Iterable) else (x,) * n

    parse.__name__ = name
    return parse


_single, _pair, _triple, _quadruple = (
    _ntuple(1, "_single"),
    _ntuple(2, "_pair"),
    _ntuple(3, "_triple"),
    _ntuple(4, "_quadruple"),
)


def _reverse_repeat_tuple(t: Iterable[int], n: int) -> tuple[int, ...]:
    """(1, 2), 2 gives (2, 2, 1, 1): the order in which padding is written."""
    return tuple(x for x in reversed(tuple(t)) for _ in range(n))


def _list_with_default(out_size: list[int | None] | int, defaults: list[int]) -> list[int] | int:
    """Sizes, with those of `defaults` where one is None."""
    if isinstance(out_size, (int, OrderedDict)):
        return out_size
    if len(defaults) <= len(out_size):
        raise ValueError(f"Input dimension should be at least {len(out_size) + 1}")
    return [d if v is None else v for v, d in zip(out_size, defaults[-len(out_size) :], strict=True)]


def consume_prefix_in_state_dict_if_present(state_dict: dict[str, object], prefix: str) -> None:
    """Removes a prefix, "module." say, from the names of a state_dict, in place.

    Source: torch.nn.modules.utils.consume_prefix_in_state_dict_if_present."""
    for name in list(state_dict):
        if name.startswith(prefix):
            state_dict[name.removeprefix(prefix)] = state_dict.pop(name)
