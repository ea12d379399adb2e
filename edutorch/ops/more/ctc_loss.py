"""The loss of sequences whose alignment is unknown: connectionist temporal classification.

Source: Graves et al. 2006.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..creation import full
from ..from_data import as_tensor
from ..joining import cat, stack
from ..masking import where
from ..plumbing.entry import check_tensors
from ..plumbing.reduce_loss import reduced
from ..ranges import arange

if TYPE_CHECKING:
    from ...tensor import Tensor

NEVER = -1e30  # the logarithm of an impossible probability; -inf would make gradients nan


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor,
    target_lengths: Tensor,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """-ln of the sum of the probabilities of all paths through log_probs that spell the target.

    A path takes one class at each step; repeats count once, `blank` separates and is dropped.
    log_probs (T, N, C) or (T, C), from log_softmax; targets (N, S), or all of them one after the other;
    lengths of each sample. "mean" first divides by the target's length. zero_infinity: 0 if no path fits. Lengths on a
    GPU are waited for, as in PyTorch: leave them on the CPU.

    Source: torch.nn.functional.ctc_loss."""
    check_tensors("ctc_loss", log_probs=log_probs)
    check_tensors("ctc_loss", targets=targets)  # on any device
    if log_probs.array.ndim == 2:
        end, size = as_tensor(input_lengths).reshape(1), as_tensor(target_lengths).reshape(1)
        one = ctc_loss(log_probs.unsqueeze(1), targets.reshape(1, -1), end, size, blank, "none", zero_infinity)
        return _finished(one, size.to(log_probs.device), reduction).reshape(())
    steps, samples, _ = log_probs.array.shape
    ends, sizes = as_tensor(input_lengths).long(), as_tensor(target_lengths).long()
    if ends.array.size != samples or int(ends.array.max()) > steps:
        raise RuntimeError(
            f"Expected input_lengths to have value at most {steps} and size {samples}, got {ends.tolist()}"
        )
    longest = int(sizes.array.max()) if targets.array.ndim == 1 else 0
    ends, sizes = ends.to(log_probs.device), sizes.to(log_probs.device)
    labels = _with_blanks(targets, sizes, longest, blank)  # (N, L), L = 2 S + 1
    # in float64: the rounding errors of T steps add up
    emitted = log_probs.double().gather(2, labels.unsqueeze(0).expand(steps, *labels.shape))  # (T, N, L)
    total = _total(emitted, labels, ends, sizes, blank)  # (N,)
    total = where(ends > 0, total, where(sizes > 0, NEVER, 0.0))  # without steps, only the empty target can be spelled
    fits = total > NEVER / 2
    as_before = _as_if_before_softmax(log_probs, ends)
    loss = -total.to(log_probs.dtype) + as_before
    if zero_infinity:
        return _finished(where(fits, loss, 0.0), sizes, reduction)
    infinite = (1 + 0 * as_before) * where(fits, 1.0, float("inf")).to(loss.dtype)  # its gradient, inf * 0, is nan
    return _finished(where(fits, loss, infinite), sizes, reduction)


def _total(emitted: Tensor, labels: Tensor, ends: Tensor, sizes: Tensor, blank: int) -> Tensor:
    """ln of the probability of all paths, by the forward variables of the paper: alpha[n, s] is that of the paths
    so far which have reached label s."""
    samples, length = labels.array.shape
    never = full((samples, 1), NEVER, dtype=emitted.dtype, device=emitted.device)
    may_skip = cat([labels[:, :2] != labels[:, :2], (labels[:, 2:] != blank) & (labels[:, 2:] != labels[:, :-2])], 1)
    alpha = emitted[0].masked_fill(arange(length, device=emitted.device) > 1, NEVER)
    for t in range(1, emitted.array.shape[0]):
        one_back = cat([never, alpha], 1)[:, :length]
        two_back = cat([never, never, alpha], 1)[:, :length].masked_fill(~may_skip, NEVER)
        reached = stack([alpha, one_back, two_back]).logsumexp(0) + emitted[t]
        alpha = where((t < ends).unsqueeze(1), reached, alpha)
    last = (2 * sizes).unsqueeze(1)  # the blank at the end; a path may also end at the label before it
    before = where(last > 0, alpha.gather(1, (last - 1).clamp(min=0)), NEVER)
    return stack([alpha.gather(1, last), before]).logsumexp(0).squeeze(1)


def _with_blanks(targets: Tensor, sizes: Tensor, longest: int, blank: int) -> Tensor:
    """(N, 2 S + 1): blank, label, blank, label, ..., blank. longest: of targets one after the other."""
    if targets.array.ndim == 1:  # one after the other: split, and padded with blanks
        places = arange(longest, device=targets.device)
        starts = sizes.cumsum(0) - sizes
        inside = places < sizes.unsqueeze(1)  # (N, S)
        targets = where(inside, targets[where(inside, starts.unsqueeze(1) + places, 0)], blank)
    blanks = targets * 0 + blank
    pairs = stack([blanks, targets], 2).reshape(targets.array.shape[0], -1)
    return cat([pairs, blanks[:, :1] if targets.array.shape[1] else targets.new_full((len(targets), 1), blank)], 1)


def _as_if_before_softmax(log_probs: Tensor, ends: Tensor) -> Tensor:
    """0 for each sample, with the gradient e^log_probs: PyTorch returns the gradient of the scores before log_softmax,
    which is the same after it has passed back through log_softmax."""
    p = log_probs.exp()
    used = (arange(log_probs.array.shape[0], device=ends.device).unsqueeze(1) < ends).unsqueeze(2)
    return where(used, p - p.detach(), 0.0).sum((0, 2))


def _finished(loss: Tensor, sizes: Tensor, reduction: str) -> Tensor:
    if reduction == "mean":
        return (loss / sizes.clamp(min=1).to(loss.dtype)).mean()
    return reduced(loss, reduction)
