"""Which thing of the version before is which of the version after.

Every function gives both sides of what matched, and one side with None for what came or went, in the order of the
version after, with what went at its place before. What something is called decides only where nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from ...model import (
    ListOf,
    MapOf,
    ModelRef,
    Nullable,
    OneOf,
    Operation,
    Parameter,
    Record,
    Scalar,
    Type,
    Variant,
)
from ..relation import Frame

T = TypeVar("T")
Match: TypeAlias = tuple[T | None, T | None]

_TEMPLATE = re.compile(r"\{[^{}]*\}")


def by(key: Callable[[T], Hashable], before: Iterable[T], after: Iterable[T]) -> list[Match[T]]:
    """Matches by equal keys; where a key occurs more than once, first with first."""
    waiting: dict[Hashable, list[T]] = {}
    for item in before:
        waiting.setdefault(key(item), []).append(item)
    found: list[Match[T]] = []
    for item in after:
        same = waiting.get(key(item))
        found.append((same.pop(0) if same else None, item))
    found.extend((item, None) for rest in waiting.values() for item in rest)
    return found


def whichever(before: T | None, after: T | None) -> T:
    """The side of a match that is there; the one before where both are."""
    found = before if before is not None else after
    if found is None:
        raise AssertionError("a match has at least one side")
    return found


def rematch(key: Callable[[T], Hashable | None], found: list[Match[T]]) -> list[Match[T]]:
    """Matches again what stayed alone, by a second key; None matches nothing."""
    gone = {key(before): before for before, after in found if before is not None and after is None}
    gone.pop(None, None)
    again: list[Match[T]] = []
    paired: list[T] = []
    for before, after in found:
        if before is None and after is not None and (other := gone.pop(key(after), None)) is not None:
            again.append((other, after))
            paired.append(other)
        else:
            again.append((before, after))
    return [pair for pair in again if pair[1] is not None or not any(pair[0] is item for item in paired)]


def path_key(operation: Operation) -> tuple[str, str]:
    """Method and path, with the names of path parameters erased: they are nowhere on the wire."""
    return operation.method.upper(), _TEMPLATE.sub("{}", operation.path)


def path_words(label: str) -> str:
    """`METHOD path` with the names of path parameters erased."""
    return _TEMPLATE.sub("{}", label)


def match_operations(before: Iterable[Operation], after: Iterable[Operation]) -> list[Match[Operation]]:
    """Operations by method and path, then by a written operationId (it moved)."""
    found = by(path_key, before, after)
    return rematch(lambda operation: operation.id if operation.named else None, found)


def match_parameters(before: Operation, after: Operation) -> Iterator[Match[Parameter]]:
    """Parameters by place and name (headers without case); those of the path by their position in it."""
    waiting = {_parameter_key(before, item): item for item in before.parameters}
    for item in after.parameters:
        yield waiting.pop(_parameter_key(after, item), None), item
    for item in waiting.values():
        yield item, None


def _parameter_key(operation: Operation, parameter: Parameter) -> Hashable:
    name = parameter.wire_name
    if parameter.place == "path":
        return "path", _positions(operation).get(name, name)
    return parameter.place, name.lower() if parameter.place == "header" else name


def _positions(operation: Operation) -> dict[str, int]:
    return {name[1:-1]: index for index, name in enumerate(_TEMPLATE.findall(operation.path))}


def match_variants(frame: Frame, before: OneOf, after: OneOf) -> list[Match[Variant]]:
    """Variants of two unions: by tag, by model, by equal meaning, by kind; last, the only two left alone."""
    found: list[Match[Variant]] = []
    rest_before, rest_after = list(before.variants), list(after.variants)

    def take(same: Callable[[Variant, Variant], bool]) -> None:
        for new in list(rest_after):
            for old in rest_before:
                if same(old, new):
                    found.append((old, new))
                    rest_before.remove(old)
                    rest_after.remove(new)
                    break

    take(lambda old, new: bool(set(old.tags) & set(new.tags)))
    take(lambda old, new: old.type == new.type)
    take(lambda old, new: not (old.tags and new.tags) and frame.relate(old.type, new.type).kind == "same")
    take(
        lambda old, new: (
            not (old.tags and new.tags) and _form(frame, old.type, 0) == _form(frame, new.type, 1)
        )
    )
    order = {id(variant): index for index, variant in enumerate((*after.variants, *before.variants))}
    found.extend((None, new) for new in rest_after)
    found.extend((old, None) for old in rest_before)
    return sorted(found, key=lambda match: order[id(match[1] or match[0])])


def _form(frame: Frame, type_: Type, side: int) -> Hashable:
    """What a variant looks like from outside; objects by the name of their model."""
    api = (frame.before, frame.after)[side]
    plain = api.resolve(type_)
    match plain:
        case Scalar():
            return plain.kind
        case ListOf() | MapOf() | Nullable():
            return type(plain).__name__, _form(frame, plain.of, side)
        case Record():
            return type_.key if isinstance(type_, ModelRef) else plain.key
        case _:
            return type(plain).__name__
