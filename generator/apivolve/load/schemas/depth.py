"""Where names lead, and how many lie between a schema and an object or a plain value: a bound for all who follow them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...model import Alias, Anything, Model, ModelRef, Nullable, OneOf
from ...reach import refs_in
from ..node import Problems
from ..parse import fail

MAX_NAMES = 50
"""How many references, arrays and unions may lead to each other by name before an object or a scalar is reached."""


def cut_circles(models: dict[str, Model], problems: Problems) -> None:
    """Names that stand for each other, and for nothing else, are anything."""
    done: set[str] = set()
    for start in models:
        way: dict[str, None] = {}
        key: str | None = start
        while key is not None and key not in done and key not in way:
            way[key] = None
            key = _stands_for(models[key])
        if key is not None and key in way:
            model = models[key]
            problems.warn(
                "reference-to-itself", "this reference leads back to itself, and to no schema", model.at
            )
            if isinstance(model, Alias):
                models[key] = replace(model, of=Anything())
        done.update(way)


def _stands_for(model: Model) -> str | None:
    """The key of the one name that a name stands for."""
    type_ = model.of if isinstance(model, Alias) else None
    while isinstance(type_, Nullable):
        type_ = type_.of
    return type_.key if isinstance(type_, ModelRef) else None


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
