"""JSON values as Python has them: what they are, and their one canonical text."""

from __future__ import annotations

import json
from typing import Any, TypeAlias, TypeGuard

Json: TypeAlias = str
"""A JSON value as canonical text: sorted keys, no blanks."""


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """True for a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """True for a JSON array."""
    return isinstance(value, list)


def shown_json(value: Any, indent: int) -> str:
    """A JSON value as text for files and people: letters stay as they are, what a terminal would obey is escaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def to_json(value: Any) -> Json:
    """A JSON value as canonical text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
