"""cupyx.scipy"""

from cupyx.scipy import special

__all__ = ["special"]
