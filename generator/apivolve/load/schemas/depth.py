"""How many names lie between a schema and an object or a plain value: a bound for all who follow them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model import Alias, Model, OneOf
from ...reach import refs_in
from ..parse import fail

MAX_NAMES = 50
"""How many references, arrays and unions may lead to each other by name before an object or a scalar is reached."""


def refuse_long_ways(models: Mapping[str, Model]) -> None:
    """Refuse named types that lead through too many others. Raises LoadError with the place of the first.

    Objects are not followed: they may refer to each other as they like, in cycles too.
    """
    heights: dict[str, int] = {}
    for root in models:
        stack = [(root, False)]
        while stack:
            key, ready = stack.pop()
            if ready:
                heights[key] = 1 + max((heights[inner] for inner in _named(models, key)), default=0)
            elif key not in heights:
                heights[key] = 0  # so that a cycle ends where it closes
                stack.append((key, True))
                stack.extend((inner, False) for inner in _named(models, key) if inner not in heights)
        if heights[root] > MAX_NAMES:
            fail(
                "too-deep",
                f"{models[root].path[-1]} leads through more than {MAX_NAMES} references to what it is",
                models[root].at,
                "refer to the schema itself",
            )


def _named(models: Mapping[str, Model], key: str) -> Iterator[str]:
    model = models[key]
    if isinstance(model, Alias):
        yield from refs_in(model.of)
    elif isinstance(model, OneOf):
        for type_ in (*(variant.type for variant in model.variants), *([model.open] if model.open else [])):
            yield from refs_in(type_)
