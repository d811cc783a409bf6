"""Unions the decoder cannot express by itself, as classes to name in an annotation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class UnionType(type):
    """The type of the classes that `union` makes."""

    tag: str | None
    find_variants: Callable[[], Iterable[Any]]
    find_fallback: Callable[[], Any] | None

    def __instancecheck__(cls, instance: object) -> bool:
        # The decoder asks this about what its hook gave back; the hook has seen to it.
        return True


def union(
    name: str,
    *,
    variants: Callable[[], Iterable[Any]],
    tag: str | None = None,
    fallback: Callable[[], Any] | None = None,
) -> UnionType:
    """Make the run-time class of a union.

    With ``tag`` (the wire name of the discriminator, OpenAPI 3.1 "Discriminator Object"),
    ``variants`` gives pairs of tag value and type, and an object with another tag or none becomes
    ``fallback``, else `UnknownModel`. Without, ``variants`` gives types and the best match wins: the
    first that accepts the value as it is, else the one with most declared fields in it; a value
    that fits nowhere is kept as plain JSON. Both are callables because models refer to each other.
    """
    namespace = {
        "tag": tag,
        "find_variants": staticmethod(variants),
        "find_fallback": staticmethod(fallback) if fallback else None,
    }
    return UnionType(name, (), namespace)
