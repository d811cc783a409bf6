"""Objects, enumerations and unions as wholes, and what is said about models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from ...accept import canonical
from ...finding import Side
from ...model import Anything, Enumeration, Model, Nothing, Record
from ..outcome import Escape
from ..pairs import EnumPair, EnumValuePair, ModelPair, RecordPair, UnionPair, VariantPair, object_payload
from ..rule import Effect, changed, narrower, noted, rule, wider
from ..spelling import spell_change, spell_type
from ..witness import Payload


@rule(on=ModelPair)
def model_added(pair: ModelPair) -> Iterator[Effect]:
    """A model came that no operation uses."""
    if pair.before is None:
        yield noted(f"{pair.subject} was added; no operation uses it")


@rule(on=ModelPair)
def model_removed(pair: ModelPair) -> Iterator[Effect]:
    """A model went that no operation used."""
    if pair.after is None:
        yield noted(f"{pair.subject} was removed; no operation used it")


@rule(on=ModelPair)
def model_deprecation_changed(pair: ModelPair) -> Iterator[Effect]:
    """The model is deprecated, or no longer."""
    if pair.before and pair.after and pair.before.deprecated != pair.after.deprecated:
        yield noted(
            f"{pair.subject} is {'deprecated now' if pair.after.deprecated else 'no longer deprecated'}"
        )


@rule(on=ModelPair)
def model_documentation_changed(pair: ModelPair) -> Iterator[Effect]:
    """A model is described otherwise, itself or in one of its members."""
    if pair.before and pair.after:
        old, new = _texts(pair.before), _texts(pair.after)
        names = [name for name, text in new.items() if name in old and old[name] != text]
        if names:
            told = ", ".join(name or "itself" for name in names[:4])
            more = f" and {len(names) - 4} more" if len(names) > 4 else ""
            yield noted(f"{pair.subject} is described otherwise: {told}{more}")


def _texts(model: Model) -> dict[str, str]:
    texts = {"": model.doc}
    match model:
        case Record():
            texts.update((item.wire_name, item.doc) for item in model.fields)
        case Enumeration():
            texts.update((value.value, value.doc) for value in model.values)
        case _:
            pass
    return texts


@rule(on=RecordPair)
def extra_members_refused(pair: RecordPair) -> Iterator[Effect]:
    """Undeclared members are no longer accepted, or only some.

    A warning where the object declares members, because callers are not expected to send what is not declared; an
    error where it was a map, whose members nobody declares, or where the members were given a type.
    """
    if pair.before and pair.after and pair.before.extra != pair.after.extra:
        lost = pair.frame.lost(pair.before.extra, pair.after.extra)
        closing = isinstance(pair.after.extra, Nothing) and not isinstance(pair.before.extra, Nothing)
        if (closing or isinstance(pair.before.extra, Anything)) and lost is not None:
            told = "no" if closing else f"only {spell_type(pair.frame.after, pair.after.extra)} as"
            invited = not isinstance(pair.before.extra, Anything) or not pair.before.fields
            value = lost.value if isinstance(lost, Escape) else "string"
            yield narrower(
                f"{pair.subject} takes {told} undeclared members now",
                _with_extra(pair, "before", value),
                request="error" if invited else "warning",
            )


@rule(on=RecordPair)
def extra_members_allowed(pair: RecordPair) -> Iterator[Effect]:
    """Undeclared members may come now, or others than before.

    A warning where only a strict reader would notice; an error where the members were given a type, which they may
    no longer have.
    """
    if pair.before and pair.after and pair.before.extra != pair.after.extra:
        gained = pair.frame.gained(pair.before.extra, pair.after.extra)
        opening = isinstance(pair.before.extra, Nothing) and not isinstance(pair.after.extra, Nothing)
        if (opening or isinstance(pair.after.extra, Anything)) and gained is not None:
            value = gained.value if isinstance(gained, Escape) else "string"
            yield wider(
                f"{pair.subject} may have {'' if opening else 'any '}undeclared members now",
                _with_extra(pair, "after", value),
                response="warning" if opening else "error",
            )


def _with_extra(pair: RecordPair, accepted: Side, value: object) -> Payload | None:
    if pair.before is None or pair.after is None:
        return None
    return object_payload(pair.frame, (pair.before, pair.after), accepted, "key", {"key": value})


@rule(on=RecordPair)
def object_size_changed(pair: RecordPair) -> Iterator[Effect]:
    """An object may have more or fewer members than before (minProperties, maxProperties)."""
    if not (pair.before and pair.after):
        return
    old, new = (
        {
            name: str(value)
            for name, value in (
                ("minProperties", side.min_properties),
                ("maxProperties", side.max_properties),
            )
            if value is not None
        }
        for side in (pair.before, pair.after)
    )
    if old != new:
        bounds = (pair.after.min_properties, pair.after.max_properties)
        relation = pair.frame.relate(
            pair.before, replace(pair.before, min_properties=bounds[0], max_properties=bounds[1])
        )
        yield Effect(f"{pair.subject}: {spell_change(old, new)}", relation.request, relation.response)


@rule(on=EnumValuePair)
def enum_value_added(pair: EnumValuePair) -> Iterator[Effect]:
    """A value may come that callers do not know.

    A warning when the enumeration was announced to be extended: then callers were told.
    """
    if pair.before is None and pair.after:
        yield wider(
            f"{pair.subject} may be {pair.after.value} now",
            _enum_payload(pair, "after", pair.after.value),
            response="warning" if pair.enum_before.open else "error",
            detail=pair.after.value,
        )


@rule(on=EnumValuePair)
def enum_value_removed(pair: EnumValuePair) -> Iterator[Effect]:
    """A caller that sends the value is refused."""
    if pair.before and pair.after is None:
        yield narrower(
            f"{pair.subject} may no longer be {pair.before.value}",
            _enum_payload(pair, "before", pair.before.value),
            detail=pair.before.value,
        )


def _enum_payload(pair: EnumValuePair, accepted: Side, value: str) -> Payload:
    return Payload(json.loads(value), accepted, pair.enum_before.at, pair.enum_after.at)


@rule(on=EnumPair)
def enum_opened(pair: EnumPair) -> Iterator[Effect]:
    """The enumeration is announced to be extended: callers may receive values that are not in the list."""
    if pair.before and pair.after and pair.after.open and not pair.before.open:
        yield wider(f"{pair.subject} may be extended from now on", response="warning")


@rule(on=EnumPair)
def enum_closed(pair: EnumPair) -> Iterator[Effect]:
    """The enumeration is no longer announced to be extended: callers who send other values may be refused."""
    if pair.before and pair.after and pair.before.open and not pair.after.open:
        yield narrower(f"{pair.subject} is a closed list from now on", request="warning")


@rule(on=VariantPair)
def union_variant_added(pair: VariantPair) -> Iterator[Effect]:
    """A value may come that is none of the variants callers know."""
    if pair.before is None and pair.after:
        gained = pair.frame.gained(pair.union_before, pair.after.type)
        proof = (
            Payload(gained.value, "after", pair.union_before.at, pair.union_after.at)
            if isinstance(gained, Escape)
            else None
        )
        told = spell_type(pair.frame.after, pair.after.type)
        yield wider(
            f"{pair.subject} may be {told} now",
            proof,
            response="error" if gained is not None or pair.after.tags else "info",
            detail=", ".join(pair.after.tags) or told,
        )


@rule(on=VariantPair)
def union_variant_removed(pair: VariantPair) -> Iterator[Effect]:
    """A caller that sends this variant is refused."""
    if pair.before and pair.after is None:
        lost = pair.frame.lost(pair.before.type, pair.union_after)
        proof = (
            Payload(lost.value, "before", pair.union_before.at, pair.union_after.at)
            if isinstance(lost, Escape)
            else None
        )
        told = spell_type(pair.frame.before, pair.before.type)
        yield narrower(
            f"{pair.subject} may no longer be {told}",
            proof,
            request="error" if lost is not None or pair.before.tags else "info",
            detail=", ".join(pair.before.tags) or told,
        )


@rule(on=VariantPair)
def union_tags_changed(pair: VariantPair) -> Iterator[Effect]:
    """Another discriminator value chooses this variant."""
    if pair.before and pair.after and pair.before.tags != pair.after.tags:
        old, new = (", ".join(side.tags) or "none" for side in (pair.before, pair.after))
        told = spell_type(pair.frame.after, pair.after.type)
        yield changed(f"{pair.subject}: the tags of {told} were {old}, are {new}", detail=told)


@rule(on=UnionPair)
def union_discriminator_changed(pair: UnionPair) -> Iterator[Effect]:
    """Another member tells the variants apart: a caller that looks at the old one does not find it."""
    if pair.before and pair.after and pair.before.tag != pair.after.tag:
        old, new = (canonical(side.tag) if side.tag else "none" for side in (pair.before, pair.after))
        yield changed(f"the discriminator of {pair.subject} was {old}, is {new}")


@rule(on=UnionPair)
def union_matching_changed(pair: UnionPair) -> Iterator[Effect]:
    """A value must fit exactly one variant where it could fit several (oneOf, anyOf), or the other way round."""
    if pair.before and pair.after and pair.before.exclusive != pair.after.exclusive:
        if pair.after.exclusive:
            yield narrower(f"{pair.subject} must fit exactly one variant now", request="warning")
        else:
            yield wider(f"{pair.subject} may fit several variants now", response="warning")


@rule(on=UnionPair)
def union_fallback_changed(pair: UnionPair) -> Iterator[Effect]:
    """A value whose tag no variant knows is read otherwise, or not at all."""
    if pair.before and pair.after and (pair.before.open is None) != (pair.after.open is None):
        if pair.after.open is None:
            yield narrower(f"{pair.subject} takes only the known tags now")
        else:
            yield wider(f"{pair.subject} may have an unknown tag now")
