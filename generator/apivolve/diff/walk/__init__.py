"""Two versions → all pairs: what of the one is what of the other, and everything that came or went."""

from .operations import wire_pairs
from .surfaces import code_pairs

__all__ = ["code_pairs", "wire_pairs"]
