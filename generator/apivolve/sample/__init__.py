"""Values of types: the same every time, small, and readable."""

from .scalars import NoSample, sample_scalar
from .values import OPTIONAL_DEPTH, sample, unmeetable

__all__ = ["OPTIONAL_DEPTH", "NoSample", "sample", "sample_scalar", "unmeetable"]
