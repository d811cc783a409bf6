"""Media types as the model spells them."""

from __future__ import annotations

import re


def media_type(text: str) -> str:
    """A media type without blanks, lower case."""
    return re.sub(r"\s+", "", text).lower()
