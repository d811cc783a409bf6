"""Media types as the model spells them, and what inline types are named after."""

from __future__ import annotations

import re

from ..node import Node
from ..schemas.shapes import name_of


def media_type(text: str) -> str:
    """A media type without blanks, lower case."""
    return re.sub(r"\s+", "", text).lower()


def shared_path(node: Node, kind: str) -> tuple[str, str]:
    """What the types of a declared parameter, body or response are named after: its own name, not an operation's."""
    name = name_of(node.at)
    short = name[: -len(kind)].rstrip("_- .") if name.lower().endswith(kind) else name
    return short or name, kind
