"""A version as it is written: its documents, and whether their schemas take a value. No model is read here.

The checks of witnesses and of emitted payloads stand on this, so that a fault of the reader, of the sampler or of a rule shows.
"""

from .description import Described, Description, description_of, schema_at
from .formats import KNOWN as KNOWN_FORMATS
from .formats import conforms
from .schemas import judge_at

__all__ = ["Described", "Description", "KNOWN_FORMATS", "conforms", "description_of", "judge_at", "schema_at"]
