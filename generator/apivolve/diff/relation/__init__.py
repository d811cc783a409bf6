"""Which values does one type accept and another refuse? The one honest relation that all rules on types rest on."""

from .outcome import Escape, Outcome, Relation, RelationKind, Unknown
from .relate import Frame, escape
from .variety import varied

__all__ = ["Escape", "Frame", "Outcome", "Relation", "RelationKind", "Unknown", "escape", "varied"]
