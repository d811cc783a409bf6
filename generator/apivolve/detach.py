"""Values without the documents they point into, for another process: a place keeps its position and the lines around it.

A specification of 13 MB has findings that show a few hundred of its lines. What is shown of a place is the same afterwards;
what is parsed below it is gone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, TypeVar, cast

from .source import Location, Source

T = TypeVar("T")

_AROUND = 8
"""Lines kept above and below a place: no report shows more."""


def detached(value: T) -> T:
    """A dataclass, or a tuple of them, as it is, with every `Location` in it pointing into the lines around it alone."""
    lines: dict[Source, set[int]] = {}
    for at in _places(value):
        line = at.position.line
        lines.setdefault(at.source, set()).update(range(line - _AROUND, line + _AROUND + 1))
    kept = {source: Source(source.path, _only(source, shown), "text") for source, shown in lines.items()}
    return cast("T", _moved(value, kept))


def _only(source: Source, shown: set[int]) -> str:
    """The text with all other lines empty, as far as the last that is shown."""
    last = min(max(shown), len(source.lines))
    return "".join(f"{source.lines[at - 1] if at in shown else ''}\n" for at in range(1, last + 1))


def _places(value: Any) -> Iterator[Location]:
    if isinstance(value, Location):
        yield value
    elif isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from _places(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _places(getattr(value, field.name))


def _moved(value: Any, kept: dict[Source, Source]) -> Any:
    if isinstance(value, Location):
        return Location(kept[value.source], value.pointer, value.position)
    if isinstance(value, tuple):
        return tuple(_moved(item, kept) for item in cast("tuple[object, ...]", value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value) if field.init]
        return dataclasses.replace(value, **{name: _moved(getattr(value, name), kept) for name in fields})
    return value
