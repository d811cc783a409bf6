"""Which thing of the version before is which of the version after.

Every function gives both sides of what matched, and one side with None for what came or went, in the order of the
version after, with what went at its place before. What something is called decides only where nothing else does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from ...model import (
    Api,
    Content,
    Enumeration,
    ListOf,
    MapOf,
    Nullable,
    OneOf,
    Operation,
    Parameter,
    Record,
    Response,
    Scalar,
    Type,
    Variant,
)
from ..proof import best, covers
from ..relation import Frame
from .paths import covering, path_key, positions, whole_key

T = TypeVar("T")
Match: TypeAlias = tuple[T | None, T | None]


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


def match_operations(before: Api, after: Api) -> list[Match[Operation]]:
    """Operations by method and path, then by the whole path of their URL, then by a written operationId (it moved).

    What is left alone is matched with all operations that its URLs now belong to, where its path was written otherwise.
    """
    found = by(path_key, before.operations, after.operations)
    sides = {id(one): api for api in (before, after) for one in api.operations}
    found = rematch(lambda operation: whole_key(sides[id(operation)], operation), found)
    ids = Counter(one.id for one in before.operations), Counter(one.id for one in after.operations)
    found = rematch(
        lambda one: one.id if one.named and all(count[one.id] < 2 for count in ids) else None, found
    )
    known = {path_key(one) for one in before.operations}
    spread: list[Match[Operation]] = []
    for old, new in found:
        heirs = covering(before, old, after, known) if old is not None and new is None else []
        spread += [(old, heir) for heir in heirs] or [(old, new)]
    return spread


def match_webhooks(before: Iterable[Operation], after: Iterable[Operation]) -> list[Match[Operation]]:
    """Webhooks by method and name, then by a written operationId: the name is nowhere on the wire."""
    found = by(lambda one: (one.method, one.path), before, after)
    return rematch(lambda one: (one.method, one.id) if one.named else None, found)


def match_responses(before: Iterable[Response], after: Iterable[Response]) -> list[Match[Response]]:
    """Responses by status; what is left alone, by what covers it on the other side: its range, else `default`.

    The exact status comes before its range and that before `default` (OpenAPI 3.x, Responses Object). A success is not
    said to be covered by a `default` that stands beside described successes: that is for errors.
    """
    old, new = tuple(before), tuple(after)
    return [
        (one or _covering(old, two), two or _covering(new, one))
        for one, two in by(lambda item: item.status, old, new)
    ]


def _covering(responses: tuple[Response, ...], other: Response | None) -> Response | None:
    if other is None or other.status == "default":
        return None
    known = {response.status: response for response in responses}
    if found := known.get(f"{other.status[0]}XX"):
        return found
    successes = any(status[0] == "2" for status in known)
    return None if other.status[0] in "23" and successes else known.get("default")


def match_contents(before: Iterable[Content], after: Iterable[Content]) -> list[Match[Content]]:
    """Bodies by media type; what is left alone, by the most specific range or type that covers it, or that it covers."""
    old, new = tuple(before), tuple(after)
    found: list[Match[Content]] = []
    for one, two in by(lambda item: item.media_type, old, new):
        if one is None and two is not None:
            one = _taking(old, two, [pair[0] for pair in found])
        elif two is None and one is not None:
            if any(one is pair[0] for pair in found):
                continue  # it became narrower
            two = _taking(new, one, [pair[1] for pair in found])
        if not any(one is pair[0] and two is pair[1] for pair in found):
            found.append((one, two))
    return found


def _taking(contents: tuple[Content, ...], other: Content, taken: list[Content | None]) -> Content | None:
    """The content that covers another, or one that it covers and that is nobody else's."""
    name = best((item.media_type for item in contents), other.media_type)
    for item in contents:
        free = not any(item is one for one in taken)
        if item.media_type == name or (free and covers(other.media_type, item.media_type)):
            return item
    return None


def match_parameters(before: Operation, after: Operation) -> Iterator[Match[Parameter]]:
    """Parameters by place and name (headers without case); those of the path by their position in it."""
    old, new = positions(before.path, after.path)

    def key(parameter: Parameter, places: dict[str, Hashable]) -> Hashable:
        name = parameter.wire_name
        if parameter.place == "path":
            return "path", places.get(name, name)
        return parameter.place, name.lower() if parameter.place == "header" else name

    waiting = {key(item, old): item for item in before.parameters}
    for item in after.parameters:
        yield waiting.pop(key(item, new), None), item
    for item in waiting.values():
        yield item, None


def match_variants(frame: Frame, before: OneOf, after: OneOf) -> list[Match[Variant]]:
    """Variants of two unions: by tag, by model, by equal meaning, by a member of one value only, by kind."""
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
    marks = {
        id(one): _marks(api, one.type)
        for api, union in ((frame.before, before), (frame.after, after))
        for one in union.variants
    }
    take(lambda old, new: bool(marks[id(old)]) and marks[id(old)] == marks[id(new)])
    take(
        lambda old, new: (
            not (old.tags and new.tags)
            and _form(frame, old.type, 0) == _form(frame, new.type, 1)
            and all(marks[id(new)].get(name, value) == value for name, value in marks[id(old)].items())
        )
    )
    order = {id(variant): index for index, variant in enumerate((*after.variants, *before.variants))}
    found.extend((None, new) for new in rest_after)
    found.extend((old, None) for old in rest_before)
    return sorted(found, key=lambda match: order[id(match[1] or match[0])])


def _marks(api: Api, type_: Type) -> dict[str, str]:
    """The members of a variant that have one value only, which tells it from the others without a discriminator."""
    plain = api.resolve(type_)
    found: dict[str, str] = {}
    for item in plain.fields if isinstance(plain, Record) else ():
        values = api.resolve(item.type)
        if isinstance(values, Enumeration) and len(values.values) == 1:
            found[item.wire_name] = values.values[0].value
    return found


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
            # one without a name of its own is called by its number
            return plain.path if len(plain.path) == 1 else frozenset(item.wire_name for item in plain.fields)
        case _:
            return type(plain).__name__
