"""einsum: products and sums in index notation, made of permute, diagonal, sum and matmul."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from ..autograd.base import TensorBase
from .broadcasting import expand
from .diagonals import diagonal
from .matmul import matmul
from .plumbing.entry import listed_tensors
from .plumbing.promotion import promote
from .shape import permute, reshape

if TYPE_CHECKING:
    from ..tensor import Tensor


def einsum(equation: Tensor | str, *operands: Any) -> Tensor:
    """einsum("bij,bjk->bik", a, b): the operands' axes by letter; letters that the result lacks are
    summed over; "..." stands for further axes, which broadcast. Without "->" the result has the letters
    that occur once, in alphabetical order.

    The operands are contracted from left to right. Raises RuntimeError if letters, axes and sizes do
    not agree. Source: torch.einsum."""
    if isinstance(equation, TensorBase):
        equation, operands = _from_sublists((equation, *operands))
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    listed_tensors("einsum", operands)
    if not isinstance(equation, str):
        raise TypeError(f"einsum(): argument 'equation' must be str, not {type(equation).__name__}")
    inputs, output = _parse(equation, operands)
    terms = [_without_repeats(x, letters) for x, letters in zip(_of_one_dtype(operands), inputs, strict=True)]
    _check_sizes(terms)
    x, have = terms[0]
    x, have = _summed(x, have, set(output).union(*(letters for _, letters in terms[1:])))
    for i, (y, letters) in enumerate(terms[1:], 2):
        later = set(output).union(*(letters for _, letters in terms[i:]))
        x, have = _contract(x, have, *_summed(y, letters, later | set(have)), later)
    return permute(x, [have.index(letter) for letter in output])


def _of_one_dtype(operands: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The operands on one device. Raises RuntimeError for two dtypes, as a matrix product does."""
    found = [x.dtype for x in operands]
    if len(set(found)) > 1:
        raise RuntimeError(f"einsum(): expected all operands to have one dtype, but found {', '.join(map(str, found))}")
    return promote("einsum", *operands)


def _from_sublists(arguments: tuple[Any, ...]) -> tuple[str, tuple[Tensor, ...]]:
    """Turns the other form, einsum(a, [0, 1], b, [1, 2], [0, 2]), into an equation."""
    pairs, rest = arguments[: len(arguments) // 2 * 2], arguments[len(arguments) // 2 * 2 :]
    terms = ["".join("..." if n is Ellipsis else _letter(n) for n in sublist) for sublist in (*pairs[1::2], *rest)]
    inputs = ",".join(terms[: len(pairs) // 2])
    return f"{inputs}->{terms[-1]}" if rest else inputs, pairs[::2]


def _letter(n: int) -> str:
    return chr(ord("A") + n) if n < 26 else chr(ord("a") + n - 26)


def _parse(equation: str, operands: tuple[Tensor, ...]) -> tuple[list[list[str]], list[str]]:
    """Each operand's letters and the result's. The axes of "..." are named "0", "1", ..., starting from the last one,
    since they broadcast from there."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        few = "fewer" if len(operands) < len(terms) else "more"
        raise RuntimeError(
            f"einsum(): {few} operands were provided than specified in the equation: {equation!r} has {len(terms)},"
            f" got {len(operands)}"
        )
    inputs = [_letters(term, x.array.ndim, i) for i, (term, x) in enumerate(zip(terms, operands, strict=True))]
    rest = sorted({n for letters in inputs for n in letters if n.isdigit()}, key=int, reverse=True)
    if not arrow:
        once = [n for n in sum(inputs, []) if n.isalpha()]
        return inputs, rest + sorted(n for n in set(once) if once.count(n) == 1)
    head, dots, tail = right.partition("...")
    output = [*head, *(rest if dots else []), *tail]
    for letter in output:
        if letter not in sum(inputs, []):
            raise RuntimeError(
                f"einsum(): output subscript {letter} does not appear in the equation for any input operand"
            )
        if output.count(letter) > 1:
            raise RuntimeError(f"einsum(): output subscript {letter} appears more than once in the output")
    return inputs, output


def _letters(term: str, ndim: int, i: int) -> list[str]:
    if not re.fullmatch(r"[A-Za-z]*(\.\.\.)?[A-Za-z]*", term):
        raise RuntimeError(f"einsum(): invalid subscript given for operand {i}: {term!r}, subscripts must be letters")
    head, dots, tail = term.partition("...")
    extra = ndim - len(head) - len(tail)
    if extra < 0 or (extra and not dots):
        raise RuntimeError(
            f"einsum(): the number of subscripts in the equation ({len(head) + len(tail)}) does not match the number of"
            f" dimensions ({ndim}) for operand {i}" + ("" if dots else " and no ellipsis was given")
        )
    return [*head, *(str(n) for n in reversed(range(extra))), *tail]


def _without_repeats(x: Tensor, letters: list[str]) -> tuple[Tensor, list[str]]:
    """A letter that occurs twice in one operand means its diagonal."""
    for letter in letters:
        while letters.count(letter) > 1:
            a = letters.index(letter)
            b = letters.index(letter, a + 1)
            if x.array.shape[a] != x.array.shape[b]:
                raise RuntimeError(
                    f"einsum(): subscript {letter} is repeated for one operand but the sizes don't match,"
                    f" {x.array.shape[b]} != {x.array.shape[a]}"
                )
            x = diagonal(x, 0, a, b)
            letters = [n for d, n in enumerate(letters) if d not in (a, b)] + [letter]
    return x, letters


def _check_sizes(terms: list[tuple[Tensor, list[str]]]) -> None:
    sizes: dict[str, int] = {}
    for i, (x, letters) in enumerate(terms):
        for letter, n in zip(letters, x.array.shape, strict=True):
            known = sizes.get(letter, 1)
            if n != known and 1 not in (n, known):
                raise RuntimeError(
                    f"einsum(): subscript {letter} has size {n} for operand {i} which does not broadcast with"
                    f" previously seen size {known}"
                )
            sizes[letter] = max(n, known) if 0 not in (n, known) else 0


def _summed(x: Tensor, letters: list[str], wanted: set[str]) -> tuple[Tensor, list[str]]:
    """Sums over the letters that nothing else needs."""
    gone = [d for d, letter in enumerate(letters) if letter not in wanted]
    return (x.sum(gone) if gone else x), [letter for letter in letters if letter in wanted]


def _contract(x: Tensor, ours: list[str], y: Tensor, theirs: list[str], later: set[str]) -> tuple[Tensor, list[str]]:
    """Two operands as one, by a batched matrix product: common letters that are needed later form the batch, other
    common letters are summed over, and the rest are rows or columns."""
    batch = [n for n in ours if n in theirs and n in later]
    summed = [n for n in ours if n in theirs and n not in later]
    rows = [n for n in ours if n not in theirs]
    columns = [n for n in theirs if n not in ours]
    x, y = (
        permute(x, [ours.index(n) for n in batch + rows + summed]),
        permute(y, [theirs.index(n) for n in batch + summed + columns]),
    )
    b, r, c = len(batch), len(rows), len(columns)
    common = [max(pair) if 0 not in pair else 0 for pair in zip(x.array.shape[:b], y.array.shape[:b], strict=True)]
    inside = [
        max(pair) if 0 not in pair else 0
        for pair in zip(x.array.shape[b + r :], y.array.shape[b : y.array.ndim - c], strict=True)
    ]
    left, right = list(x.array.shape[b : b + r]), list(y.array.shape[y.array.ndim - c :])
    x, y = expand(x, common + left + inside), expand(y, common + inside + right)  # sizes of 1 broadcast
    z = matmul(
        reshape(x, math.prod(common), math.prod(left), math.prod(inside)),
        reshape(y, math.prod(common), math.prod(inside), math.prod(right)),
    )
    return reshape(z, common + left + right), batch + rows + columns
