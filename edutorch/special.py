"""torch.special: special functions under their own names. They are implemented in ops/; gammainc and
gammaincc load on first use (aliases/table.py)."""

from .ops.activation import log_softmax, logit, softmax
from .ops.activation import sigmoid as expit
from .ops.exponential import exp2, expm1, log1p, xlogy
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
