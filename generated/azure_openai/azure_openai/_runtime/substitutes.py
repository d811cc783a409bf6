"""Putting back field names that the encoder cannot write.

msgspec writes field names unescaped, so a field whose name holds a quote, a backslash or a control
character goes by a substitute name until here. Hardly a server sends such names, but nothing may
be lost if one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from .models import Model, substituted


def has_substitutes() -> bool:
    """Whether any model may hold a substitute name; nearly never."""
    return bool(substituted)


def restore_names(value: Any, plain: Any) -> Any:
    """Give ``plain``, the plain JSON values made of ``value``, with the true names."""
    if not isinstance(plain, dict | list | tuple):
        return plain
    if isinstance(plain, list | tuple):
        items = cast("list[object]", plain)
        return [restore_names(each, made) for each, made in zip(value, items, strict=True)]
    members = cast("dict[str, object]", plain)
    if isinstance(value, Model):
        cls = type(value)
        true_names = {**cls.__true_names__, **dict(cls.__extra_names__)}
        pairs = zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True)
        return {
            true_names.get(attribute, wire): restore_names(getattr(value, attribute), members[wire])
            for attribute, wire in pairs
            if wire in members
        }
    if not isinstance(value, Mapping):
        return members
    # A mapping keeps its order, whatever its keys were turned into.
    values = cast("Mapping[object, object]", value).values()
    pairs_of_mapping = zip(members.items(), values, strict=True)
    return {name: restore_names(each, made) for (name, made), each in pairs_of_mapping}
