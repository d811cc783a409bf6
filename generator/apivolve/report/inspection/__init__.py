"""What was understood of specifications → text for people, and JSON for machines."""

from .data import inspection_json, inspection_schema
from .text import PARTS, Part, chosen, inspection_text, known_names, matches

__all__ = [
    "PARTS",
    "Part",
    "chosen",
    "inspection_json",
    "inspection_schema",
    "inspection_text",
    "known_names",
    "matches",
]
