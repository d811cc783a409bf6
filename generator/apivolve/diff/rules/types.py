"""Types at a named place, decided by what values one side accepts and the other refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...accept import accepts
from ...finding import Side
from ...jsonvalue import is_array
from ...model import Api, ListOf, MapOf, Model, Nullable, Scalar, Type
from ...sample import NoSample, sample
from ..pairs import TypePair
from ..proof import Proof
from ..relation import Escape, Outcome, Relation, RelationKind, Unknown, escape
from ..rule import Effect, rule
from ..spelling import spell_change, spell_limits, spell_type

_ITEM = Scalar("string")
"""Stands for the items where only the bounds of arrays are compared."""


@rule(on=TypePair)
def null_allowed(pair: TypePair) -> Iterator[Effect]:
    """A value may be null now: callers who receive it may not expect that."""
    if pair.aspect == "null" and not isinstance(pair.types[0], Nullable):
        yield Effect(f"{_place(pair)} may be null now", "info", "error", gained=pair.payload("after", None))


@rule(on=TypePair)
def null_refused(pair: TypePair) -> Iterator[Effect]:
    """A value may no longer be null: callers who send null are refused."""
    if pair.aspect == "null" and isinstance(pair.types[0], Nullable):
        yield Effect(
            f"{_place(pair)} may no longer be null", "error", "info", lost=pair.payload("before", None)
        )


@rule(on=TypePair)
def type_narrowed(pair: TypePair) -> Iterator[Effect]:
    """A type allows less: callers who send the rest are refused."""
    yield from _form(pair, "narrower")


@rule(on=TypePair)
def type_widened(pair: TypePair) -> Iterator[Effect]:
    """A type allows more: callers who receive it may get what they do not expect."""
    yield from _form(pair, "wider")


@rule(on=TypePair)
def type_changed(pair: TypePair) -> Iterator[Effect]:
    """A type became another one: callers who send it are refused, those who receive it misread."""
    yield from _form(pair, "unrelated")
    yield from _form(pair, "unknown")
    yield from _form(pair, "same")


@rule(on=TypePair)
def format_changed(pair: TypePair) -> Iterator[Effect]:
    """A scalar is of another format, so that callers parse or write it otherwise."""
    before, after = pair.types
    if isinstance(before, Scalar) and isinstance(after, Scalar) and _formats(before) != _formats(after):
        api = pair.frame.before
        other_before, other_after = _with_format(before, after), _with_format(after, before)
        relation = Relation(escape(api, before, api, other_before), escape(api, after, api, other_after))
        told = spell_change(_formats(before), _formats(after))
        yield _effect(pair, f"{_place(pair)}: {told}", relation, detail=told)


@rule(on=TypePair)
def limits_tightened(pair: TypePair) -> Iterator[Effect]:
    """A limit was added or moved inwards: callers who send what is beyond are refused."""
    yield from _limits(pair, "narrower")


@rule(on=TypePair)
def limits_loosened(pair: TypePair) -> Iterator[Effect]:
    """A limit was removed or moved outwards: callers who receive what is beyond may not expect it."""
    yield from _limits(pair, "wider")


@rule(on=TypePair)
def limits_changed(pair: TypePair) -> Iterator[Effect]:
    """Limits moved both ways, or in a way that cannot be decided, such as from one pattern to another."""
    yield from _limits(pair, "unrelated")
    yield from _limits(pair, "unknown")
    yield from _limits(pair, "same")


@rule(on=TypePair)
def member_names_changed(pair: TypePair) -> Iterator[Effect]:
    """Other names may stand in a map, or other types under them (`propertyNames`, `patternProperties`).

    An error where a value is known that such a rule alone refuses; else a warning, as it is not decided.
    """
    before, after = pair.types
    if pair.aspect != "names" or not (isinstance(before, MapOf) and isinstance(after, MapOf)):
        return
    frame = pair.frame
    lost = _by_names(frame.lost(before, after), frame.after, after)
    gained = _by_names(frame.gained(before, after), frame.before, before)
    yield _effect(pair, f"{_place(pair)}: the rules for its names changed", Relation(lost, gained), "names")


def _by_names(found: Outcome, api: Api, refusing: MapOf) -> Outcome:
    """What is found, where the rules for names alone refuse it."""
    if isinstance(found, Escape) and not accepts(api, MapOf(refusing.of), found.value):
        return Unknown("its values changed too")
    return found


def _form(pair: TypePair, kind: RelationKind) -> Iterator[Effect]:
    if pair.aspect != "form":
        return
    before, after = pair.types
    relation = pair.frame.relate(before, after)
    if relation.kind == kind:
        old, new = spell_type(pair.frame.before, before), spell_type(pair.frame.after, after)
        told = f"{_place(pair)} was {old}, is {new}"
        if old == new:
            told = f"{_place(pair)} is another {old}"
        yield _effect(pair, told, relation, detail=f"{old} → {new}")


def _limits(pair: TypePair, kind: RelationKind) -> Iterator[Effect]:
    """Both sides with nothing but their limits: the format and the items have rules of their own."""
    match pair.aspect, *pair.types:
        case "scalar", Scalar() as before, Scalar() as after if before.limits != after.limits:
            kept = before.format if before.format == after.format else None
            relation = pair.frame.relate(replace(before, format=kept), replace(after, format=kept))
            told = spell_change(spell_limits(before.limits), spell_limits(after.limits))
        case "items", ListOf() as before, ListOf() as after if before.prefix or after.prefix:
            relation = pair.frame.relate(before, after)
            told = spell_change(
                _list_limits(pair.frame.before, before), _list_limits(pair.frame.after, after)
            )
        case "items", ListOf() as before, ListOf() as after:
            bounds = pair.frame.relate(replace(before, of=_ITEM), replace(after, of=_ITEM))
            relation = Relation(
                _with_items(pair.frame.before, before, bounds.lost),
                _with_items(pair.frame.after, after, bounds.gained),
            )
            told = spell_change(
                _list_limits(pair.frame.before, before), _list_limits(pair.frame.after, after)
            )
        case _:
            return
    if relation.kind == kind:
        yield _effect(pair, f"{_place(pair)}: {told}", relation, detail=told)


def _with_items(api: Api, type_: Type | Model, outcome: Outcome) -> Outcome:
    """An array of a certain length, with items that its type allows."""
    if not isinstance(outcome, Escape) or not isinstance(type_, ListOf) or not is_array(outcome.value):
        return outcome
    count = len(outcome.value)
    try:
        return Escape(sample(api, ListOf(type_.of, count, count, type_.unique)))
    except NoSample as error:
        return Unknown(f"no value can be built: {error}")


def _with_format(type_: Scalar, other: Scalar) -> Scalar:
    """A type in the format of another, otherwise as it is: a limit may keep out what the format excludes."""
    return replace(
        type_,
        format=other.format,
        content_encoding=other.content_encoding,
        content_media_type=other.content_media_type,
    )


def _formats(type_: Scalar) -> dict[str, str]:
    named = {
        "format": type_.format,
        "contentEncoding": type_.content_encoding,
        "contentMediaType": type_.content_media_type,
    }
    return {name: value for name, value in named.items() if value is not None}


def _list_limits(api: Api, type_: ListOf) -> dict[str, str]:
    named = {"minItems": type_.min_items, "maxItems": type_.max_items, "uniqueItems": type_.unique or None}
    told = {name: str(value) for name, value in named.items() if value is not None}
    if type_.prefix:
        told["prefixItems"] = f"[{', '.join(spell_type(api, part) for part in type_.prefix)}]"
    return told


def _effect(pair: TypePair, told: str, relation: Relation, detail: str) -> Effect:
    if relation.reason:
        told = f"{told} (not decided: {relation.reason})"
    return Effect(
        told,
        relation.request,
        relation.response,
        lost=_proof(pair, "before", relation.lost),
        gained=_proof(pair, "after", relation.gained),
        detail=detail,
    )


def _proof(pair: TypePair, accepted: Side, outcome: Outcome) -> Proof | None:
    return pair.payload(accepted, outcome.value, outcome.by_format) if isinstance(outcome, Escape) else None


def _place(pair: TypePair) -> str:
    if pair.field is not None:
        return f"{pair.field.name!r}{''.join(pair.steps)}"
    return "".join(("the value", *(f" {step}" for step in pair.steps)))
