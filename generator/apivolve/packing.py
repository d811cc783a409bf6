"""A version of an API as bytes, for a file or another process, and what it was again. No class but those of the model is made of them."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from .errors import Problem
from .model import operations, types, versions
from .source import Location, Position, Source


def packed(value: object) -> bytes:
    """A value made of the model, containers and JSON. Raises RecursionError for one that is too deep."""
    made = io.BytesIO()
    writer = pickle.Pickler(made, pickle.HIGHEST_PROTOCOL)
    writer.dispatch_table = _table()
    writer.dump(value)
    return made.getvalue()


def unpacked(data: bytes) -> Any:
    """What was `packed`. Raises any exception for bytes that were not, and executes nothing."""
    return _Reader(io.BytesIO(data)).load()


def _classes() -> Iterator[type]:
    """What a version is made of."""
    for module in (types, operations, versions):
        yield from (one for one in vars(module).values() if isinstance(one, type) and is_dataclass(one))
    yield Problem


def _by_fields(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the arguments that make an object anew: less than half of the time that copying its state takes."""
    names = [one.name for one in fields(kind)]
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda one: (kind, (only(one),))
    if not names:
        return lambda _: (kind, ())
    several = attrgetter(*names)
    return lambda one: (kind, several(one))


@cache
def _table() -> dict[type, Callable[[Any], Any]]:
    return {
        **{kind: _by_fields(kind) for kind in _classes()},
        Location: lambda at: (Location, (at.source, at.pointer, at.exact)),
        Source: lambda one: (Source, (one.path, one.data, one.syntax, one.content)),
    }


@cache
def _known() -> dict[tuple[str, str], type]:
    kinds = (*_classes(), Location, Source, Position)
    return {(kind.__module__, kind.__qualname__): kind for kind in kinds}


class _Reader(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        try:
            return _known()[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is no part of a version") from None
