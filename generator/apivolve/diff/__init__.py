"""Two snapshots → everything that changed between them, whom it breaks, and the proof.

In: two `Api`s, and for the `code` scope the Python surfaces that `emit` would make of them. Out: a `Verdict`.
"""

from .compare import compare
from .rule import Rule
from .rules import RULES

__all__ = ["RULES", "Rule", "compare"]
