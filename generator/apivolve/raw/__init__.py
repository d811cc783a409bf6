"""A version as it is written: its documents, and whether their schemas take a value. No model is read here.

The checks of witnesses and of emitted payloads stand on this, so that a fault of the reader, of the sampler or of a rule shows.
"""

from .description import Described, Description, contents_of, description_of, schema_at
from .formats import KNOWN as KNOWN_FORMATS, conforms
from .parameters import declared
from .schemas import Fault, Judge

__all__ = [
    "Described",
    "Description",
    "Fault",
    "Judge",
    "KNOWN_FORMATS",
    "conforms",
    "contents_of",
    "declared",
    "description_of",
    "schema_at",
]
