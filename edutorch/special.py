"""torch.special: special functions under their own names. They are implemented in ops/."""

from .left_out import missing
from .ops.activation import log_softmax, logit, softmax
from .ops.activation import sigmoid as expit
from .ops.exponential import exp2, expm1, log1p, xlogy
from .ops.more.incomplete import gammainc, gammaincc
from .ops.more.special import digamma, entr, erf, erfc, erfinv, ndtr, polygamma
from .ops.more.special import digamma as psi
from .ops.more.special import lgamma as gammaln
from .ops.more.special import mvlgamma as multigammaln
from .ops.reduction import logsumexp
from .ops.rounding import round
from .ops.trigonometry import sinc

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammainc",
    "gammaincc",
    "gammaln",
    "log1p",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlogy",
]


def __getattr__(name: str) -> None:
    """An error for names that torch.special has and this module lacks."""
    raise missing(__name__, name)
